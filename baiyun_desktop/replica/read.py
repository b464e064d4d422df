"""Everything a screen may ask of the replica, answered with frozen values; no connection leaves this module."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.calendar import Calendar
from baiyun_desktop.kernel.movement import COLLECTION as MOVEMENT
from baiyun_desktop.kernel.role import Role
from baiyun_desktop.kernel.step import Reason, Step
from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.replica import dues
from baiyun_desktop.replica.attention import Attention, ContestView, DoubtView, Section
from baiyun_desktop.replica.brief import brief_for
from baiyun_desktop.replica.dues import DueRow, Group
from baiyun_desktop.replica.family import Relative, relatives
from baiyun_desktop.replica.filters import Filter
from baiyun_desktop.replica.joined import Joined, joined
from baiyun_desktop.replica.layout import Layout
from baiyun_desktop.replica.query import Query
from baiyun_desktop.replica.returned import TrayItem
from baiyun_desktop.replica.snapshots import snapshots, snapshots_by_id
from baiyun_desktop.replica.store import Store
from sync.act import Base
from sync.desk.journal import Journal

PAGE = 200
_NOTICE_OUT = 12
"""The month by which the State Council's notice for the next year is out."""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows `offset`… of a list, how many there are in all, and the linked records that its columns need."""

    rows: list[Snapshot]
    total: int
    offset: int = 0
    linked: Mapping[str, Snapshot] = field(default_factory=dict)
    """By id."""

    def value(self, row: Snapshot, column: str) -> Any:
        """A cell: a field, or "person.name" through a reference."""
        if "." not in column:
            return row.values.get(column)
        through, name = column.split(".", 1)
        linked = self.linked.get(str(row.values.get(through)))
        return None if linked is None else linked.values.get(name)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a record's history. `fields` are {field: (before, after)}; a creation has none."""

    at: int
    officer: str
    desk: str
    verb: str
    op: str
    fields: Mapping[str, tuple[Any, Any]]
    reason: str = ""
    batch: str = ""
    outcome: str | None = None
    """The district's answer to the act, where it was this desk's and has one."""


class Seat(Protocol):
    """Whose desk this is, as far as reads ask."""

    @property
    def role(self) -> Role | None: ...


