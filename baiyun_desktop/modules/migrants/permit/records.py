"""A residence permit with its application, and each year's endorsement of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy.orm import Mapped

from baiyun_desktop.kernel.field import Asked, Key, field
from baiyun_desktop.kernel.mask import Mask
from baiyun_desktop.kernel.merging import Policy, Referral, Row, Unique
from baiyun_desktop.kernel.record import Record
from baiyun_desktop.modules.migrants.law import PERMIT_RULES
from baiyun_desktop.modules.migrants.permit import times

APPLY, PAPERS, POLICE, HELD = "申请", "材料", "公安办理", "持证"


def runs(row: Row) -> bool:
    """Whether the application or the permit still stands."""
    return not row.get("cancel_date") and not row.get("rejected_on")


def sent(row: Row) -> bool:
    """Whether it was ever the police's to decide: what they refused or cancelled they answer for too."""
    return bool(row.get("sent_to"))


def _holder(row: Row) -> Iterable[str]:
    return [str(row["person"])] if row.get("person") and runs(row) else []


def _two_permits(a: Row, b: Row) -> str:
    return "ask" if runs(a) and runs(b) and a.get("person") == b.get("person") else ""


def _told(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in ("area", "accept_date", "issue_date") if row.get(name)}


ONE_PERMIT = Unique(
    name="重复申领居住证", keys=_holder, judge=_two_permits, links=False, through=("person",), summary=_told
)
"""One person has one permit; where two offices took an application each, they are asked."""


