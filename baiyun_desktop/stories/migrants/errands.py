"""What visitors come for, an errand a paragraph: what is done at which seat, what a guard refuses, and how often."""

from __future__ import annotations

from baiyun_desktop.stories.migrants.books import (
    HELD_LAST_AUTUMN,
    HELD_SINCE_APRIL,
    HELD_SINCE_WINTER,
    LIVES_HERE,
    lives_here_since,
)
from baiyun_desktop.stories.migrants.matters import MATTERS
from baiyun_desktop.stories.migrants.script import Errand, Seat, Turn, ago, among, between, card, day, door, the, whose

REG, PERMIT = "residence_reg", "residence_permit"
STAY = {
    "person": the("person"), "live_addr": door, "dwelling": among("01", "03", "05", "09"), "source": among("1", "2"),
    "arrive_date": day(-9), "inflow_reason": among("01", "01", "01", "03", "04", "09"),
}  # fmt: skip
RENTED = {**STAY, "dwelling": "02"}
LANDLORD = {"landlord_name": "高凤岐", "landlord_phone": "13947260018"}
APPLIES = {"person": the("person"), "reg": the(REG), "reside_since": ago(240), "apply_by": "1", "photo_held": True}
PROVED = {**APPLIES, "basis": ["1"], "proofs": ["11"]}
MADE = (
    Turn("报公安", PERMIT, after=1),
    Turn("制证", PERMIT, seat=Seat.POLICE, after=1),
    Turn("制成", PERMIT, {"permit_no": card, "issuer": "白云鄂博矿区公安分局"}, seat=Seat.POLICE, after=3),
    Turn("发放", PERMIT, after=1),
)
"""From the counter to the police and back into the holder's hand."""

REGISTRATION = (
    Errand("新登记", 98, (Turn("登记", REG, STAY, new=True),)),
    Errand("新登记，租房先没说房主", 40, (
        Turn("登记", REG, RENTED, new=True, refused="租赁房屋请填写房主姓名"),
        Turn("登记", REG, {**RENTED, **LANDLORD}, new=True),
    )),
    Errand("新登记，来的日期写到了登记之后", 10, (
        Turn("登记", REG, {**STAY, "arrive_date": day(3)}, new=True, refused="登记日期早于来本地日期"),
        Turn("登记", REG, STAY, new=True),
    )),
    Errand("一家三口", 70, (
        Turn("登记", REG, {**RENTED, **LANDLORD, "child_school_need": True}, new=True),
        Turn("登记", REG, {**RENTED, **LANDLORD, "person": the("配偶"), "with_reg": the(REG), "kin": "10"}, new=True,
             name="配偶的登记", who="配偶"),
        Turn("登记", REG, {**RENTED, **LANDLORD, "person": the("子女"), "with_reg": the(REG), "kin": "20"}, new=True,
             name="子女的登记", who="子女"),
    )),
    Errand("孩子独自来登记", 6, (
        Turn("登记", REG, {**STAY, "person": the("子女")}, new=True, who="子女", refused="由监护人申报"),
        Turn("登记", REG, {**STAY, "person": the("子女"), "declarer_kind": "4", "declarer_name": "周秀兰"}, new=True,
             who="子女"),
    )),
    Errand("单位替职工登记", 14, (
        Turn("登记", REG, {**STAY, "dwelling": among("03", "04"), "inflow_reason": "01", "declarer_kind": "3",
             "declarer_name": "白云铁矿人事科"}, new=True),
    )),
    Errand("配偶来代办，没带自己的证件", 8, (
        Turn("登记", REG, {**STAY, "declarer_kind": "5", "declarer_name": whose("配偶", "name")}, new=True,
             refused="代办须填写代办人姓名和证件号"),
        Turn("登记", REG, {**STAY, "declarer_kind": "5", "declarer_name": whose("配偶", "name"),
             "declarer_id": whose("配偶", "id_no")}, new=True),
    )),
    Errand("境外人员", 6, (
        Turn("登记", REG, {**STAY, "person": the("外宾")}, new=True, who="外宾", refused="请先告知住宿登记义务"),
        Turn("登记", REG, {**STAY, "person": the("外宾"), "duty_told_on": day(0)}, new=True, who="外宾"),
    )),
    Errand("走了又回来", 14, (
        Turn("注销", REG, {"leave_reason": "1", "leave_to": "包头市固阳县"}),
        Turn("登记", REG, {**STAY, "arrive_date": day(-1)}, new=True, name="回来后的登记", after=6, sought=True),
    ), LIVES_HERE),
    Errand("变更", 70, (
        Turn("变更", REG, {"live_addr": door, "dwelling": "01"}),
    ), LIVES_HERE),
    Errand("续报", 60, (
        Turn("续报", REG, {"plan_until": day(180)}),
    ), LIVES_HERE),
    Errand("续报，写成了过去的日子", 8, (
        Turn("续报", REG, {"plan_until": day(-2)}, refused="拟居住至须在续报日期之后"),
        Turn("续报", REG, {"plan_until": day(365)}),
    ), LIVES_HERE),
    Errand("核实", 20, (Turn("核实", REG, seat=Seat.HOME),), LIVES_HERE),
    Errand("搬家，换了登记", 18, (
        Turn("登记", REG, {**STAY, "arrive_date": day(-2)}, seat=Seat.HOME, new=True, name="新登记"),
        Turn("转为变更历史", REG, {"replaced_by": the("新登记")}, seat=Seat.HOME),
    ), LIVES_HERE),
    Errand("注销", 55, (Turn("注销", REG, {"leave_reason": "1", "leave_to": "包头市昆都仑区"}),), LIVES_HERE),
    Errand("注销，没说去向原因", 8, (
        Turn("注销", REG, refused="注销前请填写"),
        Turn("注销", REG, {"leave_reason": "9"}),
    ), LIVES_HERE),
)  # fmt: skip

