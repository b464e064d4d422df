"""Half a year, a month's window, a year that a late endorsement starts anew."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from baiyun_desktop.kernel.deadline import Due, Lamp
from baiyun_desktop.modules.migrants.permit import rules, times
from baiyun_desktop.modules.migrants.permit.procedure import PERMIT
from baiyun_desktop.modules.migrants.permit.records import ResidencePermit
from baiyun_desktop.modules.migrants.permit.states import S
from tests.modules.migrants.lines import CALENDAR, Line


def year(row: dict[str, Any]) -> Due:
    """The year of a permit that runs."""
    return PERMIT.limits(row, (), CALENDAR)[times.ENDORSE.code].due


@pytest.mark.parametrize(
    ("since", "first"),
    [("2026-03-01", "2026-09-01"), ("2026-08-31", "2027-02-28"), ("2026-04-01", "2026-10-01")],
)
def test_half_a_year_ends_on_the_same_day_and_no_holiday_moves_it(since: str, first: str) -> None:
    assert times.qualify_date({"reside_since": since}) == date.fromisoformat(first)


@pytest.mark.parametrize(
    ("row", "opens", "ends"),
    [
        ({"issue_date": "2025-12-10"}, "2026-11-10", "2026-12-10"),
        ({"issue_date": "2024-12-10", "endorsed_on": "2025-11-20"}, "2026-11-10", "2026-12-10"),
        ({"issue_date": "2024-12-10", "endorsed_on": "2025-12-12"}, "2026-11-10", "2026-12-10"),
        ({"issue_date": "2024-12-10", "years_from": "2026-02-03", "endorsed_on": "2026-02-03"}, "2027-01-03", "2027-02-03"),
        ({"issue_date": "2024-02-29"}, "2025-01-28", "2025-02-28"),
        ({"issue_date": "2025-03-31"}, "2026-02-28", "2026-03-31"),
    ],
)  # fmt: skip
def test_a_year_opens_a_month_before_its_end(row: dict[str, Any], opens: str, ends: str) -> None:
    due = year(row)
    assert (due.plain, due.opens) == (date.fromisoformat(ends), date.fromisoformat(opens))
    assert times.window_opens(row) == due.opens


def test_a_year_that_ends_on_a_holiday_is_in_time_on_the_first_day_worked_after_it() -> None:
    due = year({"issue_date": "2025-10-02"})
    assert (due.plain, due.day) == (date(2026, 10, 2), date(2026, 10, 8))
    assert due.lamp(date(2026, 9, 1), CALENDAR) is Lamp.GREEN
    assert due.lamp(date(2026, 9, 2), CALENDAR) is Lamp.YELLOW
    assert due.lamp(date(2026, 10, 9), CALENDAR) is Lamp.RED
    assert times.ENDORSE.code not in PERMIT.limits({}, (), CALENDAR)


def test_a_permit_shows_what_waits_and_a_cancelled_one_nothing() -> None:
    held = {"issue_date": "2025-12-10", "accept_date": "2025-11-20", "reside_since": "2025-05-01"}
    assert ResidencePermit.info.derive(held) == {
        "qualify_date": None, "endorse_from": "2026-11-10", "endorse_due": "2026-12-10",
    }  # fmt: skip
    assert ResidencePermit.info.derive({"reside_since": "2026-05-23"})["qualify_date"] == "2026-11-23"
    cancelled = ResidencePermit.info.derive({**held, "cancel_date": "2026-11-01"})
    assert cancelled["endorse_from"] is None and cancelled["endorse_due"] is None
    late = ResidencePermit.info.derive({**held, "cancel_date": "2026-12-11"})
    assert late["endorse_from"] is None and late["endorse_due"] == "2026-12-10"  # it had fallen due by then


def test_each_endorsement_leaves_its_line_and_a_late_one_its_new_beginning() -> None:
    held = Line({"issue_date": "2025-12-10"}, stated=date(2026, 11, 20))
    (line,) = rules.endorsed_in_time(held.brief("residence_permit", S.VALID))
    assert line == {"window_from": "2026-11-10", "due": "2026-12-10", "done_on": "2026-11-20", "kind": "1"}
    late = Line({"issue_date": "2025-12-10"}, stated=date(2027, 1, 5))
    (line,) = rules.endorsed_late(late.brief("residence_permit", S.SUSPENDED))
    assert (line["kind"], line["restart_from"]) == ("2", "2027-01-05")
