"""Takes the steps that follow from time alone, once each, as officer "system": the passing of time writes nothing on a desk.

Each serving process goes through the records once a day. Two that do so at once take no step twice: a step is judged in
its turn, and the second one finds the record where the first has led it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, select

from baiyun_desktop.kernel.before import FOLLOWS, FOUND
from baiyun_desktop.kernel.judge import load_brief
from baiyun_desktop.kernel.limits import earliest
from baiyun_desktop.kernel.movement import COLLECTION as MOVEMENT
from baiyun_desktop.kernel.procedure import Procedure
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.step import Step
from sync.act import Change, Op
from sync.district.district import District
from sync.district.scope import decode_payload
from sync.district.tables import HEAD, REF
from sync.outside import Clock, Ids
from sync.schema import Row

log = logging.getLogger(__name__)

FIRST_AFTER_S = 3_600.0
"""A server that was just started serves those first who waited for it. It may be off at midnight, so it looks by itself."""
ROWS_AT_ONCE, ROWS_MAX, STEPS_MAX = 500, 20_000, 200
"""Of one transaction, and of one call: a district that has many to take does so over minutes, between its rounds."""
SYSTEM = "system"
Fallen = tuple[Step, str, date, str]
"""A step, the record that it moves, the day on which it followed, and the movement it came after."""


@dataclass
class Elapsing:
    """A duty of the caretaker: goes through the records once a day, some at each call."""

    engine: Engine
    district: District
    program: Program
    ids: Ids
    clock: Clock
    today: Callable[[], date]

    def __post_init__(self) -> None:
        self._from = self.clock.monotonic() + FIRST_AFTER_S
        self._done: date | None = None
        self._under_way: tuple[date, Iterator[tuple[Procedure, list[Fallen]]]] | None = None

    def __call__(self) -> int:
        """Takes some of what has fallen due; returns how many steps."""
        if self._under_way is None:
            today = self.today()
            if today == self._done or self.clock.monotonic() < self._from:
                return 0
            self._under_way = today, self._parts(today)
        day, parts = self._under_way
        taken = 0
        for _ in range(ROWS_MAX // ROWS_AT_ONCE):
            part = next(parts, None)
            if part is None:
                self._done, self._under_way = day, None
                break
            taken += sum(self._take(part[0], *fallen) for fallen in part[1])
            if taken >= STEPS_MAX:
                break
        return taken

    def _take(self, procedure: Procedure, step: Step, record: str, day: date, follows: str) -> bool:
        fields: dict[str, Any] = {
            "subject_kind": str(procedure.kind), "subject": record, "verb": step.verb, "stated_date": day.isoformat(),
            "officer": SYSTEM, "article": step.cite.citation if step.cite is not None else None, FOUND: [],
            FOLLOWS: follows or None,
        }  # fmt: skip
        said = {name: value for name, value in fields.items() if value is not None}
        try:
            self.district.write([Change(MOVEMENT, self.ids.new(), Op.CREATE, said)], step.verb)
        except ValueError as error:  # somebody has taken another step since, or another process this one
            log.warning("%s of %s was not taken: %s", step.verb, record, error)
            return False
        return True

    def _parts(self, today: date) -> Iterator[tuple[Procedure, list[Fallen]]]:
        """What has fallen due by that day, a part of the records after the other; nothing stays open between them."""
        for procedure in self.program.procedures.values():
            last: str | None = "" if any(step.by_time for step in procedure.steps) else None
            while last is not None:
                with self.engine.connect().execution_options(reads=True) as conn:
                    part, rows = _part(conn, procedure.kind, last), Rows(conn)
                    found = [fallen for row in part if (fallen := _of_record(rows, procedure, row, today)) is not None]
                yield procedure, found
                last = str(part[-1]["id"]) if len(part) == ROWS_AT_ONCE else None


def _part(conn: Connection, kind: str, last: str) -> list[Row]:
    """The next records of a kind after an id."""
    query = select(HEAD.c.record, HEAD.c.pos, HEAD.c.payload).where(
        HEAD.c.collection == kind, HEAD.c.voided.is_(False), HEAD.c.record > last
    )
    rows = conn.execute(query.order_by(HEAD.c.record).limit(ROWS_AT_ONCE)).all()
    return [{**decode_payload(row.payload), "id": row.record, "pos": row.pos} for row in rows]


def _of_record(rows: Rows, procedure: Procedure, values: Row, today: date) -> Fallen | None:
    """The step that has followed for a record; movements are read only where the stated dates alone allow one."""
    if not _may_have(procedure, values, today):
        return None
    record = str(values["id"])
    movements = rows.children(MOVEMENT, record)
    state = procedure.state(movements)
    for step in procedure.steps:
        if step.falls is None or state not in step.starts:
            continue
        brief = load_brief(procedure, step, record, values, movements, rows, today)
        day = step.falls.day(brief.limits)
        if day is not None and procedure.hindrance(step, brief) is None:
            return step, record, day, brief.follows
    return None


def _may_have(procedure: Procedure, values: Row, today: date) -> bool:
    """Whether a step may have followed by the stated dates, whatever the calendar and the movements say."""
    limits = {deadline.code: deadline for deadline in procedure.deadlines}
    for step in procedure.steps:
        if step.falls is not None:
            first = earliest(limits[step.falls.code], values)
            if first is not None and first + timedelta(days=step.falls.days) <= today:
                return True
    return False


class Rows:
    """The kernel's `Reader` over the rows as the district holds them, each read once."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._read: dict[tuple[str, str], dict[str, Any] | None] = {}

    def get(self, collection: str, record: str, /) -> dict[str, Any] | None:
        key = (collection, record)
        if key not in self._read:
            query = select(HEAD.c.pos, HEAD.c.payload).where(
                HEAD.c.collection == collection, HEAD.c.record == record, HEAD.c.voided.is_(False)
            )
            row = self._conn.execute(query).first()
            self._read[key] = None if row is None else {**decode_payload(row.payload), "id": record, "pos": row.pos}
        return self._read[key]

    def children(self, collection: str, parent: str, /) -> list[dict[str, Any]]:
        query = select(REF.c.record).where(REF.c.target == parent, REF.c.collection == collection)
        found = [row for record in self._conn.execute(query).scalars() if (row := self.get(collection, record))]
        return sorted(found, key=lambda row: (row["pos"], row["id"]))
