"""The ifs of residence registration: pure functions, a sentence each."""

from __future__ import annotations

from baiyun_desktop.kernel.step import Brief, Reason
from baiyun_desktop.modules.migrants.law import PERMIT_RULES

IMPORTED, FROM_ABOVE = "3", "4"
RENTED = "02"
BY_AGENT, BY_GUARDIAN = "5", "4"


def taken_over(brief: Brief) -> bool:
    """A registration that some office made earlier and that we only take into our books: gaps are named, not refused."""
    return brief.values.get("source") in (IMPORTED, FROM_ABOVE)


def stay_runs_forward(brief: Brief) -> Reason | None:
    """Nobody plans to be gone before having come."""
    arrived, until = brief.day("arrive_date"), brief.day("plan_until")
    if taken_over(brief) or arrived is None or until is None or until >= arrived:
        return None
    return Reason("拟居住至早于来本地日期", fields=("plan_until", "arrive_date"))


def registered_after_arrival(brief: Brief) -> Reason | None:
    """The day of registration cannot be before the day of arrival."""
    arrived = brief.day("arrive_date")
    if taken_over(brief) or arrived is None or brief.stated_date is None or brief.stated_date >= arrived:
        return None
    return Reason("登记日期早于来本地日期", fields=("arrive_date",), cite=PERMIT_RULES[2])


def landlord_known(brief: Brief) -> Reason | None:
    """For a rented home the landlord is named."""
    if taken_over(brief) or brief.values.get("dwelling") != RENTED or brief.has("landlord_name"):
        return None
    return Reason("租赁房屋请填写房主姓名", fields=("landlord_name", "landlord_phone"), cite=PERMIT_RULES[8])


def agent_known(brief: Brief) -> Reason | None:
    """Who declares for another shows both identities."""
    if taken_over(brief) or brief.values.get("declarer_kind") != BY_AGENT:
        return None
    lacking = tuple(name for name in ("declarer_name", "declarer_id") if not brief.has(name))
    return Reason("代办须填写代办人姓名和证件号", fields=lacking, cite=PERMIT_RULES[9]) if lacking else None


def left_after_arrival(brief: Brief) -> Reason | None:
    """Nobody leaves before having come."""
    arrived = brief.day("arrive_date")
    left = brief.day("leave_date") or brief.stated_date
    if arrived is None or left is None or left >= arrived:
        return None
    return Reason("离开日期早于来本地日期", fields=("leave_date", "arrive_date"))
