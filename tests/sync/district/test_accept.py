"""What the district makes of one act: of its parts among themselves, of what it stands on, and who is told what."""

from __future__ import annotations

import pytest

from sync.act import Act, Change, Op
from sync.district.lines import body_of
from tests.sync.world import DeskInTest, World


@pytest.fixture
def a(world: World) -> DeskInTest:
    return world.desk("a", "S1")


@pytest.fixture
def b(world: World) -> DeskInTest:
    return world.desk("b", "S1")


@pytest.fixture
def person(world: World, a: DeskInTest, b: DeskInTest) -> str:
    record = a.create("person", name="王公平", area="A", phone="1")
    world.settle()
    return record


def only_contest(desk: DeskInTest) -> tuple[str, dict[str, object]]:
    ((key, row),) = desk.rows("contest").items()
    return key, row


def values(contest: dict[str, object]) -> list[dict[str, object]]:
    return [s["value"] for s in contest["sides"]]  # type: ignore[attr-defined]


def test_an_act_does_not_disagree_with_itself(world: World, a: DeskInTest, person: str) -> None:
    made = world.ids.new()
    a.act(
        Change("person", made, Op.CREATE, {"name": "李四", "area": "A", "phone": "1"}),
        Change("person", made, Op.FIELDS, {"phone": "2"}),
        Change("person", person, Op.FIELDS, {"phone": "8"}),
        Change("person", person, Op.FIELDS, {"phone": "9"}),
    )
    world.settle()
    assert a.rows("contest") == {}
    assert [a.row("person", r)["phone"] for r in (made, person)] == ["2", "9"]  # type: ignore[index]


def test_edits_and_a_void_in_one_act_are_one(world: World, a: DeskInTest, b: DeskInTest, person: str) -> None:
    a.act(Change("person", person, Op.FIELDS, {"phone": "2"}), Change("person", person, Op.VOID))
    world.settle()
    assert b.row("person", person) is None
    assert b.rows("contest") == {}


def test_the_decider_of_a_void_hears_of_it_too(world: World, a: DeskInTest, b: DeskInTest, person: str) -> None:
    a.edit("person", person, phone="2")
    b.void("person", person)
    world.settle()
    a.decide(only_contest(a)[0], {"voided": True})
    world.settle()
    assert a.row("person", person) is None


def test_a_void_during_the_contest_about_it_decides_nothing(
    world: World, a: DeskInTest, b: DeskInTest, person: str
) -> None:
    a.edit("person", person, phone="2")
    b.void("person", person)
    world.settle()
    a.act(Change("person", person, Op.VOID), Change("person", person, Op.FIELDS, {"note": "甲"}))
    world.settle()
    assert only_contest(b)[1]["state"] == "open"
    assert b.row("person", person) == {"name": "王公平", "area": "A", "phone": "2", "note": "甲"}


def test_later_edits_of_a_record_voided_elsewhere_leave_it_voided(
    world: World, a: DeskInTest, b: DeskInTest, person: str
) -> None:
    a.void("person", person)
    b.edit("person", person, phone="2")
    b.edit("person", person, phone="3")
    world.settle()
    assert b.row("person", person) is None
    b.decide(only_contest(b)[0], {"voided": False})
    world.settle()
    assert a.row("person", person)["phone"] == "3"  # type: ignore[index]


def test_saying_the_same_again_does_not_hide_who_said_it_first(
    world: World, a: DeskInTest, b: DeskInTest, person: str
) -> None:
    """Who saw the first of two that said the same edits on from there, and disagrees with nobody."""
    c = world.desk("c", "S1")
    world.settle()
    a.edit("person", person, phone="2")
    a.round()
    c.round()
    b.edit("person", person, phone="2")
    b.round()
    c.edit("person", person, phone="3")
    world.settle()
    assert c.rows("contest") == {}
    assert a.row("person", person)["phone"] == "3"  # type: ignore[index]


def test_saying_what_is_so_already_of_a_record_that_left_brings_nothing_back(
    world: World, a: DeskInTest, person: str
) -> None:
    desk = world.desk("one", "A")
    world.settle()
    desk.edit("person", person, area="C")
    desk.edit("person", person, name="王公平")
    world.settle()
    assert desk.rows("person") == {}


def test_edits_after_the_move_are_merged_elsewhere_and_leave_no_trace_here(
    world: World, a: DeskInTest, person: str
) -> None:
    desk, there = world.desk("one", "A"), world.desk("c", "C")
    world.settle()
    base = desk.base()
    desk.edit("person", person, base=base, area="C")
    desk.edit("person", person, base=base, phone="2")
    world.settle()
    assert desk.rows("person") == {}
    assert there.row("person", person)["phone"] == "2"  # type: ignore[index]


def test_a_contest_whose_sides_come_to_say_the_same_is_over(
    world: World, a: DeskInTest, b: DeskInTest, person: str
) -> None:
    a.edit("person", person, phone="2")
    b.edit("person", person, phone="3")
    b.edit("person", person, phone="2")
    world.settle()
    assert only_contest(a)[1]["state"] == "decided"
    assert a.status().contests == b.status().contests == 0
    assert a.row("person", person)["phone"] == "2"  # type: ignore[index]


