"""What the district holds for a desk, row by row: for comparing both sides, and to show that no typed value is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator

import msgspec
from sqlalchemy import Connection, select

from ..act import Act, Op
from ..codec import decompress
from ..system import CONTEST
from .scope import Scope
from .tables import ACT, DESK, HEAD
from .unit import Key, split

Held = dict[Key, tuple[bool, dict[str, object]]]


def rows_for(conn: Connection, scope: Scope, replica: str) -> Held:
    """The rows that a desk's grants cover."""
    grants = conn.execute(select(DESK.c.grants).where(DESK.c.replica == replica)).scalar_one()
    areas = scope.tree(conn).cover(json.loads(grants))
    return {
        (r.collection, r.record): (r.voided, msgspec.msgpack.decode(r.payload))
        for r in conn.execute(select(HEAD))
        if areas.intersection(split(r.areas))
    }


def acts(conn: Connection) -> Iterator[tuple[str, str, Act]]:
    """(replica, outcome, act) of everything that ever arrived, in order of arrival per desk."""
    for r in conn.execute(select(ACT).order_by(ACT.c.replica, ACT.c.epoch, ACT.c.number)):
        yield r.replica, r.outcome, msgspec.msgpack.decode(decompress(r.body), type=Act)


def lost_values(conn: Connection) -> list[tuple[Key, str, object]]:
    """Typed values that are nowhere: not in the row, not in a contest, and overwritten by nobody who saw them.

    A value of an applied act counts as found where the row has it, where a contest has it as a side, or where a
    later act wrote the field; acts keep all of them, so an empty list says that rows and contests agree with that.
    """
    heads = {(r.collection, r.record): r for r in conn.execute(select(HEAD))}
    sides: dict[tuple[str, str], list[object]] = {}
    for (collection, _), r in heads.items():
        if collection == CONTEST:
            row = msgspec.msgpack.decode(r.payload)
            for value in [*(s["value"] for s in row.get("sides", [])), row.get("chosen") or {}]:
                for name, v in value.items():
                    sides.setdefault((row["subject"], name), []).append(v)
    typed: dict[tuple[Key, str], list[object]] = {}
    for _, outcome, act in acts(conn):
        if outcome in ("refused", "overtaken", "held"):
            continue  # kept in the act, and shown in the desk's tray
        for change in act.changes:
            if change.op in (Op.CREATE, Op.FIELDS):
                for name, value in change.fields.items():
                    typed.setdefault(((change.collection, change.id), name), []).append(value)
    missing = []
    for (key, name), values in typed.items():
        head = heads.get(key)
        here = None if head is None else msgspec.msgpack.decode(head.payload).get(name)
        known = [here, *sides.get((key[1], name), [])]
        if not any(v in known for v in values):
            missing.append((key, name, values[-1]))
    return missing
