"""Several posts on one PC: each has a folder, a file and keys of its own, so that one is wiped or moved without the others."""

from __future__ import annotations

import secrets
from pathlib import Path

from baiyun_desktop.replica.home import DeskHome

FURTHER = "posts"
"""Beside the first post's file: a folder with one folder for each further post."""
FIRST_RUN = "first-run.json"
"""Beside a desk that is being set up: how far that has come."""


def homes_of(first: DeskHome) -> list[DeskHome]:
    """The enrolled posts of this PC, the first one first, the others in the order they came."""
    folder = first.folder / FURTHER
    others = [DeskHome(path) for path in sorted(folder.iterdir())] if folder.is_dir() else []
    return [home for home in (first, *others) if home.enrolled]


def further_home(first: DeskHome, now_ms: int) -> DeskHome:
    """Where one more post goes; one whose enrolment was broken off is taken up again, with the same nonce."""
    folder = first.folder / FURTHER
    begun = [path for path in sorted(folder.iterdir()) if _is_begun(path)] if folder.is_dir() else []
    return DeskHome(begun[0] if begun else folder / f"{now_ms:013d}-{secrets.token_hex(3)}")


def begun_homes(first: DeskHome) -> list[DeskHome]:
    """Further posts that somebody has begun to set up and not finished, in the order they were begun."""
    folder = first.folder / FURTHER
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    return [DeskHome(path) for path in found if (path / FIRST_RUN).exists()]


def _is_begun(path: Path) -> bool:
    begun = (path / "enrolling.json").exists() or (path / FIRST_RUN).exists()
    return begun and not (path / "desk.json").exists()
