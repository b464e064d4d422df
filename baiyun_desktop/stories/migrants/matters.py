"""What visitors come for beside registration and permits: matters of other offices, work, schools, legal aid, relief."""

from __future__ import annotations

from baiyun_desktop.stories.migrants.books import LIVES_HERE
from baiyun_desktop.stories.migrants.script import Errand, Seat, Turn, ago, among, between, day, item, offered, the

TICKET = "service_ticket"
COMES = {"person": the("person"), "channel": among("1", "1", "1", "2", "3")}
PLACED = {"forwarded_org": "区社会保险服务中心", "forwarded_phone": "0472-8510066"}
ENDS = (
    Turn("送达", TICKET),
    Turn("评价", TICKET, {"satisfaction": among("5", "5", "4", "4", "3", "2", "1")}),
    Turn("归档", TICKET),
)


def comes_for(*codes: str, wish: str) -> Turn:
    """A matter of the catalogue is taken in."""
    return Turn("受理", TICKET, {**COMES, "item": item(*codes), "wish": wish}, new=True)


def done_at_once(*codes: str) -> tuple[Turn, ...]:
    """What the counter does by itself while the visitor waits."""
    return comes_for(*codes, wish="查一查，问一问"), Turn("当场办结", TICKET, {"result": among("1", "3")}), *ENDS


def handed_on(*codes: str) -> tuple[Turn, ...]:
    """What another office does, until its answer is here."""
    return (
        comes_for(*codes, wish="请窗口帮着转"),
        Turn("转部门", TICKET, PLACED),
        Turn("办结", TICKET, {"result": "4"}, after=4),
        *ENDS,
    )


TICKETS = (
    Errand("居住证的事，当场办结", 20, done_at_once("101", "105")),
    Errand("别的事，当场办结", 40, done_at_once("201", "302", "304", "401")),
    Errand("就业的事，转部门", 10, handed_on("203", "204")),
    Errand("社保的事，转部门", 10, handed_on("301", "303")),
    Errand("困境儿童，转部门", 10, handed_on("505")),
    Errand("孩子转学，转部门", 10, handed_on("601", "603")),
    Errand("看病的事，转部门", 10, handed_on("702", "703")),
    Errand("想当场办结，其实要转部门", 10, (
        comes_for("301", "303", wish="今天就要办好"),
        Turn("当场办结", TICKET, {"result": "1"}, refused="请转部门或帮办"),
        Turn("转部门", TICKET, refused="转部门前请填写"),
        Turn("转部门", TICKET, PLACED),
    )),
    Errand("材料不齐，一次性告知", 22, (
        Turn("一次性告知", TICKET, {**COMES, "item": item("402", "403"), "wish": "申请"}, new=True,
             refused="请写明所缺材料"),
        Turn("一次性告知", TICKET, {**COMES, "item": item("402", "403"), "wish": "申请",
             "missing": ["居民身份证", "案件材料"]}, new=True),
        Turn("补齐", TICKET, {"handed_in": ["居民身份证"]}, after=2, refused="还缺：案件材料"),
        Turn("补齐", TICKET, {"handed_in": ["居民身份证", "案件材料"]}, after=1),
        Turn("办理", TICKET, {"promised_on": day(5)}),
        Turn("办结", TICKET, {"result": "1"}, after=3), *ENDS,
    )),
    Errand("退件", 9, (
        comes_for("899", wish="不知道该找谁"),
        Turn("退件", TICKET, {"return_reason": "4"}, refused="首问负责"),
        Turn("退件", TICKET, {"return_reason": "4", **PLACED}),
    )),
    Errand("社保事项", 20, (
        comes_for("302", "304", wish="查社保"),
        Turn("", "social_security", {"person": the("person"), "ticket": the(TICKET), "business": "1",
             "asked_on": day(0)}, new=True),
        Turn("当场办结", TICKET, {"result": "1"}), *ENDS[:1],
    )),
    Errand("医疗事项", 20, (
        comes_for("702", "703", "704", wish="打疫苗、备案"),
        Turn("", "health_service", {"person": the("person"), "ticket": the(TICKET), "business": "1",
             "asked_on": day(0), "provider": "矿山路街道社区卫生服务中心"}, new=True),
        Turn("转部门", TICKET, PLACED),
    )),
)  # fmt: skip

