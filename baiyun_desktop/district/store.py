"""The folder that a district's backups lie in: their names, which is the newest, and how many are kept."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from .errors import Unfit
from .files import PART

SUFFIX = ".baiyun-backup"
_NAME = re.compile(r"(\d{6,12})-(\d{8}T\d{6}Z)-(\d+)" + re.escape(SUFFIX))
_PART_AGE_S = 6 * 3600
"""A part so old is of a backup that ended half-way: none takes that long."""


@dataclass(frozen=True, slots=True, order=True)
class Backup:
    """A backup by its name, oldest first in order."""

    made: str
    pos: int
    district: str
    path: Path


def name_for(district: str, made_at: int, pos: int) -> str:
    """A name that sorts by when the backup was made."""
    return f"{district}-{datetime.fromtimestamp(made_at / 1000, UTC):%Y%m%dT%H%M%SZ}-{pos}{SUFFIX}"


def backups(folder: Path, district: str = "") -> list[Backup]:
    """The whole backups in a folder, oldest first; of one district if it is named."""
    found = []
    for path in folder.iterdir():
        match = _NAME.fullmatch(path.name)
        if match and district in ("", match[1]):
            found.append(Backup(match[2], int(match[3]), match[1], path))
    return sorted(found)


def newest(source: Path) -> Path:
    """The backup that a file or folder stands for; raises Unfit where that is not clear."""
    if not source.exists():
        raise Unfit(f"{source} is not there: connect the disk with the backups, or correct --from")
    if source.is_file():
        return source
    found = backups(source)
    if not found:
        raise Unfit(f"{source} holds no backup: name the folder that 'baiyun-district backup' was given")
    if len({backup.district for backup in found}) > 1:
        raise Unfit(f"{source} holds backups of several districts: name one of the files")
    return found[-1].path


def later_than(path: Path) -> list[Path]:
    """The backups beside one that were made after it."""
    match = _NAME.fullmatch(path.name)
    if match is None:
        return []
    return [other.path for other in backups(path.parent, match[1]) if other.made > match[2]]


def tidy(folder: Path, district: str, keep: int) -> int:
    """Removes the oldest beyond so many, and what backups left that ended half-way; returns how many it removed."""
    gone = [backup.path for backup in backups(folder, district)[:-keep]]
    for path in folder.glob(f"{district}-*{SUFFIX}{PART}"):
        if path.stat().st_mtime < time.time() - _PART_AGE_S:
            gone.append(path)
    for path in gone:
        path.unlink()
    return len(gone)
