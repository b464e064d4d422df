"""Time limits against worked examples of the law, and against a second reckoning written another way."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baiyun_desktop.kernel.calendar import Calendar, read_days
from baiyun_desktop.kernel.deadline import TURNS_MAX, Deadline, Lamp, Pause, Span, Unit, reckoned
from baiyun_desktop.kernel.resource import resource

CALENDAR = Calendar.of(read_days(resource("calendar", "days.csv")))
D, W, M = Unit.DAYS, Unit.WORKING_DAYS, Unit.MONTHS


def limit(length: int, unit: Unit, **more: object) -> Deadline:
    return Deadline("T", "限期", Span(length, unit), "start", **more)  # type: ignore[arg-type]


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


@pytest.mark.parametrize(
    ("start", "length", "unit", "due"),
    [
        ("02-13", 5, W, "02-27"),
        ("09-29", 7, W, "10-14"),
        ("04-30", 5, W, "05-11"),
        ("09-01", 30, D, "10-08"),
        ("01-17", 30, D, "02-24"),
        ("08-03", 60, D, "10-08"),
        ("02-02", 15, D, "02-24"),
        ("01-31", 1, M, "02-28"),  # worked for the spring festival, though a Saturday
        ("08-31", 1, M, "09-30"),
        ("11-20", 1, D, "11-23"),  # ends on a Saturday
    ],
)
def test_worked_examples(start: str, length: int, unit: Unit, due: str) -> None:
    assert limit(length, unit).due(day(start), CALENDAR).day == day(due)


def test_only_the_end_is_rolled() -> None:
    due = limit(30, D).due(day("09-01"), CALENDAR)
    assert (due.plain, due.day) == (day("10-01"), day("10-08"))
    assert limit(30, D, rolls=False).due(day("09-01"), CALENDAR).day == day("10-01")


def test_an_extension_runs_on_from_the_plain_end() -> None:
    petition = limit(60, D, extension=Span(30, D))
    assert petition.due(day("08-03"), CALENDAR, extended=True).day == day(
        "11-02"
    )  # 10-02 and 30 days are 11-01, a Sunday
    with pytest.raises(ValueError, match="no extension"):
        limit(60, D).due(day("08-03"), CALENDAR, extended=True)


def test_only_the_pauses_of_the_law_count() -> None:
    review = limit(60, D, grounds=("调解",))
    pause = Pause(day("08-10"), day("08-20"), "调解")
    assert review.due(day("08-03"), CALENDAR, pauses=[pause]).plain == day("10-12")
    own = Pause(day("08-10"), day("08-20"), "挂起")
    assert review.due(day("08-03"), CALENDAR, pauses=[own]).plain == day("10-02")


def test_days_paused_twice_are_left_out_once_and_days_off_in_a_pause_were_never_counted() -> None:
    aid = limit(7, W, grounds=("补正",))
    twice = [Pause(day("09-30"), day("10-10"), "补正"), Pause(day("09-30"), day("10-09"), "补正")]
    assert aid.due(day("09-29"), CALENDAR, pauses=twice).day == day("10-19")


def test_what_is_paused_still_has_no_lamp_but_that() -> None:
    due = limit(60, D, grounds=("中止",)).due(day("08-03"), CALENDAR, pauses=[Pause(day("08-10"), None, "中止")])
    assert due.lamp(day("12-30"), CALENDAR) is Lamp.PAUSED


def test_lamps_of_a_limit() -> None:
    due = limit(30, D).due(day("11-02"), CALENDAR)
    assert due.day == day("12-02")
    seen = {text: due.lamp(day(text), CALENDAR) for text in ("11-10", "11-25", "11-26", "12-02", "12-03")}
    assert seen == {
        "11-10": Lamp.GREEN, "11-25": Lamp.GREEN, "11-26": Lamp.YELLOW, "12-02": Lamp.YELLOW, "12-03": Lamp.RED,
    }  # fmt: skip
    assert due.lamp(day("12-30"), CALENDAR, met=day("12-02")) is Lamp.MET
    assert due.lamp(day("12-30"), CALENDAR, met=day("12-03")) is Lamp.RED
    assert (due.overdue(day("12-02"), CALENDAR), due.overdue(day("12-07"), CALENDAR)) == (0, 3)


def test_one_day_worked_is_near_however_long_the_time_was() -> None:
    due = limit(3, W).due(day("11-20"), CALENDAR)
    assert due.day == day("11-25")
    assert due.lamp(day("11-23"), CALENDAR) is Lamp.GREEN
    assert due.lamp(day("11-24"), CALENDAR) is Lamp.YELLOW


def test_a_year_whose_holidays_are_unknown_is_named() -> None:
    assert limit(60, D).due(day("11-23"), CALENDAR).unknown == (2027,)
    assert limit(3, D).due(day("11-23"), CALENDAR).unknown == ()


def test_hours_run_from_an_instant_through_nights() -> None:
    foreigner = Deadline("RR-FOR", "住宿登记", Span(24, Unit.HOURS), "arrived_at")
    assert foreigner.due_at(datetime(2026, 10, 1, 23, 30)) == datetime(2026, 10, 2, 23, 30)  # noqa: DTZ001
    with pytest.raises(ValueError, match="日"):
        limit(3, D).due_at(datetime(2026, 10, 1))  # noqa: DTZ001


ALL = [date(2019, 12, 1) + timedelta(days=n) for n in range(2555)]
WORKED = [d for d in ALL if CALENDAR.works(d)]


def _otherwise(start: date, length: int, unit: Unit) -> date:
    """The same by looking days up in lists, and months by counting them up one at a time."""
    if unit is W:
        return WORKED[bisect_right(WORKED, start) + length - 1]
    if unit is D:
        plain = ALL[ALL.index(start) + length]
    else:
        year, month = start.year, start.month
        for _ in range(length):
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        plain = max(d for d in ALL if (d.year, d.month) == (year, month) and d.day <= start.day)
    return WORKED[bisect_right(WORKED, plain - timedelta(days=1))]


@settings(max_examples=200, deadline=None)
@given(
    start=st.dates(date(2020, 1, 1), date(2025, 10, 31)),
    length=st.integers(1, 90),
    unit=st.sampled_from([D, W, M]),
)
def test_it_agrees_with_a_reckoning_written_another_way(start: date, length: int, unit: Unit) -> None:
    length = length if unit is not M else 1 + length % 12
    assert limit(length, unit).due(start, CALENDAR).day == _otherwise(start, length, unit)


@settings(max_examples=100, deadline=None)
@given(start=st.dates(date(2020, 1, 1), date(2025, 1, 1)), length=st.integers(1, 60), off=st.integers(1, 40))
def test_a_pause_moves_the_end_by_as_many_days_as_it_took(start: date, length: int, off: int) -> None:
    pause = Pause(start + timedelta(days=1), start + timedelta(days=1 + off), "中止")
    paused = limit(length, D, grounds=("中止",)).due(start, CALENDAR, pauses=[pause])
    assert paused.plain == reckoned(start, Span(length, D), CALENDAR) + timedelta(days=off)


def test_turns_are_counted_from_one_day_and_met_in_their_windows() -> None:
    yearly = limit(1, Unit.YEARS, until="met_on", again=Span(1, M))
    start = date(2024, 2, 29)
    for met, begin, end, opens in (
        (None, "2024-02-29", "2025-02-28", "2025-01-28"),
        ("2025-01-27", "2024-02-29", "2025-02-28", "2025-01-28"),
        ("2025-01-28", "2025-02-28", "2026-02-28", "2026-01-28"),
        ("2027-02-01", "2027-02-28", "2028-02-29", "2028-01-29"),
    ):
        found = yearly.turn(start, date.fromisoformat(met) if met else None)
        assert [day.isoformat() for day in found] == [begin, end, opens]
    assert yearly.turn(start, date(9999, 12, 31))[1].year == 2024 + TURNS_MAX  # a mistyped year keeps nobody waiting
    due = yearly.due(date(2025, 10, 2), CALENDAR)
    assert (due.plain, due.day, due.near(CALENDAR)) == (date(2026, 10, 2), date(2026, 10, 8), date(2026, 9, 2))