SEEKS = {
    "person": the("person"),
    "trades": among(["1"], ["2", "3"], ["5"], ["7", "8"]),
    "pay_wanted": between(3000, 7000, 100),
}
JOBS = (
    Errand("求职，推荐后录用", 24, (
        Turn("登记", "job_seeker", SEEKS, new=True),
        Turn("推荐", "job_match", {"seeker": the("job_seeker"), "post": offered}, new=True),
        Turn("面试", "job_match", after=2),
        Turn("录用", "job_match", {"outcome": "试用三个月"}, after=1),
        Turn("就业", "job_seeker", {"employer": "白云铁矿运输队"}),
    )),
    Errand("求职，推荐未成", 14, (
        Turn("登记", "job_seeker", SEEKS, new=True),
        Turn("推荐", "job_match", {"seeker": the("job_seeker"), "post": offered}, new=True),
        Turn("未成", "job_match", after=3, refused="未成前请填写"),
        Turn("未成", "job_match", {"outcome": "路太远"}),
    )),
    Errand("未满16周岁求职", 4, (
        Turn("登记", "job_seeker", {**SEEKS, "person": the("子女")}, new=True, who="子女", refused="不得介绍就业"),
    )),
    Errand("单位招人", 8, (
        Turn("", "enterprise", {"name": "白云鄂博鑫源汽修"}, new=True, who=""),
        Turn("发布", "job_post", {"enterprise": the("enterprise"), "post": "维修工", "trade": "4", "headcount": 2,
             "pay_from": 6000, "pay_to": 4000, "valid_to": day(60)}, new=True, who="", refused="月薪起高于月薪至"),
        Turn("发布", "job_post", {"enterprise": the("enterprise"), "post": "维修工", "trade": "4", "headcount": 2,
             "pay_from": 4000, "pay_to": 6000, "valid_to": day(60)}, new=True, who=""),
        Turn("招满", "job_post", after=6),
    )),
)  # fmt: skip

NEEDS_SCHOOL = {
    "child": the("子女"), "guardian": the("person"), "reg": the("residence_reg"), "guardian_phone": "13847250066",
    "target_grade": among("11", "12", "21"), "wanted_school": "白云第一小学", "enter_from": "2026-09-01",
}  # fmt: skip
SCHOOLS = (
    Errand("子女入学", 20, (
        Turn("", "person", new=True, name="子女", who="子女"),
        Turn("申请", "school_need", {**NEEDS_SCHOOL, "guardian": the("子女")}, new=True, refused="监护人和学生是同一个人"),
        Turn("申请", "school_need", NEEDS_SCHOOL, new=True),
        Turn("报教育部门", "school_need", after=1),
        Turn("安排", "school_need", {"result": "1", "placed_school": "白云第一小学"}, seat=Seat.WINDOW, after=4),
        Turn("入学", "school_need", seat=Seat.WINDOW, after=2),
    ), LIVES_HERE),
)  # fmt: skip

ASKS_AID = {"person": the("person"), "form": "6", "facts": "干完活没有拿到工资", "employment_ended_on": ago(40)}
AID = (
    Errand("讨工资，申请法律援助", 12, (
        Turn("申请", "legal_aid_app", {**ASKS_AID, "matter": "05"}, new=True),
        Turn("要求补充", "legal_aid_app", after=1, refused="请写明所缺材料"),
        Turn("要求补充", "legal_aid_app", {"missing": ["工资条"]}),
        Turn("补齐", "legal_aid_app", after=2),
    )),
    Errand("讨赡养费，先没说经济状况", 6, (
        Turn("申请", "legal_aid_app", {**ASKS_AID, "matter": "04"}, new=True, refused="请选择经济困难核查方式"),
        Turn("申请", "legal_aid_app", {**ASKS_AID, "matter": "04", "income_basis": "1"}, new=True,
             refused="须由本人签署承诺"),
        Turn("申请", "legal_aid_app", {**ASKS_AID, "matter": "04", "income_basis": "1", "promised": True}, new=True),
    )),
    Errand("临时救助", 12, (
        Turn("报街道", "relief_case", {"person": the("person"), "kind": "1", "cause": among("1", "2", "4")}, new=True,
             refused="报街道前请填写"),
        Turn("报街道", "relief_case", {"person": the("person"), "kind": "1", "cause": among("1", "2", "4"), "members": 3,
             "facts": "家里遇到急事，生活困难", "urgent": True}, new=True),
    )),
)  # fmt: skip

MATTERS = (*TICKETS, *JOBS, *SCHOOLS, *AID)
