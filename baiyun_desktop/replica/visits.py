"""Walks from door to door that are prepared on a laptop, walked without a line, and looked through back in the office.

What shape a visit bundle has, and why. A laptop is a desk of its own: it holds what its post may see, encrypted, works with
no line, and what is typed on it goes up by itself. So nothing is copied for a visit: no second file with residents in
it, that would grow old, have a key of its own, and need a way of its own back. A bundle is a *saved selection*: which
records, in which order, what waited for them when it was prepared, and a mark in the history; names and numbers are
read from the replica when they are shown. A desk enrolled with narrower areas would hold less, but an area is a post's
right and no morning's errand, it needs an administrator and a line, and the grid worker's own desk already holds the
grid alone.

- *Nothing typed is lost*: what is found at a door is an ordinary note and an ordinary step, through the one door, with
  history, journal and lifeboat. A line that is still being typed is kept here half a second later.
- *Nothing unlawful happens*: one key takes a declared step with its guards; what such a step refuses is said, and the
  note stands all the same. A step that needs more than is known at a door is offered, not taken.
- *Nobody waits*: the walk is worked out once, from indexes, on this desk.

It expires by locking. A locked page with all the lists open beside it would be a show: after the stated end, with the
district out of reach, the whole desk is locked, exactly as after seven days (`Accounts.expired`), until a round with the
district or the administrator's word by telephone; at the office a round comes first, then the log-in. Where a desk
has no officers, and so nobody who could log in, the bundle alone does not open. Nothing is removed either way, and what
waits goes up while the desk is locked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.audit import Doing
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.kernel.visit import Outcome, VisitSpec
from baiyun_desktop.replica.errors import DoorRefusal, StepRefused
from baiyun_desktop.replica.replica import Replica
from baiyun_desktop.replica.visit_lock import end_of, has_locked, locked_words, times
from baiyun_desktop.replica.visit_walk import Door, Stop, walk_of


class Done(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far one stop is: the key that was pressed, the note it made, the step it took, and words still being typed."""

    key: str = ""
    note: str = ""
    """The id of the record that the visit is written down in."""
    step: str = ""
    typed: str = ""
    refused: str = ""


class Plan(msgspec.Struct, frozen=True):
    """What is kept of a bundle beside its times."""

    spec: str
    title: str
    areas: tuple[str, ...]
    day: str
    everyone: bool
    doors: tuple[Door, ...]
    known: tuple[str, ...]
    """All records that the walk chose from: what is there later and not among these is new."""
    done: dict[str, Done] = msgspec.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Head:
    """A bundle from outside: what may be told of it also while it is locked."""

    id: str
    at: int
    until: int
    title: str
    day: str
    doors: int
    people: int
    met: int
    locked: str
    """Words for why it does not open; empty where it does."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that is open to be read."""

    id: str
    at: int
    until: int
    mark: int
    plan: Plan

    @property
    def stops(self) -> list[tuple[Door, Stop]]:
        """Each stop with its door, in the order of the walk."""
        return [(door, stop) for door in self.plan.doors for stop in door.stops]

    def done(self, record: str) -> Done:
        """How far a stop is."""
        return self.plan.done.get(record, Done())


