"""Registration, permit and let houses: each step's line."""

from __future__ import annotations

from typing import Any

from tests.modules.migrants.lines import Line, No, born, day

STAY: dict[str, Any] = {
    "person": "p1", "live_addr": "宝山社区15号楼5单元102室", "dwelling": "01", "arrive_date": "2026-10-01",
    "inflow_reason": "12", "source": "1", "area": "150206001006",
}  # fmt: skip
STANDING = {**STAY, "reg_date": "2026-10-01"}
ADULT = {"person": born(1990)}
_BACKWARDS = No("早于来本地日期", {"plan_until": "2026-09-30"})
_NO_LANDLORD = No("房主姓名", {"dwelling": "02"})

REGISTRATION = {
    "登记": Line(
        STAY, ADULT,
        refused={
            "stay_runs_forward": _BACKWARDS,
            "registered_after_arrival": No("登记日期早于", {"arrive_date": "2026-11-24"}),
            "landlord_known": _NO_LANDLORD,
            "agent_known": No("代办人", {"declarer_kind": "5", "declarer_name": "王"}),
            "guardian_declares": No("监护人申报", {"declarer_kind": "1"}, {"person": born(2015)}),
            "foreigner_told": No("告知日期", links={"person": {"nationality": "MNG"}}),
            "clock_is_one": No("13:30", {"moved_in_at": "下午"}),
        },
        hints={
            "told_police_duty": No("24小时", links={"person": {"nationality": "MNG"}}),
            "home_is_here": No("人户一致", links={"person": {"hukou_code": "150206001006"}}),
            "employer_named": No("服务处所", {"inflow_reason": "01"}),
            "children_to_school": No("就学登记", {"child_school_need": True}),
        },
    ),
    "转待核实": Line({**STAY, "reg_date": "2026-08-01"}),
    "核实": Line(STANDING, refused={"checked_after_registration": No("早于登记", stated=day("2026-09-30"))}),
    "变更": Line(STANDING, refused={"stay_runs_forward": _BACKWARDS, "landlord_known": _NO_LANDLORD}),
    "续报": Line(
        {**STANDING, "plan_until": "2027-06-30"},
        refused={"stay_runs_forward": _BACKWARDS, "renewed_for_longer": No("续报日期之后", {"plan_until": "2026-11-23"})},
    ),
    "转为变更历史": Line(
        {**STANDING, "replaced_by": "r2"}, {"replaced_by": {"person": "p1"}},
        refused={"replaced_by_the_same_person": No("不是同一个人", links={"replaced_by": {"person": "p2"}})},
    ),
    "注销": Line(
        {**STANDING, "leave_reason": "1"},
        refused={"left_after_arrival": No("早于来本地", {"leave_date": "2026-09-01"})},
    ),
}  # fmt: skip

_REG = {"reg": {"id": "g1", "person": "p1", "reg_date": "2026-03-01"}}
_GONE = {"reg": {"id": "g1", "person": "p1", "leave_date": "2026-11-01"}}
APPLYING: dict[str, Any] = {
    "person": "p1", "reg": "g1", "reside_since": "2026-03-01", "basis": ["1", "2"], "proofs": ["11", "21"],
    "photo_held": True, "apply_by": "1", "area": "150206001006",
}  # fmt: skip
_WHO = {"person": {**born(1990), "hukou_code": "140100"}, **_REG}
_PAPERS = {
    "citizen_of_mainland": No("外国人不适用", links={"person": {"nationality": "MNG"}}),
    "registration_is_theirs": No("不是申领人本人", links={"reg": {"person": "p2"}}),
    "registration_stands": No("已注销", links=_GONE),
    "each_ground_proved": No("缺少住所证明", {"proofs": ["11"]}),
    "photo_there": No("相片", {"photo_held": None}),
    "agent_shows_both": No("双方身份证", {"apply_by": "5", "agent_name": "王"}),
    "guardian_applies": No("监护人代为", links={"person": born(2015)}),
}
HELD = {"person": "p1", "reg": "g1", "issue_date": "2025-12-10", "accept_date": "2025-12-01"}
_PAST = day("2026-12-11")
"""A day after the year that began with the issue is over; the tenth is a Thursday."""

