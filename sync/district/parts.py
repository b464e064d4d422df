"""What a desk is told that sees no more than a part of some rows: its entries of the feed, and the sums it should hold.

Sums of parts are kept up to date like those of whole rows. Which sights are needed, the grants say: a sum is made when a
desk first asks for it, with one reading of its rows, and from then on each act adds what it changed. What a process made
by other views than this one's is forgotten when its rows change, and made again by whoever needs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from ..canon import add_hash, row_hash
from ..merge import Head
from ..protocol import Entry
from .entries import Key
from .sight import Shown, Sights, sights_of
from .tables import HEAD, META, PART_DIGEST
from .unit import Unit

Parts = dict[tuple[str, str], tuple[int, int]]
"""By areas and sight, (sum, rows)."""

_OF_SIGHTS = select(PART_DIGEST).where(PART_DIGEST.c.sight.in_(bindparam("sights", expanding=True)))
_OF_AREAS = select(PART_DIGEST).where(PART_DIGEST.c.areas.in_(bindparam("areas", expanding=True)))
_ADD = insert(PART_DIGEST)
_SET = (
    update(PART_DIGEST)
    .where(*(PART_DIGEST.c[n] == bindparam(f"v_{n}") for n in ("areas", "sight", "mark")))
    .values(total=bindparam("v_total"), rows=bindparam("v_rows"))
)
_FORGET = delete(PART_DIGEST).where(*(PART_DIGEST.c[n] == bindparam(f"v_{n}") for n in ("areas", "sight", "mark")))
_ROWS = select(HEAD.c.collection, HEAD.c.record, HEAD.c.voided, HEAD.c.payload).where(
    HEAD.c.areas == bindparam("areas")
)


def part_entry(row: Any, sights: Sights, before: str | None, after: str | None, *, own: bool) -> Entry | None:
    """The entry of one who sees no more than a part of the record, before it or after it.

    Where another part is seen than before, that part goes whole, in place of all that was held. Where nothing that is seen
    has changed, nothing is said.
    """
    fields = msgspec.msgpack.decode(row.fields)
    whole = fields if row.whole is None else msgspec.msgpack.decode(row.whole)
    held = None if before is None else sights.of_row(before, row.collection, whole)
    holds = (False, None) if after is None else sights.of_row(after, row.collection, whole)
    key = (row.collection, row.record)
    if row.erases:
        return Entry(row.pos, "x", *key, {}, voided=holds[0])  # a void one stays where something still points at it
    if not holds[0]:
        return Entry(row.pos, "l", *key, {}) if own or (held is not None and held[0]) else None
    if row.salt is None:
        return None  # of a record that was erased since, which a later entry says
    told = row.fields if row.own is None else row.own
    anew = held != holds and (not own or bool(row.before) or row.own == row.fields)
    unseen = holds[1] is not None and not fields.keys() <= holds[1]
    if own and not anew and unseen and row.whole is not None:
        anew = True  # what he wrote and does not see is taken out of the row that he wrote himself
    if own and not anew and row.own is None:
        return None
    if anew:
        return Entry(row.pos, "e", *key, _shown(whole, holds[1]), row.voided)
    said = _shown(msgspec.msgpack.decode(told) if own else fields, holds[1])
    if fields and not said and row.whole is None:
        return None
    return Entry(row.pos, "f", *key, said, row.voided)


def _shown(row: dict[str, Any], fields: Shown) -> dict[str, Any]:
    return row if fields is None else {k: v for k, v in row.items() if k in fields}


def parts_of(
    conn: Connection, sights: Sights, wanted: Sequence[tuple[str, str]], fresh: Parts
) -> Iterator[tuple[int, int]]:
    """(sum, rows) of what a sight shows of the rows of some areas, for each wanted; `fresh` gets those made for it."""
    rows = conn.execute(_OF_SIGHTS, {"sights": sorted({sight for _, sight in wanted})})
    known = {(r.areas, r.sight): (r.total, r.rows) for r in rows if r.mark == sights.mark}
    for areas, sight in wanted:
        found = known.get((areas, sight)) or fresh.get((areas, sight))
        if found is None:
            found = fresh[(areas, sight)] = _read(conn, sights, areas, sight)
        yield found


def _read(conn: Connection, sights: Sights, areas: str, sight: str) -> tuple[int, int]:
    total, count = 0, 0
    for row in conn.execute(_ROWS, {"areas": areas}, execution_options={"yield_per": 1_000}):
        cut = sights.cut(sight, row.collection, msgspec.msgpack.decode(row.payload))
        if cut is not None:
            total = add_hash(total, row_hash(row.collection, row.record, row.voided, cut))
            count += 1
    return total, count


def keep_parts(conn: Connection, sights: Sights, fresh: Parts, pos: int) -> None:
    """Keeps sums that were made as of a position. The caller has taken a turn, so that no act is missed between."""
    now = conn.execute(select(META.c.pos)).scalar_one()
    rows = conn.execute(_OF_AREAS, {"areas": sorted({areas for areas, _ in fresh})})
    known = {(r.areas, r.sight) for r in rows if r.mark == sights.mark}
    made = []
    for (areas, sight), sums in sorted(fresh.items()):
        if (areas, sight) not in known:
            total, count = sums if now == pos else _read(conn, sights, areas, sight)
            made.append({"areas": areas, "sight": sight, "mark": sights.mark, "total": total, "rows": count})
    if made:
        conn.execute(_ADD, made)


def add_parts(conn: Connection, unit: Unit, keys: Sequence[Key], areas: Sequence[str]) -> None:
    """Adds what a transaction changed in the rows `keys` to the sums of the sets of areas `areas` that somebody needs."""
    sights, gone, sums = sights_of(unit.schema), [], Parts()
    for row in conn.execute(_OF_AREAS, {"areas": list(areas)}).all():
        if row.mark == sights.mark:
            sums[(row.areas, row.sight)] = (row.total, row.rows)
        else:
            gone.append({"v_areas": row.areas, "v_sight": row.sight, "v_mark": row.mark})
    by_areas: dict[str, list[str]] = {}
    for of, sight in sums:
        by_areas.setdefault(of, []).append(sight)
    for key in keys if sums else ():
        for head, sign in ((unit.stored.get(key), -1), (unit.head(key), 1)):
            if head is None:
                continue
            of = ",".join(head.areas)
            for sight in by_areas.get(of, ()):
                share, count = _share(sights, sight, head)
                total, rows = sums[(of, sight)]
                sums[(of, sight)] = (add_hash(total, sign * share), rows + sign * count)
    if gone:
        conn.execute(_FORGET, gone)
    if sums:
        named = {"v_mark": sights.mark}
        conn.execute(
            _SET, [{"v_areas": a, "v_sight": s, "v_total": t, "v_rows": n, **named} for (a, s), (t, n) in sums.items()]
        )


def _share(sights: Sights, sight: str, head: Head) -> tuple[int, int]:
    cut = sights.cut(sight, head.collection, head.payload)
    return (0, 0) if cut is None else (row_hash(head.collection, head.id, head.voided, cut), 1)
