"""Working days as the State Council's notices set them, and what is said of years without one."""

from __future__ import annotations

from datetime import date

import pytest

from baiyun_desktop.kernel.calendar import Calendar, CalendarDay, read_days
from baiyun_desktop.kernel.resource import resource

CALENDAR = Calendar.of(read_days(resource("calendar", "days.csv")))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-02-14", True),  # a Saturday worked for the spring festival
        ("2026-02-16", False),
        ("2026-05-09", True),
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-11-21", False),  # a plain Saturday
        ("2026-11-23", True),
    ],
)
def test_days_are_worked_as_the_notice_says(day: str, works: bool) -> None:
    assert CALENDAR.works(date.fromisoformat(day)) is works


def test_a_year_without_a_notice_is_named_and_reckoned_by_its_weekends() -> None:
    assert CALENDAR.unknown(date(2026, 12, 1), date(2028, 1, 5)) == (2027, 2028)
    assert CALENDAR.works(date(2027, 10, 1))  # a Friday, and nobody has said that it is off
    assert not CALENDAR.works(date(2027, 10, 2))


def test_a_day_off_rolls_to_the_first_day_worked() -> None:
    assert CALENDAR.rolled(date(2026, 10, 1)) == date(2026, 10, 8)
    assert CALENDAR.rolled(date(2026, 10, 8)) == date(2026, 10, 8)
    assert CALENDAR.rolled(date(2026, 11, 21)) == date(2026, 11, 23)


def test_days_worked_between_two_days_count_the_second() -> None:
    assert CALENDAR.worked_between(date(2026, 9, 29), date(2026, 10, 14)) == 7
    assert CALENDAR.worked_between(date(2026, 10, 14), date(2026, 9, 29)) == 0


def test_an_entry_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="2026-03-01"):
        Calendar.of([CalendarDay(date(2026, 3, 1), "free")])


def test_twenty_three_years_are_known() -> None:
    assert CALENDAR.years == frozenset(range(2004, 2027))
    assert (
        246
        <= sum(
            CALENDAR.works(date.fromordinal(n))
            for n in range(date(2026, 1, 1).toordinal(), date(2027, 1, 1).toordinal())
        )
        <= 252
    )
