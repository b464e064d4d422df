"""What stands on the worklist: the replica's own sections and the modules', read in a thread as plain lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from baiyun_desktop.ui.attention_words import AttentionLine, line_for
from baiyun_desktop.ui.days import today
from baiyun_desktop.ui.desk import DeskContext
from baiyun_desktop.ui.screens import Waiting
from baiyun_desktop.ui.titles import full_title, subtitle
from baiyun_desktop.ui.words import told
from baiyun_desktop.ui.work import Job

LINES_MAX = 6
ORDER = ("overdue", "due", "contests", "doubts", "tray", "waiting", "attention")


@dataclass(frozen=True, slots=True)
class Card:
    """One section as it is shown; `place` lists all of it."""

    name: str
    title: str
    count: int
    lines: Sequence[AttentionLine]
    place: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows a list has."""

    title: str
    place: str
    count: int


def cards(desk: DeskContext, job: Job) -> tuple[list[Card], list[Tally]]:
    """The sections that hold something, the most urgent first, and what each list holds."""
    found = [_own(desk, section.name, section.count, section.items) for section in desk.replica.read.worklist()]
    for screens in desk.screens:
        for waiting in screens.waiting(today()) if screens.waiting is not None else ():
            job.check()
            card = _module(desk, waiting)
            if card.count:
                found.append(card)
    found.sort(key=lambda card: ORDER.index(card.name) if card.name in ORDER else len(ORDER))
    tallies = []
    for spec in desk.program.lists.values():
        job.check()
        page = desk.replica.read.list(spec.kind, spec.where, limit=0)
        tallies.append(Tally(told(spec.title, spec.en), spec.name, page.total))
    return found, tallies


def _own(desk: DeskContext, name: str, count: int, items: Sequence[object]) -> Card:
    lines = [line_for(desk, item) for item in items[:LINES_MAX]]
    return Card(name, "", count, lines, "tray" if name == "tray" else "contests")


def _module(desk: DeskContext, waiting: Waiting) -> Card:
    page = desk.replica.read.list(waiting.kind, waiting.where, waiting.sort, limit=LINES_MAX)
    lines = [
        AttentionLine(
            full_title(desk.program, desk.replica, row), subtitle(desk.program, row), kind=row.kind, record=row.id
        )
        for row in page.rows
    ]
    return Card(waiting.section, told(waiting.title, waiting.en), page.total, lines, waiting.place)
