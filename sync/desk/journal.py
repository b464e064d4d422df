"""Writing down what an officer does: one act in the journal and its effect on the shown rows, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy import Connection

from ..act import Act, Base, Change, Op
from ..blobs import blobs_of
from ..canon import check_said
from ..outside import Clock
from ..protocol import ACT_BYTES_MAX, CHANGES_PER_ACT_MAX
from ..schema import Policy, Schema
from ..system import CONTEST
from . import blobs
from .rows import Rows, Stored, apply_change

Key = tuple[str, str]
"""(collection, record id)"""


KNOWS = 2**32
"""A base taken when no act had been saved yet since this desk heard of the district's restore says so in units of this: it
names the timeline, for another restore may come before what is typed on it is saved."""


class ClosedForWriting(Exception):
    """The record has left this desk's areas; what waits for its verdict goes on, nothing new may be added."""


@dataclass(frozen=True, slots=True)
class Written:
    """A saved act's number and the records whose shown rows it changed."""

    number: int
    touched: frozenset[Key]


class Journal:
    """The acts of one replica and epoch. Each method runs in the caller's transaction."""

    def __init__(self, schema: Schema, clock: Clock) -> None:
        self.schema = schema
        self.rows = Rows(schema)
        self._clock = clock

    def base(self, conn: Connection) -> Base:
        """What a form that opens now shows: the cursor, and the own acts so far."""
        sql = "SELECT pos, next_number, old_upto, timeline FROM sync_state"
        pos, following, old_upto, timeline = conn.exec_driver_sql(sql).one()
        return Base(pos, following - 1 + (_knows(timeline) if following - 1 == old_upto else 0))

    def write(
        self,
        conn: Connection,
        *,
        officer: str,
        verb: str,
        base: Base,
        changes: Sequence[Change],
        batch: str = "",
        at: int | None = None,
    ) -> Written:
        """Appends one act and shows it.

        Raises ValueError above the bounds of an act (500 changes, 1 MiB) and for values that no row holds (floats, half
        characters), ClosedForWriting where a record has left.
        """
        if not 0 < len(changes) <= CHANGES_PER_ACT_MAX:
            raise ValueError(f"an act has 1 to {CHANGES_PER_ACT_MAX} changes, not {len(changes)}")
        for change in changes:
            check_said(change.fields)
        whole = tuple(self._whole_groups(conn, c) for c in changes)
        number = conn.exec_driver_sql("SELECT next_number FROM sync_state").scalar_one()
        base = _as_it_travels(conn, base, number)
        act = Act(number, officer, self._clock.now_ms() if at is None else at, verb, base, whole, batch)
        body = msgspec.msgpack.encode(act)
        if len(body) > ACT_BYTES_MAX:
            raise ValueError(f"an act is at most {ACT_BYTES_MAX} bytes, not {len(body)}")
        conn.exec_driver_sql("INSERT INTO sync_journal (number, body, at) VALUES (?, ?, ?)", (number, body, act.at))
        conn.exec_driver_sql("UPDATE sync_state SET next_number=?", (number + 1,))
        touched: set[Key] = set()
        for change in whole:
            for key, shown in shown_parts(change):
                self._cover(conn, key, number)
                store = self.rows.of(key[0])
                store.put(conn, key[1], apply_change(self.schema.get(key[0]), store.get(conn, key[1]), shown))
                touched.add(key)
            blobs.name_in_act(
                conn, change.collection, change.id, blobs_of(self.schema.get(change.collection), change.fields).values()
            )
        return Written(number, frozenset(touched))

    def _whole_groups(self, conn: Connection, change: Change) -> Change:
        """Fields that mean one thing travel together, so that a side of a contest is a whole value."""
        spec = self.schema.get(change.collection)
        if spec is None or change.op is not Op.FIELDS:
            return change
        groups = {f.group for n in change.fields if (f := spec.field(n)) and f.group and f.policy is Policy.ASK}
        missing = [f.name for f in spec.fields if f.group in groups and f.name not in change.fields]
        if not missing:
            return change
        stored = self.rows.of(change.collection).get(conn, change.id)
        row = stored.row if stored else {}
        return replace_fields(change, {**{n: row.get(n) for n in missing}, **change.fields})

    def _cover(self, conn: Connection, key: Key, number: int) -> None:
        """Keeps the district's row beside the shown one from the first own act on it."""
        sql = "SELECT 1 FROM sync_leaving WHERE collection=? AND record=?"
        if conn.exec_driver_sql(sql, key).first() is not None:
            raise ClosedForWriting(f"{key[0]} {key[1]}")
        conn.exec_driver_sql("INSERT OR IGNORE INTO sync_touch VALUES (?, ?, ?)", (*key, number))
        if conn.exec_driver_sql("SELECT 1 FROM sync_pristine WHERE collection=? AND record=?", key).first() is None:
            save_pristine(conn, key, self.rows.of(key[0]).get(conn, key[1]))


