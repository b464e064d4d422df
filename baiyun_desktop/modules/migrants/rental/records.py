"""A landlord, a house that is let, and a visit to it."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped

from baiyun_desktop.kernel.field import Asked, Key, field
from baiyun_desktop.kernel.mask import Mask
from baiyun_desktop.kernel.merging import Policy, Row
from baiyun_desktop.kernel.record import Record
from baiyun_desktop.modules.migrants.law import PERMIT_RULES


class Landlord(
    Record,
    title="房主",
    en="Landlord",
    area="area",
    carries=(("person", "person"), ("enterprise", "enterprise")),
):
    """Who lets houses, and what they have been told of their duties."""

    __tablename__ = "landlord"

    person: Mapped[str | None] = field("房主（个人）", en="Person", ref="person", asked=Asked.FIRST, group="who")
    enterprise: Mapped[str | None] = field("房主（单位）", en="Company", ref="enterprise", group="who")
    area: Mapped[str | None] = field("所属社区/网格", en="Area", asked=Asked.AUTO)
    phone: Mapped[str | None] = field(
        "联系电话", en="Phone", mask=Mask.PHONE, search=Key.PHONE_TAIL, asked=Asked.STEP, listed=13
    )
    agent_name: Mapped[str | None] = field("代管人", en="Caretaker", mask=Mask.NAME)
    agent_phone: Mapped[str | None] = field(
        "代管人电话", en="Caretaker's phone", mask=Mask.PHONE, search=Key.PHONE_TAIL
    )
    told_on: Mapped[date | None] = field(
        "责任告知日期", en="Told of duties", cite=PERMIT_RULES[8], help="治安、消防和报告责任告知书签收日期", listed=11
    )
    remark: Mapped[str | None] = field("备注", en="Remarks", long=True)


class RentalHouse(
    Record,
    title="出租房屋",
    en="Let house",
    area="area",
    carries=(("house", "house"), ("landlord", "landlord")),
):
    """出租房屋登记. Who lives there is told by the registrations of its house."""

    __tablename__ = "rental_house"

    house: Mapped[str | None] = field("房屋", en="House", ref="house", asked=Asked.FIRST)
    landlord: Mapped[str | None] = field("房主", en="Landlord", ref="landlord", asked=Asked.STEP)
    area: Mapped[str | None] = field("所属社区/网格", en="Area", asked=Asked.AUTO)
    rental_use: Mapped[str | None] = field(
        "出租用途", en="Let for", codes="RENTAL_USE", asked=Asked.FIRST, needed=["登记"], listed=8
    )
    rental_mode: Mapped[str | None] = field(
        "出租方式", en="Let how", codes="RENTAL_MODE", asked=Asked.FIRST, needed=["登记"], listed=8
    )
    rooms: Mapped[int | None] = field("出租间数", en="Rooms", listed=6)
    floor_area: Mapped[int | None] = field("出租面积（㎡）", en="Floor area (m²)", listed=8)
    people_max: Mapped[int | None] = field("可住人数", en="People at most", listed=6)
    lease_from: Mapped[date | None] = field("租期起", section="租赁", en="Lease from")
    lease_to: Mapped[date | None] = field("租期止", section="租赁", en="Lease to", listed=11, index=True)
    rent: Mapped[int | None] = field("月租金（元）", section="租赁", en="Rent")
    hazards: Mapped[list[str] | None] = field(
        "安全隐患", section="安全", en="Hazards", codes="HAZARD", policy=Policy.UNION, listed=10
    )
    duty_signed_on: Mapped[date | None] = field(
        "治安责任告知签收", section="安全", en="Duties signed", asked=Asked.STEP, needed=["登记"], cite=PERMIT_RULES[8]
    )
    registered_on: Mapped[date | None] = field("登记日期", section="登记", en="Registered", asked=Asked.AUTO, listed=11)
    last_visit_on: Mapped[date | None] = field(
        "最近走访", section="登记", en="Last visit", policy=Policy.LATEST, asked=Asked.AUTO, listed=11, index=True
    )
    ended_on: Mapped[date | None] = field("停租日期", section="登记", en="Ended", asked=Asked.AUTO)

    state: Mapped[str | None] = field("状态", en="State", derived="movements", listed=8, index=True)

    @classmethod
    def title_of(cls, values: Row) -> str:
        return "出租房屋"


class Inspect(
    Record,
    title="走访核实",
    en="Visit",
    area="area",
    carries=(("rental", "rental_house"), ("reg", "residence_reg")),
):
    """What somebody saw at the door; a finding that has to be put right stays open until somebody looked again."""

    __tablename__ = "inspect"

    rental: Mapped[str | None] = field("出租房屋", en="Let house", ref="rental_house", asked=Asked.FIRST)
    reg: Mapped[str | None] = field("居住登记", en="Registration", ref="residence_reg")
    area: Mapped[str | None] = field("所属社区/网格", en="Area", asked=Asked.AUTO)
    kind: Mapped[str | None] = field("走访类别", en="Kind", codes="INSPECT_KIND", asked=Asked.FIRST, listed=10)
    visited_on: Mapped[date | None] = field("走访日期", en="Visited", asked=Asked.AUTO, listed=11)
    visitors: Mapped[str | None] = field("走访人", en="Visitors", asked=Asked.STEP, needed=["走访"], listed=10)
    results: Mapped[list[str] | None] = field(
        "走访结果",
        en="Results",
        codes="INSPECT_RESULT",
        policy=Policy.UNION,
        asked=Asked.STEP,
        needed=["走访"],
        listed=14,
    )
    people_found: Mapped[int | None] = field("实住人数", en="People found", listed=6)
    unregistered: Mapped[int | None] = field("未登记人数", en="Not registered", listed=6)
    hazards: Mapped[list[str] | None] = field(
        "发现隐患", section="整改", en="Hazards found", codes="HAZARD", policy=Policy.UNION
    )
    note: Mapped[str | None] = field("情况记录", section="整改", en="Notes", long=True, search=Key.CHARACTERS)
    mend_by: Mapped[date | None] = field("整改期限", section="整改", en="To be mended by", listed=11, index=True)
    mended_on: Mapped[date | None] = field("整改完成", section="整改", en="Mended", asked=Asked.AUTO)

    state: Mapped[str | None] = field("状态", en="State", derived="movements", listed=8, index=True)

    @classmethod
    def title_of(cls, values: Row) -> str:
        return " ".join(str(v) for v in ("走访", values.get("visited_on")) if v)
