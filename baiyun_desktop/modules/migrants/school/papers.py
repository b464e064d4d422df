"""随迁子女入学信息表: what the education office asks of a child that came along, filled in from what is known."""

from __future__ import annotations

from typing import Any

from baiyun_desktop.kernel.from_fields import paper_of
from baiyun_desktop.kernel.loaded import Loaded
from baiyun_desktop.kernel.mask import Mask
from baiyun_desktop.kernel.paper import Cell, Grid, Prose, Show, Signature, Signatures
from baiyun_desktop.modules.migrants.codes import SCHOOL_GRADE
from baiyun_desktop.modules.migrants.law import EDUCATION, PRIVACY
from baiyun_desktop.modules.migrants.printing import is_child, labels, notes


def _asked(loaded: Loaded) -> dict[str, Any]:
    return {
        "minor": is_child(loaded, "child"),
        "home": loaded.get("reg.live_addr") or loaded.get("reg.house.full_text") or loaded.get("guardian.live_addr"),
        "number": loaded.get("reg.biz_no"),
    }


FORM = paper_of(
    "school_need", "school_form", "随迁子女入学信息表",
    (
        Grid("学生", (
            (Cell("姓名", "child.name", span=2), Cell("性别", "child.sex")),
            (Cell("证件号码", "child.id_no", span=2, mask=Mask.ID), Cell("出生日期", "child.birth_date", Show.DATE)),
            (Cell("户籍地址", "child.hukou_addr", span=3),),
            (Cell("现住址", "home", span=2), Cell("民族", "child.ethnic")),
        )),
        Grid("监护人", (
            (Cell("姓名", "guardian.name", span=2), Cell("与学生关系", "pen_kin")),
            (Cell("证件号码", "guardian.id_no", span=2, mask=Mask.ID),
             Cell("联系电话", "guardian_phone", mask=Mask.PHONE)),
            (Cell("工作单位", "guardian.work_unit", span=2), Cell("居住证号", "permit_no")),
            (Cell("来本地日期", "reg.arrive_date", Show.DATE), Cell("登记日期", "reg.reg_date", Show.DATE, span=2)),
        )),
        Grid("就学", (
            (Cell("原就读学校", "current_school", span=2), Cell("拟入学日期", "enter_from", Show.DATE)),
            (Cell("拟入年级", "target_grade", Show.CHOICE, span=3, options=labels(SCHOOL_GRADE)),),
            (Cell("意向学校", "wanted_school", span=2), Cell("申请日期", "applied_on", Show.DATE)),
            (Cell("特殊需要", "special", span=3),),
            (Cell("核验材料", "pen_checked", Show.CHOICE, span=3,
                  options=("监护人居住证或居住登记凭证", "户口簿", "监护人身份证", "学籍证明", "预防接种证")),),
        )),
        Prose("监护人声明", "以上内容属实，同意用于安排孩子入学。搬家、换电话或者离开本地时，及时告知。"),
        Signatures((Signature("监护人（签名）"), Signature("登记人（签名）", key="officer"),
                    Signature("登记单位（印章）", seal=True))),
        Grid("教育部门", (
            (Cell("安排意见", "pen_opinion", span=3),),
            (Cell("安排学校", "placed_school", span=2), Cell("安排日期", "placed_on", Show.DATE)),
        ), keep=True),
        Signatures((Signature("经办人（签名）"), Signature("教育部门（印章）", seal=True))),
        notes(EDUCATION[12], PRIVACY[6]),
    ),
    more=_asked, needs=("child", "reg.house"), masked=False, numbered=False,
)  # fmt: skip
"""For the education office's files: in full. Its number is that of the family's registration."""

PAPERS = (FORM,)
