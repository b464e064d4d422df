"""The first noun of the migrant service centre: one person's registration at one place for one stay."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy.orm import Mapped

from baiyun_desktop.kernel.field import Asked, Key, field
from baiyun_desktop.kernel.mask import Mask
from baiyun_desktop.kernel.merging import Policy, Row, Unique
from baiyun_desktop.kernel.record import Record
from baiyun_desktop.modules.migrants.law import EXIT_ENTRY, PERMIT_RULES
from baiyun_desktop.registry import address, phone

STAY, LANDLORD, WORK, DECLARER = "居住", "房主", "就业就学", "申报"


def stands(row: Row) -> bool:
    """Whether the stay goes on: nobody has written down that the person left or is registered anew."""
    return not row.get("leave_date") and not row.get("replaced_on")


def _one_stay(row: Row) -> Iterable[str]:
    return [str(row["person"])] if row.get("person") and stands(row) else []


def _two_stays(a: Row, b: Row) -> str:
    return "ask" if stands(a) and stands(b) and a.get("person") == b.get("person") else ""


def _told(row: Row) -> dict[str, Any]:
    """What the other area learns of a double registration: where and since when, nothing else."""
    return {name: row[name] for name in ("area", "reg_date", "arrive_date") if row.get(name)}


ONE_ACTIVE = Unique(name="双重登记", keys=_one_stay, judge=_two_stays, links=False, through=("person",), summary=_told)
"""One person has one registration that stands; two are kept both and put to the officers."""


def _numbered(row: Row) -> Iterable[str]:
    return [str(row["biz_no"])] if row.get("biz_no") else []


ONE_NUMBER = Unique(name="登记编号重复", keys=_numbered, judge=lambda a, b: "ask", links=False)
"""A number seen twice came from a copied file; both papers stand."""


class ResidenceReg(
    Record,
    title="居住登记",
    en="Residence registration",
    area="area",
    carries=(("person", "person"), ("house", "house")),
    uniques=(ONE_ACTIVE, ONE_NUMBER),
    live=stands,
):
    """居住登记. A family is several of these; each after the first says whom it came with."""

    __tablename__ = "residence_reg"

    biz_no: Mapped[str | None] = field(
        "登记编号", section=STAY, en="Number", asked=Asked.AUTO, search=Key.CHARACTERS, listed=26
    )
    person: Mapped[str | None] = field("人员", section=STAY, en="Person", ref="person", asked=Asked.FIRST)
    area: Mapped[str | None] = field("所属社区/网格", section=STAY, en="Area", asked=Asked.AUTO)
    house: Mapped[str | None] = field(
        "居住房屋", section=STAY, en="House", ref="house", group="dwelling", copy_down=True
    )
    live_addr: Mapped[str | None] = field(
        "现住址", section=STAY, en="Address", group="dwelling", asked=Asked.FIRST, mask=Mask.ADDRESS,
        search=Key.CHARACTERS, listed=28, copy_down=True,
    )  # fmt: skip
    dwelling: Mapped[str | None] = field(
        "住所类型", section=STAY, en="Kind of dwelling", codes="DWELLING", asked=Asked.STEP, needed=["登记"],
        copy_down=True, listed=12,
    )  # fmt: skip
    arrive_date: Mapped[date | None] = field(
        "来本地日期", section=STAY, en="Arrived", asked=Asked.STEP, needed=["登记"], cite=PERMIT_RULES[2],
        copy_down=True, listed=11,
    )  # fmt: skip
    plan_until: Mapped[date | None] = field("拟居住至", section=STAY, en="Means to stay until", copy_down=True)
    inflow_reason: Mapped[str | None] = field(
        "居住事由", section=STAY, en="Reason for coming", codes="INFLOW_REASON", asked=Asked.STEP, needed=["登记"],
        copy_down=True, listed=10,
    )  # fmt: skip
    from_code: Mapped[str | None] = field(
        "从何地来", section=STAY, en="Came from", codes="DIVISION", group="from", copy_down=True
    )
    from_addr: Mapped[str | None] = field("来源地址", section=STAY, en="Address before", group="from", copy_down=True)
    with_reg: Mapped[str | None] = field(
        "随同", section=STAY, en="Came with", ref="residence_reg", asked=Asked.AUTO, index=True
    )
    kin: Mapped[str | None] = field("与申报人关系", section=STAY, en="Kin to first", codes="KIN")
    companions: Mapped[str | None] = field("同住人", section=STAY, en="Lives with", search=Key.CHARACTERS)
    landlord_rel: Mapped[str | None] = field(
        "与房主关系", section=LANDLORD, en="Relation to landlord", codes="LANDLORD_REL", copy_down=True
    )
    landlord_name: Mapped[str | None] = field(
        "房主姓名", section=LANDLORD, en="Landlord", group="landlord", mask=Mask.NAME, search=Key.CHARACTERS,
        copy_down=True,
    )  # fmt: skip
    landlord_phone: Mapped[str | None] = field(
        "房主电话", section=LANDLORD, en="Landlord's phone", group="landlord", mask=Mask.PHONE,
        search=Key.PHONE_TAIL, copy_down=True,
    )  # fmt: skip
    lease_from: Mapped[date | None] = field("租期起", section=LANDLORD, en="Lease from", copy_down=True)
    lease_to: Mapped[date | None] = field("租期止", section=LANDLORD, en="Lease to", copy_down=True)
    employer: Mapped[str | None] = field("就业单位", section=WORK, en="Employer", ref="enterprise", copy_down=True)
    job: Mapped[str | None] = field("工种", section=WORK, en="Job")
    contract_from: Mapped[date | None] = field("劳动合同起", section=WORK, en="Contract from")
    contract_to: Mapped[date | None] = field("劳动合同止", section=WORK, en="Contract to")
    child_school_need: Mapped[bool | None] = field("随迁子女需就学", section=WORK, en="Children need a school")
    permit_no: Mapped[str | None] = field("居住证号", section=WORK, en="Permit number", search=Key.ID_TAIL)
    permit_due: Mapped[date | None] = field(
        "签注到期", section=WORK, en="Endorsement due", cite=PERMIT_RULES[10], index=True
    )
    emergency_name: Mapped[str | None] = field(
        "紧急联系人", section=DECLARER, en="Emergency contact", mask=Mask.NAME, copy_down=True
    )
    emergency_phone: Mapped[str | None] = field(
        "紧急联系电话", section=DECLARER, en="Emergency phone", mask=Mask.PHONE, copy_down=True
    )
    declarer_kind: Mapped[str | None] = field(
        "申报义务人", section=DECLARER, en="Declared by", codes="DECLARER", asked=Asked.FIRST, copy_down=True
    )
    declarer_name: Mapped[str | None] = field(
        "申报人姓名", section=DECLARER, en="Declarer", mask=Mask.NAME, copy_down=True
    )
    declarer_id: Mapped[str | None] = field(
        "申报人证件号", section=DECLARER, en="Declarer's ID", mask=Mask.ID, copy_down=True
    )
    reg_date: Mapped[date | None] = field("登记日期", section=DECLARER, en="Registered", asked=Asked.AUTO, listed=11)
    reg_kind: Mapped[str | None] = field(
        "登记业务", section=DECLARER, en="Business", codes="REG_KIND", policy=Policy.LATEST, asked=Asked.AUTO
    )
    duty_told_on: Mapped[date | None] = field(
        "境外人员告知日期", section=DECLARER, en="Foreigner told on", cite=EXIT_ENTRY[39],
        help="境外人员填：告知24小时内到派出所办理住宿登记",
    )  # fmt: skip
    moved_in_on: Mapped[date | None] = field(
        "境外人员入住日期", section=DECLARER, en="Foreigner moved in on", group="moved_in", cite=EXIT_ENTRY[39],
        help="境外人员填；不填的按来本地日期",
    )  # fmt: skip
    moved_in_at: Mapped[str | None] = field(
        "入住时间", section=DECLARER, en="At what time", group="moved_in", cite=EXIT_ENTRY[39],
        help="几点几分，如 13:30；24小时从这时算起",
    )  # fmt: skip
    police_on: Mapped[date | None] = field(
        "派出所住宿登记", section=DECLARER, en="At the police on", cite=EXIT_ENTRY[39], help="到派出所登记好的日期"
    )
    checked_on: Mapped[date | None] = field(
        "最近核实", section=DECLARER, en="Last check", policy=Policy.LATEST, asked=Asked.AUTO
    )
    changed_on: Mapped[date | None] = field(
        "最近变更", section=DECLARER, en="Last change", policy=Policy.LATEST, asked=Asked.AUTO
    )
    replaced_by: Mapped[str | None] = field(
        "新登记", section=DECLARER, en="Replaced by", ref="residence_reg", asked=Asked.AUTO, index=True
    )
    replaced_on: Mapped[date | None] = field("转为历史日期", section=DECLARER, en="Replaced on", asked=Asked.AUTO)
    clerk: Mapped[str | None] = field("登记人", section=DECLARER, en="Clerk", asked=Asked.AUTO)
    leave_date: Mapped[date | None] = field("离开日期", section=DECLARER, en="Left on", asked=Asked.AUTO)
    leave_reason: Mapped[str | None] = field(
        "注销原因", section=DECLARER, en="Why ended", codes="LEAVE_REASON", asked=Asked.AUTO, needed=["注销"]
    )
    leave_to: Mapped[str | None] = field("去向", section=DECLARER, en="Gone to", asked=Asked.AUTO)
    source: Mapped[str | None] = field("来源", section=DECLARER, en="Source", codes="SOURCE", asked=Asked.AUTO)
    remark: Mapped[str | None] = field("备注", section=DECLARER, en="Remarks", long=True)

    state: Mapped[str | None] = field("状态", section=STAY, en="State", derived="movements", listed=6, index=True)
    door: Mapped[str | None] = field("门号", section=STAY, en="Door", derived=True, search=Key.DOOR, index=True)
    next_check: Mapped[date | None] = field(
        "下次核实", section=DECLARER, en="Next check", derived="deadlines", index=True
    )

    @classmethod
    def derive(cls, values: Row) -> dict[str, Any]:
        """The door of the address."""
        return {"door": address.parse(values.get("live_addr")).door or None}

    @classmethod
    def title_of(cls, values: Row) -> str:
        """Its number, or where and since when."""
        since = values.get("arrive_date") or values.get("reg_date")
        said = " ".join(str(v) for v in (values.get("live_addr"), since) if v)
        return str(values.get("biz_no") or said or "居住登记")

    @classmethod
    def search_keys(cls, values: Row) -> Iterable[tuple[Key, str]]:
        """As declared, with telephone numbers as bare digits."""
        for key, text in super().search_keys(values):
            bare = phone.digits(text) if key is Key.PHONE_TAIL else text
            if bare:
                yield key, bare
