"""What stands on the worklist: the replica's own sections and the modules', read in a thread as plain lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from baiyun_desktop.kernel.calendar import Calendar
from baiyun_desktop.kernel.deadline import Unit
from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.replica.dues import DueRow, Group
from baiyun_desktop.replica.narrowing import How, Narrow, narrows_of
from baiyun_desktop.ui.attention_words import AttentionLine, line_for
from baiyun_desktop.ui.days import now, today
from baiyun_desktop.ui.desk import DeskContext
from baiyun_desktop.ui.due_words import due_shown
from baiyun_desktop.ui.listing import cell, has_lamps
from baiyun_desktop.ui.screens import Waiting
from baiyun_desktop.ui.titles import full_title, subtitle
from baiyun_desktop.ui.words import language, told
from baiyun_desktop.ui.work import Job

LINES_MAX = 6
ORDER = ("overdue", "due", "soon", "contests", "doubts", "tray", "waiting", "attention")


@dataclass(frozen=True, slots=True)
class Card:
    """One section as it is shown; `place` lists all of it."""

    name: str
    title: str
    count: int
    lines: Sequence[AttentionLine]
    place: str = ""
    narrows: tuple[Narrow, ...] = ()
    """What that list is narrowed by, so that it shows these and no others."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows a list has."""

    title: str
    place: str
    count: int
    group: str = ""
    """The heading that the list stands under; empty where it stands by itself."""


def cards(desk: DeskContext, job: Job) -> tuple[list[Card], list[Tally]]:
    """The sections that hold something, the most urgent first, and what each list holds."""
    found = [_own(desk, section.name, section.count, section.items) for section in desk.replica.read.worklist()]
    for screens in desk.screens:
        for waiting in screens.waiting(today()) if screens.waiting is not None else ():
            job.check()
            card = _module(desk, waiting)
            if card.count:
                found.append(card)
    found += _due(desk, job)
    found.sort(key=lambda card: ORDER.index(card.name) if card.name in ORDER else len(ORDER))
    tallies = []
    for spec in desk.program.lists.values():
        job.check()
        page = desk.replica.read.list(spec.kind, spec.where, limit=0)
        group = told(spec.group.title, spec.group.en) if spec.group is not None else ""
        tallies.append(Tally(told(spec.title, spec.en), spec.name, page.total, group))
    return found, tallies


def _own(desk: DeskContext, name: str, count: int, items: Sequence[object]) -> Card:
    lines = [line_for(desk, item) for item in items[:LINES_MAX]]
    return Card(name, "", count, lines, "tray" if name == "tray" else "contests")


def _due(desk: DeskContext, job: Job) -> list[Card]:
    """What is overdue, due today and near, a card for each kind whose procedure has time limits."""
    day, read, found = now(), desk.replica.read, []
    kinds = [kind for kind, procedure in desk.program.procedures.items() if procedure.deadlines]
    calendar = read.calendar() if kinds else None
    for kind in kinds:
        for group in Group:
            job.check()
            count, rows = read.waiting(kind, group, day, LINES_MAX)
            if count and calendar is not None:
                info, held = desk.program.kind(kind), read.many(kind, [row.record for row in rows])
                lines = [_due_line(desk, held[row.record], row, day, calendar) for row in rows if row.record in held]
                title, narrows = told(info.title, info.en), _narrows_of(desk, kind, group, day.date())
                found.append(Card(group.value, title, count, lines, _place_of(desk, kind), narrows))
    return found


def _narrows_of(desk: DeskContext, kind: str, group: Group, day: date) -> tuple[Narrow, ...]:
    """What is overdue or due today by the list's own column, where that says all.

    How near “soon” is differs from limit to limit, and a limit of hours passes on its last day.
    """
    field = next((f.name for f in desk.program.kind(kind).fields if f.derived == "deadlines"), "")
    by_the_clock = any(d.span.unit in (Unit.MINUTES, Unit.HOURS) for d in desk.program.procedures[kind].deadlines)
    if not field or group is Group.SOON or by_the_clock:
        return ()
    if group is Group.TODAY:
        return (Narrow(field, How.NEXT_DAYS, (1,)),)
    return (Narrow(field, How.UNTIL, ((day - timedelta(days=1)).isoformat(),)),)


def _due_line(desk: DeskContext, held: Snapshot, row: DueRow, day: date, calendar: Calendar) -> AttentionLine:
    due = due_shown(desk.program, row, day, calendar)
    title, more = full_title(desk.program, desk.replica, held), f"{due.label} {due.sentence}"
    tip = f"{due.label} {due.tip}"
    return AttentionLine(title, more, kind=held.kind, record=held.id, tip=tip, lamp=due.lamp, tone=due.tone)


def _place_of(desk: DeskContext, kind: str) -> str:
    """The first list of a kind that shows what is due."""
    lists = (spec.name for spec in desk.program.lists.values() if spec.kind == kind and has_lamps(desk.program, spec))
    return next(lists, "")


def _module(desk: DeskContext, waiting: Waiting) -> Card:
    page = desk.replica.read.list(waiting.kind, waiting.where, waiting.sort, limit=LINES_MAX)
    lines = [
        AttentionLine(
            full_title(desk.program, desk.replica, row), _why(desk, waiting, row), kind=row.kind, record=row.id
        )
        for row in page.rows
    ]
    spec = desk.program.lists.get(waiting.place)
    narrows = narrows_of(waiting.where, spec.where) if spec is not None else ()
    return Card(waiting.section, told(waiting.title, waiting.en), page.total, lines, waiting.place, narrows)


def _why(desk: DeskContext, waiting: Waiting, row: Snapshot) -> str:
    """What the section is sorted by, under its name: a bare day does not say what happens on it."""
    told_of = subtitle(desk.program, row)
    if not waiting.sort:
        return told_of
    info = desk.program.kind(row.kind).field(waiting.sort[0].removeprefix("-"))
    words = cell(desk.program, row.kind, info, row.values)
    others = [part for part in told_of.split(" · ") if part and part != words]
    return " · ".join([f"{info.label_in(language())} {words}", *others])
