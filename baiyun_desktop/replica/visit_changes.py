"""What has changed since a walk was prepared: here on one side, at the district and by others on the other."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.movement import COLLECTION as MOVEMENT
from baiyun_desktop.replica.replica import Replica
from baiyun_desktop.replica.visit_walk import Stop, walk_of
from baiyun_desktop.replica.visits import Bundle, Done, Visits

_AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class Change:
    """One act on one record; `fields` are {field: (before, after)}, and a step is named by its verb."""

    kind: str
    record: str
    at: int
    officer: str
    verb: str
    op: str
    fields: Mapping[str, tuple[Any, Any]]
    here: bool


@dataclass(frozen=True, slots=True)
class Met:
    """One stop, with what was found there and what changed on either side."""

    door: str
    stop: Stop
    done: Done
    gone: bool = False
    """Whether the record is not on this desk any more."""
    asked: bool = False
    """Whether an open question is about it now: both sides wrote the same field."""
    here: Sequence[Change] = ()
    there: Sequence[Change] = ()


@dataclass(frozen=True, slots=True)
class Since:
    """All of it, in the order of the walk; `new` are records that a walk of today would have and this one had not."""

    met: Sequence[Met] = ()
    new: Sequence[tuple[str, Stop]] = ()
    waiting: int = 0
    """How many of the walk's own acts the district has not answered yet."""
    untouched: int = field(default=0)
    """Stops at which nothing was found and nothing changed."""


def since(replica: Replica, visits: Visits, bundle: str) -> Since:
    """What has changed since a bundle was prepared. Raises DoorRefusal while it is locked."""
    held = visits.open(bundle)
    spec = visits.spec(held)
    about = {stop.record: _records(held, stop) for _, stop in held.stops}
    with replica.reading() as conn:
        changes = _changes(conn, held.mark, {record for ids in about.values() for record in ids})
    rows = replica.read.many(spec.kind, about)
    asked = {contest.record for contest in replica.read.contests()}
    met, untouched = [], 0
    for door, stop in held.stops:
        own = [change for record in about[stop.record] for change in changes.get(record, ())]
        done = held.done(stop.record)
        gone = stop.record not in rows
        if not (own or done.key or done.note or done.typed or gone):
            untouched += 1
            continue
        here = sorted((c for c in own if c.here), key=lambda c: c.at)
        there = sorted((c for c in own if not c.here), key=lambda c: c.at)
        met.append(Met(door.label, stop, done, gone, bool(asked & set(about[stop.record])), here, there))
    waiting = sum(1 for row in rows.values() if row.pending)
    return Since(met, _new(replica, visits, held), waiting, untouched)


def _records(held: Bundle, stop: Stop) -> list[str]:
    """The visited record, the person, the note, and what waited."""
    found = [stop.record, stop.person, held.done(stop.record).note, *(wait.record for wait in stop.waits)]
    return [record for record in dict.fromkeys(found) if record]


def _new(replica: Replica, visits: Visits, held: Bundle) -> list[tuple[str, Stop]]:
    spec, plan = visits.spec(held), held.plan
    day = date.fromisoformat(plan.day)
    doors, _ = walk_of(replica.read, replica.layout.program, spec, plan.areas, day, everyone=True)
    known = set(plan.known)
    return [(door.label, stop) for door in doors for stop in door.stops if stop.record not in known]


def _changes(conn: Connection, mark: int, records: Iterable[str]) -> dict[str, list[Change]]:
    """By record, what the history has after the mark; a step stands with the record that it was taken on."""
    wanted, found = sorted(records), dict[str, list[Change]]()
    for start in range(0, len(wanted), _AT_ONCE):
        batch = wanted[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(batch))
        steps = f'SELECT id FROM "{MOVEMENT}" WHERE subject IN ({marks})'
        sql = (
            "SELECT h.kind, h.record, coalesce(s.at, h.at), coalesce(s.officer, h.officer), coalesce(s.verb, h.verb),"
            " h.op, h.fields, h.act, m.subject, m.verb, m.subject_kind FROM history h"
            " LEFT JOIN sync_stamp s ON s.pos = h.pos AND h.act = 0"
            f' LEFT JOIN "{MOVEMENT}" m ON m.id = h.record AND h.kind = ?'
            f" WHERE h.id > ? AND (h.record IN ({marks}) OR h.record IN ({steps})) ORDER BY h.id"
        )
        for row in conn.exec_driver_sql(sql, (MOVEMENT, mark, *batch, *batch)):
            change = _change(*row)
            if change.fields or change.op != "fields":
                found.setdefault(change.record, []).append(change)
    return found


def _change(
    kind: str, record: str, at: int, officer: str, verb: str, op: str, fields: str, act: int,
    subject: str | None, taken: str | None, subject_kind: str | None,
) -> Change:  # fmt: skip
    if subject is not None and subject_kind is not None:
        return Change(subject_kind, subject, at, officer, taken or verb, "step", {}, act > 0)
    changed = {name: (pair[0], pair[1]) for name, pair in json.loads(fields).items()}
    return Change(kind, record, at, officer, verb, op, changed, act > 0)