class ResidencePermit(
    Record,
    title="居住证",
    en="Residence permit",
    area="area",
    carries=(("person", "person"), ("reg", "residence_reg")),
    refers=(Referral(("person", "person"), to="sent_to", live=sent),),
    uniques=(ONE_PERMIT,),
    live=runs,
):
    """居住证. The counter takes the application and hands the card over; what lies between is the police's, who hold it, its
    applicant and the registration from the day it was sent to them.
    """

    __tablename__ = "residence_permit"

    biz_no: Mapped[str | None] = field(
        "申领编号", section=APPLY, en="Number", asked=Asked.AUTO, search=Key.CHARACTERS, listed=26
    )
    person: Mapped[str | None] = field("申领人", section=APPLY, en="Applicant", ref="person", asked=Asked.FIRST)
    reg: Mapped[str | None] = field(
        "居住登记", section=APPLY, en="Registration", ref="residence_reg", asked=Asked.STEP, needed=["材料齐"],
        cite=PERMIT_RULES[2],
    )  # fmt: skip
    area: Mapped[str | None] = field("所属社区/网格", section=APPLY, en="Area", asked=Asked.AUTO)
    reside_since: Mapped[date | None] = field(
        "居住起算日", section=APPLY, en="Lives here since", asked=Asked.STEP, needed=["受理"], listed=11,
        cite=PERMIT_RULES[2], help="居住登记日期；住满半年可申领",
    )  # fmt: skip
    basis: Mapped[list[str] | None] = field(
        "申领依据", section=APPLY, en="Grounds", codes="PERMIT_BASIS", policy=Policy.UNION, asked=Asked.STEP,
        needed=["材料齐"], listed=12, cite=PERMIT_RULES[2],
    )  # fmt: skip
    apply_by: Mapped[str | None] = field(
        "申请方式", section=APPLY, en="Applies", codes="PERMIT_APPLY", asked=Asked.FIRST, cite=PERMIT_RULES[9]
    )
    agent_name: Mapped[str | None] = field(
        "代办人/监护人", section=APPLY, en="Agent or guardian", mask=Mask.NAME, group="agent"
    )
    agent_id: Mapped[str | None] = field(
        "代办人证件号", section=APPLY, en="Agent's ID", mask=Mask.ID, group="agent", cite=PERMIT_RULES[9]
    )
    both_ids_seen: Mapped[bool | None] = field(
        "双方身份证已核对", section=APPLY, en="Both IDs seen", help="代办须出示申领人和代办人的身份证"
    )
    apply_date: Mapped[date | None] = field("申请日期", section=APPLY, en="Applied", asked=Asked.AUTO)
    proofs: Mapped[list[str] | None] = field(
        "已交证明材料", section=PAPERS, en="Proofs handed in", codes="PERMIT_PROOF", policy=Policy.UNION,
        asked=Asked.STEP, cite=PERMIT_RULES[9],
    )  # fmt: skip
    photo_held: Mapped[bool | None] = field("相片已采集", section=PAPERS, en="Photograph taken", asked=Asked.STEP)
    lacking: Mapped[list[str] | None] = field(
        "所缺材料", section=PAPERS, en="Lacking", codes="PERMIT_PROOF", policy=Policy.UNION, asked=Asked.AUTO
    )
    told_on: Mapped[date | None] = field("一次性告知日期", section=PAPERS, en="Told on", asked=Asked.AUTO)
    accept_date: Mapped[date | None] = field("受理日期", section=PAPERS, en="Accepted", asked=Asked.AUTO, listed=11)
    rejected_on: Mapped[date | None] = field("不予受理日期", section=PAPERS, en="Rejected on", asked=Asked.AUTO)
    reject_reason: Mapped[str | None] = field(
        "不予受理/制发理由", section=PAPERS, en="Why rejected", codes="PERMIT_REJECT", asked=Asked.AUTO,
        needed=["不予受理", "不予制发"],
    )  # fmt: skip
    reject_note: Mapped[str | None] = field(
        "理由说明", section=PAPERS, en="Explained", long=True, asked=Asked.AUTO, needed=["不予受理", "不予制发"]
    )
    forwarded_on: Mapped[date | None] = field("报公安日期", section=POLICE, en="Sent to police", asked=Asked.AUTO)
    sent_to: Mapped[str | None] = field(
        "转办单位", section=POLICE, en="Sent to", codes="PERMIT_SENT_TO", asked=Asked.AUTO, policy=Policy.LATEST,
        help="报公安后，派出所联络员的电脑上就有这一件",
    )  # fmt: skip
    making_on: Mapped[date | None] = field("制证日期", section=POLICE, en="Made from", asked=Asked.AUTO)
    permit_no: Mapped[str | None] = field(
        "居住证号", section=POLICE, en="Permit number", search=Key.ID_TAIL, asked=Asked.AUTO, needed=["制成"], listed=20
    )
    issuer: Mapped[str | None] = field("签发机关", section=POLICE, en="Issued by", asked=Asked.AUTO, needed=["制成"])
    issue_date: Mapped[date | None] = field("签发日期", section=POLICE, en="Issued", asked=Asked.AUTO, listed=11)
    receive_date: Mapped[date | None] = field("领取日期", section=HELD, en="Handed over", asked=Asked.AUTO)
    years_from: Mapped[date | None] = field(
        "居住年限起算", section=HELD, en="Years run from", asked=Asked.AUTO, policy=Policy.LATEST,
        cite=PERMIT_RULES[10], help="补签注后从补办之日重新计算",
    )  # fmt: skip
    endorsed_on: Mapped[date | None] = field(
        "最近签注", section=HELD, en="Last endorsed", asked=Asked.AUTO, policy=Policy.LATEST
    )
    suspended_on: Mapped[date | None] = field(
        "功能中止日期", section=HELD, en="Suspended on", asked=Asked.AUTO, policy=Policy.LATEST, cite=PERMIT_RULES[10]
    )
    lost_on: Mapped[date | None] = field("挂失日期", section=HELD, en="Reported lost", asked=Asked.AUTO)
    reissue_reason: Mapped[str | None] = field(
        "换补领原因", section=HELD, en="Why replaced", codes="REISSUE_REASON", asked=Asked.AUTO, needed=["申请换补领"],
        cite=PERMIT_RULES[11],
    )  # fmt: skip
    fee: Mapped[str | None] = field(
        "收费标志", section=HELD, en="Fee", codes="PERMIT_FEE", asked=Asked.AUTO, policy=Policy.LATEST,
        help="首次申领、签注免费；换领、补领收工本费",
    )  # fmt: skip
    cancel_date: Mapped[date | None] = field("注销日期", section=HELD, en="Cancelled on", asked=Asked.AUTO)
    cancel_reason: Mapped[str | None] = field(
        "注销原因", section=HELD, en="Why cancelled", codes="PERMIT_CANCEL", asked=Asked.AUTO, needed=["注销"]
    )
    remark: Mapped[str | None] = field("备注", section=HELD, en="Remarks", long=True)

    state: Mapped[str | None] = field("状态", section=APPLY, en="State", derived="movements", listed=8, index=True)
    qualify_date: Mapped[date | None] = field(
        "可申领日期", section=APPLY, en="May apply from", derived=True, listed=11, index=True
    )
    endorse_from: Mapped[date | None] = field("签注窗口开放", section=HELD, en="Window opens", derived=True, listed=11)
    due_on: Mapped[date | None] = field("办理期限", section=HELD, en="Due", derived="deadlines", listed=22, index=True)

    @classmethod
    def derive(cls, values: Row) -> dict[str, Any]:
        """When the half year is over, and when the year that runs opens for its endorsement."""
        holds = runs(values)
        days = {
            "qualify_date": times.qualify_date(values) if holds and not values.get("accept_date") else None,
            "endorse_from": times.window_opens(values) if holds else None,
        }
        return {name: day.isoformat() if day is not None else None for name, day in days.items()}

    @classmethod
    def title_of(cls, values: Row) -> str:
        return str(values.get("permit_no") or values.get("biz_no") or "居住证申领")


class PermitEndorse(Record, title="签注", en="Endorsement", parent=("permit", "residence_permit")):
    """One year of a permit, endorsed in time or late; a step makes it, nobody types it."""

    __tablename__ = "permit_endorse"

    permit: Mapped[str | None] = field("居住证", en="Permit", ref="residence_permit", asked=Asked.AUTO)
    window_from: Mapped[date | None] = field("窗口开放", en="Window from", asked=Asked.AUTO)
    due: Mapped[date | None] = field("应签注至", en="Due", asked=Asked.AUTO, listed=11)
    done_on: Mapped[date | None] = field("签注日期", en="Done", asked=Asked.AUTO, listed=11)
    kind: Mapped[str | None] = field("类别", en="Kind", codes="ENDORSE_KIND", asked=Asked.AUTO, listed=10)
    restart_from: Mapped[date | None] = field("年限重新起算", en="Years run anew from", asked=Asked.AUTO)
