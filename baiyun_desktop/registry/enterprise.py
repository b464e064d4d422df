"""A company or employer, shared by registrations, wage disputes and job offers."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Mapped

from baiyun_desktop.kernel.field import Asked, Key, field
from baiyun_desktop.kernel.mask import Mask
from baiyun_desktop.kernel.merging import Policy, Row
from baiyun_desktop.kernel.record import Record
from baiyun_desktop.registry import pinyin


class Enterprise(Record, title="单位", en="Enterprise", area="area"):
    """A legal person or another employer (GB 32100 code)."""

    __tablename__ = "enterprise"

    area: Mapped[str | None] = field("所属社区/网格", en="Area", asked=Asked.AUTO)
    name: Mapped[str | None] = field("单位名称", en="Name", asked=Asked.FIRST, search=Key.CHARACTERS, listed=24)
    uscc: Mapped[str | None] = field("统一社会信用代码", en="Credit code", search=Key.ID_TAIL, listed=20, index=True)
    kind: Mapped[str | None] = field("单位类型", en="Type")
    industry: Mapped[str | None] = field("行业", en="Industry", help="GB/T 4754 大类")
    legal_rep: Mapped[str | None] = field("法定代表人", en="Legal representative", ref="person")
    address: Mapped[str | None] = field("地址", section="联系", en="Address", search=Key.CHARACTERS, listed=26)
    contact: Mapped[str | None] = field("联系人", section="联系", en="Contact", mask=Mask.NAME)
    phone: Mapped[str | None] = field(
        "联系电话", section="联系", en="Phone", mask=Mask.PHONE, search=Key.PHONE_TAIL, listed=13
    )
    employees: Mapped[int | None] = field("职工人数", section="用工", en="Employees", policy=Policy.LATEST)
    migrant_employees: Mapped[int | None] = field("外来职工人数", section="用工", en="Migrants", policy=Policy.LATEST)

    name_py: Mapped[str | None] = field("拼音", en="Pinyin", derived=True, search=Key.PINYIN)
    name_initials: Mapped[str | None] = field("拼音首字母", en="Initials", derived=True, search=Key.INITIALS)

    @classmethod
    def derive(cls, values: Row) -> dict[str, Any]:
        """Readings of its name."""
        readings, initials = pinyin.columns(values.get("name"))
        return {"name_py": readings, "name_initials": initials}
