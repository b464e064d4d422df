"""Limits in hours and minutes: from a stated time or the end of a day, through nights, lit by the minute."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import Enum

import pytest

from baiyun_desktop.kernel import hours
from baiyun_desktop.kernel.calendar import Calendar, read_days
from baiyun_desktop.kernel.deadline import Deadline, Lamp, Span, Unit
from baiyun_desktop.kernel.limits import earliest, limits_of, years_of
from baiyun_desktop.kernel.resource import resource

CALENDAR = Calendar.of(read_days(resource("calendar", "days.csv")))
FOREIGNER = Deadline("RR-FOR", "住宿登记", Span(24, Unit.HOURS), "moved_in_on", "police_on", clock="moved_in_at")
SIGN = Deadline("EV-SIGN", "签收", Span(30, Unit.MINUTES), "sent_on", clock="sent_at")
EVE = date(2026, 9, 30)


class S(Enum):
    HERE = "在住"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("13:30", time(13, 30)), (" 9：05 ", time(9, 5)), ("13点半", time(13, 30)), ("8点", time(8)), ("8时20分", time(8, 20)),
        ("24:00", None), ("12:60", None), ("下午", None), ("1330", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_a_time_of_day_is_read_as_people_write_it(typed: str | None, read: time | None) -> None:
    assert hours.read_clock(typed) == read


@pytest.mark.parametrize(
    ("limit", "clock", "ends", "near"),
    [
        (FOREIGNER, "23:30", "2026-10-01T23:30", "2026-10-01T18:42"),  # over the national holiday's first night
        (FOREIGNER, "", "2026-10-01", "2026-10-01T19:12"),  # only the day is known: it counts from its end
        (FOREIGNER, "00:00", "2026-09-30", "2026-09-30T19:12"),
        (SIGN, "8:50", "2026-09-30T09:20", "2026-09-30T09:14"),
    ],
)
def test_hours_and_minutes_run_through_nights_and_days_off(limit: Deadline, clock: str, ends: str, near: str) -> None:
    due = limit.due(EVE, CALENDAR, clock=clock)
    assert (due.ends, due.nears(CALENDAR), due.day.isoformat()) == (ends, near, ends[:10])


def test_its_lamp_is_told_by_the_minute_and_on_a_bare_day_only_by_the_day() -> None:
    due = FOREIGNER.due(EVE, CALENDAR, clock="13:30")
    lit = {"2026-10-01T08:41": Lamp.GREEN, "2026-10-01T08:42": Lamp.YELLOW, "2026-10-01T13:30": Lamp.YELLOW,
           "2026-10-01T13:31": Lamp.RED}  # fmt: skip
    assert {text: due.lamp(at(text), CALENDAR) for text in lit} == lit
    assert [due.lamp(date(2026, 10, n), CALENDAR) for n in (1, 2)] == [Lamp.GREEN, Lamp.RED]
    assert due.lamp(at("2026-10-02T00:00"), CALENDAR, met=date(2026, 10, 1)) is Lamp.MET


def test_a_record_has_them_beside_its_limits_in_days() -> None:
    values = {"moved_in_on": "2026-09-30", "moved_in_at": "13:30"}
    (limit,) = limits_of((FOREIGNER,), values, S.HERE, (), CALENDAR).values()
    assert (limit.due.ends, limit.running, limit.late(date(2026, 10, 1)), limit.late(date(2026, 10, 2))) == (
        "2026-10-01T13:30", True, False, True
    )  # fmt: skip
    done = limits_of((FOREIGNER,), {**values, "police_on": "2026-10-01"}, S.HERE, (), CALENDAR)
    assert not done["RR-FOR"].running
    assert (earliest(FOREIGNER, values), earliest(FOREIGNER, {**values, "police_on": "2026-10-01"})) == (EVE, None)
    assert list(years_of((FOREIGNER,), values, EVE)) == [2026, 2027, 2028]


def test_stored_ends_are_over_a_day_after_or_a_minute_after() -> None:
    assert [hours.over("2026-10-01", now) for now in (at("2026-10-01T23:59"), at("2026-10-02T00:00"))] == [False, True]
    assert [hours.over("2026-10-01T13:30", now) for now in (at("2026-10-01T13:30"), at("2026-10-01T13:31"))] == [
        False, True
    ]  # fmt: skip
    assert not hours.over("2026-10-01T13:30", date(2026, 10, 1))
    assert hours.has_clock("2026-10-01T13:30") and not hours.has_clock("2026-10-01")
