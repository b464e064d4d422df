"""What an audit found on the desk's side, each as the smallest story that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.district.engine import open_engine
from sync.limits import DAY_MS, LIMITS
from tests.sync.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    engine = open_engine(f"sqlite:///{tmp_path / 'district.db'}")
    yield World(engine, tmp_path)
    engine.dispose()


def test_the_day_between_two_restored_backups_is_offered_again(world: World) -> None:
    """The wrong backup was restored, and worked on until the night's backup had it: desks had let that day's acts go."""
    a, b = world.desk("a", "A"), world.desk("b", "A")
    person = a.create("person", name="王公平", area="A")
    world.settle()
    wrong = world.backup()
    a.edit("person", person, note="n1")
    world.settle()
    right = world.backup()
    world.clock.ms += 2_000
    world.bring_back(wrong)
    world.rest()
    between = a.create("person", name="李四", area="A")
    world.rest()
    world.district.backed_up(world.district.last_pos())
    world.rest()
    world.clock.ms += DAY_MS
    world.bring_back(right)
    world.rest()
    assert a.row("person", between) == b.row("person", between) == {"name": "李四", "area": "A"}


def test_a_backup_of_a_lost_past_lets_nothing_go(world: World) -> None:
    """A position that the night's backup had before the restore is another act's after it, which no backup has yet."""
    a = world.desk("a", "A")
    world.settle()
    kept = world.backup()
    a.create("person", name="王公平", area="A")
    world.settle()
    world.district.backed_up(world.district.last_pos())
    world.settle()
    world.clock.ms += 2_000
    world.bring_back(kept)
    world.rest()
    world.clock.ms += LIMITS.backed_up_act_ms
    world.rest()
    world.bring_back(kept)
    world.rest()
    assert [row["name"] for row in a.rows("person").values()] == ["王公平"]
