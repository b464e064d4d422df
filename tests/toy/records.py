"""A lost item with the sightings of it, and the one thing that can happen to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy.orm import Mapped

from baiyun_desktop.kernel.article import Law
from baiyun_desktop.kernel.field import Asked, Key, field
from baiyun_desktop.kernel.mask import Mask
from baiyun_desktop.kernel.merging import Policy
from baiyun_desktop.kernel.procedure import Procedure
from baiyun_desktop.kernel.record import Record
from baiyun_desktop.kernel.role import Role
from baiyun_desktop.kernel.step import Brief, Reason, Step

CIVIL_CODE = Law("民法典", {314: "捡到东西要还给失主，或者交给公安等部门。"})


class LostItem(Record, title="失物", en="Lost item", area="area", carries=(("finder", "person"),)):
    """One of each kind of field, so that whatever reads declarations meets them all."""

    __tablename__ = "lost_item"

    area: Mapped[str | None] = field("所属社区", en="Area", asked=Asked.AUTO)
    what: Mapped[str | None] = field("物品", en="Item", asked=Asked.FIRST, search=Key.CHARACTERS, listed=20)
    item_kind: Mapped[str | None] = field("类别", en="Kind", codes="TOY_KIND", listed=8)
    colours: Mapped[list[str] | None] = field("颜色", en="Colours", policy=Policy.UNION)
    found_on: Mapped[date | None] = field("拾得日期", en="Found on", asked=Asked.STEP, needed=["归还"], listed=11)
    seen_at: Mapped[datetime | None] = field("登记时刻", en="Entered at", asked=Asked.AUTO)
    worth: Mapped[Decimal | None] = field("估价", en="Worth", section="价值")
    pieces: Mapped[int | None] = field("件数", en="Pieces", section="价值", policy=Policy.ADD)
    fragile: Mapped[bool | None] = field("易碎", en="Fragile", section="价值", policy=Policy.LATEST)
    finder: Mapped[str | None] = field("拾得人", en="Finder", ref="person")
    owner_phone: Mapped[str | None] = field(
        "失主电话", en="Owner's phone", mask=Mask.PHONE, search=Key.PHONE_TAIL, group="owner"
    )
    owner_name: Mapped[str | None] = field("失主", en="Owner", mask=Mask.NAME, group="owner")
    story: Mapped[str | None] = field("经过", en="Story", long=True)
    state: Mapped[str | None] = field("状态", en="State", derived="movements", index=True)
    digest: Mapped[str | None] = field("摘要", en="Digest", derived=True)

    @classmethod
    def derive(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """What and how many."""
        return {"digest": f"{values.get('what') or '?'}×{values.get('pieces') or 1}"}


class Sighting(Record, title="目击", en="Sighting", parent=("item", "lost_item")):
    """A child."""

    __tablename__ = "sighting"

    item: Mapped[str | None] = field("失物", en="Item", ref="lost_item")
    place: Mapped[str | None] = field("地点", en="Place", asked=Asked.FIRST, search=Key.CHARACTERS, listed=20)


class S(Enum):
    """States."""

    KEPT = "待领"
    RETURNED = "已归还"


def somebody_saw_it(brief: Brief) -> Reason | None:
    """A guard that looks at children."""
    if brief.children.get("sighting"):
        return None
    return Reason("没有目击记录，不能归还", cite=CIVIL_CODE[314])


RETURN = Procedure(
    LostItem,
    S,
    (
        Step(
            "归还", S.KEPT, S.RETURNED, by=Role.COMMUNITY_WORKER, cite=CIVIL_CODE[314],
            needs=(("owner_name", "owner_phone"),), when=somebody_saw_it, loads=("sighting",), en="Return",
        ),
    ),
    initial=S.KEPT,
)  # fmt: skip
