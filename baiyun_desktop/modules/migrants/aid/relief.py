"""A family in need: what it has and lacks, sent to the street, which decides with the civil affairs office."""

from __future__ import annotations

from datetime import date
from enum import Enum

from sqlalchemy.orm import Mapped

from baiyun_desktop.kernel.field import Asked, Key, field
from baiyun_desktop.kernel.mask import Mask
from baiyun_desktop.kernel.merging import Row
from baiyun_desktop.kernel.procedure import Procedure
from baiyun_desktop.kernel.record import Record
from baiyun_desktop.kernel.role import Role
from baiyun_desktop.kernel.step import Brief, Reason, Step
from baiyun_desktop.modules.migrants.law import RELIEF
from baiyun_desktop.modules.migrants.people import COMMUNITY, COUNTER

NEED, COURSE = "困难", "审核审批"
TEMPORARY = "1"


def is_open(row: Row) -> bool:
    """Whether the case goes on."""
    return not row.get("decided_on")


class ReliefCase(
    Record, title="民政救助", en="Relief case", area="area", carries=(("person", "person"),), live=is_open
):
    """The centre guides and sends; the street takes in and investigates, the district's civil affairs office approves."""

    __tablename__ = "relief_case"

    biz_no: Mapped[str | None] = field(
        "转办编号", section=NEED, en="Number", asked=Asked.AUTO, search=Key.CHARACTERS, listed=26
    )
    person: Mapped[str | None] = field("申请人", section=NEED, en="Applicant", ref="person", asked=Asked.FIRST)
    area: Mapped[str | None] = field("所属社区/网格", section=NEED, en="Area", asked=Asked.AUTO)
    ticket: Mapped[str | None] = field("服务件", section=NEED, en="Ticket", ref="service_ticket", index=True)
    kind: Mapped[str | None] = field(
        "救助类别", section=NEED, en="Kind", codes="RELIEF_KIND", asked=Asked.FIRST, needed=["报街道"], listed=12
    )
    cause: Mapped[str | None] = field(
        "困难原因", section=NEED, en="Cause", codes="RELIEF_REASON", asked=Asked.STEP, needed=["报街道"], listed=10
    )
    members: Mapped[int | None] = field("家庭人口", section=NEED, en="Household", asked=Asked.STEP)
    income: Mapped[int | None] = field("家庭月收入（元）", section=NEED, en="Monthly income", mask=Mask.HIDDEN)
    facts: Mapped[str | None] = field("困难情况", section=NEED, en="What happened", long=True, asked=Asked.STEP)
    urgent: Mapped[bool | None] = field(
        "情况紧急", section=NEED, en="Urgent", cite=RELIEF[48], help="先救助、后补手续", listed=6
    )
    submitted_on: Mapped[date | None] = field("报街道日期", section=COURSE, en="Sent", asked=Asked.AUTO, listed=11)
    accepted_on: Mapped[date | None] = field("街道受理", section=COURSE, en="Taken in", asked=Asked.AUTO)
    visited_on: Mapped[date | None] = field("入户调查", section=COURSE, en="Visited", asked=Asked.AUTO)
    findings: Mapped[str | None] = field(
        "调查情况", section=COURSE, en="Findings", long=True, asked=Asked.AUTO, needed=["调查"]
    )
    shown_from: Mapped[date | None] = field("公示起", section=COURSE, en="Published from", asked=Asked.AUTO)
    shown_to: Mapped[date | None] = field(
        "公示止", section=COURSE, en="Published to", asked=Asked.AUTO, needed=["公示"]
    )
    objections: Mapped[str | None] = field("公示异议", section=COURSE, en="Objections", long=True)
    decided_on: Mapped[date | None] = field("审批日期", section=COURSE, en="Decided", asked=Asked.AUTO, listed=11)
    amount: Mapped[int | None] = field("救助金额（元）", section=COURSE, en="Amount", asked=Asked.AUTO, needed=["批准"])
    refusal: Mapped[str | None] = field(
        "不予批准理由", section=COURSE, en="Why refused", long=True, asked=Asked.AUTO, needed=["不予批准"]
    )

    state: Mapped[str | None] = field("状态", section=NEED, en="State", derived="movements", listed=8, index=True)

    @classmethod
    def title_of(cls, values: Row) -> str:
        return str(values.get("biz_no") or "民政救助")


class S(Enum):
    """States of a case."""

    DRAFT = "草稿"
    SENT = "已报街道"
    ACCEPTED = "街道受理"
    INVESTIGATED = "已调查"
    SHOWN = "公示"
    APPROVED = "批准"
    REFUSED = "不予批准"


def shown_forwards(brief: Brief) -> Reason | None:
    """A notice hangs until a day after the one on which it was put up."""
    until = brief.day("shown_to")
    start = brief.day("shown_from") or brief.stated_date
    if until is None or start is None or until > start:
        return None
    return Reason("公示止须在公示起之后", fields=("shown_to",), cite=RELIEF[11])


def notice_is_over(brief: Brief) -> Reason | None:
    """Nothing is approved while neighbours may still object."""
    until = brief.day("shown_to")
    if until is None or brief.stated_date is None or brief.stated_date > until:
        return None
    return Reason(f"公示到 {until.isoformat()}，期满后审批", cite=RELIEF[11])


def notice_or_urgent(brief: Brief) -> Reason | None:
    """Only temporary relief in an emergency is approved before any notice."""
    if brief.has("shown_to") or (brief.values.get("urgent") and brief.values.get("kind") == TEMPORARY):
        return None
    return Reason("未公示不能批准；情况紧急的临时救助除外", fields=("urgent",), cite=RELIEF[48])


_CIVIL_AFFAIRS = Role.DEPARTMENT
_HEARD = (S.ACCEPTED, S.INVESTIGATED, S.SHOWN)

CASE = Procedure(
    ReliefCase,
    S,
    (
        Step("报街道", S.DRAFT, S.SENT, by=COUNTER, cite=RELIEF[4], needs=("person", "facts"), sets=("submitted_on",),
             number="relief", writes="relief_forward", en="Send to the street"),
        Step("受理", S.SENT, S.ACCEPTED, by=Role.STREET, cite=RELIEF[4], sets=("accepted_on",), en="Take in"),
        Step("调查", S.ACCEPTED, S.INVESTIGATED, by=(Role.STREET, *COMMUNITY), cite=RELIEF[11], ask=("findings",),
             sets=("visited_on",), en="Investigate"),
        Step("公示", S.INVESTIGATED, S.SHOWN, by=(Role.STREET, *COMMUNITY), cite=RELIEF[11], when=shown_forwards,
             ask=("shown_to",), sets=("shown_from",), en="Publish"),
        Step("批准", _HEARD, S.APPROVED, by=_CIVIL_AFFAIRS, cite=RELIEF[11], when=(notice_or_urgent, notice_is_over),
             ask=("amount",), sets=("decided_on",), en="Approve"),
        Step("不予批准", _HEARD, S.REFUSED, by=_CIVIL_AFFAIRS, cite=RELIEF[11], ask=("refusal",),
             sets=("decided_on",), en="Refuse"),
    ),
    initial=S.DRAFT,
)  # fmt: skip
