"""The catalogue of services: what people come for, whose it is, what it takes, and how far it is done at our counter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Mapped

from baiyun_desktop.kernel.field import Asked, Key, field
from baiyun_desktop.kernel.merging import Policy, Row, Unique
from baiyun_desktop.kernel.record import Record

ITEM, HOW = "事项", "办理"


def _code(row: Row) -> Iterable[str]:
    return [str(row["code"])] if row.get("code") else []


ONE_CODE = Unique(name="事项编码重复", keys=_code, judge=lambda a, b: "ask", links=False)
"""An item is known by its code; one that changes gets another with a date, and the old one ends."""


class ServiceItem(Record, title="服务事项", en="Service item", area="area", uniques=(ONE_CODE,)):
    """Reference data that each desk holds; an office edits it and tickets point at it."""

    __tablename__ = "service_item"

    area: Mapped[str | None] = field("范围", section=ITEM, en="Held by", asked=Asked.AUTO)
    code: Mapped[str | None] = field(
        "事项编码", section=ITEM, en="Code", asked=Asked.FIRST, listed=8, search=Key.CHARACTERS, index=True
    )
    name: Mapped[str | None] = field(
        "事项名称", section=ITEM, en="Name", asked=Asked.FIRST, listed=18, search=Key.CHARACTERS
    )
    family: Mapped[str | None] = field(
        "服务类别", section=ITEM, en="Family", codes="SERVICE_FAMILY", asked=Asked.FIRST, listed=10, index=True
    )
    dept: Mapped[str | None] = field(
        "主管部门", section=ITEM, en="Department", asked=Asked.FIRST, listed=14, search=Key.CHARACTERS
    )
    dept_phone: Mapped[str | None] = field(
        "部门电话", section=ITEM, en="Department's phone", help="首问负责：转办时一并告知"
    )
    basis: Mapped[str | None] = field("办理依据", section=ITEM, en="Basis", long=True)
    conditions: Mapped[str | None] = field("办理条件", section=ITEM, en="Conditions", long=True)
    modes: Mapped[list[str] | None] = field(
        "可在本窗口", section=HOW, en="Here", codes="SERVICE_MODE", policy=Policy.UNION, listed=10
    )
    time_limit: Mapped[str | None] = field("办理时限", section=HOW, en="Time limit", listed=12)
    fee: Mapped[str | None] = field("收费", section=HOW, en="Fee", listed=8)
    script: Mapped[str | None] = field("告知用语", section=HOW, en="What to say", long=True)
    valid_from: Mapped[date | None] = field("启用日期", section=HOW, en="Valid from")
    valid_to: Mapped[date | None] = field("停用日期", section=HOW, en="Valid to", help="当日起不再受理")

    @classmethod
    def title_of(cls, values: Row) -> str:
        return str(values.get("name") or values.get("code") or "服务事项")


class ServiceMaterial(Record, title="所需材料", en="Material", parent=("item", "service_item")):
    """One paper that an item takes."""

    __tablename__ = "service_material"

    item: Mapped[str | None] = field("事项", en="Item", ref="service_item", asked=Asked.AUTO)
    place: Mapped[str | None] = field("次序", en="Order", asked=Asked.AUTO, help="分数次序，不是序号")
    name: Mapped[str | None] = field("材料名称", en="Name", asked=Asked.FIRST, listed=20, search=Key.CHARACTERS)
    form: Mapped[str | None] = field("形式", en="Form", help="原件、复印件", listed=8)
    copies: Mapped[int | None] = field("份数", en="Copies", listed=6)
    shared: Mapped[bool | None] = field("可共享免提交", en="Exempt where we hold it", listed=8)
    instead: Mapped[str | None] = field("可替代或承诺", en="Instead", help="可用什么代替，可否书面承诺", listed=16)
