"""An application for legal aid: who, for what, on which footing of means, and what became of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Mapped

from baiyun_desktop.kernel.field import Asked, Key, field
from baiyun_desktop.kernel.mask import Mask
from baiyun_desktop.kernel.merging import Policy, Referral, Row
from baiyun_desktop.kernel.record import Record
from baiyun_desktop.modules.migrants.aid import times
from baiyun_desktop.modules.migrants.law import ARBITRATION, LEGAL_AID

APPLICANT, MATTER, MEANS, COURSE = "申请人", "事项", "经济状况", "审查指派"


def is_open(row: Row) -> bool:
    """Whether the application or the aid goes on."""
    return not row.get("closed_on")


def sent(row: Row) -> bool:
    """Whether it was ever the institution's to decide: it answers for what it closed too."""
    return bool(row.get("sent_to"))


class LegalAid(
    Record,
    title="法律援助申请",
    en="Legal aid application",
    area="area",
    carries=(("person", "person"),),
    refers=(Referral(("person", "person"), to="sent_to", live=sent),),
    live=is_open,
):
    """The centre fills in and forwards; the legal aid institution decides and assigns (法律援助法 43)."""

    __tablename__ = "legal_aid_app"

    biz_no: Mapped[str | None] = field(
        "转办编号", section=APPLICANT, en="Number", asked=Asked.AUTO, search=Key.CHARACTERS, listed=26
    )
    person: Mapped[str | None] = field("申请人", section=APPLICANT, en="Applicant", ref="person", asked=Asked.FIRST)
    area: Mapped[str | None] = field("所属社区/网格", section=APPLICANT, en="Area", asked=Asked.AUTO)
    ticket: Mapped[str | None] = field("服务件", section=APPLICANT, en="Ticket", ref="service_ticket", index=True)
    reg: Mapped[str | None] = field("居住登记", section=APPLICANT, en="Registration", ref="residence_reg", index=True)
    side: Mapped[str | None] = field("法律地位", section=APPLICANT, en="Standing", codes="LEGAL_SIDE")
    guardian_name: Mapped[str | None] = field("法定代理人", section=APPLICANT, en="Guardian", mask=Mask.NAME)
    before: Mapped[bool | None] = field("曾申请援助", section=APPLICANT, en="Applied before")
    language: Mapped[str | None] = field("使用语言", section=APPLICANT, en="Language", codes="LANGUAGE")
    matter: Mapped[str | None] = field(
        "援助事项", section=MATTER, en="Matter", codes="LEGAL_MATTER", asked=Asked.FIRST, needed=["申请"], listed=16,
        cite=LEGAL_AID[31],
    )  # fmt: skip
    form: Mapped[str | None] = field(
        "援助方式", section=MATTER, en="Form of aid", codes="LEGAL_FORM", asked=Asked.STEP, needed=["申请"], listed=10
    )
    employer: Mapped[str | None] = field("用人单位", section=MATTER, en="Employer", ref="enterprise", index=True)
    opponent: Mapped[str | None] = field("对方当事人", section=MATTER, en="Other side", mask=Mask.NAME)
    amount: Mapped[int | None] = field("涉及金额（元）", section=MATTER, en="Amount")
    employment_ended_on: Mapped[date | None] = field(
        "劳动关系终止日", section=MATTER, en="Employment ended", cite=ARBITRATION[27], help="仲裁时效由此起算一年"
    )
    facts: Mapped[str | None] = field(
        "案情概述", section=MATTER, en="Facts", long=True, asked=Asked.STEP, needed=["申请"], search=Key.CHARACTERS
    )
    urgent: Mapped[bool | None] = field(
        "需先行援助",
        section=MATTER,
        en="Urgent",
        cite=LEGAL_AID[44],
        help="时效、期限不足7日或有其他紧急情形",
        listed=6,
    )
    income_basis: Mapped[str | None] = field(
        "经济困难核查", section=MEANS, en="Means", codes="INCOME_BASIS", asked=Asked.STEP, cite=LEGAL_AID[42], listed=14
    )
    unlimited: Mapped[str | None] = field(
        "不受限情形", section=MEANS, en="Whatever the means", codes="UNLIMITED_GROUND", cite=LEGAL_AID[32]
    )
    promised: Mapped[bool | None] = field("已签诚信承诺", section=MEANS, en="Declaration signed", cite=LEGAL_AID[41])
    income: Mapped[int | None] = field("家庭月收入（元）", section=MEANS, en="Monthly income", mask=Mask.HIDDEN)
    members: Mapped[int | None] = field("家庭人口", section=MEANS, en="Household")
    missing: Mapped[list[str] | None] = field(
        "所缺材料", section=COURSE, en="Missing", policy=Policy.UNION, asked=Asked.AUTO
    )
    received_on: Mapped[date | None] = field("收到申请", section=COURSE, en="Received", asked=Asked.AUTO, listed=11)
    told_on: Mapped[date | None] = field("要求补充日期", section=COURSE, en="Papers asked for", asked=Asked.AUTO)
    completed_on: Mapped[date | None] = field("补齐日期", section=COURSE, en="Papers complete", asked=Asked.AUTO)
    decided_on: Mapped[date | None] = field("决定日期", section=COURSE, en="Decided", asked=Asked.AUTO, listed=11)
    refusal: Mapped[str | None] = field(
        "不予援助理由", section=COURSE, en="Why refused", codes="LEGAL_REFUSAL", asked=Asked.AUTO, needed=["不予援助"]
    )
    assigned_to: Mapped[str | None] = field(
        "承办人员", section=COURSE, en="Assigned to", asked=Asked.AUTO, needed=["指派"], search=Key.CHARACTERS
    )
    assigned_on: Mapped[date | None] = field("指派日期", section=COURSE, en="Assigned", asked=Asked.AUTO)
    objected_on: Mapped[date | None] = field("提出异议", section=COURSE, en="Objected", asked=Asked.AUTO)
    objection: Mapped[str | None] = field(
        "异议理由", section=COURSE, en="Objection", long=True, asked=Asked.AUTO, needed=["提出异议"]
    )
    objection_answered_on: Mapped[date | None] = field("异议答复", section=COURSE, en="Answered", asked=Asked.AUTO)
    ending: Mapped[str | None] = field(
        "援助结果", section=COURSE, en="Outcome", codes="LEGAL_END", asked=Asked.AUTO, needed=["结案"]
    )
    report: Mapped[str | None] = field("结案报告", section=COURSE, en="Closing report", long=True, asked=Asked.AUTO)
    closed_on: Mapped[date | None] = field("结案日期", section=COURSE, en="Closed", asked=Asked.AUTO)

    sent_to: Mapped[str | None] = field(
        "转办单位", section=COURSE, en="Sent to", codes="LEGAL_SENT_TO", asked=Asked.AUTO, policy=Policy.LATEST
    )

    state: Mapped[str | None] = field("状态", section=APPLICANT, en="State", derived="movements", listed=8, index=True)
    claim_lapses: Mapped[date | None] = field(
        "仲裁时效届满", section=MATTER, en="Claim lapses", derived=True, listed=11, index=True
    )

    due_on: Mapped[date | None] = field(
        "办理期限", section=COURSE, en="Due", derived="deadlines", listed=22, index=True
    )

    @classmethod
    def derive(cls, values: Row) -> dict[str, Any]:
        """The last day for arbitration."""
        day = times.claim_lapses(values)
        return {"claim_lapses": day.isoformat() if day is not None else None}

    @classmethod
    def title_of(cls, values: Row) -> str:
        return str(values.get("biz_no") or "法律援助申请")
