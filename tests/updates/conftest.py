"""A district's repository with real keys, and a PC with an installation, for the tests of updates."""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from baiyun_desktop.updates.client import Client
from baiyun_desktop.updates.lines import FolderPlace
from baiyun_desktop.updates.package import pack
from baiyun_desktop.updates.repository import Repository
from baiyun_desktop.updates.slots import Slots
from baiyun_desktop.updates.versions import this_system

PROGRAM = "baiyun-desktop.exe" if sys.platform == "win32" else "baiyun-desktop"


def built(folder: Path, script: str = "exit 0", version: str = "") -> Path:
    """A version's folder: a program that is started, and what lies beside it."""
    (folder / "_internal").mkdir(parents=True, exist_ok=True)
    (folder / PROGRAM).write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    (folder / PROGRAM).chmod(0o755)
    (folder / "_internal" / "lib.bin").write_bytes(random.Random(version).randbytes(10_000) + version.encode())
    return folder


@dataclass
class Offered:
    """A district's repository, read as a desk reads it."""

    folder: Path
    repository: Repository
    made: int = field(default=0)

    @property
    def stick(self) -> Path:
        """What desks read: the two folders that are served."""
        place = self.folder / "public"
        place.mkdir(exist_ok=True)
        for name, target in (("metadata", self.repository.metadata), ("targets", self.repository.packages)):
            if not (place / name).exists():
                (place / name).symlink_to(target)
        return place

    def add(self, version: str, script: str = "exit 0", keys: Path | None = None) -> Path:
        """Offers a version; the file that is served."""
        self.made += 1
        package = self.folder / f"{self.made}.zip"
        pack(built(self.folder / f"built{self.made}", script, version), package, {"version": version})
        offer = self.repository.add(package, version, this_system(), "更快", keys)
        return next(self.repository.packages.glob(f"*.{offer.file}"))


@dataclass
class Pc:
    """An installation with version 0.1.0, and what it knows of updates."""

    slots: Slots
    state: Path

    def client(self, offered: Offered | Path) -> Client:
        return Client(self.state, FolderPlace(offered.stick if isinstance(offered, Offered) else offered))


def repository(folder: Path) -> Offered:
    folder.mkdir()
    made = Offered(folder, Repository(folder / "updates", folder / "update-packages"))
    made.repository.init()
    return made


@pytest.fixture
def offered(tmp_path: Path) -> Offered:
    return repository(tmp_path / "district")


@pytest.fixture
def pc(tmp_path: Path) -> Pc:
    slots = Slots(tmp_path / "pc")
    built(slots.folder("0.1.0"), "exit 0", "0.1.0")
    slots.settle()
    return Pc(slots, tmp_path / "desk" / "updates")
