"""The days that legal aid is counted by: seven to decide, three to assign, and the year for a labour claim."""

from __future__ import annotations

from datetime import date

from baiyun_desktop.kernel.calendar import Calendar
from baiyun_desktop.kernel.deadline import Deadline, Span, Unit, reckoned
from baiyun_desktop.kernel.merging import Row
from baiyun_desktop.kernel.step import as_day
from baiyun_desktop.modules.migrants.aid.legal_states import S
from baiyun_desktop.modules.migrants.law import ARBITRATION, LEGAL_AID

WAITING_FOR_PAPERS = "补充材料"

DECIDE = Deadline(
    "LA-7", "法律援助审查决定", Span(7, Unit.WORKING_DAYS), after="received_on", until="decided_on",
    runs=(S.APPLIED, S.PAPERS), grounds=(WAITING_FOR_PAPERS,), cite=LEGAL_AID[43], en="Decision on legal aid",
)  # fmt: skip
"""The law says seven days, the rules of procedure seven working days; the time for missing papers does not count."""
ASSIGN = Deadline(
    "LA-3", "指派法律援助人员", Span(3, Unit.DAYS), after="decided_on", until="assigned_on", runs=(S.GRANTED,),
    cite=LEGAL_AID[43], en="Assignment",
)  # fmt: skip
OBJECT = Deadline(
    "LA-OBJ", "异议审查", Span(5, Unit.DAYS), after="objected_on", until="objection_answered_on", runs=(S.OBJECTED,),
    cite=LEGAL_AID[49], en="Answer to an objection",
)  # fmt: skip
CLAIM = Deadline(
    "LD-1Y", "劳动仲裁时效", Span(1, Unit.YEARS), after="employment_ended_on", asks_why=False,
    runs=(S.DRAFT, S.APPLIED, S.PAPERS, S.GRANTED, S.REFUSED, S.OBJECTED, S.AHEAD), cite=ARBITRATION[27],
    en="Time to claim",
)  # fmt: skip
"""The applicant's own time, which nothing here stops. Once somebody is assigned, the claim is in a lawyer's hands."""
DEADLINES = (DECIDE, ASSIGN, OBJECT, CLAIM)

URGENT_BELOW_DAYS = 7
"""With fewer days left than this before a claim lapses, help comes first and papers later (art. 44)."""


def claim_lapses(row: Row) -> date | None:
    """A year after the employment, before any day off moves its end; None while it lasts or its end is not known."""
    ended = as_day(row.get("employment_ended_on"))
    return reckoned(ended, CLAIM.span, Calendar()) if ended is not None else None
