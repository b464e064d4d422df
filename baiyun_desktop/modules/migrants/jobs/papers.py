"""What is printed for somebody who looks for work: the registration, and the letter that goes along to an employer."""

from __future__ import annotations

from typing import Any

from baiyun_desktop.kernel.from_fields import paper_of
from baiyun_desktop.kernel.loaded import Loaded
from baiyun_desktop.kernel.paper import Cell, Column, Grid, Prose, Rows, Show, Signature, Signatures
from baiyun_desktop.modules.migrants.codes import JOB_KIND
from baiyun_desktop.modules.migrants.law import EMPLOYMENT, PRIVACY
from baiyun_desktop.modules.migrants.printing import is_child, labels, notes, person_rows, years

MATCHES = "<job_match.seeker>post"


def _registered(loaded: Loaded) -> dict[str, Any]:
    return {
        "minor": is_child(loaded),
        "home": loaded.get("person.live_addr"),
        "matches": [
            {name: match.said(path) for name, path in _MATCH.items()} for match in loaded.others.get(MATCHES, ())
        ],
    }


_MATCH = {"post": "post.post", "place": "post.place", "sent": "sent_on", "state": "state"}

SEEKER = paper_of(
    "job_seeker", "job_seeker_form", "求职登记表",
    (
        Grid("求职人", (
            *person_rows(),
            (Cell("户籍地址", "person.hukou_addr", span=3),),
            (Cell("现住址", "home", span=2), Cell("文化程度", "person.edu")),
        )),
        Grid("求职意向", (
            (Cell("想做的工种", "trades", Show.CHOICE, span=3, options=labels(JOB_KIND)),),
            (Cell("技能证书", "skills", span=2), Cell("语言", "languages")),
            (Cell("期望月薪（元）", "pay_wanted"), Cell("需要住宿", "lodging_wanted"),
             Cell("可到岗日期", "free_from", Show.DATE)),
            (Cell("登记日期", "registered_on", Show.DATE), Cell("就业单位", "employer", span=2)),
            (Cell("备注", "remark", span=3),),
        )),
        Rows("岗位推荐情况", "matches", (
            Column("岗位", "post", 2.0), Column("工作地点", "place", 2.4), Column("推荐日期", "sent", 1.5, Show.DATE),
            Column("进展", "state", 1.0), Column("备注", "note", 1.6),
        ), at_least=3),
        Prose("求职人声明", "以上内容属实。同意把与求职有关的内容告诉用人单位；找到工作或者不再找了，告知窗口。"),
        Signatures((Signature("求职人（签名）"), Signature("登记人（签名）", key="officer"),
                    Signature("登记单位（印章）", seal=True))),
        notes(EMPLOYMENT[35], PRIVACY[6]),
    ),
    more=_registered, needs=(MATCHES,), masked=False, numbered=False,
)  # fmt: skip
"""求职登记表, for the office's files."""


def _put_forward(loaded: Loaded) -> dict[str, Any]:
    low, high = loaded.get("post.pay_from"), loaded.get("post.pay_to")
    pay = " 至 ".join(str(part) for part in dict.fromkeys((low, high)) if part)
    age = years(loaded, "seeker.person")
    return {"pay": pay, "age": f"{age}岁" if age is not None else None}


LETTER = paper_of(
    "job_match", "job_letter", "岗位推荐信",
    (
        Prose("", "{post.enterprise.name}：\n　　兹有求职人员{seeker.person.name}，愿到贵单位应聘{post.post}岗位，"
              "现予推荐，请予接洽。面试结果请填写下方回执，交来人带回或者电话告知。本次推荐不收取任何费用。"),
        Grid("推荐岗位", (
            (Cell("岗位", "post.post"), Cell("工种", "post.trade"), Cell("招聘人数", "post.headcount")),
            (Cell("月薪（元）", "pay"), Cell("提供住宿", "post.lodging"), Cell("有效期至", "post.valid_to", Show.DATE)),
            (Cell("工作地点", "post.place", span=3),),
            (Cell("联系人", "post.contact"), Cell("联系电话", "post.phone", span=2)),
        )),
        Grid("求职人", (
            (Cell("姓名", "seeker.person.name", span=2), Cell("性别", "seeker.person.sex")),
            (Cell("想做的工种", "seeker.trades", span=2), Cell("年龄", "age")),
            (Cell("技能证书", "seeker.skills", span=2), Cell("语言", "seeker.languages")),
            (Cell("推荐理由", "why", span=3, lines=2),),
        )),
        Signatures((Signature("推荐人（签名）", key="officer"), Signature("推荐单位（印章）", seal=True))),
        Grid("面试回执（请用人单位填写）", (
            (Cell("面试结果", "pen_result", Show.CHOICE, span=2, options=("录用", "未录用", "再考虑")),
             Cell("面试日期", "met_on", Show.DATE)),
            (Cell("说明", "outcome", span=3, lines=2),),
        ), keep=True),
        Signatures((Signature("面试人（签名）"), Signature("用人单位（印章）", seal=True))),
        notes(EMPLOYMENT[35]),
    ),
    more=_put_forward, needs=("seeker.person", "post.enterprise"), masked=False, numbered=False,
)  # fmt: skip
"""岗位推荐信: no ID number and no telephone of the seeker, who takes it along; the employer's are in full."""

PAPERS = (SEEKER, LETTER)
