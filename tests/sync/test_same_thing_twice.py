"""One person typed in two places: certain pairs are linked, possible ones asked, and nothing is rewritten."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from sync.act import Change, Op
from tests.sync.world import DeskInTest, World


@pytest.fixture
def world(district_engine: Engine, tmp_path: Path) -> World:
    return World(district_engine, tmp_path)


def register(desk: DeskInTest, area: str, **person: str) -> tuple[str, str]:
    record, reg = desk.world.ids.new(), desk.world.ids.new()
    desk.act(
        Change("person", record, Op.CREATE, {**person, "area": area}),
        Change("reg", reg, Op.CREATE, {"person": record, "area": area, "reason": "务工"}),
    )
    return record, reg


def test_a_certain_pair_is_linked_and_both_areas_hold_both_masters(world: World) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "B")
    one, reg_a = register(a, "A", name="王公平", idno="X", phone="1")
    two, reg_b = register(b, "B", name="王公平", idno="X", phone="2")
    world.settle()
    for desk in (a, b):
        assert set(desk.rows("person")) == {one, two}
        ((_, link),) = desk.rows("link").items()
        assert (link["head"], link["subject"], link["how"]) == (one, two, "certain")
        assert desk.row("person", one)["phone"] == "1"  # type: ignore[index]
        assert desk.row("person", two)["phone"] == "2"  # type: ignore[index]
    assert set(a.rows("reg")) == {reg_a}
    assert set(b.rows("reg")) == {reg_b}


def test_facts_that_differ_and_double_registrations_are_put_to_the_officers(world: World) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "B")
    register(a, "A", name="王公平", idno="X", phone="1")
    _, reg_b = register(b, "B", name="王公平", idno="X", phone="2")
    world.settle()
    grades = sorted(d["grade"] for d in a.rows("doubt").values())
    assert grades == ["both", "facts"]
    both = next(d for d in a.rows("doubt").values() if d["grade"] == "both")
    assert {s["area"] for s in both["summary"]} == {"A", "B"}
    b.edit("reg", reg_b, until="2026-11-23")
    world.settle()
    states = {d["grade"]: d["state"] for d in b.rows("doubt").values()}
    assert states["both"] == "settled"


def test_equal_facts_settle_the_doubt(world: World) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "B")
    one, _ = register(a, "A", name="王公平", idno="X", phone="1")
    register(b, "B", name="王公平", idno="X", phone="2")
    world.settle()
    a.edit("person", one, phone="2")
    world.settle()
    assert {d["state"] for d in b.rows("doubt").values() if d["grade"] == "facts"} == {"settled"}


def test_a_possible_pair_is_asked_above_both_and_not_beside(world: World) -> None:
    a, b, street, other = (world.desk(n, g) for n, g in (("a", "A"), ("b", "B"), ("s1", "S1"), ("s2", "S2")))
    one, _ = register(a, "A", name="王公平", phone="1")
    two, _ = register(b, "B", name="王公平", phone="1")
    world.settle()
    assert a.rows("doubt") == b.rows("doubt") == other.rows("doubt") == {}
    ((key, doubt),) = street.rows("doubt").items()
    assert (doubt["grade"], doubt["members"]) == ("ask", sorted([one, two]))
    street.answer(key, "same")
    world.settle()
    assert set(a.rows("person")) == {one, two}
    assert {x["how"] for x in street.rows("link").values()} == {"decided"}


def test_different_is_remembered(world: World) -> None:
    a, b, street = world.desk("a", "A"), world.desk("b", "B"), world.desk("s1", "S1")
    one, _ = register(a, "A", name="王公平", phone="1")
    register(b, "B", name="王公平", phone="1")
    world.settle()
    ((key, _),) = street.rows("doubt").items()
    street.answer(key, "different")
    world.settle()
    a.edit("person", one, note="再看一次")
    world.settle()
    assert {d["state"] for d in street.rows("doubt").values()} == {"different"}
    assert street.rows("link") == {}


def test_undoing_a_link_gives_each_its_own_back(world: World) -> None:
    a, b, street = world.desk("a", "A"), world.desk("b", "B"), world.desk("s1", "S1")
    one, _ = register(a, "A", name="王公平", idno="X", phone="1")
    two, _ = register(b, "B", name="王公平", idno="X", phone="1")
    world.settle()
    ((key, _),) = street.rows("link").items()
    street.act(Change("link", key, Op.DECIDE, {"answer": "undone"}), verb="撤销合并")
    world.settle()
    assert set(a.rows("person")) == {one}
    assert set(b.rows("person")) == {two}
    a.edit("person", one, note="之后的修改")
    world.settle()
    assert {x["state"] for x in street.rows("link").values()} == {"undone"}
