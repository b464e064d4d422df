"""The calendar of the State Council as a district seeds it, for districts and desks of tests."""

from __future__ import annotations

from itertools import groupby

from baiyun_desktop.kernel import calendar_year
from baiyun_desktop.kernel.calendar import read_days
from baiyun_desktop.kernel.resource import resource
from sync.act import Change, Op
from sync.schema import EVERYWHERE


def years(first: int, last: int) -> list[Change]:
    """The records of some years, to be written by a district."""
    by_year = groupby(read_days(resource("calendar", "days.csv")), key=lambda entry: entry.day.year)
    return [
        Change(
            calendar_year.COLLECTION,
            calendar_year.id_of(year),
            Op.CREATE,
            {"area": EVERYWHERE, "year": year, "days": calendar_year.written(days)},
        )
        for year, days in by_year
        if first <= year <= last
    ]
