"""Several posts on one PC: each has a folder, a file and keys of its own, so that one is wiped or moved without the others."""

from __future__ import annotations

import secrets
from pathlib import Path

from baiyun_desktop.replica.home import DeskHome

FURTHER = "posts"
"""Beside the first post's file: a folder with one folder for each further post."""


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


def _is_begun(path: Path) -> bool:
    return (path / "enrolling.json").exists() and not (path / "desk.json").exists()