PERMIT = {
    "材料齐": Line(
        APPLYING, _WHO, refused=_PAPERS, hints={"home_in_this_city": No("户籍在本市", links={"person": {"hukou_code": "150202"}})}
    ),
    "一次性告知": Line(
        {"person": "p1", "lacking": ["21"]},
        refused={"not_told_before": No("不能再次退补", {"told_on": "2026-11-01"}), "something_lacks": No("勾选", {"lacking": None})},
    ),
    "受理": Line(
        APPLYING, _WHO,
        refused={**_PAPERS, "lived_half_a_year": No("2027-04-10 起可以受理", {"reside_since": "2026-10-10"})},
    ),
    "不予受理": Line({"reject_reason": "2", "reject_note": "没有稳定住所"}),
    "报公安": Line(APPLYING),
    "制证": Line(APPLYING),
    "不予制发": Line({"reject_reason": "3", "reject_note": "合同虚假"}),
    "制成": Line(
        {"permit_no": "15020600001", "issuer": "白云鄂博矿区公安分局", "accept_date": "2026-11-10"},
        refused={"issued_after_acceptance": No("早于受理", {"accept_date": "2026-11-24"})},
    ),
    "发放": Line({"issue_date": "2026-11-20"}, refused={"handed_over_after_issue": No("早于签发", {"issue_date": "2026-11-24"})}),
    "转待签注": Line(HELD),
    "签注": Line(
        HELD, _REG,
        refused={
            "window_is_open": No("2026-11-10 起可以签注", stated=day("2026-11-09")),
            "still_in_time": No("补签注", stated=_PAST),
            "registration_stands": No("已注销", links=_GONE),
        },
    ),
    "功能中止": Line(HELD, stated=_PAST, refused={"past_due": No("尚未逾期", stated=day("2026-12-10"))}),
    "补签注": Line(
        HELD, _REG, stated=_PAST,
        refused={
            "past_due": No("尚未逾期", stated=day("2026-12-10")),
            "registration_stands": No("已注销", links=_GONE),
        },
        hints={"years_start_anew": No("重新计算")},
    ),
    "申请换补领": Line({**HELD, "reissue_reason": "1"}, refused={"loss_reported": No("挂失日期", {"reissue_reason": "2"})}),
    "注销": Line({**HELD, "cancel_reason": "1"}),
    "督办": Line(
        {**APPLYING, "forwarded_on": "2026-11-02"}, refused={"overdue": No("没有超期", {"forwarded_on": "2026-11-10"})}
    ),
}  # fmt: skip

_LET = {"house": "h1", "landlord": "l1", "rental_use": "1", "rental_mode": "1", "duty_signed_on": "2026-11-01"}
LETTING = {
    "登记": Line(
        _LET,
        refused={"lease_runs_forward": No("租期止早于", {"lease_from": "2026-11-01", "lease_to": "2026-10-01"})},
        hints={"crowded": No("人均不足", {"people_max": 9, "floor_area": 40})},
    ),
    "走访登记": Line(_LET),
    "停租": Line(_LET),
}  # fmt: skip
_VISIT = {"rental": "o1", "visitors": "张敏、李强", "results": ["1"]}
VISIT = {
    "走访": Line(_VISIT, refused={"nothing_to_mend": No("要求整改", {"results": ["3"]})}),
    "要求整改": Line(
        {**_VISIT, "results": ["4"], "hazards": ["2"], "mend_by": "2026-11-30"},
        refused={
            "finding_named": No("没有发现", {"results": ["1"], "hazards": None}),
            "mend_after_visit": No("走访日期之后", {"mend_by": "2026-11-23"}),
        },
    ),
    "整改完成": Line(_VISIT),
}  # fmt: skip
