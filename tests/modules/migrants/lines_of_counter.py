"""The counter, work, school, legal aid and relief: each step's line."""

from __future__ import annotations

from typing import Any

from tests.modules.migrants.lines import Line, No, born, day

_ITEM = {"item": {"id": "i1", "modes": ["1"], "dept": "公安分局"}}
_MATERIALS = {"item.service_material": [{"id": "m1", "name": "租赁合同", "form": "复印件"}]}
_COME = {"person": "p1", "item": "i1", "wish": "欠薪"}
_NOT_OURS = No("转往部门和电话", {"result": "4"})
_NEEDED = {"what_it_takes": No("所需材料：租赁合同（复印件）", children=_MATERIALS)}

TICKET = {
    "受理": Line(
        _COME, _ITEM, hints=_NEEDED,
        refused={"item_in_force": No("停办", links={"item": {"valid_to": "2026-11-01"}})},
    ),
    "一次性告知": Line(
        {**_COME, "missing": ["租赁合同"]}, _ITEM, hints=_NEEDED,
        refused={
            "not_told_before": No("不能再次退补", {"told_on": "2026-11-20"}),
            "something_is_missing": No("一次告知清楚", {"missing": None}),
        },
    ),
    "补齐": Line(
        {**_COME, "missing": ["租赁合同"], "handed_in": ["租赁合同"]},
        refused={"all_handed_in": No("还缺：租赁合同", {"handed_in": None})},
    ),
    "办理": Line(_COME),
    "当场办结": Line(
        {**_COME, "result": "1"}, _ITEM,
        refused={
            "done_at_this_counter": No("由区就业服务中心办理", links={"item": {"modes": ["4"], "dept": "区就业服务中心"}}),
            "first_asked_places_it": _NOT_OURS,
        },
    ),
    "转部门": Line({**_COME, "forwarded_org": "区人社局", "forwarded_phone": "0472-8510000"}),
    "办结": Line(
        {**_COME, "result": "1"},
        refused={
            "done_after_acceptance": No("早于受理", {"accepted_on": "2026-11-24"}),
            "first_asked_places_it": _NOT_OURS,
        },
    ),
    "送达": Line(_COME),
    "评价": Line({**_COME, "satisfaction": "5"}),
    "归档": Line(_COME),
    "退件": Line(
        {**_COME, "return_reason": "2"},
        refused={"first_asked_places_it": No("转往部门和电话", {"return_reason": "4", "forwarded_org": "区人社局"})},
    ),
    "督办": Line(
        {**_COME, "promised_on": "2026-11-18"}, refused={"overdue": No("没有超期", {"promised_on": "2026-11-23"})}
    ),
}  # fmt: skip

_ADULT = {"person": born(1990)}
SEEKER = {
    "登记": Line(
        {"person": "p1", "trades": ["2"]}, _ADULT,
        refused={"of_working_age": No("不得介绍就业", links={"person": born(2012)})},
    ),
    "就业": Line({"employer": "白云铁矿"}),
    "退出": Line(),
}  # fmt: skip
_POST = {
    "enterprise": "e1",
    "post": "电焊工",
    "headcount": 3,
    "pay_from": 5000,
    "pay_to": 7000,
    "valid_to": "2026-12-31",
}
POST = {
    "发布": Line(
        _POST,
        refused={
            "pay_runs_upwards": No("月薪起高于", {"pay_from": 8000}),
            "published_in_time": No("有效期已过", {"valid_to": "2026-11-01"}),
        },
    ),
    "招满": Line(_POST),
    "停招": Line(_POST),
}
_PAIR = {
    "seeker": {"trades": ["2"], "pay_wanted": 6000},
    "post": {"trade": "2", "pay_to": 7000, "valid_to": "2026-12-31"},
}
MATCH = {
    "推荐": Line(
        {"seeker": "s1", "post": "o1"}, _PAIR,
        refused={
            "seeker_looks": No("求职登记已结束", links={"seeker": {"closed_on": "2026-11-01"}}),
            "post_is_open": No("停招或过期", links={"post": {"valid_to": "2026-11-01"}}),
        },
        hints={"poor_fit": No("工种不同", links={"post": {"trade": "5"}})},
    ),
    "面试": Line(),
    "录用": Line(),
    "未成": Line({"outcome": "路远"}),
}  # fmt: skip