class Read:
    """Reads of one replica. Each method sees one moment of the file."""

    def __init__(self, store: Store, journal: Journal, desk: Seat) -> None:
        self._store = store
        self._journal = journal
        self._desk = desk
        self._attention = Attention(store, journal)
        self._almanac = dues.Almanac()

    @property
    def _layout(self) -> Layout:
        return self._store.layout

    # --- records ------------------------------------------------------------------------------------------------

    def get(self, kind: str, id: str) -> Snapshot | None:  # noqa: A002
        """One record, void or not; None where this replica does not hold it."""
        return self.many(kind, [id]).get(id)

    def many(self, kind: str, ids: Iterable[str]) -> dict[str, Snapshot]:
        """Records of one kind by id; those not held are missing."""
        with self._store.reading() as conn:
            return snapshots_by_id(conn, self._layout, self._journal.base(conn), kind, ids)

    def list(
        self,
        kind: str,
        where: Filter = (),
        sort: Sequence[str] = (),
        offset: int = 0,
        limit: int = PAGE,
        *,
        columns: Sequence[str] = (),
        voided: bool = False,
    ) -> Page:
        """A page of a list. `columns` such as "person.name" load the linked records that they need."""
        query = Query(self._layout, kind, where, sort, voided=voided)
        every, void = query.counts()
        with self._store.reading() as conn:
            base = self._journal.base(conn)
            rows = snapshots(conn, self._layout, base, kind, conn.execute(query.page(offset, limit)))
            total, dead = conn.execute(every).scalar_one(), conn.execute(void).scalar_one()
            linked = self._linked(conn, base, kind, rows, columns)
        return Page(rows, dead if voided else total - dead, offset, linked)

    def _linked(
        self, conn: Connection, base: Base, kind: str, rows: Sequence[Snapshot], columns: Sequence[str]
    ) -> dict[str, Snapshot]:
        found: dict[str, Snapshot] = {}
        for through in dict.fromkeys(c.split(".", 1)[0] for c in columns if "." in c):
            target = self._layout.program.kind(kind).field(through).ref
            if target is not None:
                ids = {str(row.values[through]) for row in rows if row.values.get(through)}
                found.update(snapshots_by_id(conn, self._layout, base, target, ids))
        return found

    def children(self, kind: str, parent_id: str, *, voided: bool = False) -> Sequence[Snapshot]:
        """Records of a child kind under one parent, in the order they were made."""
        spec = self._layout.schema[kind]
        if spec.parent is None:
            raise ValueError(f"{kind} is no child of anything")
        return self.by_ref(kind, spec.parent[0], parent_id, voided=voided)

    def by_ref(self, kind: str, field: str, id: str, *, voided: bool = False) -> Sequence[Snapshot]:  # noqa: A002
        """Records of a kind whose reference leads to `id`, in the order they were made."""
        reader = self._layout.readers[kind]
        name = reader.table_column(field).name
        sql = f'SELECT {reader.columns} FROM "{kind}" WHERE "{name}" = ? AND voided <= ? ORDER BY id'
        with self._store.reading() as conn:
            rows = conn.exec_driver_sql(sql, (id, int(voided)))
            return snapshots(conn, self._layout, self._journal.base(conn), kind, rows)

    def family(self, person_id: str) -> Sequence[Relative]:
        """Those who share a household, a house or an address with a person, each once, the nearest first."""
        with self._store.reading() as conn:
            return relatives(conn, self._layout, self._journal.base(conn), person_id)

    # --- what waits for a person --------------------------------------------------------------------------------

    def contests(self, record: str | None = None) -> Sequence[ContestView]:
        """Open contests, of one record or all, the oldest first."""
        return self._attention.contests(record)

    def doubts(self) -> Sequence[DoubtView]:
        """Open doubts, the oldest first."""
        return self._attention.doubts()

    def contest(self, id: str) -> ContestView | None:  # noqa: A002
        """One contest, open or settled; None where its record has left this desk."""
        return self._attention.contest(id)

    def doubt(self, id: str) -> DoubtView | None:  # noqa: A002
        """One doubt, open or settled; None where it has left this desk."""
        return self._attention.doubt(id)

    def tray(self, *, aside: bool = False) -> Sequence[TrayItem]:
        """Acts that the district did not take, the latest first; `aside` gives those that somebody put aside."""
        return self._attention.tray(aside=aside)

    def aside_count(self) -> int:
        """How many of the tray's acts were put aside."""
        return self._attention.aside_count()

    def joined(self, kind: str, id: str) -> Sequence[Joined]:  # noqa: A002
        """The records that are one thing with this one, by whom, and what was made since."""
        with self._store.reading() as conn:
            return joined(conn, self._layout, self._journal.base(conn), kind, id)

    def worklist(self) -> Sequence[Section]:
        """The sections that a clerk's day starts with, empty ones left out."""
        return self._attention.worklist()

    # --- what is due --------------------------------------------------------------------------------------------

    def dues(self, ids: Sequence[str]) -> Mapping[str, Sequence[DueRow]]:
        """The time limits that run for these records, the next one first."""
        with self._store.reading() as conn:
            return dues.held_by(conn, ids)

    def waiting(self, kind: str, group: Group, today: date, limit: int) -> tuple[int, Sequence[DueRow]]:
        """How many time limits of a kind are overdue, due on that day or near, and the first of them."""
        with self._store.reading() as conn:
            return dues.waiting(conn, kind, group, today, limit)

    def calendar(self) -> Calendar:
        """The days off and worked that the district has entered."""
        with self._store.reading() as conn:
            return self._almanac.calendar(conn, self._layout)

    def calendar_gaps(self, today: date) -> Sequence[int]:
        """Years that nobody has entered though a time limit touches them; from December on also the next one."""
        with self._store.reading() as conn:
            years = dues.gaps(conn)
            if (
                self._layout.limited
                and today.month == _NOTICE_OUT
                and today.year + 1 not in (self._almanac.calendar(conn, self._layout).years)
            ):
                years.add(today.year + 1)
        return sorted(years)

    # --- steps and history --------------------------------------------------------------------------------------

    def steps(
        self,
        kind: str,
        id: str,  # noqa: A002
        *,
        stated_date: date | str | None = None,
    ) -> Sequence[tuple[Step, Reason | None]]:
        """The steps out of the record's state, each with what stands in its way or None."""
        procedure = self._layout.program.procedure(kind)
        if procedure is None:
            return []
        role = self._desk.role
        with self._store.reading() as conn:
            found = []
            for step in procedure.steps:
                if step.by_time:
                    continue
                brief = brief_for(conn, self._layout, kind, id, step.verb, (), stated_date)
                if brief is None or brief.state not in step.starts:
                    continue
                found.append((step, procedure.barred(step, role) or procedure.hindrance(step, brief)))
            return found

    def expected(self, kind: str, id: str, day: date) -> Step | None:  # noqa: A002
        """The step that time alone has brought by a day and the district has yet to take; None where there is none."""
        procedure = self._layout.program.procedure(kind)
        if procedure is None:
            return None
        with self._store.reading() as conn:
            for step in procedure.steps:
                brief = brief_for(conn, self._layout, kind, id, step.verb, (), day) if step.by_time else None
                if brief is not None and brief.state in step.starts and procedure.hindrance(step, brief) is None:
                    return step
        return None

    def advice(
        self,
        kind: str,
        id: str,  # noqa: A002
        verb: str,
        *,
        stated_date: date | str | None = None,
    ) -> Sequence[Reason]:
        """What an officer should hear before taking a step of the record on that day.

        What stands in its way on that day comes first: it may not on the day that the officer states.
        """
        procedure = self._layout.program.procedure(kind)
        if procedure is None:
            return []
        with self._store.reading() as conn:
            brief = brief_for(conn, self._layout, kind, id, verb, (), stated_date)
        step = procedure.step(verb, brief.state) if brief is not None else None
        if brief is None or step is None:
            return []
        now = procedure.hindrance(step, brief)
        return [*([now] if now is not None and not now.fields else []), *step.advice(brief)]

    def movements(self, id: str) -> Sequence[Snapshot]:  # noqa: A002
        """The steps taken on a record, void ones included, in the order they were made."""
        return self.by_ref(MOVEMENT, "subject", id, voided=True)

    def made_by(self, batch: str) -> Mapping[str, Sequence[str]]:
        """The records that an import made: ids by kind, in the order they were made."""
        made: dict[str, list[str]] = {}
        with self._store.reading() as conn:
            sql = "SELECT kind, record FROM history WHERE batch = ? AND batch <> '' AND op = 'create' ORDER BY id"
            for kind, record in conn.exec_driver_sql(sql, (batch,)):
                made.setdefault(kind, []).append(record)
        return made

    def batches(self, verb: str, most: int) -> Sequence[tuple[str, int, str]]:
        """(batch, when, officer) of what was done here in batches by that verb, the latest first.

        Looks up one line a batch: an import has thousands.
        """
        sql = (
            "SELECT batch, at, officer, verb FROM history WHERE batch <> '' AND batch ="
            " (SELECT max(batch) FROM history WHERE batch <> '' AND batch < ?) ORDER BY id LIMIT 1"
        )
        found: list[tuple[str, int, str]] = []
        with self._store.reading() as conn:
            row = conn.exec_driver_sql(sql, ("\U0010ffff",)).first()
            while row is not None and len(found) < most:
                if row.verb == verb:
                    found.append((row.batch, row.at, row.officer))
                row = conn.exec_driver_sql(sql, (row.batch,)).first()
        return sorted(found, key=lambda one: -one[1])

    def history(self, kind: str, id: str) -> Sequence[Entry]:  # noqa: A002
        """What happened to a record as far as this desk knows, the latest first."""
        sql = (
            "SELECT coalesce(s.at, h.at), coalesce(s.officer, h.officer), coalesce(s.desk, h.desk), coalesce(s.verb, h.verb),"
            " h.op, h.fields, h.reason, h.batch, j.outcome FROM history h"
            " LEFT JOIN sync_journal j ON j.number = h.act AND h.act > 0"
            " LEFT JOIN sync_stamp s ON s.pos = h.pos AND h.act = 0"
            " WHERE h.record = ? AND h.kind = ? ORDER BY h.id DESC"
        )
        with self._store.reading() as conn:
            rows = list(conn.exec_driver_sql(sql, (id, kind)))
        return [
            Entry(
                at=at, officer=officer, desk=desk, verb=verb, op=op, reason=reason, batch=batch, outcome=outcome,
                fields={name: (pair[0], pair[1]) for name, pair in json.loads(fields).items()},
            )
            for at, officer, desk, verb, op, fields, reason, batch, outcome in rows
        ]  # fmt: skip
