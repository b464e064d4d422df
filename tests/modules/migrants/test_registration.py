"""A registration begins and ends lawfully, an old ledger's gaps are named and not refused, two stays raise a doubt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from baiyun_desktop.kernel.calendar import Calendar
from baiyun_desktop.kernel.procedure import named_missing
from baiyun_desktop.kernel.step import Brief, Reason
from baiyun_desktop.modules.migrants.registration.procedure import REGISTRATION, S
from baiyun_desktop.modules.migrants.registration.records import ONE_ACTIVE, ONE_NUMBER, ResidenceReg
from baiyun_desktop.modules.migrants.registration.times import CHECK
from tests.kernel.program import PROGRAM

TODAY = date(2026, 11, 23)
WHOLE: dict[str, Any] = {
    "person": "p1",
    "live_addr": "宝山社区15号楼5单元102室",
    "dwelling": "01",
    "arrive_date": "2026-10-01",
    "inflow_reason": "01",
    "source": "1",
}

REGISTERED = [{"id": "1", "verb": "登记", "pos": 1, "judgement": "accepted"}]


def answer(verb: str, state: S, stated: date | None = TODAY, **values: Any) -> Reason | None:
    brief = Brief(kind="residence_reg", id="r1", values=values, state=state, stated_date=stated)
    return next(reason for step, reason in REGISTRATION.possible(brief) if step.verb == verb)


def test_a_whole_registration_can_be_made() -> None:
    assert answer("登记", S.DRAFT, **WHOLE) is None


def test_at_the_counter_all_that_the_law_counts_is_asked_for() -> None:
    reason = answer("登记", S.DRAFT, source="1")
    assert reason is not None
    assert reason.text == "登记前请填写：人员、现住址或居住房屋、住所类型、来本地日期、居住事由"
    assert reason.cite is not None
    assert "住满半年" in reason.cite.plain


def test_a_house_is_as_good_as_an_address() -> None:
    assert answer("登记", S.DRAFT, **{**WHOLE, "live_addr": None, "house": "h1"}) is None


def test_what_an_old_ledger_does_not_say_is_named_and_not_demanded() -> None:
    old = {"person": "p1", "live_addr": "星光社区1号楼1单元101室", "source": "3"}
    assert answer("登记", S.DRAFT, stated=None, **old) is None
    named = {f.name for f in named_missing(ResidenceReg.info, old)}
    assert {"arrive_date", "inflow_reason", "dwelling"} <= named


def test_even_an_old_ledgers_line_has_somebody_somewhere() -> None:
    assert answer("登记", S.DRAFT, source="3", live_addr="星光社区") is not None
    assert answer("登记", S.DRAFT, source="3", person="p1") is not None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"plan_until": "2026-09-30"}, "早于来本地日期"),
        ({"arrive_date": "2026-11-24"}, "登记日期早于"),
        ({"dwelling": "02"}, "房主姓名"),
        ({"declarer_kind": "5", "declarer_name": "王"}, "代办人"),
    ],
)
def test_what_cannot_be_is_named(changes: dict[str, Any], words: str) -> None:
    reason = answer("登记", S.DRAFT, **{**WHOLE, **changes})
    assert reason is not None
    assert words in reason.text
    assert reason.fields
    assert answer("登记", S.DRAFT, **{**WHOLE, **changes, "source": "3"}) is None


def test_a_stay_ends_with_a_day_and_a_reason() -> None:
    reason = answer("注销", S.ACTIVE, stated=None, **WHOLE)
    assert reason is not None
    assert reason.fields == ("leave_date", "leave_reason")
    assert answer("注销", S.ACTIVE, **WHOLE, leave_reason="1") is None
    early = answer("注销", S.ACTIVE, **WHOLE, leave_reason="1", leave_date="2026-09-01")
    assert early is not None
    assert "早于" in early.text


def test_only_what_stands_can_be_ended_and_only_once() -> None:
    offered = {state: [s.verb for s in REGISTRATION.steps if state in s.starts] for state in S}
    going_on = ["核实", "变更", "续报", "转为变更历史", "注销"]
    assert offered == {
        S.DRAFT: ["登记"],
        S.ACTIVE: ["转待核实", *going_on],
        S.TO_CHECK: going_on,
        S.REPLACED: [],
        S.ENDED: [],
    }
    taken = [{"id": str(n), "verb": v, "pos": n, "judgement": "accepted"} for n, v in enumerate(("登记", "注销"), 1)]
    assert REGISTRATION.state(taken) is S.ENDED


def test_two_stays_of_one_person_are_put_to_the_officers_until_one_ends() -> None:
    here, there = {**WHOLE, "area": "150206001006"}, {**WHOLE, "area": "150206002007", "reg_date": "2026-11-01"}
    assert ONE_ACTIVE.judge(here, there)
    assert set(ONE_ACTIVE.keys(here)) & set(ONE_ACTIVE.keys(there))
    gone = {**there, "leave_date": "2026-11-20"}
    assert not ONE_ACTIVE.judge(here, gone)
    assert not ONE_ACTIVE.judge(here, {**there, "replaced_by": "r2", "replaced_on": "2026-11-20"})
    assert list(ONE_ACTIVE.keys(gone)) == []
    assert not ResidenceReg.info.is_live(gone)
    assert ResidenceReg.info.is_live(here)
    assert not ONE_ACTIVE.links
    assert ONE_ACTIVE.through == ("person",)


def test_the_other_area_learns_where_and_since_when_and_nothing_else() -> None:
    assert ONE_ACTIVE.summary is not None
    told = ONE_ACTIVE.summary({**WHOLE, "area": "150206002007", "landlord_phone": "138", "remark": "x"})
    assert told == {"area": "150206002007", "arrive_date": "2026-10-01"}


def test_a_number_seen_twice_is_noticed() -> None:
    assert list(ONE_NUMBER.keys({"biz_no": "(2026)…00012号"}))
    assert list(ONE_NUMBER.keys({})) == []


def test_projections_follow_the_facts() -> None:
    derived = ResidenceReg.info.derive({**WHOLE, "reg_date": "2026-11-23"})
    assert derived == {"door": "15-5-102"}


def test_a_check_moves_the_next_one_on() -> None:
    seen = {**WHOLE, "reg_date": "2026-08-01", "checked_on": "2026-11-01"}
    assert REGISTRATION.limits(seen, REGISTERED, Calendar())[CHECK.code].due.day == date(2027, 1, 30)
    assert REGISTRATION.limits({**WHOLE, "reg_date": "2026-11-23"}, REGISTERED, Calendar())[CHECK.code].due.day == date(
        2027, 2, 21
    )


def test_a_child_on_the_familys_sheet_needs_no_declaration_of_its_own() -> None:
    child = {"person": {"birth_date": "2019-05-01"}}
    step = REGISTRATION.step("登记", S.DRAFT)
    assert step is not None
    for more, said in (
        ({}, False),
        ({"with_reg": "r0"}, True),
        ({"declarer_kind": "4", "declarer_name": "乌云"}, True),
    ):
        brief = Brief("residence_reg", "r1", {**WHOLE, **more}, S.DRAFT, links=child, stated_date=TODAY)
        assert (REGISTRATION.hindrance(step, brief) is None) is said, more


def _named() -> Iterator[tuple[str, str]]:
    for listed in PROGRAM.lists.values():
        yield from ((listed.kind, name) for name in listed.columns)
    for sheet in PROGRAM.sheets.values():
        yield from ((sheet.kind, name) for name in (*sheet.shared, *sheet.each, sheet.joins))


def test_each_name_in_lists_and_sheets_is_a_field() -> None:
    for kind, name in _named():
        info = PROGRAM.kind(kind)
        link, dot, own = name.partition(".")
        target = PROGRAM.kind(str(info.field(link).ref)) if dot else info
        assert target.field(own or link)


def test_lists_and_steps_lead_to_what_the_program_has() -> None:
    for listed in PROGRAM.lists.values():
        procedure = PROGRAM.procedure(listed.kind)
        for condition in listed.where:
            if condition.field == "state":
                assert procedure is not None
                assert condition.value in procedure.states.__members__
            else:
                assert PROGRAM.kind(listed.kind).field(condition.field)
        assert listed.ledger is None or listed.ledger in PROGRAM.ledgers
    for procedure in PROGRAM.procedures.values():
        for step in procedure.steps:
            assert step.writes is None or step.writes in PROGRAM.papers
            assert step.number is None or step.number in PROGRAM.numbers
