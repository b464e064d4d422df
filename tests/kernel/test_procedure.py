"""States are folded from movements in the district's order, and a step says what stands in its way."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from baiyun_desktop.kernel.procedure import in_order, named_missing
from baiyun_desktop.kernel.step import Brief
from tests.kernel.program import PROGRAM
from tests.toy.records import RETURN, LostItem, S

ORDER = "甲乙丙丁"


def brief(state: S = S.KEPT, *, sightings: int = 0, stated: date | None = None, **values: Any) -> Brief:
    children = {"sighting": [{"id": str(n)} for n in range(sightings)]}
    return Brief(kind="lost_item", id="a", values=values, state=state, children=children, stated_date=stated)


def movement(verb: str, *, pos: int, judgement: str | None = "accepted", **more: Any) -> dict[str, Any]:
    return {"id": f"{pos:032x}", "verb": verb, "pos": pos, "judgement": judgement, **more}


def test_without_movements_a_record_is_in_its_first_state() -> None:
    assert RETURN.state([]) is S.KEPT


def test_an_accepted_movement_moves() -> None:
    assert RETURN.state([movement("归还", pos=4)]) is S.RETURNED


def test_an_overtaken_or_void_movement_moves_nothing() -> None:
    assert RETURN.state([movement("归还", pos=4, judgement="overtaken")]) is S.KEPT
    assert RETURN.state([movement("归还", pos=4, voided=True)]) is S.KEPT


def test_an_own_movement_counts_before_it_is_judged() -> None:
    assert RETURN.state([movement("归还", pos=0, judgement=None)]) is S.RETURNED


def test_own_movements_come_after_all_that_the_district_has_judged() -> None:
    rows = [movement("乙", pos=0, judgement=None), movement("丙", pos=9), movement("甲", pos=3)]
    assert [m["verb"] for m in in_order(rows)] == ["甲", "丙", "乙"]


@given(st.permutations(range(1, 7)))
def test_the_order_in_which_movements_are_read_does_not_matter(order: list[int]) -> None:
    rows = [movement("归还", pos=n, judgement="overtaken" if n == 1 else "accepted") for n in order]
    assert [m["pos"] for m in in_order(rows)] == [2, 3, 4, 5, 6]
    assert RETURN.state(rows) is S.RETURNED


@given(st.permutations(ORDER), st.permutations(range(4)), st.integers(0, 4))
def test_no_movement_counts_before_the_one_it_follows(read: list[str], clocks: list[int], sent_on: int) -> None:
    """The last step of some brought all of a record to another office; the PCs' clocks made the ids."""
    ids = dict(zip(ORDER, (f"{n:032x}" for n in clocks), strict=True))
    rows = [movement(verb, pos=max(sent_on, ORDER.index(verb)), id=ids[verb]) for verb in read]
    for row in rows:
        row["follows"] = {later: ids[one] for one, later in pairwise(ORDER)}.get(row["verb"])
    assert [m["verb"] for m in in_order(rows)] == list(ORDER)


def test_movements_that_follow_one_another_in_a_circle_are_all_kept() -> None:
    rows = [movement("甲", pos=1, id="a", follows="b"), movement("乙", pos=2, id="b", follows="a")]
    assert {m["verb"] for m in in_order(rows)} == {"甲", "乙"}


def test_a_step_names_all_that_is_missing_and_one_of_two_is_enough() -> None:
    ((step, reason),) = RETURN.possible(brief(sightings=1))
    assert step.verb == "归还"
    assert reason is not None
    assert reason.text == "归还前请填写：失主或失主电话、拾得日期"
    assert reason.fields == ("owner_name", "owner_phone", "found_on")
    assert reason.cite is step.cite
    given_one = RETURN.possible(brief(sightings=1, owner_phone="1", found_on="2026-01-01"))
    assert given_one == [(step, None)]


def test_a_guard_answers_with_its_reason() -> None:
    ((_, reason),) = RETURN.possible(brief(owner_name="王", found_on="2026-01-01"))
    assert reason is not None
    assert "目击" in reason.text


def test_only_the_steps_out_of_the_state_are_offered() -> None:
    assert RETURN.possible(brief(S.RETURNED)) == []


def test_missing_fields_are_named_and_never_block() -> None:
    named = [f.name for f in named_missing(LostItem.info, {"what": "钥匙"})]
    assert named == ["found_on"]


def test_a_state_is_shown_in_words_and_an_unknown_one_as_itself() -> None:
    assert PROGRAM.label("lost_item", "state", "RETURNED") == "已归还"
    assert PROGRAM.label("lost_item", "state", "MELTED") == "MELTED"
