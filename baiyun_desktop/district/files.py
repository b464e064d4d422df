"""Files as a district needs them: whole or not at all, on the disk before anybody relies on it, its owner's alone."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

OTHERS = stat.S_IRWXG | stat.S_IRWXO
"""The rights of everybody but the owner. Windows keeps rights elsewhere, and these are never set there."""
PART = ".part"


def write_whole(path: Path, data: bytes) -> None:
    """Replaces a file in one step, so that a power cut leaves the old or the new one."""
    part = path.with_name(path.name + PART)
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(path.parent)


def append_line(path: Path, line: str) -> None:
    """Adds a line that is on the disk when this returns, and is a line of its own whatever a power cut left before it."""
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b", buffering=0) as file:
        end = file.seek(0, os.SEEK_END)
        file.seek(max(0, end - 1))
        torn = end > 0 and file.read(1) != b"\n"
        file.write(b"\n" * torn + line.encode() + b"\n")
        os.fsync(file.fileno())
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Puts names on the disk too: a renamed file is only there once its folder is."""
    if os.name == "nt":  # there a folder cannot be opened, and its names are written through
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def tighten(folder: Path) -> None:
    """Takes from everybody but the owner what rights they have on a district's folder and all in it."""
    for path in open_to_others(folder):
        with suppress(FileNotFoundError):
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~OTHERS)


def open_to_others(folder: Path) -> list[Path]:
    """What in a folder others than its owner may use, the folder included; nothing on Windows."""
    if os.name == "nt":
        return []
    found = [path for path in (folder, *folder.rglob("*")) if not path.is_symlink()]
    return [path for path in found if _mode(path) & OTHERS]


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except FileNotFoundError:  # a pack or a log that was let go while we looked
        return 0
