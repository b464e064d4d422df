"""What somebody came to the counter for, and the two small matters that are kept with it."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped

from baiyun_desktop.kernel.field import Asked, Key, field
from baiyun_desktop.kernel.mask import Mask
from baiyun_desktop.kernel.merging import Policy, Row
from baiyun_desktop.kernel.record import Record

COME, PAPERS, COURSE, END = "来意", "材料", "办理", "结果"


def is_open(row: Row) -> bool:
    """Whether the matter is still on the counter."""
    return not row.get("filed_on") and not row.get("returned_on")


class ServiceTicket(
    Record,
    title="服务件",
    en="Service ticket",
    area="area",
    carries=(("person", "person"),),
    live=is_open,
):
    """一站式服务件. Who takes it answers for it: it is done here, handed on by name and number, or returned with a reason."""

    __tablename__ = "service_ticket"

    biz_no: Mapped[str | None] = field(
        "件号", section=COME, en="Number", asked=Asked.AUTO, search=Key.CHARACTERS, listed=26
    )
    person: Mapped[str | None] = field("办事人", section=COME, en="Person", ref="person", asked=Asked.FIRST)
    item: Mapped[str | None] = field(
        "服务事项", section=COME, en="Item", ref="service_item", asked=Asked.FIRST, index=True
    )
    area: Mapped[str | None] = field("所属社区/网格", section=COME, en="Area", asked=Asked.AUTO)
    queue_no: Mapped[str | None] = field("取号", section=COME, en="Queue number", listed=6)
    channel: Mapped[str | None] = field("受理渠道", section=COME, en="Channel", codes="TICKET_CHANNEL", listed=6)
    wish: Mapped[str | None] = field(
        "来意", section=COME, en="What for", long=True, asked=Asked.FIRST, search=Key.CHARACTERS
    )
    handed_in: Mapped[list[str] | None] = field(
        "已交材料", section=PAPERS, en="Handed in", policy=Policy.UNION, help="逐项填写，用顿号隔开；本所已有的不必再交"
    )
    missing: Mapped[list[str] | None] = field(
        "所缺材料", section=PAPERS, en="Missing", policy=Policy.UNION, asked=Asked.AUTO
    )
    told_on: Mapped[date | None] = field("一次性告知日期", section=PAPERS, en="Told on", asked=Asked.AUTO)
    accepted_on: Mapped[date | None] = field("受理日期", section=COURSE, en="Accepted", asked=Asked.AUTO, listed=11)
    promised_on: Mapped[date | None] = field("承诺办结", section=COURSE, en="Promised for", listed=11, index=True)
    forwarded_org: Mapped[str | None] = field(
        "转往部门", section=COURSE, en="Handed on to", search=Key.CHARACTERS, asked=Asked.AUTO
    )
    forwarded_phone: Mapped[str | None] = field(
        "转往部门电话", section=COURSE, en="Their phone", asked=Asked.AUTO, help="首问负责：部门和电话都要告诉办事人"
    )
    forwarded_on: Mapped[date | None] = field("转办日期", section=COURSE, en="Handed on", asked=Asked.AUTO)
    result: Mapped[str | None] = field(
        "办理结果",
        section=END,
        en="Result",
        codes="TICKET_RESULT",
        asked=Asked.AUTO,
        needed=["办结", "当场办结"],
        listed=10,
    )
    result_note: Mapped[str | None] = field("结果说明", section=END, en="Result in words", long=True)
    done_on: Mapped[date | None] = field("办结日期", section=END, en="Done", asked=Asked.AUTO)
    delivered_on: Mapped[date | None] = field("送达日期", section=END, en="Delivered", asked=Asked.AUTO)
    satisfaction: Mapped[str | None] = field(
        "满意度", section=END, en="Satisfaction", codes="SATISFACTION", asked=Asked.AUTO, needed=["评价"]
    )
    comment: Mapped[str | None] = field("意见建议", section=END, en="Comment", long=True, asked=Asked.AUTO)
    return_reason: Mapped[str | None] = field(
        "退件原因", section=END, en="Why returned", codes="TICKET_RETURN", asked=Asked.AUTO, needed=["退件"]
    )
    returned_on: Mapped[date | None] = field("退件日期", section=END, en="Returned", asked=Asked.AUTO)
    filed_on: Mapped[date | None] = field("归档日期", section=END, en="Filed", asked=Asked.AUTO)

    state: Mapped[str | None] = field("状态", section=COME, en="State", derived="movements", listed=8, index=True)
    due_on: Mapped[date | None] = field(
        "办理期限", section=COURSE, en="Due", derived="deadlines", listed=22, index=True
    )
    wait_min: Mapped[int | None] = field("等候分钟", section=COURSE, en="Minutes waited", derived="minutes")
    work_min: Mapped[int | None] = field("办理分钟", section=END, en="Minutes worked", derived="minutes")

    @classmethod
    def title_of(cls, values: Row) -> str:
        wish = str(values.get("wish") or "").strip()
        return str(values.get("biz_no") or wish[:16] or values.get("queue_no") or "服务件")


class InsuranceMatter(
    Record, title="社保事项", en="Social insurance matter", area="area", carries=(("person", "person"),)
):
    """What was asked of social insurance; the fund decides, the counter guides and takes along."""

    __tablename__ = "social_security"

    person: Mapped[str | None] = field("参保人", en="Insured", ref="person", asked=Asked.FIRST)
    area: Mapped[str | None] = field("所属社区/网格", en="Area", asked=Asked.AUTO)
    ticket: Mapped[str | None] = field("服务件", en="Ticket", ref="service_ticket", index=True)
    business: Mapped[str | None] = field(
        "社保业务", en="Business", codes="INSURANCE_KIND", asked=Asked.FIRST, listed=12
    )
    insured_at: Mapped[str | None] = field("参保地", en="Insured at", listed=14)
    scheme: Mapped[str | None] = field("险种", en="Scheme", listed=12)
    asked_on: Mapped[date | None] = field("办理日期", en="Asked on", asked=Asked.FIRST, listed=11)
    outcome: Mapped[str | None] = field("结果", en="Outcome", long=True)


class HealthMatter(Record, title="医疗卫生事项", en="Health matter", area="area", carries=(("person", "person"),)):
    """What was asked of health insurance and public health; no diagnosis is kept, for no mandate needs one."""

    __tablename__ = "health_service"

    person: Mapped[str | None] = field("服务对象", en="Person", ref="person", asked=Asked.FIRST)
    area: Mapped[str | None] = field("所属社区/网格", en="Area", asked=Asked.AUTO)
    ticket: Mapped[str | None] = field("服务件", en="Ticket", ref="service_ticket", index=True)
    business: Mapped[str | None] = field("业务", en="Business", codes="HEALTH_KIND", asked=Asked.FIRST, listed=12)
    provider: Mapped[str | None] = field("承办机构", en="Provider", listed=16)
    contact_phone: Mapped[str | None] = field("联系电话", en="Phone", mask=Mask.PHONE)
    asked_on: Mapped[date | None] = field("办理日期", en="Asked on", asked=Asked.FIRST, listed=11)
    next_on: Mapped[date | None] = field("下次日期", en="Next", listed=11, index=True, help="接种、随访等")
    outcome: Mapped[str | None] = field("结果", en="Outcome", long=True)
