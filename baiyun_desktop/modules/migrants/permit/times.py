"""The days that a residence permit is counted by: half a year until it, fifteen days for it, a year between endorsements."""

from __future__ import annotations

from datetime import date

from baiyun_desktop.kernel.calendar import Calendar
from baiyun_desktop.kernel.deadline import Deadline, Span, Unit, reckoned
from baiyun_desktop.kernel.limits import start_of
from baiyun_desktop.kernel.merging import Row
from baiyun_desktop.kernel.step import as_day
from baiyun_desktop.modules.migrants.law import PERMIT_RULES
from baiyun_desktop.modules.migrants.permit.states import HELD, S

QUALIFY = Deadline(
    "RP-6M", "居住满半年", Span(6, Unit.MONTHS), after="reside_since", runs=(S.PRECHECK, S.READY, S.TOLD), rolls=False,
    waits=True, cite=PERMIT_RULES[2], en="Half a year of residence",
)  # fmt: skip
ISSUE = Deadline(
    "RP-15", "居住证制发", Span(15, Unit.DAYS), after="forwarded_on", until="issue_date", runs=(S.AT_POLICE, S.MAKING),
    cite=PERMIT_RULES[9], en="Making the permit",
)  # fmt: skip
"""A city's rules may give up to thirty days. A card that is made anew has no limit of its own: it has been issued."""
ENDORSE = Deadline(
    "RP-SIGN", "居住证签注", Span(1, Unit.YEARS), after=("issue_date", "years_from"), until="endorsed_on",
    again=Span(1, Unit.MONTHS), runs=HELD, asks_why=False, cite=PERMIT_RULES[10], en="Endorsement",
)  # fmt: skip
"""Years run from the day of issue, or from the last late endorsement. No office answers for somebody who comes late."""
DEADLINES = (QUALIFY, ISSUE, ENDORSE)

REMIND_DAYS = 30
"""When a permit begins to wait for its endorsement."""


def qualify_date(row: Row) -> date | None:
    """The first day on which somebody who has lived here since then may apply: no calendar moves it."""
    since = as_day(row.get("reside_since"))
    return reckoned(since, QUALIFY.span, Calendar()) if since is not None else None


def window_opens(row: Row) -> date | None:
    """The first day on which the year that runs may be endorsed: no calendar moves it."""
    start = start_of(ENDORSE, row)
    return ENDORSE.turn(start, as_day(row.get("endorsed_on")))[2] if start is not None else None


def year_ends(row: Row) -> date | None:
    """The last day of the year that runs, before any days off move it; None for a card cancelled by then."""
    start, cancelled = start_of(ENDORSE, row), as_day(row.get("cancel_date"))
    end = ENDORSE.turn(start, as_day(row.get("endorsed_on")))[1] if start is not None else None
    return None if end is None or (cancelled is not None and cancelled <= end) else end
