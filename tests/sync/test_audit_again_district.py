"""What a second audit has found in the district, each as the smallest story that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.district.engine import open_engine
from tests.sync.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    engine = open_engine(f"sqlite:///{tmp_path / 'district.db'}")
    yield World(engine, tmp_path)
    engine.dispose()


def test_the_first_act_after_a_restore_is_known_again_in_a_fork_that_it_began(world: World) -> None:
    """It names itself as seen, by a number that the fork has changed too."""
    a = world.desk("a", "A")
    person = a.create("person", name="x", visits=0, area="A")
    a.round()
    world.bring_back(world.backup())
    a.round()
    ghost = world.copy(a, "ghost")
    a.edit("person", person, visits=1)
    a.round()
    ghost.edit("person", person, visits=10)
    older = world.copy(ghost, "older", runs=False)
    world.rest()
    assert a.row("person", person)["visits"] == 11  # type: ignore[index]
    world.restore(ghost, older)
    world.rest()
    assert [desk.row("person", person)["visits"] for desk in world.desks] == [11, 11]  # type: ignore[index]
