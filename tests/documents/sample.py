"""A form and a slip with a family of any size, so that the tests print what an office would."""

from __future__ import annotations

from typing import Any

from baiyun_desktop.kernel.mask import Mask
from baiyun_desktop.kernel.paper import (
    Cell,
    Column,
    Grid,
    Look,
    Notes,
    PaperSpec,
    Prose,
    Rows,
    Show,
    Signature,
    Signatures,
)

DWELLINGS = (
    "自购房",
    "租赁房屋",
    "单位宿舍",
    "建筑工地/工棚",
    "亲友家寄住",
    "旅馆",
    "学校宿舍",
    "商业店面",
    "矿区职工公寓",
)
FORM = PaperSpec(
    name="sample_form",
    title="居住登记表",
    masked=False,
    blocks=(
        Grid(
            "证件信息",
            (
                (Cell("姓名", "name"), Cell("性别", "sex"), Cell("民族", "ethnic")),
                (Cell("证件类型", "id_type"), Cell("证件号码", "id_no", span=2)),
                (Cell("出生日期", "birth", Show.DATE), Cell("联系电话", "phone_no"), Cell("文化程度", "edu")),
                (Cell("户籍地址", "hukou", span=3, lines=2),),
            ),
        ),
        Grid(
            "现住房屋",
            (
                (Cell("房屋地址", "address", span=2), Cell("所属网格", "grid")),
                (Cell("住所类型", "dwelling", Show.CHOICE, span=3, options=DWELLINGS),),
                (
                    Cell("来本地日期", "arrived", Show.DATE),
                    Cell("拟居住至", "until", Show.DATE),
                    Cell("月租金", "rent"),
                ),
            ),
        ),
        Rows(
            "同住人",
            "companions",
            (
                Column("姓名", "name", 2.2),
                Column("与申报人关系", "kin", 1.2),
                Column("性别", "sex", 0.6),
                Column("证件号码", "id_no", 2.2),
                Column("联系电话", "phone_no", 1.5),
            ),
            at_least=3,
        ),
        Prose("申报人承诺", "本人{name}承诺以上所填内容真实、准确；如有变动，在三日内告知社区。"),
        Signatures(
            (
                Signature("申报人(签名)"),
                Signature("登记人(签名)", key="officer"),
                Signature("登记单位(印章)", seal=True),
            )
        ),
        Notes(("本表一式两份，登记单位与申报人各执一份。", "居住信息仅用于法定的登记和服务，依法保密。")),
    ),
)
SLIP = PaperSpec(
    name="sample_slip",
    title="居住登记回执",
    look=Look.SLIP,
    blocks=(
        Grid(
            "",
            (
                (Cell("姓名", "name", mask=Mask.NAME),),
                (Cell("证件号码", "id_no", mask=Mask.ID),),
                (Cell("联系电话", "phone_no", mask=Mask.PHONE),),
                (Cell("现住地址", "address", mask=Mask.ADDRESS),),
                (Cell("登记日期", "registered", Show.DATE),),
            ),
        ),
        Prose("请您留意", "搬家、换电话或离开本地时，请告诉社区一声，打电话也可以。"),
        Signatures((Signature("登记单位(印章)", seal=True), Signature("经办人", key="officer"))),
    ),
)
LONG_MONGOL = "特木尔巴根额尔德尼朝克图乌力吉·巴雅尔满都拉图那顺孟和布仁夫"
RARE = "𠮷㛃䶮奡頔𬭎𡚸"


def facts(companions: int = 3) -> dict[str, Any]:
    """What an office knows of a tenant with so many companions; the names are as long and rare as names get."""
    return {
        "number": "(2026)白矿宝山人登字第00012号",
        "district": "白云鄂博矿区",
        "office": "宝山社区居委会",
        "officer": "其其格",
        "printed_on": "2026-11-23",
        "phone": "0472-8510000",
        "name": LONG_MONGOL,
        "sex": "男",
        "ethnic": "蒙古族",
        "id_type": "居民身份证",
        "id_no": "15020619650704001X",
        "birth": "1965-07-04",
        "phone_no": "13947212345",
        "edu": "初中",
        "hukou": "内蒙古自治区包头市达尔罕茂明安联合旗百灵庙镇人口路12号院3号楼2单元502室",
        "address": "宝山社区15号楼5单元102室",
        "grid": "宝山第一网格",
        "dwelling": "租赁房屋",
        "arrived": "2026-10-08",
        "until": "2027-10-08",
        "registered": "2026-11-23",
        "companions": [_companion(at) for at in range(companions)],
    }


def _companion(at: int) -> dict[str, Any]:
    name = f"{RARE[at % len(RARE)]}田{at + 1}" if at % 3 else f"乌云其其格{at + 1}"
    return {"name": name, "kin": "非亲属", "sex": "女", "id_no": "150206199912310013", "phone_no": f"138{at:08d}"}
