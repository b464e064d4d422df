"""Finding out which rows of a desk are not what they should be, and sending just those again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, func, select

from ..canon import row_hash
from ..protocol import Entry
from ..ranges import differing, range_of, sums
from .sight import WHOLE, Cover
from .tables import DIGEST, FEED, FEED_AREA, HEAD


def repair(conn: Connection, cover: Cover, theirs: bytes, since: int) -> tuple[list[int], list[Entry]]:
    """The ranges in which a desk's sums differ from what it should hold, and all rows of those ranges.

    The sums are as of position `since`. A range in which something has changed after it is left for another time, so
    that a district that is never quiet can mend its desks all the same.
    """
    sets = [s for s in conn.execute(select(DIGEST.c.areas)).scalars() if cover.sight(s) is not None]
    held = HEAD.c.areas.in_(sets)
    moving = {range_of(r.record) for r in conn.execute(_since(cover.areas, since))}
    found = differing(sums(_shares(conn, cover, sets)), theirs)
    ranges = [n for n in found if n not in moving]
    tails = [f"{n:02x}" for n in ranges]
    rows = conn.execute(select(HEAD).where(held, func.substr(HEAD.c.record, 31, 2).in_(tails)))
    entries = [
        Entry(r.pos, "e", r.collection, r.record, cut, bool(r.voided))
        for r in rows
        if (cut := _cut(cover, r)) is not None
    ]
    return ranges, sorted(entries, key=lambda e: (e.pos, e.collection, e.id))


def _shares(conn: Connection, cover: Cover, sets: list[str]) -> Iterator[tuple[str, int]]:
    """(id, row hash) of what a desk should hold."""
    whole = [s for s in sets if cover.sight(s) == WHOLE]
    for r in conn.execute(select(HEAD.c.record, HEAD.c.rowhash).where(HEAD.c.areas.in_(whole))):
        yield r.record, r.rowhash
    parts = [s for s in sets if cover.sight(s) != WHOLE]
    for r in conn.execute(select(HEAD).where(HEAD.c.areas.in_(parts))) if parts else ():
        cut = _cut(cover, r)
        if cut is not None:
            yield r.record, row_hash(r.collection, r.record, r.voided, cut)


def _cut(cover: Cover, row: Any) -> dict[str, Any] | None:
    return cover.cut(row.areas, row.collection, msgspec.msgpack.decode(row.payload))


def _since(areas: frozenset[str], since: int) -> Select[tuple[str]]:
    """The records of these areas, before or after, that the feed has after a position."""
    here = (FEED_AREA.c.pos == FEED.c.pos) & (FEED_AREA.c.n == FEED.c.n)
    return (
        select(FEED.c.record).join(FEED_AREA, here).where(FEED_AREA.c.area.in_(sorted(areas)), FEED_AREA.c.pos > since)
    )
