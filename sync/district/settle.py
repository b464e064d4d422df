"""Finding out which rows of a desk are not what they should be, and sending just those again."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, Select, func, select

from ..protocol import Entry
from ..ranges import differing, range_of, sums
from .tables import DIGEST, FEED, FEED_AREA, HEAD
from .unit import split


def repair(conn: Connection, areas: frozenset[str], theirs: bytes, since: int) -> tuple[list[int], list[Entry]]:
    """The ranges in which a desk's sums differ from what its areas hold, and all rows of those ranges.

    The sums are as of position `since`. A range in which something has changed after it is left for another time, so
    that a district that is never quiet can mend its desks all the same.
    """
    sets = [s for s in conn.execute(select(DIGEST.c.areas)).scalars() if areas.intersection(split(s))]
    held = HEAD.c.areas.in_(sets)
    query = select(HEAD.c.record, HEAD.c.rowhash).where(held)
    moving = {range_of(r.record) for r in conn.execute(_since(areas, since))}
    found = differing(sums((r.record, r.rowhash) for r in conn.execute(query)), theirs)
    ranges = [n for n in found if n not in moving]
    tails = [f"{n:02x}" for n in ranges]
    rows = conn.execute(select(HEAD).where(held, func.substr(HEAD.c.record, 31, 2).in_(tails)))
    entries = [
        Entry(r.pos, "e", r.collection, r.record, msgspec.msgpack.decode(r.payload), bool(r.voided)) for r in rows
    ]
    return ranges, sorted(entries, key=lambda e: (e.pos, e.collection, e.id))


def _since(areas: frozenset[str], since: int) -> Select[tuple[str]]:
    """The records of these areas, before or after, that the feed has after a position."""
    here = (FEED_AREA.c.pos == FEED.c.pos) & (FEED_AREA.c.n == FEED.c.n)
    return (
        select(FEED.c.record).join(FEED_AREA, here).where(FEED_AREA.c.area.in_(sorted(areas)), FEED_AREA.c.pos > since)
    )
