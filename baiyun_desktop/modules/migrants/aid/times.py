"""The days that legal aid is counted by: seven to decide, three to assign, and the year for a labour claim."""

from __future__ import annotations

from datetime import date

from baiyun_desktop.kernel.deadline import Deadline, Span, Unit
from baiyun_desktop.kernel.merging import Row
from baiyun_desktop.kernel.step import as_day
from baiyun_desktop.modules.migrants.law import ARBITRATION, LEGAL_AID
from baiyun_desktop.modules.migrants.people import CALENDAR

WAITING_FOR_PAPERS = "补充材料"

DECIDE = Deadline(
    "LA-7", "法律援助审查决定", Span(7, Unit.WORKING_DAYS), after="received_on", until="decided_on",
    grounds=(WAITING_FOR_PAPERS,), cite=LEGAL_AID[43],
)  # fmt: skip
"""The law says seven days, the rules of procedure seven working days; the time for missing papers does not count."""
ASSIGN = Deadline(
    "LA-3", "指派法律援助人员", Span(3, Unit.DAYS), after="decided_on", until="assigned_on", cite=LEGAL_AID[43]
)  # fmt: skip
OBJECT = Deadline(
    "LA-OBJ", "异议审查", Span(5, Unit.DAYS), after="objected_on", until="objection_answered_on", cite=LEGAL_AID[49]
)  # fmt: skip
CLAIM = Deadline(
    "LD-1Y", "劳动仲裁时效", Span(1, Unit.YEARS), after="employment_ended_on", cite=ARBITRATION[27]
)  # fmt: skip
DEADLINES = (DECIDE, ASSIGN, OBJECT, CLAIM)

URGENT_BELOW_DAYS = 7
"""With fewer days left than this before a claim lapses, help comes first and papers later (art. 44)."""


def claim_lapses(row: Row) -> date | None:
    """The last day for arbitration; None while the employment lasts or its end is not known."""
    ended = as_day(row.get("employment_ended_on"))
    return CLAIM.due(ended, CALENDAR).day if ended is not None else None
