"""What is printed of a house that is let: its registration with who lives there, and what its owner is told and signs."""

from __future__ import annotations

from typing import Any

from baiyun_desktop.kernel.from_fields import paper_of
from baiyun_desktop.kernel.loaded import Loaded
from baiyun_desktop.kernel.mask import Mask
from baiyun_desktop.kernel.paper import Cell, Column, Grid, Prose, Rows, Show, Signature, Signatures
from baiyun_desktop.modules.migrants.law import PERMIT_RULES, PRIVACY
from baiyun_desktop.modules.migrants.printing import labels, notes
from baiyun_desktop.modules.migrants.registration.records import stands
from baiyun_desktop.registry.codes import HAZARD, RENTAL_MODE, RENTAL_USE

KIND = "rental_house"
LIVE_HERE = "house<residence_reg.house>person"
"""Who lives in a house is told by the registrations of that house."""
NEEDS = ("house", "landlord.person", "landlord.enterprise", LIVE_HERE)


def tenants(loaded: Loaded) -> list[Loaded]:
    """The registrations that stand in the house."""
    return [reg for reg in loaded.others.get(LIVE_HERE, ()) if reg.get("reg_date") and stands(reg.values)]


def owner(loaded: Loaded) -> dict[str, Any]:
    """Who lets it: a person or a company, else what the house's own record says."""
    person, company = "landlord.person", "landlord.enterprise"
    return {
        "owner": loaded.get(f"{person}.name") or loaded.get(f"{company}.name") or loaded.get("house.owner_name"),
        "owner_id": loaded.get(f"{person}.id_no") or loaded.get(f"{company}.uscc"),
        "owner_phone": loaded.get("landlord.phone") or loaded.get(f"{person}.phone") or loaded.get("house.owner_phone"),
        "owner_home": loaded.get(f"{person}.live_addr") or loaded.get(f"{company}.address"),
    }


_TENANT = {"name": "person.name", "sex": "person.sex", "id_no": "person.id_no", "phone_no": "person.phone",
           "since": "arrive_date"}  # fmt: skip


def _registered(loaded: Loaded) -> dict[str, Any]:
    return {**owner(loaded), "tenants": [{k: reg.said(path) for k, path in _TENANT.items()} for reg in tenants(loaded)]}


_OWNER = Grid("房主", (
    (Cell("姓名或单位", "owner", span=2), Cell("联系电话", "owner_phone", mask=Mask.PHONE)),
    (Cell("证件号码", "owner_id", span=3, mask=Mask.ID),),
    (Cell("住址", "owner_home", span=3),),
    (Cell("代管人", "landlord.agent_name", span=2), Cell("联系电话", "landlord.agent_phone", mask=Mask.PHONE)),
))  # fmt: skip

FORM = paper_of(
    KIND, "rental_form", "出租房屋信息登记表",
    (
        Grid("房屋", (
            (Cell("房屋地址", "house.full_text", span=3),),
            (Cell("所属网格", "area"), Cell("房屋类型", "house.house_type"), Cell("出租面积（㎡）", "floor_area")),
            (Cell("出租用途", "rental_use", Show.CHOICE, span=3, options=labels(RENTAL_USE)),),
            (Cell("出租方式", "rental_mode", Show.CHOICE, span=3, options=labels(RENTAL_MODE)),),
            (Cell("出租间数", "rooms"), Cell("可住人数", "people_max"), Cell("月租金（元）", "rent")),
            (Cell("租期起", "lease_from", Show.DATE), Cell("租期止", "lease_to", Show.DATE, span=2)),
            (Cell("安全隐患", "hazards", Show.CHOICE, span=3, options=labels(HAZARD)),),
        )),
        _OWNER,
        Rows("承租人和同住人", "tenants", (
            Column("姓名", "name", 1.8), Column("性别", "sex", 0.6), Column("证件号码", "id_no", 2.4),
            Column("联系电话", "phone_no", 1.6), Column("入住日期", "since", 1.5, Show.DATE),
        ), at_least=4),
        Prose("房主声明", "以上内容属实。租客变动、停租或者房屋用途改变时，及时告知社区。"),
        Signatures((Signature("房主（签名）"), Signature("登记人（签名）", key="officer"),
                    Signature("登记单位（印章）", seal=True))),
        notes(PERMIT_RULES[8], PERMIT_RULES[17]),
    ),
    more=_registered, needs=NEEDS, masked=False, numbered=False,
)  # fmt: skip
"""出租房屋信息登记表, for the office's files."""

DUTIES = (
    "{owner}：您的房屋出租后，请做到以下几点：\n"
    "　　一、查看并登记租客的身份证件，不把房屋租给没有身份证件的人；租客入住、搬走，及时告诉社区或派出所。\n"
    "　　二、发现有人利用房屋违法犯罪的，马上报警（110），不知情不报的要承担责任。\n"
    "　　三、保证房屋结构、用电、燃气、取暖和消防通道安全，配好灭火器和报警器；不擅自隔断，不超员居住，"
    "不在楼道停放、充电电动车。\n"
    "　　四、配合社区、派出所走访检查，发现隐患按期整改。\n"
    "　　五、租客的个人信息只用于登记，不得外传、出卖。"
)

DUTY = paper_of(
    KIND, "rental_duty", "出租房屋治安责任告知书",
    (
        Grid("", (
            (Cell("房屋地址", "house.full_text", span=2), Cell("所属网格", "area")),
            (Cell("房主", "owner", span=2), Cell("联系电话", "owner_phone", mask=Mask.PHONE)),
            (Cell("证件号码", "owner_id", span=3, mask=Mask.ID),),
        )),
        Prose("告知内容", DUTIES),
        Prose("房主意见", "以上内容已经讲清楚、看明白，我会照着做。"),
        Signatures((Signature("房主（签名）"), Signature("告知人（签名）", key="officer"),
                    Signature("告知单位（印章）", seal=True))),
        notes(PERMIT_RULES[8], PRIVACY[6]),
    ),
    more=owner, needs=("house", "landlord.person", "landlord.enterprise"), numbered=False,
)  # fmt: skip
"""治安责任告知书, of which the owner keeps a copy: numbers masked."""

PAPERS = (FORM, DUTY)
