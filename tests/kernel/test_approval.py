"""Who may say yes to what, that nobody says it to himself, and that it counts for one thing, once, for a time."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from baiyun_desktop.kernel.approval import (
    DENY,
    GIVE,
    PROCEDURE,
    USE,
    ApprovalState,
    Wanted,
    export_needs,
    fingerprint_of,
    may_give,
)
from baiyun_desktop.kernel.role import Role, role_in_name
from baiyun_desktop.kernel.step import Brief

ASKED = {"asked_by": "张敏", "wanted": ["MANY"], "until": "2026-11-24"}


def hindrance(verb: str, state: ApprovalState, day: str = "2026-11-23", **values: Any) -> str:
    step = PROCEDURE.step(verb, state)
    assert step is not None
    brief = Brief("approval", "a", {**ASKED, **values}, state, stated_date=date.fromisoformat(day))
    return str(PROCEDURE.hindrance(step, brief) or "")


def test_another_one_with_the_right_role_says_yes() -> None:
    assert hindrance(GIVE, ApprovalState.ASKED, given_by="李芳", given_role="社区主任") == ""


def test_nobody_says_yes_to_himself() -> None:
    assert "本人不能批准" in hindrance(GIVE, ApprovalState.ASKED, given_by="张敏", given_role="社区主任")


def test_a_role_that_may_not_is_told_so() -> None:
    assert "无权批准" in hindrance(GIVE, ApprovalState.ASKED, given_by="李芳", given_role="网格员")
    assert "无权批准" in hindrance(GIVE, ApprovalState.ASKED, given_by="李芳", given_role="社区主任", wanted=["UNMASK"])
    assert hindrance(GIVE, ApprovalState.ASKED, given_by="李芳", given_role="街道", wanted=["UNMASK", "MANY"]) == ""


def test_who_says_it_must_be_named() -> None:
    assert "批准人" in hindrance(GIVE, ApprovalState.ASKED)
    assert "批准人" in hindrance(DENY, ApprovalState.ASKED)


def test_it_counts_for_a_time_and_once() -> None:
    assert hindrance(USE, ApprovalState.GIVEN, "2026-11-24") == ""
    assert "已过有效期" in hindrance(USE, ApprovalState.GIVEN, "2026-11-25")
    assert "已过有效期" in hindrance(GIVE, ApprovalState.ASKED, "2026-11-25", given_by="李芳", given_role="街道")
    assert PROCEDURE.step(USE, ApprovalState.USED) is None and PROCEDURE.step(USE, ApprovalState.ASKED) is None


@pytest.mark.parametrize(
    ("rows", "unmasked", "wanted"),
    [(200, False, ()), (201, False, (Wanted.MANY,)), (3, True, (Wanted.UNMASK,)), (999, True, tuple(Wanted))],
)
def test_what_an_export_needs(rows: int, unmasked: bool, wanted: tuple[Wanted, ...]) -> None:
    assert export_needs(rows, unmasked=unmasked) == wanted


def test_a_word_for_one_list_is_none_for_another() -> None:
    one = fingerprint_of([Wanted.MANY], "residence_active", "")
    assert one != fingerprint_of([Wanted.MANY], "residence_active", "王")
    assert one != fingerprint_of([Wanted.UNMASK, Wanted.MANY], "residence_active", "")


def test_who_has_no_role_gives_no_word() -> None:
    assert may_give([Wanted.MANY], None) is False
    assert may_give([Wanted.MANY], Role.COMMUNITY_HEAD)
    for office in ("宝山社区·窗口", "流动人口中心·窗口", "宝山社区·第一网格"):
        assert not may_give([Wanted.MANY], role_in_name(office)), "a name alone makes nobody a superior"
