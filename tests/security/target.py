"""What wrong input is tried on: a target bends something real once, and says whether it was refused politely."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from random import Random

from baiyun_desktop.district.errors import Unfit
from baiyun_desktop.keys.errors import KeyTrouble
from sync.errors import SyncError

POLITE = (SyncError, KeyTrouble, Unfit)
"""The named errors, each of which has words for a person."""


class Target(ABC):
    """Something that takes what strangers may have written."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.folder = folder

    @abstractmethod
    def attempt(self, random: Random) -> None:
        """Offers one wrong thing; a polite refusal is raised, anything else that is raised is a bug."""

    @abstractmethod
    def state(self) -> object:
        """What a refusal must not change."""

    def one(self, random: Random) -> bool:
        """Whether one wrong thing was refused; fails where that changed anything or was said in no words."""
        before = self.state()
        said = self._said(random)
        if said is None:
            return False
        assert said, "refused in no words"
        assert self.state() == before, f"refused, and changed all the same: {said}"
        return True

    def _said(self, random: Random) -> str | None:
        try:
            self.attempt(random)
        except POLITE as error:
            return str(error)
        return None
