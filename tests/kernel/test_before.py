"""The district judges a step by the record as its desk found it, and by what others filled in meanwhile."""

from __future__ import annotations

from enum import Enum
from typing import Any

from sqlalchemy.orm import Mapped

from baiyun_desktop.kernel.before import before_step, found
from baiyun_desktop.kernel.field import field
from baiyun_desktop.kernel.judge import Judge
from baiyun_desktop.kernel.procedure import Procedure
from baiyun_desktop.kernel.record import Record
from baiyun_desktop.kernel.step import Brief, Reason, Step, always


class Loan(Record, title="借阅", area="area"):
    __tablename__ = "loan_of_before"

    area: Mapped[str | None] = field("区域")
    told_on: Mapped[str | None] = field("告知日期")
    seen_on: Mapped[str | None] = field("最近查看")
    fee: Mapped[str | None] = field("收费")
    note: Mapped[str | None] = field("说明")


class S(Enum):
    """States."""

    OUT = "借出"


def _never_told(brief: Brief) -> Reason | None:
    return Reason(f"已于{brief.values['told_on']}告知") if brief.has("told_on") else None


def _not_seen_this_month(brief: Brief) -> Reason | None:
    last, day = str(brief.values.get("seen_on") or ""), str(brief.stated_date)
    return Reason(f"本月{last}已看过") if last[:7] == day[:7] else None


TELL = Step("告知", S.OUT, S.OUT, when=_never_told, sets=("told_on",), ask=("note",))
LOOK = Step("查看", S.OUT, S.OUT, when=_not_seen_this_month, renews=("seen_on",), gives=always(fee="0"))
PROCEDURE = Procedure(Loan, S, (TELL, LOOK), initial=S.OUT)
JUDGE = Judge({"loan_of_before": PROCEDURE})


def move(number: int, verb: str, day: str, **more: Any) -> dict[str, Any]:
    return {"id": f"m{number}", "pos": number, "subject_kind": "loan_of_before", "subject": "l", "verb": verb,
            "stated_date": day, **more}  # fmt: skip


class Rows:
    """One loan and its movements."""

    def __init__(self, values: dict[str, Any], moves: list[dict[str, Any]]) -> None:
        self._values, self._moves = {"id": "l", "pos": 1, **values}, moves

    def get(self, collection: str, record: str, /) -> dict[str, Any] | None:
        return self._values if record == "l" else None

    def children(self, collection: str, parent: str, /) -> list[dict[str, Any]]:
        return self._moves


def judged(movement: dict[str, Any], values: dict[str, Any], *moves: dict[str, Any]) -> str:
    word = JUDGE.judge(movement, Rows(values, [{**m, "judgement": "accepted"} for m in moves]))
    assert word.accepted is not bool(word.reason)
    return word.reason


def test_a_step_is_not_held_against_itself() -> None:
    first = move(2, "告知", "2026-11-02", found=["told_on"])
    assert judged(first, {"told_on": "2026-11-02"}) == ""
    assert judged({**first, "found": None}, {"told_on": "2026-11-02"}) == "已于2026-11-02告知"  # by an older version


def test_what_others_filled_in_meanwhile_is_what_it_found() -> None:
    first, second = (move(n, "告知", f"2026-11-0{n}", found=["told_on"]) for n in (2, 3))
    assert judged(second, {"told_on": "2026-11-03"}, first) == "已于2026-11-02告知"
    look = move(4, "查看", "2026-11-20", found=['seen_on "2026-10-05"', "fee"], follows="m2")
    row = {"seen_on": "2026-11-20", "fee": "0"}
    assert judged(look, row, first) == ""
    assert judged(look, row, first, move(3, "查看", "2026-11-08")) == "本月2026-11-08已看过"


def test_what_it_had_heard_of_and_somebody_corrected_stays_corrected() -> None:
    mistyped = move(2, "查看", "2026-11-08")
    look = move(4, "查看", "2026-11-20", found=['seen_on "2026-10-08"', "fee"], follows="m2")
    assert judged(look, {"seen_on": "2026-11-20"}, mistyped) == ""


def test_a_later_look_at_an_old_step_sees_what_that_one_found() -> None:
    old = move(2, "查看", "2026-10-05", found=["seen_on", "fee"])
    assert judged(old, {"seen_on": "2026-10-20", "fee": "0"}) == ""


def test_what_an_officer_typed_is_no_part_of_it() -> None:
    told = move(2, "告知", "2026-11-02", found=["told_on", "note"])
    stood = before_step(Loan.info, TELL, {"told_on": "2026-11-02", "note": "缺合同"}, told, ())
    assert stood == {"note": "缺合同"}


def test_a_movement_says_what_stood_there() -> None:
    assert found({"fee": "1", "tags": ["a"]}, {"fee": "0", "told_on": "2026-11-02", "tags": []}) == [
        'fee "1"', "told_on", 'tags ["a"]',
    ]  # fmt: skip