def _knows(timeline: int) -> int:
    """What is added to the own acts of a base that knows of this timeline, and of nothing typed on it."""
    return KNOWS * (1 + timeline % 2**30)


def own_acts(base: Base) -> int:
    """The last own act that a form showed."""
    return base.own % KNOWS


def oldest(bases: Iterable[Base]) -> Base:
    """What each of several forms showed."""
    seen = list(bases)
    own = min(map(own_acts, seen))
    knowing = {b.own for b in seen if own_acts(b) == own}
    return Base(min(b.pos for b in seen), knowing.pop() if len(knowing) == 1 else own)


def _as_it_travels(conn: Connection, base: Base, number: int) -> Base:
    """A base as the district reads it.

    It takes positions for those of a lost timeline where the base names no own act after the restore. The first act that
    was typed after it can only name itself; the next ones that were typed beside it have not seen that, and do not say so.
    """
    if base.own < KNOWS:
        return base
    own = own_acts(base)
    old_upto, timeline = conn.exec_driver_sql("SELECT old_upto, timeline FROM sync_state").one()
    knows = own == old_upto and base.own == own + _knows(timeline)
    return Base(base.pos, number if knows and number == own + 1 else own)


def replace_fields(change: Change, fields: dict[str, Any]) -> Change:
    """The change with other fields."""
    return Change(change.collection, change.id, change.op, fields)


def shown_parts(change: Change) -> Iterable[tuple[Key, Change]]:
    """What a change does to the shown rows: a decision shows on its contest and on the record at once."""
    key = (change.collection, change.id)
    if change.op is Op.ERASE:
        return  # nothing is left to be shown
    if change.op is not Op.DECIDE:
        yield key, change
        return
    if change.collection == CONTEST:
        value = dict(change.fields["value"])
        yield key, Change(*key, Op.FIELDS, {"state": "decided", "chosen": value})
        subject = (change.fields["subject_kind"], change.fields["subject"])
        if "voided" not in value:
            yield subject, Change(*subject, Op.FIELDS, value)
        elif value["voided"]:
            yield subject, Change(*subject, Op.VOID)
        return
    yield key, Change(*key, Op.FIELDS, {"state": change.fields["answer"]})


def save_pristine(conn: Connection, key: Key, stored: Stored | None) -> None:
    """Writes the district's row of a record; None where the district has none yet."""
    body = msgspec.msgpack.encode(None if stored is None or stored.pos == 0 else (stored.voided, stored.row))
    conn.exec_driver_sql("INSERT OR REPLACE INTO sync_pristine VALUES (?, ?, ?)", (*key, body))


def load_pristine(conn: Connection, key: Key) -> tuple[bool, Stored | None]:
    """(whether own acts cover the record, the district's row if so and if it has one)."""
    found = conn.exec_driver_sql("SELECT body FROM sync_pristine WHERE collection=? AND record=?", key).first()
    if found is None:
        return False, None
    content = msgspec.msgpack.decode(found[0])
    return True, None if content is None else Stored(content[1], content[0])


def shown_acts(conn: Connection, key: Key) -> list[Act]:
    """The own acts of the shown sum that touch a record, in order."""
    sql = (
        "SELECT j.body FROM sync_touch t JOIN sync_journal j ON j.number = t.number"
        " WHERE t.collection=? AND t.record=? ORDER BY t.number"
    )
    return [msgspec.msgpack.decode(body, type=Act) for (body,) in conn.exec_driver_sql(sql, key)]


def reshow(conn: Connection, rows: Rows, key: Key) -> None:
    """Makes a record's shown row again: the district's row and the own acts still standing on it."""
    store, spec = rows.of(key[0]), rows.schema.get(key[0])
    covered, pristine = load_pristine(conn, key)
    if not covered:
        return
    current = store.get(conn, key[1])
    pos, rowhash = (current.pos, current.rowhash) if current else (0, 0)
    shown = replace(pristine, pos=pos, rowhash=rowhash) if pristine else None
    acts = shown_acts(conn, key)
    for act in acts:
        for change in act.changes:
            for target, part in shown_parts(change):
                if target == key:
                    shown = apply_change(spec, shown, part)
    if shown is None:
        store.remove(conn, key[1])
    else:
        store.put(conn, key[1], replace(shown, pos=pos, rowhash=rowhash))
    if not acts:
        conn.exec_driver_sql("DELETE FROM sync_pristine WHERE collection=? AND record=?", key)
