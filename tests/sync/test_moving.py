"""Records and grants that move while an office works without a line: nothing typed in good faith is lost or leaked."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from sync.act import Change, Op
from tests.sync.world import World


@pytest.fixture
def world(district_engine: Engine, tmp_path: Path) -> World:
    return World(district_engine, tmp_path)


def test_a_right_taken_while_offline_counts_from_when_it_was_heard_of(world: World) -> None:
    a, street = world.desk("a", "S1"), world.desk("street", "D")
    person = a.create("person", name="王公平", area="B", phone="1")
    world.settle()
    a.edit("person", person, phone="2")
    world.district.grant(a.wire.replica, ["A"])
    world.settle()
    assert street.row("person", person)["phone"] == "2"  # type: ignore[index]
    assert a.row("person", person) is None
    base = a.base()
    a.act(Change("person", person, Op.FIELDS, {"phone": "3"}), base=base)
    world.settle()
    assert street.row("person", person)["phone"] == "2"  # type: ignore[index]
    assert a.status().tray == 1


def test_a_right_given_brings_the_rows(world: World) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "B")
    person = b.create("person", name="李四", area="B")
    world.settle()
    assert a.row("person", person) is None
    world.district.grant(a.wire.replica, ["A", "B"])
    world.settle()
    assert a.row("person", person) is not None


def test_a_step_is_judged_by_todays_rights(world: World) -> None:
    a, street = world.desk("a", "A"), world.desk("street", "S1")
    person = a.create("person", name="王公平", area="A")
    world.settle()
    street.edit("person", person, area="B")
    street.round()
    step = a.step("person", person, "登记")
    world.settle()
    assert street.row("step", step) is None
    assert a.status().tray == 1
