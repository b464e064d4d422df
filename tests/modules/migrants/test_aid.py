"""Whose means are not looked at, and how long the institution has."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from baiyun_desktop.kernel.deadline import Pause
from baiyun_desktop.kernel.step import Brief
from baiyun_desktop.modules.migrants.aid import legal_rules, times
from baiyun_desktop.modules.migrants.aid.legal import LegalAid
from baiyun_desktop.modules.migrants.aid.legal_states import S
from tests.modules.migrants.lines import CALENDAR


@pytest.mark.parametrize(
    ("values", "footing"),
    [
        ({"matter": "05"}, {"income_basis": "4"}),
        ({"matter": "07"}, {"income_basis": "4"}),
        ({"matter": "05", "income_basis": "3"}, {}),
        ({"matter": "04"}, {}),
        ({"matter": "04", "unlimited": "4"}, {"income_basis": "5"}),
    ],
)
def test_wages_and_injuries_need_no_look_at_anybodys_means(values: dict[str, Any], footing: dict[str, str]) -> None:
    assert legal_rules.footing(Brief("legal_aid_app", "a", values, S.DRAFT)) == footing


def test_seven_working_days_over_a_holiday_and_three_days_after_the_decision() -> None:
    assert times.DECIDE.due(date(2026, 9, 29), CALENDAR).day == date(2026, 10, 14)
    waited = Pause(date(2026, 11, 3), date(2026, 11, 10), times.WAITING_FOR_PAPERS)
    plain, paused = (times.DECIDE.due(date(2026, 11, 2), CALENDAR, pauses=p).day for p in ((), (waited,)))
    assert (plain, paused) == (date(2026, 11, 11), date(2026, 11, 18))
    assert times.ASSIGN.due(date(2026, 11, 23), CALENDAR).day == date(2026, 11, 26)


def test_a_labour_claim_lapses_a_year_after_the_employment() -> None:
    assert LegalAid.info.derive({"employment_ended_on": "2025-11-25"}) == {"claim_lapses": "2026-11-25"}
    assert LegalAid.info.derive({}) == {"claim_lapses": None}
