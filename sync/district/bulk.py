"""Loading many rows at once as the district itself: a register taken over whole, and the rows of a benchmark.

Rows come in without acts, a position a chunk; the feed begins after the last, so that desks fetch them as a pack.
Unique rules file the rows under their keys but compare nothing: that is for acts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from sqlalchemy import Engine, insert, select, update

from ..act import Change
from ..merge import Head, Stamp
from ..outside import Random, system_random
from ..schema import Schema
from .chain import SALT_BYTES, next_tag, spine
from .doubts import short_key
from .entries import PENDING
from .entries import Change as FeedChange
from .feed import hashes_of, sum_up
from .membership import Membership, points_at
from .tables import META, POSITION
from .unit import Unit

CHUNK = 4_000


def load(
    engine: Engine,
    schema: Schema,
    rows: Iterable[Change],
    at_ms: int,
    home: str = "",
    *,
    random: Random = system_random,
) -> int:
    """Loads rows that are new, children after their parents; returns how many."""
    todo, count = iter(rows), 0
    while part := list(islice(todo, CHUNK)):
        _load(engine, schema, part, at_ms, home, random(SALT_BYTES))
        count += len(part)
    return count


def _load(engine: Engine, schema: Schema, rows: Sequence[Change], at_ms: int, home: str, salt: bytes) -> None:
    stamp = Stamp(PENDING, "", 0)
    with engine.begin() as conn:
        unit = Unit(conn, schema)
        for row in rows:
            key, spec = (row.collection, row.id), schema.get(row.collection)
            fields = {k: v for k, v in row.fields.items() if v is not None}
            unit.assume_absent(key)
            head = unit.create(Head(*key, PENDING, PENDING, fields, dict.fromkeys(fields, stamp)), home)
            unit.index.point(key, points_at(spec, head))
            unit.record(FeedChange(key, fields, ()))
            for rule in spec.uniques if spec else ():
                keys = {short_key(k) for k in rule.keys(fields) if k}
                unit.index.assume_new(rule.name, keys)
                unit.index.key_under(row.id, rule.name, keys)
        Membership(unit).refresh([(r.collection, r.id) for r in rows])
        meta = conn.execute(select(META).with_for_update()).one()
        pos = meta.pos + 1
        unit.settle(pos)
        hashes = hashes_of(unit)
        unit.flush(hashes)
        sum_up(conn, unit, hashes)
        who = {
            "desk": "",
            "epoch": 0,
            "number": 0,
            "committed": at_ms,
            "officer": "system",
            "at": at_ms,
            "verb": "load",
        }
        tag = next_tag(meta.tag, pos, spine(who), [salt, str(sorted(hashes.values())).encode()])
        conn.execute(update(META).values(pos=pos, tag=tag, horizon=pos))
        conn.execute(insert(POSITION), {"pos": pos, "tag": tag, **who})
