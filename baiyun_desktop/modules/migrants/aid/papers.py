"""What is printed of an application for legal aid, and the sheets that hand it and a relief case on."""

from __future__ import annotations

from typing import Any

from baiyun_desktop.kernel.from_fields import paper_of
from baiyun_desktop.kernel.loaded import Loaded
from baiyun_desktop.kernel.paper import Cell, Column, Grid, Prose, Rows, Show, Signature, Signatures
from baiyun_desktop.kernel.step import as_day
from baiyun_desktop.modules.migrants.aid.legal_rules import ADULT, OF_MIGRANTS, exemption
from baiyun_desktop.modules.migrants.codes import INCOME_BASIS, LEGAL_FORM, LEGAL_SIDE, UNLIMITED_GROUND
from baiyun_desktop.modules.migrants.law import LEGAL_AID, RELIEF
from baiyun_desktop.modules.migrants.printing import (
    handing_on,
    home,
    labels,
    lines,
    notes,
    notice,
    numbered,
    person_rows,
    years,
)

KIND, RELIEF_KIND = "legal_aid_app", "relief_case"
OLD, FEMALE = 60, "2"
MIGRANT, MINOR, ELDER, WOMAN = "农民工", "未成年人", "老年人", "妇女"
CROWDS = (MIGRANT, MINOR, ELDER, "残疾人", WOMAN, "军人军属", "其他")
STAGES = ("未进入程序", "调解", "仲裁", "一审", "二审", "再审", "执行")


def _crowds(loaded: Loaded) -> list[str]:
    """The groups that what is known already says somebody belongs to; others are ticked by hand."""
    age, basis = years(loaded), loaded.get("income_basis") or exemption(loaded.values)
    known = {
        MIGRANT: basis == OF_MIGRANTS,
        MINOR: age is not None and age < ADULT,
        ELDER: age is not None and age >= OLD,
        WOMAN: loaded.get("person.sex") == FEMALE,
    }
    return [word for word, so in known.items() if so]


def _applied(loaded: Loaded) -> dict[str, Any]:
    named = loaded.get("employer.name") or loaded.get("opponent")
    return {**numbered(loaded), "home": home(loaded), "crowds": _crowds(loaded), "other_side": named}


FORM = paper_of(
    KIND, "legal_aid_form", "法律援助申请表",
    (
        Grid("申请人", (
            *person_rows(),
            (Cell("户籍地址", "person.hukou_addr", span=3),),
            (Cell("通讯地址", "home", span=2), Cell("使用语言", "language")),
            (Cell("工作单位", "person.work_unit", span=2), Cell("职业", "person.occupation")),
            (Cell("身体状况", "pen_health", Show.CHOICE, span=2, options=("健康", "残疾", "患病")),
             Cell("文化程度", "person.edu")),
            (Cell("法定代理人", "guardian_name", span=2), Cell("曾申请援助", "before")),
            (Cell("人群类别", "crowds", Show.CHOICE, span=3, options=CROWDS),),
        )),
        Grid("申请事项", (
            (Cell("法律地位", "side", Show.CHOICE, span=3, options=labels(LEGAL_SIDE)),),
            (Cell("援助方式", "form", Show.CHOICE, span=3, options=labels(LEGAL_FORM)),),
            (Cell("案由", "matter", span=3),),
            (Cell("对方当事人", "other_side", span=2), Cell("涉及金额", "amount", Show.MONEY)),
            (Cell("案件阶段", "pen_stage", Show.CHOICE, span=3, options=STAGES),),
            (Cell("案情概述", "facts", span=3, lines=4),),
        )),
        Grid("经济状况", (
            (Cell("核查方式", "income_basis", Show.CHOICE, span=3, options=labels(INCOME_BASIS)),),
            (Cell("不受限情形", "unlimited", Show.CHOICE, span=3, options=labels(UNLIMITED_GROUND)),),
        )),
        Prose("申请人声明", "我申请法律援助，以上内容属实；愿意配合核查，如有隐瞒，同意终止援助并承担相应责任。"),
        Signatures((Signature("申请人（签名）"), Signature("法定代理人（签名）"))),
        Grid("初审", ((Cell("窗口初审意见", "pen_checked", span=2, lines=2), Cell("收到日期", "received_on", Show.DATE)),), keep=True),
        Signatures((Signature("经办人（签名）", key="officer"), Signature("受理单位（印章）", seal=True))),
        Grid("法律援助机构", (
            (Cell("机构编号", "pen_their_number", span=2), Cell("决定日期", "decided_on", Show.DATE)),
            (Cell("决定", "pen_decision", Show.CHOICE, span=3, options=("给予法律援助", "不予法律援助", "先行援助")),),
        ), keep=True),
        Signatures((Signature("审查人（签名）"), Signature("法律援助机构（印章）", seal=True))),
        notes(LEGAL_AID[31], LEGAL_AID[42], LEGAL_AID[43], LEGAL_AID[49]),
    ),
    more=_applied, needs=("reg.house", "employer"), masked=False,
)  # fmt: skip
"""法律援助申请表. The institution numbers, decides and assigns; the number on top is the centre's."""

