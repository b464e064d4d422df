"""Time limits against a clerk with a wall calendar: day after day is crossed off, and nothing of the engine is used."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from baiyun_desktop.kernel.calendar import HOLIDAY, WORKDAY, Calendar, CalendarDay, read_days
from baiyun_desktop.kernel.deadline import Deadline, Pause, Span, Unit
from baiyun_desktop.kernel.resource import resource

DAYS = read_days(resource("calendar", "days.csv"))
CALENDAR = Calendar.of(DAYS)
D, W, M, Y = Unit.DAYS, Unit.WORKING_DAYS, Unit.MONTHS, Unit.YEARS
ONE = timedelta(days=1)
SEED = 970_1124
GENERATED = 200

VECTORS = (
    ("02-13", 5, W, "02-27"),
    ("09-29", 7, W, "10-14"),
    ("04-30", 5, W, "05-11"),
    ("09-01", 30, D, "10-08"),
    ("01-17", 30, D, "02-24"),
    ("08-03", 60, D, "10-08"),
    ("02-02", 15, D, "02-24"),
)
"""Days of 2026, worked out by hand with the notice of the State Council beside them."""


@dataclass(frozen=True)
class Case:
    """A limit with what happened to it."""

    start: date
    length: int
    unit: Unit
    more: int = 0
    """By how much it was extended, in the same unit."""
    pauses: tuple[tuple[date, date], ...] = ()


class Wall:
    """A wall calendar: the notice's entries are written into its boxes, weekends are printed red."""

    def __init__(self, entries: list[CalendarDay]) -> None:
        self._off = {e.day for e in entries if e.kind == HOLIDAY}
        self._on = {e.day for e in entries if e.kind == WORKDAY}

    def closed(self, day: date) -> bool:
        return day in self._off or (day not in self._on and day.strftime("%a") in ("Sat", "Sun"))

    def last_day(self, case: Case) -> date:
        """Crosses days off one at a time; then goes on to the first day on which the door is open."""
        end = self._crossed(case.start, case.length, case.unit, case.pauses)
        if case.more:
            end = self._crossed(end, case.more, case.unit, ())
        while self.closed(end):
            end += ONE
        return end

    def _crossed(self, start: date, length: int, unit: Unit, pauses: tuple[tuple[date, date], ...]) -> date:
        if unit in (M, Y):
            return self._crossed_months(start, length * (12 if unit is Y else 1), pauses)
        day, left = start, length
        while left:
            day += ONE
            waits = any(first <= day < until for first, until in pauses)
            if not waits and (unit is D or not self.closed(day)):
                left -= 1
        return day

    def _crossed_months(self, start: date, months: int, pauses: tuple[tuple[date, date], ...]) -> date:
        """Turns the page at each month's end; on the last page stops at the same day, or at the page's last one."""
        day, pages = start.replace(day=1), months
        while pages:
            turned = day + ONE
            pages -= turned.month != day.month
            day = turned
        while day.day < start.day and (day + ONE).month == day.month:
            day += ONE
        begun, at = day, start
        while at < begun:
            at += ONE
            if any(first <= at < until for first, until in pauses):
                begun += ONE
        return begun


WALL = Wall(DAYS)


def by_engine(case: Case) -> date:
    limit = Deadline(
        "T", "限期", Span(case.length, case.unit), "start", grounds=("中止",),
        extension=Span(case.more, case.unit) if case.more else None,
    )  # fmt: skip
    pauses = [Pause(first, until, "中止") for first, until in case.pauses]
    return limit.due(case.start, CALENDAR, pauses=pauses, extended=bool(case.more)).day


@pytest.mark.parametrize(("start", "length", "unit", "due"), VECTORS)
def test_the_vectors_hold_for_the_engine_and_on_the_wall(start: str, length: int, unit: Unit, due: str) -> None:
    case = Case(date.fromisoformat(f"2026-{start}"), length, unit)
    expected = date.fromisoformat(f"2026-{due}")
    assert (by_engine(case), WALL.last_day(case)) == (expected, expected)


def generated() -> Iterator[Case]:
    """Limits of all units all over the years whose notices we have, half of them paused, a third extended."""
    chance = random.Random(SEED)
    for _ in range(GENERATED):
        unit = chance.choice((D, W, M, Y))
        longest = {D: 90, W: 30, M: 12, Y: 2}[unit]
        start = date(2020, 1, 1) + chance.randrange(4 * 365) * ONE
        length, more = chance.randint(1, longest), chance.choice((0, 0, chance.randint(1, longest)))
        pauses: tuple[tuple[date, date], ...] = ()
        if chance.random() < 0.5:
            first = start + chance.randint(-5, 40) * ONE
            pauses = ((first, first + chance.randint(0, 30) * ONE),)
        yield Case(start, length, unit, more, pauses)


def test_two_hundred_limits_end_on_the_day_that_is_left_on_the_wall() -> None:
    cases = list(generated())
    assert len(cases) == GENERATED
    assert {case.unit for case in cases} == {D, W, M, Y}
    assert [(case, by_engine(case)) for case in cases if by_engine(case) != WALL.last_day(case)] == [], f"seed {SEED}"


def test_a_wall_calendar_with_one_box_wrong_is_found_out() -> None:
    wrong = Wall([entry for entry in DAYS if not (entry.kind == WORKDAY and entry.day.year == 2026)])
    assert [due for start, length, unit, due in VECTORS if wrong.last_day(
        Case(date.fromisoformat(f"2026-{start}"), length, unit)) != date.fromisoformat(f"2026-{due}")] != []  # fmt: skip
