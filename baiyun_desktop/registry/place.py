"""Where people live: the standard address, the house, and the household in it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Mapped

from baiyun_desktop.kernel.field import Asked, Key, field
from baiyun_desktop.kernel.mask import Mask
from baiyun_desktop.kernel.merging import Policy, Row
from baiyun_desktop.kernel.record import Record
from baiyun_desktop.registry import address


class AddressUnit(Record, title="标准地址", en="Address", area="area"):
    """One door as the district names it; all its parts mean one place and merge as one."""

    __tablename__ = "address_unit"

    area: Mapped[str | None] = field("所属社区/网格", en="Area", asked=Asked.AUTO)
    full_text: Mapped[str | None] = field(
        "地址", en="Address", group="place", asked=Asked.FIRST, search=Key.CHARACTERS, listed=30
    )
    road: Mapped[str | None] = field("街路巷", en="Road", group="place")
    estate: Mapped[str | None] = field("小区", en="Estate", group="place")
    door_no: Mapped[str | None] = field("门牌", en="House number", group="place")
    building: Mapped[str | None] = field("楼", en="Building", group="place")
    unit: Mapped[str | None] = field("单元", en="Unit", group="place")
    floor: Mapped[str | None] = field("层", en="Floor", group="place")
    room: Mapped[str | None] = field("室", en="Room", group="place")
    aliases: Mapped[list[str] | None] = field("别名", en="Also called", policy=Policy.UNION)
    lon: Mapped[Decimal | None] = field("经度", en="Longitude", group="point", asked=Asked.AUTO)
    lat: Mapped[Decimal | None] = field("纬度", en="Latitude", group="point", asked=Asked.AUTO)

    door: Mapped[str | None] = field("门号", en="Door", derived=True, search=Key.DOOR, index=True)

    @classmethod
    def derive(cls, values: Row) -> dict[str, Any]:
        """The short door, from the parts where they are given, else from the text."""
        parts = address.door_key(values.get("building"), values.get("unit"), values.get("room"))
        return {"door": parts or address.parse(values.get("full_text")).door or None}


class House(Record, title="房屋", en="House", area="area", carries=(("address", "address_unit"),)):
    """A home, shop or dormitory; who lives there is told by registrations, not kept here."""

    __tablename__ = "house"

    area: Mapped[str | None] = field("所属社区/网格", en="Area", asked=Asked.AUTO)
    address: Mapped[str | None] = field("标准地址", en="Standard address", ref="address_unit", group="place")
    full_text: Mapped[str | None] = field(
        "地址", en="Address", group="place", asked=Asked.FIRST, search=Key.CHARACTERS, listed=30
    )
    house_type: Mapped[str | None] = field("房屋类型", en="Type", codes="HOUSE_TYPE", listed=8)
    floor_area: Mapped[Decimal | None] = field("面积（㎡）", en="Floor area (m²)")
    is_rental: Mapped[bool | None] = field("出租", section="出租", en="Rented out", listed=6)
    rental_use: Mapped[str | None] = field("出租用途", section="出租", en="Let for", codes="RENTAL_USE")
    rental_mode: Mapped[str | None] = field("出租方式", section="出租", en="Let how", codes="RENTAL_MODE")
    owner: Mapped[str | None] = field("房主", section="房主", en="Owner", ref="person", group="owner")
    owner_enterprise: Mapped[str | None] = field(
        "房主单位", section="房主", en="Owning company", ref="enterprise", group="owner"
    )
    owner_name: Mapped[str | None] = field(
        "房主姓名", section="房主", en="Owner's name", group="owner", mask=Mask.NAME, search=Key.CHARACTERS, listed=8
    )
    owner_phone: Mapped[str | None] = field(
        "房主电话", section="房主", en="Owner's phone", mask=Mask.PHONE, search=Key.PHONE_TAIL, listed=13
    )
    hazards: Mapped[list[str] | None] = field("隐患", section="走访", en="Hazards", codes="HAZARD", policy=Policy.UNION)
    last_visit_on: Mapped[date | None] = field("最近走访", section="走访", en="Last visit", policy=Policy.LATEST)
    remark: Mapped[str | None] = field("备注", section="走访", en="Remarks", long=True)

    door: Mapped[str | None] = field("门号", en="Door", derived=True, search=Key.DOOR, index=True)

    @classmethod
    def derive(cls, values: Row) -> dict[str, Any]:
        """The short door of its address."""
        return {"door": address.parse(values.get("full_text")).door or None}


class Household(Record, title="户", en="Household", area="area", carries=(("house", "house"),)):
    """People who live as one household, or a dormitory as a collective one."""

    __tablename__ = "household"

    area: Mapped[str | None] = field("所属社区/网格", en="Area", asked=Asked.AUTO)
    hh_no: Mapped[str | None] = field("户号", en="Household number", search=Key.CHARACTERS, listed=14)
    house: Mapped[str | None] = field("房屋", en="House", ref="house")
    head: Mapped[str | None] = field("户主", en="Head", ref="person")
    is_collective: Mapped[bool | None] = field("集体户", en="Collective", listed=6)
    remark: Mapped[str | None] = field("备注", en="Remarks", long=True)


class HouseholdMember(
    Record, title="户成员", en="Household member", parent=("household", "household"), carries=(("person", "person"),)
):
    """One person's place in a household."""

    __tablename__ = "household_member"

    household: Mapped[str | None] = field("户", en="Household", ref="household")
    person: Mapped[str | None] = field("人员", en="Person", ref="person", asked=Asked.FIRST)
    kin: Mapped[str | None] = field("与户主关系", en="Kin to head", codes="KIN", asked=Asked.FIRST, listed=10)
    place: Mapped[str | None] = field("次序", en="Order", asked=Asked.AUTO, help="分数次序，不是序号")
    since: Mapped[date | None] = field("入户日期", en="Since")
    until: Mapped[date | None] = field("离户日期", en="Until")
