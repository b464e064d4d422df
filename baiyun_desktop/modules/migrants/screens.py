"""What of the centre's work belongs on a clerk's worklist beside its time limits: drafts, tickets, permits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from baiyun_desktop.kernel.listing import Condition, Test
from baiyun_desktop.ui.screens import Screens, Waiting

_REG, _PERMIT, _TICKET = "residence_reg", "residence_permit", "service_ticket"
_STANDS = tuple(Condition("state", Test.IS_NOT, name) for name in ("DRAFT", "REPLACED", "ENDED"))
_DRAFT = Condition("state", Test.IS, "DRAFT")
_ALL = "residence_active"
_TICKET_DONE = ("DONE", "DELIVERED", "RATED", "FILED", "RETURNED")


def _before(name: str, day: date) -> tuple[Condition, ...]:
    return Condition(name, Test.GIVEN), Condition(name, Test.BEFORE, day.isoformat())


def waiting(today: date) -> Sequence[Waiting]:
    """The parts of the worklist on that day, the most urgent first."""
    permit_past = (*_STANDS, *_before("permit_due", today))
    tomorrow = today + timedelta(days=1)
    late = tuple(Condition("state", Test.IS_NOT, name) for name in _TICKET_DONE)
    may_apply = _before("qualify_date", tomorrow)
    return (
        Waiting("overdue", "服务件超过承诺日期", "Tickets past the promised day", _TICKET,
                (*late, *_before("promised_on", today)), ("promised_on",), "tickets_open"),
        Waiting("waiting", "住满半年，可以受理居住证", "May apply for a permit now", _PERMIT, may_apply, ("qualify_date",),
                "permits_waiting"),
        Waiting("waiting", "登记草稿待办完", "Drafts to finish", _REG, (_DRAFT,), (), "residence_drafts"),
        Waiting("attention", "居住证签注已到期", "Endorsements past due", _REG, permit_past, ("permit_due",), _ALL),
    )  # fmt: skip


SCREENS = Screens(waiting=waiting)
