"""How a child comes to a school: asked for, forwarded, placed, entered."""

from __future__ import annotations

from enum import Enum

from baiyun_desktop.kernel.procedure import Procedure
from baiyun_desktop.kernel.role import Role
from baiyun_desktop.kernel.step import Brief, Reason, Step
from baiyun_desktop.modules.migrants.law import EDUCATION
from baiyun_desktop.modules.migrants.people import COUNTER, age
from baiyun_desktop.modules.migrants.school.records import SchoolNeed

SCHOOL_AGE, KINDERGARTEN_AGE, OLDEST = 6, 3, 18
KINDERGARTEN = "00"


class S(Enum):
    """States of a need."""

    DRAFT = "草稿"
    APPLIED = "已申请"
    FORWARDED = "已报教育部门"
    PLACED = "已安排"
    ENTERED = "已入学"
    NOT_PLACED = "未安排"


def not_their_own_guardian(brief: Brief) -> Reason | None:
    """A child's guardian is somebody else."""
    if not brief.has("child") or brief.values.get("child") != brief.values.get("guardian"):
        return None
    return Reason("监护人和学生是同一个人", fields=("guardian",))


def of_school_age(brief: Brief) -> Reason | None:
    """Says where the age and the grade do not go together; schools decide on exceptions."""
    years = age(brief.links.get("child", {}), brief.day("enter_from") or brief.stated_date)
    least = KINDERGARTEN_AGE if brief.values.get("target_grade") == KINDERGARTEN else SCHOOL_AGE
    if years is None or least <= years <= OLDEST:
        return None
    return Reason(f"学生{years}周岁，与拟入年级不符，请核对", fields=("target_grade",), cite=EDUCATION[12])


def entered_after_placing(brief: Brief) -> Reason | None:
    """Nobody enters a school before being placed there."""
    placed = brief.day("placed_on")
    if placed is None or brief.stated_date is None or brief.stated_date >= placed:
        return None
    return Reason("入学日期早于安排日期")


_EDUCATION_OFFICE = (Role.DEPARTMENT, Role.MIGRANT_COUNTER)
"""The department decides; where it has no desk yet, the centre writes down its letter."""

SCHOOL = Procedure(
    SchoolNeed,
    S,
    (
        Step("申请", S.DRAFT, S.APPLIED, by=COUNTER, cite=EDUCATION[12], needs=("child", "guardian", "guardian_phone"),
             when=not_their_own_guardian, advises=(of_school_age,), loads=("child",), sets=("applied_on",), en="Apply"),
        Step("报教育部门", (S.APPLIED, S.NOT_PLACED), S.FORWARDED, by=COUNTER, cite=EDUCATION[12],
             sets=("forwarded_on",), en="Forward"),
        Step("安排", S.FORWARDED, S.PLACED, by=_EDUCATION_OFFICE, cite=EDUCATION[12],
             ask=("result", "placed_school"), sets=("placed_on",), en="Place"),
        Step("未安排", S.FORWARDED, S.NOT_PLACED, by=_EDUCATION_OFFICE, cite=EDUCATION[12],
             ask=("result", "result_note"), en="Not placed"),
        Step("入学", S.PLACED, S.ENTERED, by=COUNTER, when=entered_after_placing, sets=("entered_on",), en="Enter"),
    ),
    initial=S.DRAFT,
)  # fmt: skip
