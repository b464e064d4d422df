"""Which days are worked: weekends, public holidays and the weekends worked for them, a year at a time.

The State Council sets them anew each November. A year whose notice has not been entered is reckoned by its weekends
alone, and whatever rests on it says so.
"""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate
from pathlib import Path

_DAY = timedelta(days=1)
_SATURDAY = 5
HOLIDAY, WORKDAY = "holiday", "workday"


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day that is not what its weekday says, or that a holiday's name stands on."""

    day: date
    kind: str
    note: str = ""


@dataclass(frozen=True)
class Calendar:
    """The days that a reckoning needs; the same entries give the same answers on a desk and at the district."""

    days: tuple[CalendarDay, ...] = field(default=())

    @classmethod
    def of(cls, days: Iterable[CalendarDay]) -> Calendar:
        """Raises ValueError for an entry that is neither a holiday nor a weekend worked."""
        found = tuple(sorted(days, key=lambda d: d.day))
        for entry in found:
            if entry.kind not in (HOLIDAY, WORKDAY):
                raise ValueError(f"{entry.day}: {entry.kind!r} is neither {HOLIDAY} nor {WORKDAY}")
        return cls(found)

    @cached_property
    def _kinds(self) -> dict[date, str]:
        return {entry.day: entry.kind for entry in self.days}

    @cached_property
    def _exceptions(self) -> tuple[list[date], list[int]]:
        """The entries in order, and what those before each add to the weekdays: years are counted without walking them."""
        days = sorted(self._kinds)
        adds = [(self._kinds[day] == WORKDAY) - (day.weekday() < _SATURDAY) for day in days]
        return days, [0, *accumulate(adds)]

    @cached_property
    def years(self) -> frozenset[int]:
        """The years whose notice has been entered: those with a holiday in them."""
        return frozenset(entry.day.year for entry in self.days if entry.kind == HOLIDAY)

    def works(self, day: date) -> bool:
        """Whether offices are open on that day."""
        kind = self._kinds.get(day)
        return kind == WORKDAY if kind else day.weekday() < _SATURDAY

    def unknown(self, first: date, last: date) -> tuple[int, ...]:
        """The years between two days, both included, whose holidays nobody has entered."""
        return tuple(year for year in range(first.year, last.year + 1) if year not in self.years)

    def rolled(self, day: date) -> date:
        """That day, or where it is off the first day after that is worked (民法典 203)."""
        while not self.works(day):
            day += _DAY
        return day

    def worked_after(self, day: date) -> Iterator[date]:
        """The days worked after that one, in order and without end."""
        while True:
            day += _DAY
            if self.works(day):
                yield day

    def worked_between(self, after: date, upto: date) -> int:
        """How many days are worked after the first day and up to the second one, which counts."""
        if upto <= after:
            return 0
        weeks, rest = divmod((upto - after).days, 7)
        weekdays = 5 * weeks + sum((upto - timedelta(days=n)).weekday() < _SATURDAY for n in range(rest))
        days, sums = self._exceptions
        return weekdays + sums[bisect_right(days, upto)] - sums[bisect_right(days, after)]


def read_days(path: Path) -> list[CalendarDay]:
    """The entries of a table with the columns day (ISO), kind and note. Raises ValueError for a day that is none."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [CalendarDay(date.fromisoformat(r["day"]), r["kind"], r["note"]) for r in csv.DictReader(file)]
