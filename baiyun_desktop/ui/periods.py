"""The periods that an office counts by, ready to choose: months, quarters and years, running and past."""

from __future__ import annotations

from datetime import date, timedelta

MONTHS_A_YEAR, MONTHS_A_QUARTER = 12, 3
PERIODS = {
    "figures.this_month": (1, 0),
    "figures.last_month": (1, -1),
    "figures.this_quarter": (MONTHS_A_QUARTER, 0),
    "figures.last_quarter": (MONTHS_A_QUARTER, -1),
    "figures.this_year": (MONTHS_A_YEAR, 0),
    "figures.last_year": (MONTHS_A_YEAR, -1),
}
"""By the key of its words: how many months, and how many of such before the one that runs."""
OWN = "figures.own_period"
"""The officer types both days."""


def period(key: str, today: date) -> tuple[date, date]:
    """The first and the last day of a period as seen on a day."""
    months, back = PERIODS[key]
    running = (today.month - 1) // months * months
    first = _month(today.year, running + back * months)
    return first, _month(first.year, first.month - 1 + months) - timedelta(days=1)


def _month(year: int, months: int) -> date:
    """The first day of the month that lies so many months after January of the year."""
    return date(year + months // MONTHS_A_YEAR, months % MONTHS_A_YEAR + 1, 1)
