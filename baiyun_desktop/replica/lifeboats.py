"""Sends the lifeboats that lie on this PC: what was typed in a file that opens no more goes up by whatever desk is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from baiyun_desktop.replica.home import DeskHome
from baiyun_desktop.replica.replica import hold_of
from sync.desk.lifeboat import FilePlace, Sent, send
from sync.desk.lifeboat_files import FolderHold, send_files
from sync.desk.packs import Line
from sync.lifeboat import KNOWN, TAKEN, scan


def lifeboats(home: DeskHome) -> list[Path]:
    """Those of this folder: its desk's own, and those of desks that were here before."""
    found = [*home.folder.glob("*.lifeboat"), *home.folder.glob("*.aboard")]
    return sorted({path.with_suffix(".lifeboat") for path in found})


def send_all(home: DeskHome, line: Line, *, own: bool) -> Iterator[tuple[Path, Sent]]:
    """Hands each of them to the district; with `own` also the desk's, for an older file may have taken its file's place.

    To be asked for where all that the file itself has is sent.

    What no desk follows any more leaves its file once a backup of the district has it.
    """
    for path in lifeboats(home):
        mine = home.enrolled and path.stem == home.replica_id
        if own or not mine:
            sent = send(line, FilePlace(path), prune=not mine)
            send_files(line, FolderHold(hold_of(path)), sent, prune=not mine)
            yield path, sent


def unread(sent: Sent) -> int:
    """How many places, acts and files of one the district could not take; they stay where they are."""
    fates = (*sent.fates.items(), *sent.files.items())
    return sent.broken + sum(count for fate, count in fates if fate not in (TAKEN, KNOWN))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What lifeboats came to: acts that are new to the district, acts that it had, new files, and what it could not take."""

    acts: int = 0
    known: int = 0
    files: int = 0
    bad: int = 0
    reasons: tuple[str, ...] = ()

    @classmethod
    def of(cls, found: Iterable[tuple[Path, Sent]]) -> Outcome:
        each = [sent for _, sent in found]
        return cls(
            sum(sent.fates.get(TAKEN, 0) for sent in each),
            sum(sent.fates.get(KNOWN, 0) for sent in each),
            sum(sent.files.get(TAKEN, 0) for sent in each),
            sum(map(unread, each)),
            tuple(dict.fromkeys(reason for sent in each for reason in sent.reasons)),
        )


def held_in(home: DeskHome) -> tuple[int, int]:
    """How many acts and files lie in the lifeboats of a PC, without a key: most of them the district has."""
    found = lifeboats(home)
    acts = sum(len(scan(FilePlace(path).read())[0]) for path in found)
    return acts, sum(len(FolderHold(hold_of(path)).sizes()) for path in found)


def words(path: Path, sent: Sent) -> str:
    """What became of one, for whoever sent it."""
    fates, files = sent.fates, sent.files
    there = fates.get(KNOWN, 0)
    said = f"{path.name}：共 {sum(fates.values())} 项操作，新送到 {fates.get(TAKEN, 0)} 项，{there} 项区里已有"
    if files:
        said += f"；附件 {sum(files.values())} 个，新送到 {files.get(TAKEN, 0)} 个"
    if bad := unread(sent):
        said += f"；有 {bad} 处读不出来，已原样保留，请联系管理员"
    return "\n".join([said, *(f"  {reason}" for reason in sent.reasons)])
