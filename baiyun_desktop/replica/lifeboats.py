"""Sends the lifeboats that lie on this PC: what was typed in a file that opens no more goes up by whatever desk is there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from baiyun_desktop.replica.home import DeskHome
from sync.desk.lifeboat import FilePlace, Sent, send
from sync.desk.packs import Line
from sync.lifeboat import DAMAGED, TAKEN, UNKNOWN


def lifeboats(home: DeskHome) -> list[Path]:
    """Those of this folder: its desk's own, and those of desks that were here before."""
    return sorted(home.folder.glob("*.lifeboat"))


def send_all(home: DeskHome, line: Line, *, own: bool) -> Iterator[tuple[Path, Sent]]:
    """Hands each of them to the district; with `own` also the desk's, for an older file may have taken its file's place.

    To be asked for where all that the file itself has is sent.

    What no desk follows any more leaves its file once a backup of the district has it.
    """
    for path in lifeboats(home):
        mine = home.enrolled and path.stem == home.replica_id
        if own or not mine:
            yield path, send(line, FilePlace(path), prune=not mine)


def words(path: Path, sent: Sent) -> str:
    """What became of one, for whoever sent it."""
    fates = sent.fates
    said = f"{path.name}：共 {sum(fates.values())} 项操作，新送到 {fates.get(TAKEN, 0)} 项，其余区里已有"
    bad = sent.broken + fates.get(DAMAGED, 0) + fates.get(UNKNOWN, 0)
    if bad:
        said += f"；有 {bad} 处读不出来，已原样保留，请联系管理员"
    return "\n".join([said, *(f"  {reason}" for reason in sent.reasons)])
