"""What a desk must not be able to do to itself or to others by sending what no window would send."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from sync.act import Change, Op
from tests.sync.world import DeskInTest, World


@pytest.fixture
def world(district_engine: Engine, tmp_path: Path) -> World:
    return World(district_engine, tmp_path)


@pytest.fixture
def thief(world: World) -> tuple[DeskInTest, DeskInTest, str]:
    """A desk of A, a desk of C, and a person of C whose id the first has got hold of."""
    a, c = world.desk("a", "A"), world.desk("c", "C")
    person = c.create("person", name="李四", area="C", phone="1")
    world.settle()
    return a, c, person


def test_naming_a_foreign_person_brings_nobody(world: World, thief: tuple[DeskInTest, DeskInTest, str]) -> None:
    a, _, person = thief
    a.create("reg", person=person, area="A")
    world.settle()
    assert a.row("person", person) is None
    assert a.status().tray == 1


def test_nothing_is_hung_on_a_foreign_record(world: World, thief: tuple[DeskInTest, DeskInTest, str]) -> None:
    a, c, _ = thief
    reg = c.create("reg", area="C")
    world.settle()
    a.create("line", reg=reg, text="混进来的一行")
    world.settle()
    assert c.rows("line") == {}
    assert a.status().tray == 1


@pytest.mark.parametrize("area", ["*", "C", "D"])
def test_a_new_record_is_not_placed_beyond_ones_areas(
    world: World, thief: tuple[DeskInTest, DeskInTest, str], area: str
) -> None:
    a, c, person = thief
    a.create("person", name="王公平", area=area)
    world.settle()
    assert set(c.rows("person")) == {person}
    assert a.status().tray == 1


def test_a_record_is_handed_over_but_not_made_everybodys(
    world: World, thief: tuple[DeskInTest, DeskInTest, str]
) -> None:
    a, c, foreign = thief
    person = a.create("person", name="王公平", area="A")
    world.settle()
    a.edit("person", person, area="*")
    world.settle()
    assert set(c.rows("person")) == {foreign}
    assert a.status().tray == 1
    a.edit("person", person, area="C")
    world.settle()
    assert set(c.rows("person")) == {foreign, person}
    assert a.row("person", person) is None


def test_a_decision_decides_what_is_contested_and_no_more(world: World) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    person = a.create("person", name="王公平", area="A", phone="1")
    world.settle()
    a.edit("person", person, phone="2")
    b.edit("person", person, phone="3")
    world.settle()
    (contest,) = a.rows("contest")
    a.decide(contest, {"phone": "3", "area": "*"})
    world.settle()
    assert a.status().tray == 1
    assert b.row("person", person)["area"] == "A"  # type: ignore[index]


@pytest.mark.parametrize("fields", [{"phone": {"a": 1}}, {"name": ["x"]}, {"visits": "3"}, {"tags": "x"}])
def test_a_value_of_the_wrong_kind_stops_nobody(world: World, fields: dict[str, Any]) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    a.store.create = None  # type: ignore[method-assign,assignment]
    person = world.ids.new()
    with a.store.writing() as conn:  # past the desk's own rows, as a broken or foreign program would send it
        act = Change("person", person, Op.CREATE, {"area": "A", **fields})
        try:
            a.journal.write(conn, officer="a", verb="x", base=a.journal.base(conn), changes=[act])
        except Exception:  # noqa: BLE001 - SQLite cannot show it either
            conn.rollback()
            return
    a.round()
    b.round()
    assert b.rows("person") == {}
    assert a.status().tray == 1


def test_one_id_for_two_things_keeps_the_act_whole_and_the_desk_going(world: World) -> None:
    a = world.desk("a", "A")
    person = a.create("person", name="王公平", area="A")
    world.settle()
    a.act(
        Change("reg", person, Op.CREATE, {"area": "A"}),
        Change("person", person, Op.FIELDS, {"phone": "2"}),
    )
    a.create("person", name="李四", area="A")
    world.settle()
    assert a.status().unsent == 0
    assert {r["name"] for r in a.rows("person").values()} == {"王公平", "李四"}
