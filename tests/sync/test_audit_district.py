"""What an audit has found in the district, each as the smallest story that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.act import Base
from sync.district.engine import open_engine
from tests.sync.world import DeskInTest, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    engine = open_engine(f"sqlite:///{tmp_path / 'district.db'}")
    yield World(engine, tmp_path)
    engine.dispose()


def answered(desk: DeskInTest) -> list[tuple[str, str]]:
    """What the district says to what the desk has to send."""
    return [(v.outcome.value, v.reason) for v in desk.round().verdicts]


def contested_reg(world: World, desk: DeskInTest, **sides: str) -> tuple[str, str]:
    """A registration of which one field is contested by two edits of one desk; its id and the contest's."""
    ((field, other),) = sides.items()
    first = desk.create("person", name="王公平", area="A")
    reg = desk.create("reg", area="A", person=first)
    world.settle()
    desk.edit("reg", reg, base=Base(0, 0), **{field: other})
    world.settle()
    (contest,) = desk.rows("contest")
    return reg, contest


def test_a_decision_brings_nobody_in_whom_its_author_does_not_hold(world: World) -> None:
    a, c = world.desk("a", "A"), world.desk("c", "C")
    secret = c.create("person", name="李四", area="C", phone="13800009999")
    other = a.create("person", name="张三", area="A")
    reg, contest = contested_reg(world, a, person=other)
    a.decide(contest, {"person": secret})
    assert [outcome for outcome, _ in answered(a)] == ["refused"]
    world.settle()
    assert a.row("person", secret) is None
    assert a.status().contests == 1
    a.decide(contest, {"person": other})
    world.settle()
    assert a.row("reg", reg)["person"] == other  # type: ignore[index]


def test_a_decision_names_no_erased_record(world: World) -> None:
    a = world.desk("a", "A")
    gone, other = (a.create("person", name=name, area="A") for name in ("李四", "张三"))
    reg, contest = contested_reg(world, a, person=other)
    world.district.erase([("person", gone)], "局长", "依法")
    world.settle()
    a.decide(contest, {"person": gone})
    assert [outcome for outcome, _ in answered(a)] == ["refused"]
    assert a.row("reg", reg)["person"] != gone  # type: ignore[index]


def test_a_decision_for_another_offices_side_needs_no_sight_of_what_it_names(world: World) -> None:
    """It was lawful for whoever typed it, and the record is brought along by the row whichever way it is decided."""
    a, both = world.desk("a", "A"), world.desk("both", "A", "C")
    far = both.create("person", name="李四", area="C")
    near = a.create("person", name="王公平", area="A")
    reg = a.create("reg", area="A", person=near)
    world.settle()
    both.edit("reg", reg, base=Base(0, 0), person=far)
    world.settle()
    (contest,) = a.rows("contest")
    a.decide(contest, {"person": far})
    world.settle()
    assert a.row("reg", reg)["person"] == far  # type: ignore[index]
