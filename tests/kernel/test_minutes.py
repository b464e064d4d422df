"""Minutes are told by the instants of one day, of steps that were entered on the day that they state."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import Any

import pytest
from sqlalchemy.orm import Mapped

from baiyun_desktop.kernel.field import field
from baiyun_desktop.kernel.minutes import Minutes, instant
from baiyun_desktop.kernel.procedure import Procedure
from baiyun_desktop.kernel.record import Record
from baiyun_desktop.kernel.step import Step

HERE = timezone(timedelta(hours=8))
WAIT, WORK = Minutes(("叫号", "告知")), Minutes(("办完",), ("叫号", "告知"))


def made(at: str) -> str:
    """The id of what was made on 20 May at that time in Baiyun."""
    ms = int(datetime.fromisoformat(f"2026-05-{'20T' if 'T' not in at else ''}{at}+08:00").timestamp() * 1000)
    return f"{ms:012x}7{0:019x}"


def step(verb: str, at: str, day: str = "2026-05-20") -> dict[str, Any]:
    return {"id": made(at), "verb": verb, "stated_date": day}


def test_they_run_to_the_first_step_to_the_nearest_minute() -> None:
    taken = made("09:00:00")
    assert WAIT.of(taken, [step("告知", "09:31:00"), step("叫号", "09:07:29")]) == 7
    assert WAIT.of(taken, [step("叫号", "09:07:30")]) == 8
    assert WORK.of(taken, [step("叫号", "09:07:00"), step("办完", "09:20:10"), step("办完", "11:00:00")]) == 13
    assert WAIT.of(taken, [step("叫号", "09:00:00")]) == 0


@pytest.mark.parametrize(
    ("record", "steps"),
    [
        (made("09:00:00"), []),
        (made("09:00:00"), [step("办完", "09:20:00")]),  # nobody called
        (made("09:00:00"), [step("叫号", "09:20:00", "2026-05-19")]),  # typed in a day late
        (made("09:00:00"), [step("叫号", "21T00:10:00", "2026-05-21")]),  # another day here, the same one in UTC
        (made("09:00:00"), [step("叫号", "08:59:00")]),  # another clock
        ("no such id", [step("叫号", "09:20:00")]),
    ],
)
def test_they_cannot_be_told(record: str, steps: list[dict[str, Any]]) -> None:
    assert WAIT.of(record, steps) is None


def test_the_day_of_an_instant_is_baiyuns() -> None:
    assert instant(made("07:59:59")) == datetime(2026, 5, 20, 7, 59, 59, tzinfo=HERE)
    assert instant("") is None


class Coming(Record, title="来访"):
    __tablename__ = "coming_in"

    waited: Mapped[int | None] = field("等候分钟", derived="minutes")


class S(Enum):
    """States of a coming in."""

    HERE = "来了"
    GONE = "走了"


STEPS = (Step("叫号", S.HERE, S.GONE),)


@pytest.mark.parametrize("minutes", [{}, {"waited": Minutes(("办完",))}, {"waited": WAIT, "worked": WORK}])
def test_a_procedure_says_of_each_such_field_between_which_of_its_steps(minutes: dict[str, Minutes]) -> None:
    with pytest.raises(TypeError, match="minutes"):
        Procedure(Coming, S, STEPS, initial=S.HERE, minutes=minutes)


def test_what_came_second_and_what_was_voided_do_not_count() -> None:
    procedure = Procedure(Coming, S, STEPS, initial=S.HERE, minutes={"waited": Minutes(("叫号",))})
    second = {**step("叫号", "09:01:00"), "judgement": "overtaken"}
    void = {**step("叫号", "09:02:00"), "voided": True}
    own = step("叫号", "09:05:00")
    assert procedure.took(made("09:00:00"), [second, void, own]) == {"waited": 5}