MEANS = paper_of(
    KIND, "legal_aid_means", "经济困难状况说明表",
    (
        Grid("申请人", (
            (Cell("姓名", "person.name", span=2), Cell("性别", "person.sex")),
            (Cell("证件号码", "person.id_no", span=2), Cell("联系电话", "person.phone")),
            (Cell("现住址", "home", span=2), Cell("家庭人口", "members")),
        )),
        Rows("家庭成员和收入", "pen_family", (
            Column("姓名", "name", 1.6), Column("与申请人关系", "kin", 1.4), Column("年龄", "age", 0.7),
            Column("职业或就读", "work", 2.0), Column("月收入（元）", "income", 1.2),
        ), at_least=5),
        Grid("家庭经济状况", (
            (Cell("家庭月收入", "income", Show.MONEY, span=2), Cell("人均月收入", "pen_each")),
            (Cell("住房", "pen_housing", Show.CHOICE, span=3, options=("自有", "租住", "单位宿舍", "借住")),),
            (Cell("存款和证券", "pen_savings"), Cell("车辆", "pen_vehicles"), Cell("经营", "pen_business")),
            (Cell("享受的救助", "pen_relief", Show.CHOICE, span=3, options=("无", "低保", "特困", "临时救助", "其他")),),
            (Cell("困难的原因", "pen_cause", span=3, lines=4),),
        )),
        Prose("说明人声明", "以上由本人如实填写，同意法律援助机构向有关部门核实。"),
        Signatures((Signature("申请人（签名）"), Signature("经办人（签名）", key="officer"))),
        notes(LEGAL_AID[41], LEGAL_AID[42]),
    ),
    more=_applied, needs=("reg.house",), masked=False,
)  # fmt: skip
"""经济困难状况说明表, for those whose means are looked at."""

PROMISE = paper_of(
    KIND, "legal_aid_promise", "法律援助诚信承诺书",
    (
        Grid("承诺人", (
            (Cell("姓名", "person.name", span=2), Cell("性别", "person.sex")),
            (Cell("证件号码", "person.id_no", span=2), Cell("联系电话", "person.phone")),
            (Cell("现住址", "home", span=2), Cell("出生日期", "person.birth_date", Show.DATE)),
            (Cell("申请事项", "matter", span=3),),
        )),
        Prose("我的承诺", "本人{person.name}因经济困难申请法律援助，承诺如下：\n"
              "　　一、家庭收入和财产的说明真实、完整，没有隐瞒、虚报。\n"
              "　　二、同意法律援助机构向有关部门和单位核实。\n"
              "　　三、援助期间经济状况明显好转的，及时告知法律援助机构。\n"
              "　　四、承诺不实的，同意终止法律援助，退还已经支付的费用，并承担相应的法律责任。"),
        Signatures((Signature("承诺人（签名并按指印）"), Signature("见证人（签名）", key="officer"))),
        notes(LEGAL_AID[41]),
    ),
    more=_applied, needs=("reg.house",), masked=False,
)  # fmt: skip
"""诚信承诺书, which stands in for a check of means where the applicant chooses it (41)."""


def _lacking(loaded: Loaded) -> dict[str, Any]:
    return {
        "matter": f"法律援助：{loaded.label('matter')}",
        "handed": [],
        "lacking": lines(loaded.get("missing")),
        "limit": "补齐后七日内决定",
        "told": loaded.get("told_on"),
        "minor": numbered(loaded)["minor"],
    }


NOTICE = notice(KIND, "legal_aid_notice", _lacking, (), LEGAL_AID[43])


def _to_institution(loaded: Loaded) -> dict[str, Any]:
    urgent = "本件情况紧急，请先行援助。" if loaded.get("urgent") else ""
    last = as_day(loaded.get("claim_lapses"))
    lapses = f"仲裁时效到{last.year}年{last.month}月{last.day}日。" if last is not None else ""
    return {
        **numbered(loaded),
        "to": "法律援助机构",
        "to_phone": None,
        "by": None,
        "sent": loaded.get("received_on"),
        "home": home(loaded),
        "matter": loaded.label("matter"),
        "facts": loaded.get("facts"),
        "papers": ["法律援助申请表", *(["诚信承诺书"] if loaded.get("promised") else [])],
        "wish": f"{urgent}{lapses}请在收到后七日内决定；给予援助的，三日内指派并告知申请人和本窗口。",
    }


FORWARD = handing_on(KIND, "legal_aid_forward", _to_institution, ("reg.house",), LEGAL_AID[43])


def _to_street(loaded: Loaded) -> dict[str, Any]:
    urgent = "情况紧急，请先救助、后补手续。" if loaded.get("urgent") else ""
    return {
        **numbered(loaded),
        "to": "所在街道办事处",
        "to_phone": None,
        "by": None,
        "sent": loaded.get("submitted_on"),
        "home": loaded.get("person.live_addr"),
        "matter": "　".join(part for part in (loaded.label("kind"), loaded.label("cause")) if part),
        "facts": loaded.get("facts"),
        "papers": [],
        "wish": f"{urgent}请受理后调查核实、公示，并把结果告知申请人和本窗口。",
    }


RELIEF_FORWARD = handing_on(RELIEF_KIND, "relief_forward", _to_street, (), RELIEF[4], RELIEF[48])

PAPERS = (FORM, MEANS, PROMISE, NOTICE, FORWARD, RELIEF_FORWARD)
