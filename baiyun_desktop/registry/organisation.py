"""The organisations of the district as a dated tree with successors, and what is particular to a grid."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped

from baiyun_desktop.kernel.field import Asked, Key, field
from baiyun_desktop.kernel.mask import Mask
from baiyun_desktop.kernel.merging import Policy
from baiyun_desktop.kernel.record import Record


class Organisation(Record, title="组织", en="Organisation", area="area"):
    """A node of the area tree (区 街道 社区 网格) or another body of ours; held by each desk."""

    __tablename__ = "organisation"

    area: Mapped[str | None] = field("范围", en="Held by", asked=Asked.AUTO, help="*为各岗位共有")
    code: Mapped[str | None] = field("代码", en="Code", asked=Asked.FIRST, listed=16, search=Key.CHARACTERS, index=True)
    name: Mapped[str | None] = field("名称", en="Name", asked=Asked.FIRST, listed=20, search=Key.CHARACTERS)
    short_name: Mapped[str | None] = field("简称", en="Short name", help="用于文号", listed=8)
    parent_code: Mapped[str | None] = field("上级代码", en="Part of", listed=16, index=True)
    level: Mapped[str | None] = field("层级", en="Level", codes="ORG_LEVEL", listed=8)
    valid_from: Mapped[date | None] = field("启用日期", section="沿革", en="Valid from")
    valid_to: Mapped[date | None] = field("停用日期", section="沿革", en="Valid to", help="当日起不再有效")
    successor: Mapped[str | None] = field("后继代码", section="沿革", en="Succeeded by")
    uscc: Mapped[str | None] = field("统一社会信用代码", section="联系", en="Credit code")
    leader: Mapped[str | None] = field("负责人", section="联系", en="Head")
    phone: Mapped[str | None] = field("电话", section="联系", en="Phone")
    address: Mapped[str | None] = field("地址", section="联系", en="Address")
    work_hours: Mapped[str | None] = field("办公时间", section="联系", en="Hours")


FOR_GOOD = ("code", "parent_code")
"""Said once: rights name an area by its code and reach what lies below it. What becomes another one has a successor."""


class Grid(Record, title="网格", en="Grid", parent=("organisation", "organisation")):
    """What a grid has beside its place in the tree."""

    __tablename__ = "grid"

    organisation: Mapped[str | None] = field("组织", en="Organisation", ref="organisation")
    polygon: Mapped[str | None] = field("边界", en="Outline", long=True, asked=Asked.AUTO, help="GeoJSON, WGS-84")
    grid_leader: Mapped[str | None] = field("网格长", en="Grid leader", listed=10)
    grid_workers: Mapped[str | None] = field("网格员", en="Grid workers", listed=20)
    grid_phone: Mapped[str | None] = field("联系电话", en="Phone", mask=Mask.PHONE)
    household_count: Mapped[int | None] = field("户数", en="Households", policy=Policy.LATEST, listed=6)