def test_a_late_decision_stands_beside_what_is_in_the_row_by_now(
    world: World, a: DeskInTest, b: DeskInTest, person: str
) -> None:
    a.edit("person", person, phone="2")
    b.edit("person", person, phone="3")
    world.settle()
    key, _ = only_contest(a)
    b.decide(key, {"phone": "3"})  # without a line
    a.decide(key, {"phone": "2"})
    a.round()
    a.edit("person", person, phone="5")
    a.round()
    world.settle()
    _, contest = only_contest(a)
    assert contest["state"] == "open"
    assert values(contest) == [{"phone": "5"}, {"phone": "3"}]
    assert "chosen" not in contest


def test_the_parts_of_an_act_may_stand_in_any_order(world: World, a: DeskInTest) -> None:
    person, reg = world.ids.new(), world.ids.new()
    a.act(
        Change("reg", reg, Op.CREATE, {"person": person, "area": "A"}),
        Change("person", person, Op.CREATE, {"name": "王公平", "area": "A"}),
    )
    world.settle()
    assert set(a.rows("reg")) == {reg}
    assert a.status().tray == 0


def test_what_waits_is_released_in_a_chain_and_its_desk_hears_every_answer(
    world: World, a: DeskInTest, b: DeskInTest
) -> None:
    person, reg = world.ids.new(), world.ids.new()
    a.round()
    a.act(Change("line", world.ids.new(), Op.CREATE, {"reg": reg, "text": "子"}))
    a.act(Change("reg", reg, Op.CREATE, {"person": person, "area": "A"}))
    a.act(Change("person", person, Op.FIELDS, {"name": "李四"}), Change("person", reg, Op.CREATE, {"area": "C"}))
    a.round()
    assert a.status().held == 3
    b.act(Change("person", person, Op.CREATE, {"name": "王公平", "area": "A"}))
    world.settle()
    assert a.status().held == 0
    assert a.status().tray == 1, "the third was judged and refused, and its desk was told"
    assert set(a.rows("reg")) == set(b.rows("reg")) == {reg}
    assert len(b.rows("line")) == 1


def test_no_desk_loses_its_own_record_to_the_area_of_a_linked_one(world: World) -> None:
    """Neither record names an area: each lives where it was typed, and both where the two are known as one."""
    one, other = world.desk("one", "A"), world.desk("other", "B")
    first = one.create("person", name="王公平", idno="X")
    second = other.create("person", name="王公平", idno="X")
    world.settle()
    assert set(one.rows("person")) == set(other.rows("person")) == {first, second}


def test_a_set_that_is_born_as_additions_is_a_set(world: World, a: DeskInTest, b: DeskInTest) -> None:
    record = a.create("person", name="王公平", area="A", tags={"+": ["b", "a"], "-": []})
    assert a.row("person", record)["tags"] == ["a", "b"]  # type: ignore[index]
    world.settle()
    a.edit("person", record, tags={"+": ["c"], "-": ["a"]})
    world.settle()
    assert b.row("person", record)["tags"] == ["b", "c"]  # type: ignore[index]


@pytest.mark.parametrize(
    "odd",
    [
        Change("per\0son", "0" * 32, Op.CREATE, {"name": "甲"}),
        Change("reg", "0" * 32, Op.CREATE, {"person": "a\0b", "area": "A"}),
        Change("reg", "0" * 32, Op.CREATE, {"person": ["a"], "area": "A"}),
        Change("person", "0" * 32, Op.CREATE, {"name": "甲", "area": "A", "visits": 2**60}),
    ],
)
def test_what_no_program_of_ours_would_write_goes_back_and_stops_nobody(
    world: World, a: DeskInTest, odd: Change
) -> None:
    with a.store.writing() as conn:
        act = Act(1, "甲", 0, "保存", a.journal.base(conn), (odd,))
        conn.exec_driver_sql("INSERT INTO sync_journal (number, body, at) VALUES (1, ?, 0)", (body_of(act),))
        conn.exec_driver_sql("UPDATE sync_state SET next_number=2")
    good = a.create("person", name="乙", area="A")
    a.round()
    assert a.row("person", good) == {"name": "乙", "area": "A"}
    with a.store.reading() as conn:
        found = conn.exec_driver_sql("SELECT outcome FROM sync_journal ORDER BY number").all()
    assert [outcome for (outcome,) in found] == ["refused", "applied"]


def test_a_sum_that_no_program_could_read_exactly_is_not_made(world: World, a: DeskInTest, person: str) -> None:
    for _ in range(2):
        a.edit("person", person, visits=2**52 + 1)
    a.round()
    assert a.status().tray == 1
    assert a.row("person", person)["visits"] == 2**52 + 1  # type: ignore[index]


@pytest.mark.parametrize("first", ["void", "child"])
def test_a_child_that_a_void_did_not_see_is_a_contest_on_its_parent(
    world: World, a: DeskInTest, b: DeskInTest, person: str, first: str
) -> None:
    reg = a.create("reg", person=person, area="A")
    world.settle()
    b.void("reg", reg)
    line = a.create("line", reg=reg, text="同行一人")
    for desk in (a, b) if first == "child" else (b, a):
        desk.round()
    world.settle()
    contest, row = only_contest(a)
    assert row["group"] == "*void" and a.row("line", line) is not None
    b.decide(contest, {"voided": False})
    world.settle()
    assert a.row("reg", reg) is not None and a.status().contests == 0
