"""The days that a residence permit is counted by: half a year until it, fifteen days for it, a year between endorsements."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from baiyun_desktop.kernel.calendar import Calendar
from baiyun_desktop.kernel.deadline import Deadline, Span, Unit, reckoned
from baiyun_desktop.kernel.merging import Row
from baiyun_desktop.kernel.step import as_day
from baiyun_desktop.modules.migrants.law import PERMIT_RULES
from baiyun_desktop.modules.migrants.people import CALENDAR

QUALIFY = Deadline(
    "RP-6M", "居住满半年", Span(6, Unit.MONTHS), after="reside_since", rolls=False, cite=PERMIT_RULES[2]
)  # fmt: skip
ISSUE = Deadline(
    "RP-15", "居住证制发", Span(15, Unit.DAYS), after="forwarded_on", until="issue_date", cite=PERMIT_RULES[9]
)  # fmt: skip
ENDORSE = Deadline(
    "RP-SIGN", "居住证签注", Span(1, Unit.YEARS), after="years_from", until="endorsed_on", cite=PERMIT_RULES[10]
)  # fmt: skip
DEADLINES = (QUALIFY, ISSUE, ENDORSE)

REMIND_DAYS = 30
"""When a permit begins to wait for its endorsement."""
YEARS_MAX = 60


def qualify_date(row: Row) -> date | None:
    """The first day on which somebody who has lived here since then may apply."""
    since = as_day(row.get("reside_since"))
    return QUALIFY.due(since, CALENDAR).day if since is not None else None


def year_ends(row: Row) -> date | None:
    """The last day of the year that runs: the first anniversary that has not been endorsed; no day off moves it.

    Years run from the day of issue, or from the last late endorsement. One that was made in the month before an
    anniversary carries over to the next.
    """
    start, done = as_day(row.get("years_from")) or as_day(row.get("issue_date")), as_day(row.get("endorsed_on"))
    if start is None:
        return None
    for years in range(1, YEARS_MAX):
        end = reckoned(start, Span(years, Unit.YEARS), CALENDAR)
        if done is None or done <= start or done < opens_before(end):
            return end
    return None


def endorse_due(row: Row, calendar: Calendar = CALENDAR) -> date | None:
    """The last day in time: where a year ends on a day off, the first day worked after it."""
    end = year_ends(row)
    return calendar.rolled(end) if end is not None else None


def opens_before(end: date) -> date:
    """The first day on which a year that ends then may be endorsed: a month ahead."""
    year, month = divmod(end.year * 12 + end.month - 2, 12)
    return date(year, month + 1, min(end.day, monthrange(year, month + 1)[1]))


def window_opens(row: Row) -> date | None:
    """The first day on which the year that runs may be endorsed."""
    end = year_ends(row)
    return opens_before(end) if end is not None else None


def reminded_from(row: Row) -> date | None:
    """The day from which the permit stands among those that wait for an endorsement."""
    end = year_ends(row)
    return end - timedelta(days=REMIND_DAYS) if end is not None else None
