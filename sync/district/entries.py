"""What an act does to records: its changes, the feed's entries made of them, and the stamps of who last wrote each field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from ..merge import Stamp

Key = tuple[str, str]

PENDING = 2**62
"""Positions above it are provisional: the real ones are given at the end."""


@dataclass(slots=True)
class Change:
    """What an act did to one record; `known` are the fields that its author can work out from the verdict alone."""

    key: Key
    fields: dict[str, Any]
    before: tuple[str, ...]
    known: frozenset[str] | None = None
    """None: the author knows nothing of it, not even that the record was touched."""
    voids: bool = False
    """Whether this is the author's own void."""
    turns: bool = False
    """Whether the record's void state is written."""


@dataclass(slots=True)
class FeedEntry:
    """One record's part of a position, ready for the feed. `own` is what the author must still be told, if anything."""

    pos: int
    key: Key
    fields: dict[str, Any]
    own: dict[str, Any] | None
    whole: dict[str, Any] | None
    before: tuple[str, ...]
    after: tuple[str, ...]
    voided: bool
    far: bool = False
    """Whether the author holds the record neither before nor after, and so hears of it by name alone."""
    erases: bool = False
    authors: tuple[str, ...] = ()
    """Desks that hear of it wherever the record lives: their own acts named it."""


def pack_stamps(meta: dict[str, Stamp], void: Stamp | None) -> bytes:
    """Stamps as a table of the distinct ones; most rows have one or two."""
    table: dict[Stamp, int] = {}
    fields = {name: table.setdefault(stamp, len(table)) for name, stamp in meta.items()}
    gone = table.setdefault(void, len(table)) if void else None
    desks = sorted({s.desk for s in table})
    return msgspec.msgpack.encode([desks, [(s.pos, desks.index(s.desk), s.number) for s in table], fields, gone])


def unpack_stamps(data: bytes) -> tuple[dict[str, Stamp], Stamp | None]:
    """The stamps of `pack_stamps`."""
    desks, rows, fields, gone = msgspec.msgpack.decode(data)
    table = [Stamp(pos, desks[desk], number) for pos, desk, number in rows]
    return {name: table[n] for name, n in fields.items()}, None if gone is None else table[gone]


def settle_sides(row: dict[str, Any], base: int) -> None:
    """Gives the sides of a contest's row their real positions, each so far above `base` as it was provisional."""
    for side in row.get("sides") or []:
        if isinstance(side, dict) and side.get("pos", 0) >= PENDING:
            side["pos"] += base


def real(stamp: Stamp, base: int) -> Stamp:
    """A stamp with its real position where it has a provisional one."""
    return Stamp(stamp.pos + base, stamp.desk, stamp.number) if stamp.pos >= PENDING else stamp
