"""What the simulator has found in the engine, each as the smallest story that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.desk.courier import Courier
from sync.district.audit import lost_values
from sync.district.engine import open_engine
from sync.errors import Superseded
from tests.sync.world import SCHEMA, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    engine = open_engine(f"sqlite:///{tmp_path / 'district.db'}")
    yield World(engine, tmp_path)
    engine.dispose()


def test_a_round_that_was_given_up_writes_nothing_over_the_next_one(world: World) -> None:
    """Seeds 5 and 7: a reply that a slow round still held moved the cursor back after the next round had moved it on."""
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    person = a.create("person", name="王公平", area="A")
    world.settle()
    b.edit("person", person, name="李四")
    b.round()

    def meanwhile(point: str) -> None:
        if point == "after push":
            a.courier._at = lambda _point: None
            b.edit("person", person, phone="1")
            b.round()
            Courier(SCHEMA, a.wire, a.store, world.clock).round()

    a.courier._at = meanwhile
    with pytest.raises(Superseded):
        a.courier.round()
    assert a.status().pos == world.district.last_pos()
    assert a.row("person", person) == {"name": "李四", "area": "A", "phone": "1"}
    assert not a.round().received


def test_a_value_said_again_in_a_contest_is_no_news(world: World) -> None:
    """Seeds 114 and 297: who said the first side again became its writer, unseen by an office that then changed it."""
    a, b, c = (world.desk(name, "S1") for name in "abc")
    person = a.create("person", name="赵六", area="A")
    world.settle()
    a.edit("person", person, name="李四")
    b.edit("person", person, name="王公平")
    a.round()
    b.round()
    c.round()
    a.round()
    a.edit("person", person, name="李四")
    a.round()
    c.edit("person", person, name="𠮷田")
    world.settle()
    with world.district.engine.connect() as conn:
        assert lost_values(conn, SCHEMA) == []
    (contest,) = a.rows("contest").values()
    assert [s["value"]["name"] for s in contest["sides"]] == ["𠮷田", "王公平"]


def test_what_is_offered_again_is_shown_again(world: World) -> None:
    """Seed 58: after the district's restore an act waited for its record, and its value was not shown meanwhile."""
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    world.settle()
    kept = world.backup()
    person = a.create("person", name="王公平", area="A")
    world.settle()
    a.edit("person", person, name="李四")
    a.round()
    b.edit("person", person, name="𠮷田")
    b.round()
    assert b.row("person", person)["name"] == "李四"  # type: ignore[index]
    world.bring_back(kept)
    b.round()
    assert b.status().held == 1
    assert b.row("person", person)["name"] == "𠮷田"  # type: ignore[index]
    world.settle()
    assert world.desks[0].status().contests == 1
