"""What an audit found on the desk's side, each as the smallest story that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.district.engine import open_engine
from sync.limits import DAY_MS, LIMITS
from tests.sync.world import DeskInTest, World


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


def restored(world: World) -> tuple[DeskInTest, DeskInTest, str]:
    """Two desks with a record, in step with a district that has just been restored."""
    a, b = world.desk("a", "A"), world.desk("b", "A")
    person = a.create("person", name="王公平", area="A")
    b.create("person", name="赵六", area="A")
    world.settle()
    kept = world.backup()
    world.clock.ms += 2_000
    world.bring_back(kept)
    world.rest()
    return a, b, person


def test_what_was_on_the_screen_after_a_restore_was_seen(world: World) -> None:
    """A desk's first act after a restore named no own act since, and so counted as typed before it: a false contest."""
    a, b, person = restored(world)
    a.edit("person", person, phone="1")
    world.rest()
    assert b.row("person", person)["phone"] == "1"  # type: ignore[index]
    b.edit("person", person, phone="2")
    world.rest()
    assert a.status().contests == 0
    assert a.row("person", person)["phone"] == "2"  # type: ignore[index]


def test_a_form_opened_before_a_restore_has_not_seen_what_came_after(world: World) -> None:
    """Its position is the lost past's, whatever the district has put there since."""
    a, b = world.desk("a", "A"), world.desk("b", "A")
    person = a.create("person", name="王公平", area="A")
    world.settle()
    kept = world.backup()
    b.edit("person", person, note="later lost")
    world.settle()
    before = b.base()
    world.clock.ms += 2_000
    world.bring_back(kept)
    a.round()
    a.edit("person", person, phone="1")
    world.rest()
    b.edit("person", person, base=before, phone="2")
    world.rest()
    (contest,) = a.rows("contest").values()
    assert {s["value"]["phone"] for s in contest["sides"]} == {"1", "2"}


def test_of_two_forms_open_after_a_restore_the_second_has_not_seen_the_first(world: World) -> None:
    """Both were opened before either was saved."""
    _, b, person = restored(world)
    first, second = b.base(), b.base()
    b.edit("person", person, base=first, phone="1")
    b.edit("person", person, base=second, phone="2")
    world.rest()
    (contest,) = b.rows("contest").values()
    assert {s["value"]["phone"] for s in contest["sides"]} == {"1", "2"}
