"""The centre's transitions and guards as a table: a line a step, with what is taken, and what each guard refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from baiyun_desktop.kernel.calendar import Calendar, read_days
from baiyun_desktop.kernel.limits import limits_of
from baiyun_desktop.kernel.merging import Row
from baiyun_desktop.kernel.resource import resource
from baiyun_desktop.kernel.step import Brief, Reason
from baiyun_desktop.modules.migrants import MODULE

CALENDAR = Calendar.of(read_days(resource("calendar", "days.csv")))
DEADLINES = {procedure.kind: procedure.deadlines for procedure in MODULE.procedures}
TODAY = date(2026, 11, 23)
NOBODY: Row = {}

Guard = Callable[[Brief], Reason | None]


@dataclass(frozen=True)
class No:
    """One refusal: what is otherwise than in the line, and a piece of what the officer is told."""

    words: str
    values: Row = field(default_factory=dict)
    links: Mapping[str, Row] = field(default_factory=dict)
    children: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    stated: date | None = None


@dataclass(frozen=True)
class Line:
    """One step: the values, links and day with which it is taken; by guard, the case in which it is refused.

    `hints` are the same for what an officer is only told.
    """

    values: Row = field(default_factory=dict)
    links: Mapping[str, Row] = field(default_factory=dict)
    children: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    stated: date = TODAY
    refused: Mapping[str, No] = field(default_factory=dict)
    hints: Mapping[str, No] = field(default_factory=dict)

    def brief(self, kind: str, state: Any, no: No | None = None) -> Brief:
        """The line's brief, or that of one of its refusals."""
        other = no if no is not None else No("")
        values = {n: v for n, v in {**self.values, **other.values}.items() if v is not None}
        links = {n: row for n, row in {**self.links, **other.links}.items() if row is not NOBODY}
        children = {**self.children, **other.children}
        stated = other.stated or self.stated
        limits = limits_of(DEADLINES[kind], values, state, (), CALENDAR)
        return Brief(kind, "r1", values, state, children=children, links=links, stated_date=stated, limits=limits)


def born(year: int) -> Row:
    """Somebody by the year of birth."""
    return {"id": "p1", "birth_date": f"{year}-01-05"}


def day(text: str) -> date:
    return date.fromisoformat(text)