class Visits:
    """The bundles of one desk. Raises DoorRefusal where one is locked or gone, DiskTrouble."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._store = replica.store

    # --- the bundles --------------------------------------------------------------------------------------------

    def heads(self) -> Sequence[Head]:
        """Those that are under way, the latest first."""
        with self._store.reading() as conn:
            rows = conn.exec_driver_sql(
                "SELECT id, at, until, body FROM visit_bundle WHERE finished = 0 ORDER BY at DESC, id DESC"
            ).all()
            now, heard = times(conn, self._store.clock.now_ms())
        found = []
        for record, at, until, body in rows:
            plan = msgspec.json.decode(body, type=Plan)
            people = sum(len(door.stops) for door in plan.doors)
            met = sum(1 for done in plan.done.values() if done.key)
            words = locked_words(until) if has_locked(until, now, heard) else ""
            found.append(Head(record, at, until, plan.title, plan.day, len(plan.doors), people, met, words))
        return found

    def prepare(
        self, spec: VisitSpec, areas: Sequence[str], title: str, day: date, last: date, *, everyone: bool = False
    ) -> str:
        """Prepares a walk for a day, to be read until the end of another; returns its id."""
        if last < day:
            raise DoorRefusal("到期日期早于走访日期")
        replica = self._replica
        doors, known = walk_of(replica.read, replica.layout.program, spec, areas, day, everyone=everyone)
        if not doors:
            raise DoorRefusal("这个范围里没有要走访的人员；可以勾选“全部住户”再试")
        plan = Plan(spec.name, title, tuple(areas), day.isoformat(), everyone, tuple(doors), tuple(known))
        record, now, until = replica.ids.new(), self._store.clock.now_ms(), end_of(last)
        people = sum(len(door.stops) for door in doors)
        replica.audit.note(Doing.WALK, kind=spec.kind, reason=f"走访离线包：{title} {day} {people}人，{last} 到期")
        with self._store.aside() as conn:
            mark = int(conn.exec_driver_sql("SELECT coalesce(max(id), 0) FROM history").scalar_one())
            conn.exec_driver_sql(
                "INSERT INTO visit_bundle (id, at, until, mark, body) VALUES (?, ?, ?, ?, ?)",
                (record, now, until, mark, msgspec.json.encode(plan)),
            )
        return record

    def open(self, bundle: str) -> Bundle:
        """Raises DoorRefusal while it is locked."""
        with self._store.reading() as conn:
            return self._open(conn, bundle)

    def _open(self, conn: Connection, bundle: str) -> Bundle:
        row = conn.exec_driver_sql(
            "SELECT id, at, until, mark, body FROM visit_bundle WHERE id = ? AND finished = 0", (bundle,)
        ).first()
        if row is None:
            raise DoorRefusal("这个走访离线包已经结束")
        now, heard = times(conn, self._store.clock.now_ms())
        if has_locked(row.until, now, heard):
            raise DoorRefusal(locked_words(row.until))
        return Bundle(row.id, row.at, row.until, row.mark, msgspec.json.decode(row.body, type=Plan))

    def finish(self, bundle: str) -> None:
        """Puts a walk away: it is neither shown nor locks its desk any more. Its notes and steps stay what they are."""
        held = self.open(bundle)
        for record, done in held.plan.done.items():
            if done.typed:
                self._write_note(held, record, None, date.fromisoformat(held.plan.day))
        with self._store.aside() as conn:
            conn.exec_driver_sql("UPDATE visit_bundle SET finished = 1 WHERE id = ?", (bundle,))

    # --- at a door ----------------------------------------------------------------------------------------------

    def type(self, bundle: str, record: str, typed: str) -> None:
        """Keeps words that are being typed about a stop, also where the bundle has locked meanwhile."""
        self._mark(bundle, record, typed=typed)

    def find(self, bundle: str, record: str, outcome: Outcome | None, day: date) -> str:
        """Writes down what was found, and takes the step that it is; None keeps the words alone.

        Returns words for a step that could not be taken; the finding is written down all the same.
        """
        held = self.open(bundle)
        if outcome is None and not held.done(record).typed:
            return ""
        self._write_note(held, record, outcome, day)
        if outcome is None:
            return ""
        self._mark(bundle, record, key=outcome.key)
        refused = self._step(held, record, outcome, day)
        self._mark(bundle, record, refused=refused)
        return refused

    def _write_note(self, held: Bundle, record: str, outcome: Outcome | None, day: date) -> None:
        replica, spec, done = self._replica, self.spec(held), held.done(record)
        note = spec.note
        made = done.note or replica.ids.new()
        if not done.note:  # before the note itself: what a power cut leaves is taken up again, not made twice
            self._mark(held.id, record, note=made)
        values: dict[str, Any] = dict(outcome.finds) if outcome is not None else {}
        if done.typed:
            values[note.text] = done.typed
        there = replica.read.get(note.kind, made)
        if there is None:
            who = {note.by: replica.officer} if note.by else {}
            values = {**dict(note.gives), note.ref: record, **who, **self._area(spec, record), **values}
            draft = Draft.create(note.kind, made, **values)
        else:
            draft = Draft.of(there, **values)
        self._take(draft, note.kind, note.step if outcome is not None and not replica.read.movements(made) else "", day)
        if done.typed:
            self._mark(held.id, record, typed="", if_typed=done.typed)

    def _take(self, draft: Draft, kind: str, step: str, day: date) -> None:
        """With its step where it can be taken, and without it else: what was typed is never refused."""
        door = self._replica.door
        try:
            if step:
                door.step(kind, draft.id, step, drafts=[draft], stated_date=day)
                return
        except StepRefused:
            pass
        if draft:
            door.save([draft])

    def _step(self, held: Bundle, record: str, outcome: Outcome, day: date) -> str:
        """Takes the step of a finding, once. Another finding afterwards takes back no step: that is said."""
        taken = held.done(record).step
        if taken and taken != outcome.step:
            return f"已办“{taken}”；情况有变，请在登记里更正"
        if not outcome.step or taken:
            return ""
        try:
            self._replica.door.step(self.spec(held).kind, record, outcome.step, stated_date=day)
        except DoorRefusal as refusal:
            return refusal.reason
        self._mark(held.id, record, step=outcome.step)
        return ""

    def _area(self, spec: VisitSpec, record: str) -> dict[str, Any]:
        """The note lies where the visited record does."""
        program = self._replica.layout.program
        own, theirs = program.kind(spec.kind).spec.area, program.kind(spec.note.kind).spec.area
        held = self._replica.read.get(spec.kind, record)
        return {theirs: held.get(own)} if held is not None and own and theirs else {}

    def spec(self, held: Bundle) -> VisitSpec:
        """The declaration that a bundle was made by. Raises DoorRefusal where only another version knows it."""
        found = self._replica.layout.program.visits.get(held.plan.spec)
        if found is None:
            raise DoorRefusal("这个走访离线包由另一个版本的程序准备，本机程序不认得")
        return found

    def _mark(self, bundle: str, record: str, *, if_typed: str | None = None, **changes: str) -> None:
        """Changes how far a stop is; `if_typed` only where these words stand there still."""
        with self._store.aside() as conn:
            body = conn.exec_driver_sql("SELECT body FROM visit_bundle WHERE id = ?", (bundle,)).scalar()
            if body is None:
                return
            plan = msgspec.json.decode(body, type=Plan)
            was = plan.done.get(record, Done())
            if if_typed is not None and was.typed != if_typed:
                return
            plan.done[record] = msgspec.structs.replace(was, **changes)
            body = msgspec.json.encode(plan)
            conn.exec_driver_sql("UPDATE visit_bundle SET body = ? WHERE id = ?", (body, bundle))
