"""What of the centre's work belongs on a clerk's worklist beside its time limits: drafts, visits, permits, reminders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from baiyun_desktop.kernel.listing import Condition, Test
from baiyun_desktop.modules.migrants import reminders
from baiyun_desktop.ui.screens import Screens, Waiting

_REG, _PERMIT = "residence_reg", "residence_permit"
_STANDS = tuple(Condition("state", Test.IS_NOT, name) for name in ("DRAFT", "REPLACED", "ENDED"))
_DRAFT = Condition("state", Test.IS, "DRAFT")
_ALL = "residence_active"


def _before(name: str, day: date) -> tuple[Condition, ...]:
    return Condition(name, Test.GIVEN), Condition(name, Test.BEFORE, day.isoformat())


def waiting(today: date) -> Sequence[Waiting]:
    """The parts of the worklist on that day, the most urgent first."""
    permit_past = (*_STANDS, *_before("permit_due", today))
    tomorrow = today + timedelta(days=1)
    may_apply = _before("qualify_date", tomorrow)
    return (
        Waiting("waiting", "住满半年，可以受理居住证", "May apply for a permit now", _PERMIT, may_apply, ("qualify_date",),
                "permits_waiting"),
        Waiting("waiting", "登记草稿待办完", "Drafts to finish", _REG, (_DRAFT,), (), "residence_drafts"),
        # the newest first: the older ones stand above already, by the limit of their check
        Waiting("waiting", "新登记，待上门走访", "Newly registered, to be visited", _REG, reminders.TO_VISIT, ("-reg_date",),
                "residence_new"),
        Waiting("attention", "居住证签注已到期", "Endorsements past due", _REG, permit_past, ("permit_due",), _ALL),
        Waiting("attention", "租赁合同快到期", "Leases that end soon", _REG, reminders.LEASE, ("lease_to",),
                "remind_lease"),
        Waiting("attention", "劳动合同快到期", "Contracts that end soon", _REG, reminders.CONTRACT, ("contract_to",),
                "remind_contract"),
        Waiting("attention", "拟居住日期快到", "Stays that end soon", _REG, reminders.STAY, ("plan_until",),
                "remind_stay"),
        Waiting("attention", "出租房屋租期快到", "Lettings that end soon", "rental_house", reminders.LETTING,
                ("lease_to",), "remind_letting"),
        *_seasons(today),
    )  # fmt: skip


def _seasons(today: date) -> Sequence[Waiting]:
    """What only some months remind of: children without a school, and last season's payments of health insurance."""
    found = []
    if today.month in reminders.SCHOOL_SEASON:
        found.append(
            Waiting(
                "attention",
                "入学报名季：还没安排学校",
                "School season: not placed yet",
                "school_need",
                reminders.UNPLACED,
                ("enter_from",),
                "remind_school",
            )
        )
    if today.month in reminders.INSURANCE_SEASON:
        opened = date(today.year, reminders.INSURANCE_SEASON[0], 1)
        paid_before = (*reminders.INSURED, *_before("asked_on", opened))
        found.append(
            Waiting(
                "attention",
                "医保缴费季：提醒续缴",
                "Insurance season: to pay again",
                "health_service",
                paid_before,
                ("asked_on",),
                "remind_insurance",
            )
        )
    return found


SCREENS = Screens(waiting=waiting)