_CHILD = {"child": "c1", "guardian": "p1", "guardian_phone": "13800000001", "target_grade": "11"}
SCHOOL = {
    "申请": Line(
        _CHILD, {"child": born(2019)},
        refused={"not_their_own_guardian": No("同一个人", {"guardian": "c1"})},
        hints={"of_school_age": No("与拟入年级不符", links={"child": born(2023)})},
    ),
    "报教育部门": Line(_CHILD),
    "安排": Line({**_CHILD, "result": "1", "placed_school": "白云一小"}),
    "未安排": Line({**_CHILD, "result": "9", "result_note": "学位已满"}),
    "入学": Line({**_CHILD, "placed_on": "2026-11-01"}, refused={"entered_after_placing": No("早于安排", {"placed_on": "2026-12-01"})}),
}  # fmt: skip

_CLAIM: dict[str, Any] = {"person": "p1", "matter": "05", "form": "6", "facts": "拖欠三个月工资"}
_DIVORCE = {"matter": "04", "income_basis": "0"}
LEGAL = {
    "申请": Line(
        _CLAIM, _ADULT,
        refused={
            "means_answered": No("核查方式", {"matter": "04"}),
            "exemption_fits": No("只适用于", {"matter": "04", "income_basis": "4"}),
            "promise_signed": No("签署承诺", {"income_basis": "1"}),
            "ground_named": No("具体情形", {"income_basis": "5"}),
            "guardian_named": No("法定代理人", links={"person": born(2012)}),
        },
        hints={"claim_still_runs": No("先行援助", {"employment_ended_on": "2025-11-25"})},
    ),
    "要求补充": Line({**_CLAIM, "missing": ["工资条"]}, refused={"papers_named": No("所缺材料", {"missing": None})}),
    "补齐": Line(_CLAIM),
    "先行援助": Line({**_CLAIM, "urgent": True}, refused={"urgent_alone": No("紧急情形", {"urgent": None})}),
    "给予援助": Line(_CLAIM),
    "不予援助": Line(
        {**_CLAIM, **_DIVORCE, "refusal": "2"},
        refused={"refused_with_a_ground": No("免核查", {"income_basis": "4"})},
    ),
    "提出异议": Line({**_CLAIM, "objection": "确实困难"}),
    "维持不予援助": Line(_CLAIM),
    "指派": Line({**_CLAIM, "assigned_to": "苏和律师"}),
    "结案": Line({**_CLAIM, "ending": "1"}),
    "督办": Line(
        {**_CLAIM, "received_on": "2026-11-02"}, refused={"overdue": No("没有超期", {"received_on": "2026-11-20"})}
    ),
}  # fmt: skip

_NEED = {"person": "p1", "kind": "1", "cause": "1", "facts": "突发重病"}
_SHOWN = {**_NEED, "shown_from": "2026-11-10", "shown_to": "2026-11-17", "amount": 2000}
CASE = {
    "报街道": Line(_NEED),
    "受理": Line(_NEED),
    "调查": Line({**_NEED, "findings": "情况属实"}),
    "公示": Line(
        {**_NEED, "shown_to": "2026-11-30"}, refused={"shown_forwards": No("公示起之后", {"shown_to": "2026-11-23"})}
    ),
    "批准": Line(
        _SHOWN,
        refused={
            "notice_or_urgent": No("未公示", {"shown_to": None, "shown_from": None}),
            "notice_is_over": No("期满后审批", stated=day("2026-11-17")),
        },
    ),
    "不予批准": Line({**_NEED, "refusal": "收入高于标准"}),
}  # fmt: skip
