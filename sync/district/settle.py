"""Finding out which rows of a desk are not what they should be, and sending just those again."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, func, select

from ..protocol import Entry
from ..ranges import differing, sums
from .tables import DIGEST, HEAD
from .unit import split


def repair(conn: Connection, areas: frozenset[str], theirs: bytes) -> tuple[list[int], list[Entry]]:
    """The ranges in which a desk's sums differ from what its areas hold, and all rows of those ranges."""
    sets = [s for s in conn.execute(select(DIGEST.c.areas)).scalars() if areas.intersection(split(s))]
    held = HEAD.c.areas.in_(sets)
    query = select(HEAD.c.record, HEAD.c.rowhash).where(held)
    ranges = differing(sums((r.record, r.rowhash) for r in conn.execute(query)), theirs)
    tails = [f"{n:02x}" for n in ranges]
    rows = conn.execute(select(HEAD).where(held, func.substr(HEAD.c.record, 31, 2).in_(tails)))
    entries = [
        Entry(r.pos, "e", r.collection, r.record, msgspec.msgpack.decode(r.payload), bool(r.voided)) for r in rows
    ]
    return ranges, sorted(entries, key=lambda e: (e.pos, e.collection, e.id))
