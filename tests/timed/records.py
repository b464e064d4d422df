"""An application that must be examined within three days worked, and settled within a month of that."""

from __future__ import annotations

from datetime import date
from enum import Enum

from sqlalchemy.orm import Mapped

from baiyun_desktop.kernel.article import Law
from baiyun_desktop.kernel.deadline import Deadline, Span, Unit
from baiyun_desktop.kernel.field import Asked, Key, field
from baiyun_desktop.kernel.procedure import Procedure
from baiyun_desktop.kernel.record import Record
from baiyun_desktop.kernel.role import Role
from baiyun_desktop.kernel.step import Brief, Falls, Reason, Step

RULES = Law(
    "调解工作规则", {7: "收到申请后三个工作日内决定受不受理。", 15: "一般一个月内调解完，双方同意可以延长一个月。"}
)


class Application(Record, title="调解申请", en="Application", area="area"):
    __tablename__ = "application"

    area: Mapped[str | None] = field("所属社区", en="Area", asked=Asked.AUTO)
    title: Mapped[str | None] = field("纠纷", en="Matter", asked=Asked.FIRST, search=Key.CHARACTERS, listed=20)
    applied_on: Mapped[date | None] = field("申请日期", en="Applied on", asked=Asked.FIRST, listed=11)
    accepted_on: Mapped[date | None] = field("受理日期", en="Accepted on", asked=Asked.AUTO)
    settled_on: Mapped[date | None] = field("办结日期", en="Settled on", asked=Asked.AUTO)
    state: Mapped[str | None] = field("状态", en="State", derived="movements", index=True)
    due_on: Mapped[date | None] = field("办理期限", en="Due", derived="deadlines", index=True, listed=22)


class S(Enum):
    """States."""

    APPLIED = "待受理审查"
    LEFT_LYING = "久未审查"
    ACCEPTED = "已受理"
    SETTLED = "已办结"


def _within_the_month(brief: Brief) -> Reason | None:
    """A guard that stands on a limit's own day."""
    due = brief.due("MD-1M")
    if due is None or brief.stated_date is None or brief.stated_date <= due:
        return None
    return Reason(f"调解期限已于{due.isoformat()}届满，双方同意延长后再调解", cite=RULES[15])


APPLYING = Procedure(
    Application,
    S,
    (
        Step("受理", (S.APPLIED, S.LEFT_LYING), S.ACCEPTED, cite=RULES[7], sets=("accepted_on",), en="Accept"),
        Step("转久未审查", S.APPLIED, S.LEFT_LYING, by=Role.SYSTEM, cite=RULES[7], falls=Falls("MD-ACC", days=10)),
        Step("通知补正", S.APPLIED, S.APPLIED, pauses="补正", en="Ask for papers"),
        Step("收到补正", S.APPLIED, S.APPLIED, resumes="补正", en="Papers came"),
        Step("延长", S.ACCEPTED, S.ACCEPTED, cite=RULES[15], extends="MD-1M", en="Extend"),
        Step("调解", S.ACCEPTED, S.ACCEPTED, cite=RULES[15], when=_within_the_month, en="Mediate"),
        Step("办结", S.ACCEPTED, S.SETTLED, sets=("settled_on",), en="Settle"),
    ),
    initial=S.APPLIED,
    deadlines=(
        Deadline(
            "MD-ACC", "受理审查", Span(3, Unit.WORKING_DAYS), "applied_on", "accepted_on", grounds=("补正",),
            cite=RULES[7], runs=(S.APPLIED,), en="Examination",
        ),
        Deadline(
            "MD-1M", "调解期限", Span(1, Unit.MONTHS), "accepted_on", "settled_on", extension=Span(1, Unit.MONTHS),
            cite=RULES[15], runs=(S.ACCEPTED,), en="Mediation",
        ),
    ),
)  # fmt: skip