PERMITS = (
    Errand("居住证申领", 55, (
        Turn("材料齐", PERMIT, PROVED, new=True), Turn("受理", PERMIT), *MADE,
    ), lives_here_since(240)),
    Errand("居住证申领，少一份证明", 22, (
        Turn("材料齐", PERMIT, {**APPLIES, "basis": ["1"]}, new=True, refused="缺少就业证明"),
        Turn("一次性告知", PERMIT, {**APPLIES, "basis": ["1"], "lacking": ["11"]}, new=True),
        Turn("材料齐", PERMIT, {"proofs": ["11"]}, after=3), Turn("受理", PERMIT), *MADE,
    ), lives_here_since(240)),
    Errand("居住证申领，没住满半年", 15, (
        Turn("材料齐", PERMIT, {**PROVED, "reside_since": ago(90)}, new=True),
        Turn("受理", PERMIT, refused="起可以受理"),
    ), lives_here_since(90)),
    Errand("居住证申领，不予受理", 5, (
        Turn("材料齐", PERMIT, PROVED, new=True),
        Turn("不予受理", PERMIT, refused="不予受理前请填写"),
        Turn("不予受理", PERMIT, {"reject_reason": "2", "reject_note": "劳动合同已经解除，没有其他依据"}),
    ), lives_here_since(240)),
    Errand("签注", 45, (Turn("签注", PERMIT),), HELD_SINCE_APRIL),
    Errand("签注，来早了", 8, (Turn("签注", PERMIT, refused="起可以签注"),), HELD_LAST_AUTUMN),
    Errand("签注，来晚了", 12, (
        Turn("签注", PERMIT, refused="请办“补签注”"), Turn("补签注", PERMIT),
    ), HELD_SINCE_WINTER),
    Errand("逾期，功能中止后补签注", 6, (
        Turn("功能中止", PERMIT, refused="由派出所联络员办理"), Turn("功能中止", PERMIT, seat=Seat.POLICE, after=1),
        Turn("补签注", PERMIT, after=3),
    ), HELD_SINCE_WINTER),
    Errand("居住证丢了", 8, (
        Turn("申请换补领", PERMIT, {"reissue_reason": "2"}, refused="丢失补领请填写挂失日期"),
        Turn("申请换补领", PERMIT, {"reissue_reason": "2", "lost_on": day(-1)}), *MADE[1:],
    ), HELD_LAST_AUTUMN),
    Errand("居住证注销", 6, (
        Turn("注销", PERMIT, {"cancel_reason": "1"}, refused="由派出所联络员办理"),
        Turn("注销", PERMIT, {"cancel_reason": "1"}, seat=Seat.POLICE, after=1),
    ), HELD_LAST_AUTUMN),
)  # fmt: skip

HOUSES = (
    Errand("出租房屋登记", 14, (
        Turn("", "house", {"full_text": door, "is_rental": True}, new=True),
        Turn("", "landlord", {"person": the("person"), "phone": "13947260018", "told_on": day(0)}, new=True),
        Turn("登记", "rental_house", {"house": the("house"), "landlord": the("landlord"), "rental_use": "1",
             "rental_mode": among("1", "2"), "rooms": between(1, 4)}, new=True, refused="治安责任告知签收"),
        Turn("登记", "rental_house", {"house": the("house"), "landlord": the("landlord"), "rental_use": "1",
             "rental_mode": among("1", "2"), "rooms": between(1, 4), "duty_signed_on": day(0)}, new=True),
        Turn("走访", "inspect", {"rental": the("rental_house"), "kind": "2", "visitors": "王芳、李强", "results": ["1"]},
             seat=Seat.HOME, after=3, new=True),
    )),
    Errand("走访发现隐患", 8, (
        Turn("走访", "inspect", {"reg": the(REG), "kind": "1", "visitors": "王芳", "results": ["4"], "hazards": ["2"]},
             seat=Seat.HOME, new=True, refused="请办“要求整改”"),
        Turn("要求整改", "inspect", {"reg": the(REG), "kind": "1", "visitors": "王芳", "results": ["4"],
             "hazards": ["2"], "mend_by": day(10)}, seat=Seat.HOME, new=True),
        Turn("整改完成", "inspect", seat=Seat.HOME, after=5),
    ), LIVES_HERE),
)  # fmt: skip

ERRANDS = (*REGISTRATION, *PERMITS, *HOUSES, *MATTERS)
"""Each visitor has one of these, by their shares."""
