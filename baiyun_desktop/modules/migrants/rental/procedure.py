"""How a house comes to be let and ceases to be, and how a visit ends in order or in something to mend."""

from __future__ import annotations

from enum import Enum

from baiyun_desktop.kernel.procedure import Procedure
from baiyun_desktop.kernel.step import Brief, Reason, Step
from baiyun_desktop.modules.migrants.law import PERMIT_RULES
from baiyun_desktop.modules.migrants.people import COUNTER
from baiyun_desktop.modules.migrants.rental.records import Inspect, RentalHouse

HAZARD, UNREGISTERED = "4", "3"


class House(Enum):
    """States of a house that is let."""

    DRAFT = "草稿"
    LET = "在租"
    ENDED = "停租"


class Visit(Enum):
    """States of a visit."""

    PLANNED = "待走访"
    IN_ORDER = "正常"
    TO_MEND = "待整改"
    MENDED = "已整改"


def lease_runs_forward(brief: Brief) -> Reason | None:
    """A lease ends after it begins."""
    start, end = brief.day("lease_from"), brief.day("lease_to")
    if start is None or end is None or end >= start:
        return None
    return Reason("租期止早于租期起", fields=("lease_to", "lease_from"))


def crowded(brief: Brief) -> Reason | None:
    """Says where more people may live than there is room for [five square metres each, a setting of ours]."""
    people, space = brief.values.get("people_max"), brief.values.get("floor_area")
    if not people or not space or space >= 5 * people:
        return None
    return Reason(f"{space}㎡住{people}人，人均不足5㎡，请提醒房主", fields=("people_max", "floor_area"))


def something_to_mend(brief: Brief) -> bool:
    """Whether the visit found a hazard or people who are not registered."""
    results = brief.values.get("results") or []
    return bool(brief.values.get("hazards")) or HAZARD in results or UNREGISTERED in results


def nothing_to_mend(brief: Brief) -> Reason | None:
    """A visit that found something is not put away as in order."""
    if not something_to_mend(brief):
        return None
    return Reason("发现隐患或未登记人员，请办“要求整改”", fields=("results",))


def finding_named(brief: Brief) -> Reason | None:
    """Who has to mend something is told what."""
    if something_to_mend(brief):
        return None
    return Reason("没有发现需要整改的问题", fields=("results", "hazards"))


def mend_after_visit(brief: Brief) -> Reason | None:
    """A day by which something is mended lies after the visit."""
    by = brief.day("mend_by")
    if by is None or brief.stated_date is None or by > brief.stated_date:
        return None
    return Reason("整改期限须在走访日期之后", fields=("mend_by",))


LETTING = Procedure(
    RentalHouse,
    House,
    (
        Step("登记", House.DRAFT, House.LET, by=COUNTER, cite=PERMIT_RULES[8], needs=("house", "landlord"),
             when=lease_runs_forward, advises=(crowded,), sets=("registered_on",), en="Register"),
        Step("走访登记", House.LET, House.LET, by=COUNTER, cite=PERMIT_RULES[8], renews=("last_visit_on",),
             en="Visited"),
        Step("停租", House.LET, House.ENDED, by=COUNTER, cite=PERMIT_RULES[8], sets=("ended_on",), en="End"),
    ),
    initial=House.DRAFT,
)  # fmt: skip

VISIT = Procedure(
    Inspect,
    Visit,
    (
        Step("走访", Visit.PLANNED, Visit.IN_ORDER, by=COUNTER, cite=PERMIT_RULES[8], needs=(("rental", "reg"),),
             when=nothing_to_mend, sets=("visited_on",), en="In order"),
        Step("要求整改", Visit.PLANNED, Visit.TO_MEND, by=COUNTER, cite=PERMIT_RULES[8],
             needs=(("rental", "reg"), "visitors", "mend_by"), when=(finding_named, mend_after_visit),
             ask=("mend_by",), sets=("visited_on",), en="Have it mended"),
        Step("整改完成", Visit.TO_MEND, Visit.MENDED, by=COUNTER, cite=PERMIT_RULES[8], sets=("mended_on",),
             en="Mended"),
    ),
    initial=Visit.PLANNED,
)  # fmt: skip
