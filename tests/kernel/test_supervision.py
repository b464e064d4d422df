"""What stays overdue goes up by working days, not by days off."""

from __future__ import annotations

from datetime import date

from baiyun_desktop.kernel.calendar import Calendar, read_days
from baiyun_desktop.kernel.deadline import Deadline, Span, Unit
from baiyun_desktop.kernel.resource import resource
from baiyun_desktop.kernel.supervision import Supervised, supervised

CALENDAR = Calendar.of(read_days(resource("calendar", "days.csv")))


def test_what_stays_overdue_goes_up_after_three_and_ten_days_worked() -> None:
    due = Deadline("T", "限期", Span(30, Unit.DAYS), "start").due(date(2026, 9, 1), CALENDAR)
    assert due.day == date(2026, 10, 8)
    seen = {day: supervised(due.overdue(date(2026, 10, day), CALENDAR)) for day in (8, 11, 12, 20, 21)}
    assert seen == {
        8: Supervised.NOT_YET, 11: Supervised.NOT_YET, 12: Supervised.NOTICE, 20: Supervised.NOTICE,
        21: Supervised.LISTED,
    }  # fmt: skip
