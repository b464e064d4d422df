"""A dispute between two people: taken in, mediated within a month, settled."""

from __future__ import annotations

from datetime import date
from enum import Enum

from sqlalchemy.orm import Mapped

from baiyun_desktop.kernel.article import Law
from baiyun_desktop.kernel.deadline import Deadline, Span, Unit
from baiyun_desktop.kernel.field import Asked, Key, field
from baiyun_desktop.kernel.merging import Row
from baiyun_desktop.kernel.procedure import Procedure
from baiyun_desktop.kernel.record import Record
from baiyun_desktop.kernel.role import Role
from baiyun_desktop.kernel.step import Brief, Reason, Step

LAW = Law("人民调解法", {17: "一方不愿意的，不能调解。", 28: "达成协议的，可以写成协议书，也可以由调解员记下来。"})
RULES = Law("人民调解工作若干规定", {33: "一般一个月内调解完；双方同意的可以接着调。"})
MEDIATORS = (Role.COMMUNITY_WORKER, Role.COMMUNITY_HEAD, Role.MEDIATOR)
REFUSED = "3"


class MediationCase(
    Record,
    title="调解案件",
    en="Mediation case",
    area="area",
    carries=(("applicant", "person"), ("respondent", "person")),
):
    """One case; its parties are people whom the district knows already."""

    __tablename__ = "med_case"

    biz_no: Mapped[str | None] = field("案号", en="Number", asked=Asked.AUTO, search=Key.CHARACTERS, listed=26)
    area: Mapped[str | None] = field("所属社区", en="Area", asked=Asked.AUTO)
    applicant: Mapped[str | None] = field("申请人", en="Applicant", ref="person", asked=Asked.FIRST)
    respondent: Mapped[str | None] = field("被申请人", en="Respondent", ref="person", asked=Asked.FIRST)
    dtype: Mapped[str | None] = field(
        "纠纷类型", en="Type", codes="MED_TYPE", asked=Asked.STEP, needed=["受理"], listed=14
    )
    facts: Mapped[str | None] = field(
        "纠纷简要情况", en="Facts", long=True, asked=Asked.STEP, needed=["受理"], search=Key.CHARACTERS
    )
    unwilling: Mapped[bool | None] = field("一方明确拒绝", en="One side refuses", cite=LAW[17])
    accept_date: Mapped[date | None] = field("受理日期", en="Accepted", asked=Asked.AUTO, listed=11)
    agreement: Mapped[str | None] = field(
        "协议内容", en="Terms", long=True, asked=Asked.AUTO, needed=["达成协议"], cite=LAW[28]
    )
    agreed_on: Mapped[date | None] = field("协议日期", en="Agreed", asked=Asked.AUTO, listed=11)

    state: Mapped[str | None] = field("状态", en="State", derived="movements", listed=8, index=True)
    due_on: Mapped[date | None] = field("调解期限", en="Due", derived="deadlines", listed=22, index=True)

    @classmethod
    def title_of(cls, values: Row) -> str:
        return str(values.get("biz_no") or "调解案件")


class S(Enum):
    """States."""

    ASKED = "待受理"
    MEDIATING = "调解中"
    AGREED = "达成协议"


def both_are_willing(brief: Brief) -> Reason | None:
    """Nobody is mediated with against their will."""
    if not brief.values.get("unwilling"):
        return None
    return Reason("一方明确拒绝调解，不能受理", fields=("unwilling",), cite=LAW[17])


MONTH = Deadline(
    "MD-1M", "调解期限", Span(1, Unit.MONTHS), "accept_date", "agreed_on", extension=Span(1, Unit.MONTHS),
    runs=(S.MEDIATING,), cite=RULES[33], en="Mediation",
)  # fmt: skip

MEDIATING = Procedure(
    MediationCase,
    S,
    (
        Step("受理", S.ASKED, S.MEDIATING, by=MEDIATORS, cite=LAW[17], needs=("applicant", "respondent"),
             when=both_are_willing, sets=("accept_date",), number="mediation", writes="mediation_register",
             en="Take in"),
        Step("延长", S.MEDIATING, S.MEDIATING, by=MEDIATORS, cite=RULES[33], extends="MD-1M", en="Extend"),
        Step("达成协议", S.MEDIATING, S.AGREED, by=MEDIATORS, cite=LAW[28], ask=("agreement",), sets=("agreed_on",),
             en="Settle"),
    ),
    initial=S.ASKED,
    deadlines=(MONTH,),
)  # fmt: skip
