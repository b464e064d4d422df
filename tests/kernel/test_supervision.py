"""What stays overdue goes up by working days, not by days off."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from enum import Enum

from baiyun_desktop.kernel.calendar import Calendar, read_days
from baiyun_desktop.kernel.deadline import Deadline, Span, Unit
from baiyun_desktop.kernel.limits import Taken, limits_of
from baiyun_desktop.kernel.procedure import Procedure
from baiyun_desktop.kernel.resource import resource
from baiyun_desktop.kernel.role import Role
from baiyun_desktop.kernel.step import Brief, Step
from baiyun_desktop.kernel.supervision import Supervised, overdue, supervised, supervising
from tests.toy.records import RETURN, LostItem
from tests.toy.records import S as Kept

CALENDAR = Calendar.of(read_days(resource("calendar", "days.csv")))


def test_what_stays_overdue_goes_up_after_three_and_ten_days_worked() -> None:
    due = Deadline("T", "限期", Span(30, Unit.DAYS), "start").due(date(2026, 9, 1), CALENDAR)
    assert due.day == date(2026, 10, 8)
    seen = {day: supervised(due.overdue(date(2026, 10, day), CALENDAR)) for day in (8, 11, 12, 20, 21)}
    assert seen == {
        8: Supervised.NOT_YET, 11: Supervised.NOT_YET, 12: Supervised.NOTICE, 20: Supervised.NOTICE,
        21: Supervised.LISTED,
    }  # fmt: skip


class S(Enum):
    HERE = "办理中"


LATE = Deadline("LATE", "办结", Span(5, Unit.DAYS), "begun_on", "done_on", grounds=("鉴定",))
REMINDS = Deadline("REMINDS", "核实", Span(5, Unit.DAYS), "begun_on", asks_why=False)


def brief(*limits: Deadline, taken: Taken = (), **values: str) -> Brief:
    said = {"begun_on": "2026-11-02", **values}
    found = limits_of(limits, said, S.HERE, taken, CALENDAR)
    return Brief("lost_item", "a", said, S.HERE, stated_date=date(2026, 11, 23), limits=found)


def test_only_what_an_office_answers_for_and_has_let_pass_is_called_to_account() -> None:
    refused = "没有超期的期限，不能督办"
    paused = ((Step("送鉴定", S.HERE, S.HERE, pauses="鉴定"), {"stated_date": "2026-11-03"}),)
    assert overdue(brief(LATE)) is None
    for other in (brief(LATE, done_on="2026-11-06"), brief(LATE, begun_on="2026-11-20"), brief(REMINDS),
                  brief(LATE, taken=paused)):  # fmt: skip
        assert str(overdue(other)) == refused


def test_the_step_of_the_office_above_moves_nothing_and_owes_no_reason() -> None:
    (step,) = supervising(S.HERE, writes="paper")
    assert (step.frm, step.to, step.roles) == (S.HERE, S.HERE, (Role.STREET, Role.DISTRICT_CENTRE))
    procedure = Procedure(LostItem, Kept, RETURN.steps, initial=Kept.KEPT)
    late = brief(LATE)
    assert procedure.hindrance(step, late) is None
    answering = replace(step, asks_why=True)
    assert "超期原因" in str(procedure.hindrance(answering, late))
