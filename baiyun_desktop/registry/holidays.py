"""The days off and worked that the State Council sets each November: those that come along, and what a new notice must be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import groupby

from baiyun_desktop.kernel import calendar_year
from baiyun_desktop.kernel.calendar import HOLIDAY, WORKDAY, CalendarDay, read_days
from baiyun_desktop.kernel.merging import EVERYWHERE, Row
from baiyun_desktop.kernel.resource import resource

_SATURDAY = 5
_ALWAYS_OFF = ((1, 1), (5, 1), (10, 1))
"""Off in each year's notice: who left one out has not copied all of it."""
FIRST_YEAR, YEARS_AHEAD = 2004, 2
_ENTRIES_MIN = 11


def seeds() -> dict[int, list[CalendarDay]]:
    """The notices that come along, by year."""
    return by_year(read_days(resource("calendar", "days.csv")))


def by_year(days: Sequence[CalendarDay]) -> dict[int, list[CalendarDay]]:
    """Entries by their year."""
    ordered = sorted(days, key=lambda entry: entry.day)
    return {year: list(entries) for year, entries in groupby(ordered, key=lambda entry: entry.day.year)}


def fields_of(year: int, days: Sequence[CalendarDay]) -> Row:
    """A year's record: held everywhere, so that the district alone writes it."""
    return {"area": EVERYWHERE, "year": year, "days": calendar_year.written(days)}


def faults(year: int, days: Sequence[CalendarDay], today: date) -> list[str]:
    """What cannot be right about one year's entries, a line each; each is a sentence for who typed them."""
    found = []
    if not FIRST_YEAR <= year <= today.year + YEARS_AHEAD:
        found.append(f"{year}: no notice is out for that year")
    twice = [day for day, n in Counter(entry.day for entry in days).items() if n > 1]
    found += [f"{day}: stands there twice" for day in twice]
    kinds = {entry.day: entry.kind for entry in days}
    for entry in days:
        if entry.kind not in (HOLIDAY, WORKDAY):
            found.append(f"{entry.day}: {entry.kind!r} is neither {HOLIDAY} nor {WORKDAY}")
        elif entry.kind == WORKDAY and entry.day.weekday() < _SATURDAY:
            found.append(f"{entry.day}: is worked anyway; {WORKDAY} is for Saturdays and Sundays")
    for month, day in _ALWAYS_OFF:
        if kinds.get(date(year, month, day)) != HOLIDAY:
            found.append(f"{year}: {month}-{day} is off in each year, and is missing")
    if sum(entry.kind == HOLIDAY for entry in days) < _ENTRIES_MIN:
        found.append(f"{year}: fewer than {_ENTRIES_MIN} days off: is the whole notice there?")
    return found
