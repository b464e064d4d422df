"""Two offices at once: disjoint edits merge, equal ones are one, different ones become a contest nobody loses."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from sync.act import Change, Op
from tests.sync.world import DeskInTest, World


@pytest.fixture
def world(district_engine: Engine, tmp_path: Path) -> World:
    return World(district_engine, tmp_path)


@pytest.fixture
def pair(world: World) -> tuple[DeskInTest, DeskInTest, str]:
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    person = a.create("person", name="王公平", area="A", phone="1", idno="X", birth="1990", sex="1")
    world.settle()
    return a, b, person


Pair = tuple[DeskInTest, DeskInTest, str]


def contest_of(desk: DeskInTest) -> tuple[str, dict[str, object]]:
    ((key, row),) = desk.rows("contest").items()
    return key, row


def test_disjoint_fields_merge(world: World, pair: Pair) -> None:
    a, b, person = pair
    a.edit("person", person, phone="2")
    b.edit("person", person, name="王公正")
    world.settle()
    assert a.row("person", person) == b.row("person", person)
    row = a.row("person", person)
    assert row is not None
    assert (row["phone"], row["name"]) == ("2", "王公正")
    assert a.rows("contest") == {}


def test_the_same_value_twice_is_no_contest(world: World, pair: Pair) -> None:
    a, b, person = pair
    a.edit("person", person, phone="2")
    b.edit("person", person, phone="2")
    world.settle()
    assert a.rows("contest") == {}


def test_different_values_are_a_contest_on_both_desks_until_decided(world: World, pair: Pair) -> None:
    a, b, person = pair
    a.edit("person", person, phone="2")
    b.edit("person", person, phone="3")
    world.settle()
    key, contest = contest_of(a)
    assert contest_of(b) == (key, contest)
    assert [s["value"] for s in contest["sides"]] == [{"phone": "2"}, {"phone": "3"}]  # type: ignore[attr-defined]
    assert a.status().contests == b.status().contests == 1
    b.decide(key, {"phone": "3"})
    assert b.row("person", person)["phone"] == "3"  # type: ignore[index]
    world.settle()
    assert a.row("person", person)["phone"] == "3"  # type: ignore[index]
    assert a.status().contests == b.status().contests == 0
    assert a.row("person", person) == b.row("person", person)


def test_two_different_decisions_reopen(world: World, pair: Pair) -> None:
    a, b, person = pair
    a.edit("person", person, phone="2")
    b.edit("person", person, phone="3")
    world.settle()
    key, _ = contest_of(a)
    a.decide(key, {"phone": "2"})
    b.decide(key, {"phone": "4"})
    world.settle()
    _, contest = contest_of(a)
    assert contest["state"] == "open"
    assert {s["value"]["phone"] for s in contest["sides"]} == {"2", "4"}  # type: ignore[attr-defined]


def test_further_edits_move_their_side_and_decide_nothing(world: World, pair: Pair) -> None:
    a, b, person = pair
    a.edit("person", person, phone="2")
    b.edit("person", person, phone="3")
    b.edit("person", person, phone="33")
    world.settle()
    a.edit("person", person, phone="22")
    world.settle()
    _, contest = contest_of(b)
    assert contest["state"] == "open"
    assert [s["value"]["phone"] for s in contest["sides"]] == ["22", "33"]  # type: ignore[attr-defined]
    assert a.row("person", person)["phone"] == "22"  # type: ignore[index]


def test_latest_and_union_and_add_need_nobody(world: World, pair: Pair) -> None:
    a, b, person = pair
    a.edit("person", person, note="甲", tags={"+": ["老年"], "-": []}, visits=1)
    b.edit("person", person, note="乙", tags={"+": ["独居"], "-": []}, visits=2)
    assert b.row("person", person)["visits"] == 2  # type: ignore[index]
    world.settle()
    for desk in (a, b):
        row = desk.row("person", person)
        assert row is not None
        assert (row["note"], row["tags"], row["visits"]) == ("乙", ["独居", "老年"], 3)
    assert a.rows("contest") == {}


def test_a_void_never_wins_silently(world: World, pair: Pair) -> None:
    a, b, person = pair
    a.edit("person", person, phone="2")
    b.void("person", person)
    world.settle()
    _, contest = contest_of(b)
    assert contest["group"] == "*void"
    assert b.row("person", person) is not None
    key, _ = contest_of(a)
    a.decide(key, {"voided": True})
    world.settle()
    assert a.row("person", person) is b.row("person", person) is None


def test_an_edit_that_did_not_see_a_void_opens_a_contest_and_is_kept(world: World, pair: Pair) -> None:
    a, b, person = pair
    a.void("person", person)
    b.edit("person", person, phone="2")
    world.settle()
    key, contest = contest_of(b)
    assert contest["group"] == "*void"
    b.decide(key, {"voided": False})
    world.settle()
    assert a.row("person", person)["phone"] == "2"  # type: ignore[index]


def test_both_voided_are_one(world: World, pair: Pair) -> None:
    a, b, person = pair
    a.void("person", person)
    b.void("person", person)
    world.settle()
    assert a.rows("contest") == {}
    assert a.row("person", person) is b.row("person", person) is None


def test_two_windows_of_one_desk_disagree_too(world: World, pair: Pair) -> None:
    a, _, person = pair
    opened = a.base()
    a.edit("person", person, base=opened, phone="2")
    a.edit("person", person, base=opened, phone="3")
    world.settle()
    _, contest = contest_of(a)
    assert {s["value"]["phone"] for s in contest["sides"]} == {"2", "3"}  # type: ignore[attr-defined]


def test_a_step_is_taken_once_and_the_second_stays_visible_as_overtaken(world: World, pair: Pair) -> None:
    a, b, person = pair
    first = a.step("person", person, "登记")
    note = Change("person", person, Op.FIELDS, {"phone": "9"})
    second = b.step("person", person, "登记", note)
    world.settle()
    for desk in (a, b):
        assert desk.row("step", first)["judgement"] == "accepted"  # type: ignore[index]
        assert desk.row("step", second)["judgement"] == "overtaken"  # type: ignore[index]
        assert desk.row("person", person)["phone"] == "1"  # type: ignore[index]
    assert b.status().tray == 1


def test_each_side_says_who_typed_it_where_and_when(world: World, pair: Pair) -> None:
    a, b, person = pair
    a.edit("person", person, phone="2")
    world.settle(1)
    before = world.clock.ms
    b_base = b.base()
    a.edit("person", person, phone="22")
    a.round()
    b.edit("person", person, base=b_base, phone="3")
    world.settle()
    _, contest = contest_of(b)
    sides = contest["sides"]
    assert [s["officer"] for s in sides] == ["a", "b"]  # type: ignore[attr-defined]
    assert [s["post"] for s in sides] == ["post a", "post b"]  # type: ignore[attr-defined]
    assert all(s["at"] > before for s in sides)  # type: ignore[attr-defined]
    assert [s["desk"] for s in sides] == [a.wire.replica, b.wire.replica]  # type: ignore[attr-defined]


def test_a_step_whose_answer_hangs_on_a_contest_waits_for_the_decision(world: World, pair: Pair) -> None:
    """N8: the text is contested and the step stands on it."""
    a, b, person = pair
    a.edit("person", person, phone="2")
    b.edit("person", person, phone="9")
    world.settle()
    key, _ = contest_of(a)
    step = a.step("person", person, "迁出")
    world.settle()
    assert a.status().held == 1
    assert b.row("step", step) is None
    b.decide(key, {"phone": "9"})
    world.settle()
    assert a.status().held == 0
    assert b.row("step", step)["judgement"] == "overtaken"  # type: ignore[index]


@pytest.mark.parametrize(("chosen", "judgement"), [("2", "accepted"), ("9", "overtaken"), ("5", "accepted")])
def test_a_step_that_hangs_on_what_its_own_act_contests_can_be_decided_about(
    world: World, pair: Pair, chosen: str, judgement: str
) -> None:
    a, b, person = pair
    b.edit("person", person, phone="2")
    b.round()
    step = a.step("person", person, "迁出", Change("person", person, Op.FIELDS, {"phone": "9", "name": "王公正"}))
    world.settle()
    assert (a.status().held, a.status().contests, b.status().contests) == (1, 1, 1)
    assert a.row("person", person)["phone"] == "9"  # type: ignore[index]
    assert b.row("person", person)["name"] == "王公平", "an act with a step is whole or not at all"  # type: ignore[index]
    b.decide(contest_of(b)[0], {"phone": chosen})
    world.settle()
    assert (a.status().held, a.status().contests) == (0, 0)
    for desk in (a, b):
        assert desk.row("step", step)["judgement"] == judgement  # type: ignore[index]
        name = "王公正" if judgement == "accepted" else "王公平"
        assert (desk.row("person", person)["phone"], desk.row("person", person)["name"]) == (chosen, name)  # type: ignore[index]


@pytest.mark.parametrize("voided", [True, False])
def test_a_step_with_an_edit_of_a_record_that_was_voided_can_be_decided_about(
    world: World, pair: Pair, voided: bool
) -> None:
    a, b, person = pair
    b.void("person", person)
    b.round()
    step = a.step("person", person, "登记", Change("person", person, Op.FIELDS, {"phone": "9"}))
    world.settle()
    assert a.status().held == 1
    b.decide(contest_of(b)[0], {"voided": voided})
    world.settle()
    assert a.status().held == a.status().contests == 0
    assert b.row("step", step)["judgement"] == ("overtaken" if voided else "accepted")  # type: ignore[index]
    assert a.status().tray == voided


def test_a_step_that_hangs_on_no_contest_goes_its_way(world: World, pair: Pair) -> None:
    a, b, person = pair
    a.edit("person", person, phone="2")
    b.edit("person", person, phone="9")
    world.settle()
    step = a.step("person", person, "登记")
    world.settle()
    assert b.row("step", step)["judgement"] == "accepted"  # type: ignore[index]
