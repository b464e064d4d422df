"""Finding out which rows of a desk are not what they should be, and sending just those again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, func, select

from ..canon import row_hash
from ..limits import LIMITS
from ..protocol import Entry
from ..ranges import differing, range_of, sums
from .sight import WHOLE, Cover
from .tables import DIGEST, FEED, FEED_AREA, HEAD

REPAIR_BYTES = LIMITS.repair_bytes


def repair(conn: Connection, cover: Cover, theirs: bytes, since: int) -> tuple[list[int], list[Entry], bool]:
    """The ranges in which a desk's sums differ from what it should hold, all rows of those ranges, and whether that is all.

    The sums are as of position `since`. A range in which something has changed after it is left for another time, so
    that a district that is never quiet can mend its desks all the same. So is what does not fit into one answer.
    """
    sets = [s for s in conn.execute(select(DIGEST.c.areas)).scalars() if cover.sight(s) is not None]
    held = HEAD.c.areas.in_(sets)
    moving = {range_of(r.record) for r in conn.execute(_since(cover.areas, since))}
    found = differing(sums(_shares(conn, cover, sets)), theirs)
    resting = [n for n in found if n not in moving]
    ranges = _fitting(conn, held, resting)
    rows = conn.execute(select(HEAD).where(held, _in(ranges)))
    entries = [
        Entry(r.pos, "e", r.collection, r.record, cut, bool(r.voided))
        for r in rows
        if (cut := _cut(cover, r)) is not None
    ]
    return ranges, sorted(entries, key=lambda e: (e.pos, e.collection, e.id)), ranges == resting


def _fitting(conn: Connection, held: ColumnElement[bool], ranges: list[int]) -> list[int]:
    """As many of the ranges as fit into an answer, but one at least: each is sent whole or not at all."""
    sizes: Counter[int] = Counter()
    for record, size in conn.execute(select(HEAD.c.record, func.length(HEAD.c.payload)).where(held, _in(ranges))):
        sizes[range_of(record)] += size
    upto = accumulate(sizes[n] for n in ranges)
    return [n for n, size in zip(ranges, upto, strict=True) if n == ranges[0] or size <= REPAIR_BYTES]


def _in(ranges: list[int]) -> ColumnElement[bool]:
    return func.substr(HEAD.c.record, 31, 2).in_([f"{n:02x}" for n in ranges])


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
