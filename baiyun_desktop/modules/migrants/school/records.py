"""A child's need for a school, and how it went."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped

from baiyun_desktop.kernel.field import Asked, Key, field
from baiyun_desktop.kernel.mask import Mask
from baiyun_desktop.kernel.merging import Row
from baiyun_desktop.kernel.record import Record
from baiyun_desktop.modules.migrants.law import EDUCATION


class SchoolNeed(
    Record,
    title="就学需求",
    en="School need",
    area="area",
    carries=(("child", "person"), ("guardian", "person")),
):
    """随迁子女就学. The education office places the child; the counter asks, forwards and tells."""

    __tablename__ = "school_need"

    child: Mapped[str | None] = field("学生", en="Child", ref="person", asked=Asked.FIRST)
    guardian: Mapped[str | None] = field("监护人", en="Guardian", ref="person", asked=Asked.STEP)
    guardian_phone: Mapped[str | None] = field(
        "监护人电话", en="Guardian's phone", mask=Mask.PHONE, asked=Asked.STEP, search=Key.PHONE_TAIL, listed=13
    )
    area: Mapped[str | None] = field("所属社区/网格", en="Area", asked=Asked.AUTO)
    reg: Mapped[str | None] = field("居住登记", en="Registration", ref="residence_reg", index=True)
    permit_no: Mapped[str | None] = field("监护人居住证号", en="Guardian's permit", help="还没有的可先登记")
    current_school: Mapped[str | None] = field("原就读学校", section="就学", en="School so far", search=Key.CHARACTERS)
    target_grade: Mapped[str | None] = field(
        "拟入年级", section="就学", en="Grade wanted", codes="SCHOOL_GRADE", asked=Asked.FIRST, needed=["申请"], listed=10,
        cite=EDUCATION[12],
    )  # fmt: skip
    wanted_school: Mapped[str | None] = field("意向学校", section="就学", en="School wanted", listed=14)
    enter_from: Mapped[date | None] = field("拟入学日期", section="就学", en="To enter on", listed=11)
    special: Mapped[str | None] = field("特殊需要", section="就学", en="Special needs", long=True)
    applied_on: Mapped[date | None] = field("申请日期", section="结果", en="Applied", asked=Asked.AUTO, listed=11)
    forwarded_on: Mapped[date | None] = field("报教育部门日期", section="结果", en="Forwarded", asked=Asked.AUTO)
    result: Mapped[str | None] = field(
        "安排结果",
        section="结果",
        en="Result",
        codes="SCHOOL_RESULT",
        asked=Asked.AUTO,
        needed=["安排", "未安排"],
        listed=12,
    )
    placed_school: Mapped[str | None] = field(
        "安排学校", section="结果", en="Placed at", asked=Asked.AUTO, needed=["安排"], listed=14
    )
    result_note: Mapped[str | None] = field(
        "未安排说明", section="结果", en="Why not", long=True, asked=Asked.AUTO, needed=["未安排"]
    )
    placed_on: Mapped[date | None] = field("安排日期", section="结果", en="Placed", asked=Asked.AUTO)
    entered_on: Mapped[date | None] = field("入学日期", section="结果", en="Entered", asked=Asked.AUTO)

    state: Mapped[str | None] = field("状态", en="State", derived="movements", listed=8, index=True)

    @classmethod
    def title_of(cls, values: Row) -> str:
        return " ".join(str(v) for v in ("就学需求", values.get("wanted_school")) if v)
