"""Files and districts that are copies of themselves: a fork gets numbers of its own, a restored past is told again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from sync.act import Base, Change, Op
from sync.district.audit import acts
from sync.district.scope import covered
from sync.district.tables import EPOCH
from sync.errors import LineDown, Refused, Superseded, WrongTimeline
from sync.merge import Author, Stamp
from tests.sync.wholeness import wrongs
from tests.sync.world import DeskInTest, World


@pytest.fixture
def world(district_engine: Engine, tmp_path: Path) -> World:
    return World(district_engine, tmp_path)


def whole(world: World) -> None:
    """Quiet, and nothing lost, doubled, or different on two sides."""
    world.rest()
    assert wrongs(world) == []


def typed(world: World) -> int:
    """How many acts the district has."""
    with world.district.engine.connect() as conn:
        return len(list(acts(conn)))


def forks(world: World) -> int:
    """How many number lines were given to copies."""
    with world.district.engine.connect() as conn:
        return len(conn.execute(select(EPOCH).where(EPOCH.c.parent > 0)).all())


# --- a file that is a copy --------------------------------------------------------------------------------------


def test_copies_disagree_like_any_two_desks(world: World) -> None:
    """What the other copy wrote is seen only below the fork."""
    a = world.desk("a", "S1")
    person = a.create("person", name="王公平", area="A", phone="1")
    world.settle()
    ghost = world.copy(a, "ghost")
    for n in range(3):
        a.edit("person", person, phone=f"2{n}")
    ghost.edit("person", person, phone="3")
    ghost.edit("person", person, phone="4")
    whole(world)
    ((_, contest),) = a.rows("contest").items()
    assert [s["value"]["phone"] for s in contest["sides"]] == ["22", "4"]
    assert [s["post"] for s in contest["sides"]] == ["post a", "post a"]
    assert contest["sides"][0]["desk"] != contest["sides"][1]["desk"]


def test_what_both_copies_have_in_common_was_seen(world: World) -> None:
    a = world.desk("a", "S1")
    person = a.create("person", name="王公平", area="A", phone="1")
    world.settle()
    a.edit("person", person, phone="2")
    ghost = world.copy(a, "ghost")
    a.create("person", name="甲", area="A")
    ghost.edit("person", person, phone="3")
    whole(world)
    assert a.rows("contest") == {}
    assert a.row("person", person)["phone"] == ghost.row("person", person)["phone"] == "3"  # type: ignore[index]


def test_an_idle_copy_takes_no_number_that_was_used(world: World) -> None:
    a = world.desk("a", "S1")
    a.create("person", name="王公平", area="A")
    world.settle()
    ghost = world.copy(a, "ghost")
    a.create("person", name="李四", area="A")
    world.rest()
    ghost.create("person", name="张三", area="A")
    whole(world)
    assert forks(world) == 0


def test_what_nobody_made_is_nobodys_own() -> None:
    """A contest is known by its position alone; the district's own writes have no number."""
    author = Author(Stamp(9, "a#2", 5), Base(3, 4), "a", 0, {"a": 2})
    assert not author.saw(Stamp(8, "", 0))
    assert author.saw(Stamp(8, "a", 2))
    assert not author.saw(Stamp(8, "a", 3))
    assert author.saw(Stamp(8, "a#2", 4))


def restored(world: World, before: Callable[[DeskInTest], object]) -> tuple[DeskInTest, str]:
    """A desk whose file goes back to before its last acknowledgement; `before` happens to the file that is kept."""
    a = world.desk("a", "S1")
    world.desk("other", "S1")
    person = a.create("person", name="王公平", area="A", phone="1", visits=1)
    world.settle()
    a.edit("person", person, visits=2)
    copy = world.copy(a, "copy", runs=False)
    before(copy)
    a.edit("person", person, visits=3)
    a.create("person", name="李四", area="A")
    world.rest()
    return world.restore(a, copy), person


def test_a_file_restored_again_from_before_it_heard_of_its_fork(world: World) -> None:
    a, person = restored(world, lambda copy: copy.edit("person", copy_person(copy), visits=100))
    older = world.copy(a, "older", runs=False)
    world.rest()
    assert a.row("person", person)["visits"] == 106  # type: ignore[index]
    a = world.restore(a, older)
    a.edit("person", person, visits=1000)
    whole(world)
    assert a.row("person", person)["visits"] == 1106  # type: ignore[index]
    assert (typed(world), forks(world)) == (6, 1)


def copy_person(desk: DeskInTest) -> str:
    (person,) = desk.rows("person")
    return person


def test_a_reply_with_a_fork_is_lost_and_asked_again(world: World) -> None:
    a, person = restored(world, lambda copy: copy.edit("person", copy_person(copy), visits=100))
    with pytest.raises(Superseded):
        a.round()
    for _ in range(3):
        a.wire.cut = "reply"
        with pytest.raises(LineDown):
            a.round()
    a.wire.cut = ""
    whole(world)
    assert a.row("person", person)["visits"] == 106  # type: ignore[index]
    assert (typed(world), forks(world)) == (5, 1)


def test_a_form_open_while_the_numbers_change_claims_no_more_than_it_saw(world: World) -> None:
    a, person = restored(world, lambda copy: copy.edit("person", copy_person(copy), phone="2"))
    opened = a.base()
    world.rest()
    other = world.desks[0]
    other.edit("person", person, phone="3")
    world.rest()
    a.edit("person", person, base=opened, phone="4")
    whole(world)
    assert a.status().contests == 1


def test_a_held_act_of_a_fork_is_answered_there(world: World) -> None:
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    world.rest()
    ghost = world.copy(a, "ghost")
    a.create("person", name="甲", area="A")
    record = world.ids.new()
    ghost.edit("person", record, phone="139")
    world.rest()
    assert ghost.status().held == 1
    b.act(Change("person", record, Op.CREATE, {"name": "王公平", "area": "A"}))
    whole(world)
    assert b.row("person", record)["phone"] == "139"  # type: ignore[index]


def test_an_epoch_that_was_never_given_is_refused(world: World) -> None:
    a = world.desk("a", "S1")
    world.rest()
    with a.store.writing() as conn:
        conn.exec_driver_sql("UPDATE sync_state SET epoch=7")
    with pytest.raises(Refused):
        a.round()


# --- a district that is a copy ----------------------------------------------------------------------------------


def test_a_base_of_the_lost_timeline_still_opens_a_contest(world: World) -> None:
    """Positions of the lost past mean something else now; what an author saw there counts up to the backup."""
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    person = a.create("person", name="王公平", area="A", phone="1")
    world.settle()
    backup = world.backup()
    for n in range(20):
        a.create("person", name=f"人{n}", area="A")
    world.settle()
    open_form = b.base()
    b.edit("person", person, phone="3")
    world.desks.remove(b)
    world.bring_back(backup)
    a.edit("person", person, phone="2")
    a.round()
    world.desks.append(b)
    b.round()
    ((key, contest),) = b.rows("contest").items()
    assert [s["value"]["phone"] for s in contest["sides"]] == ["2", "3"]
    b.decide(key, {"phone": "2"})
    whole(world)
    a.edit("person", person, name="甲")
    a.round()
    b.edit("person", person, base=open_form, name="乙")  # a form that was open all the while
    whole(world)
    assert b.status().contests == 1


def test_a_district_restored_twice_from_one_backup(world: World) -> None:
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    person = a.create("person", name="王公平", area="A", visits=1)
    world.settle()
    backup = world.backup()
    a.edit("person", person, visits=2)
    world.settle()
    world.bring_back(backup)
    whole(world)
    b.edit("person", person, visits=4)
    whole(world)
    world.clock.ms += 60_000
    world.bring_back(backup)
    whole(world)
    assert a.row("person", person)["visits"] == b.row("person", person)["visits"] == 7  # type: ignore[index]


@pytest.mark.parametrize("point", ["after push", "first slice", "pack"])
def test_a_rewind_that_is_cut_goes_on(world: World, point: str, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    person = a.create("person", name="王公平", area="A", visits=1)
    many = [a.create("person", name=f"人{n}", area="A") for n in range(100)]
    world.settle()
    backup = world.backup()
    a.edit("person", person, visits=2)
    b.edit("person", person, visits=4)
    extra = b.create("person", name="李四", area="A")
    world.settle()
    world.bring_back(backup)

    def end(*_: Any, **__: Any) -> None:
        raise LineDown("cut")

    with monkeypatch.context() as patch:
        if point == "after push":
            patch.setattr(a.courier, "_at", lambda at: end() if at == point else None)
        elif point == "pack":
            patch.setattr(a.wire, "get", end)
        else:
            original = a.courier._applier.slice
            calls: list[int] = []

            def once(*args: Any, **more: Any) -> Any:
                calls.append(1)
                return original(*args, **more) if len(calls) < 2 else end()

            patch.setattr(a.courier, "_applier", a.courier._applier)
            patch.setattr(type(a.courier._applier), "slice", lambda _self, *args, **more: once(*args, **more))
        with pytest.raises(LineDown):
            a.courier.round()
    a.edit("person", many[0], phone="1")
    whole(world)
    assert a.row("person", person)["visits"] == b.row("person", person)["visits"] == 7  # type: ignore[index]
    assert a.row("person", extra) is not None
    assert a.row("person", many[0])["phone"] == "1"  # type: ignore[index]


def test_a_fork_that_the_backup_lacks_is_found_again(world: World) -> None:
    """Both copies offer what they have in common once, and their own acts each."""
    a = world.desk("a", "S1")
    person = a.create("person", name="王公平", area="A", visits=1)
    world.settle()
    backup = world.backup()
    a.edit("person", person, visits=2)
    world.rest()
    ghost = world.copy(a, "ghost")
    a.edit("person", person, visits=10)
    ghost.edit("person", person, visits=100)
    ghost.edit("person", person, visits=1000)
    whole(world)
    world.bring_back(backup)
    whole(world)
    assert a.row("person", person)["visits"] == ghost.row("person", person)["visits"] == 1113  # type: ignore[index]
    assert (typed(world), forks(world)) == (5, 1)


def test_a_district_that_lost_acts_without_anybody_noticing_gets_them_again(world: World) -> None:
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    person = a.create("person", name="王公平", area="A", visits=1)
    world.settle()
    backup = world.backup()
    c = world.desk("c", "C")
    stranger = c.create("person", name="外", area="A")  # refused: an answer without a position
    c.round()
    a.edit("person", person, visits=2)
    a.wire.cut = "reply"
    with pytest.raises(LineDown):
        a.round()  # what is lost here nobody has heard: whose cursor had passed it would be told of another past
    a.wire.cut = ""
    c.create("person", name="里", area="C")
    timeline = world.district.new_timeline
    world.district.new_timeline = lambda: 0  # type: ignore[method-assign]
    backup["desk"] += [row for row in world.backup()["desk"] if row["replica"] == c.wire.replica]
    backup["epoch"] += [{**r, "last_number": 0} for r in world.backup()["epoch"] if r["replica"] == c.wire.replica]
    world.bring_back(backup)
    world.district.new_timeline = timeline  # type: ignore[method-assign]
    whole(world)
    assert a.row("person", person)["visits"] == b.row("person", person)["visits"] == 3  # type: ignore[index]
    assert c.status().tray == 1
    assert c.row("person", stranger) is None


def test_another_past_of_the_same_timeline_is_not_guessed_at(world: World) -> None:
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    a.create("person", name="王公平", area="A")
    world.settle()
    backup = world.backup()
    a.create("person", name="李四", area="A")
    world.settle()
    world.district.new_timeline, timeline = lambda: 0, world.district.new_timeline  # type: ignore[method-assign]
    world.bring_back(backup)
    with pytest.raises(WrongTimeline):
        b.round()
    timeline()
    whole(world)
    assert {row["name"] for row in b.rows("person").values()} == {"王公平", "李四"}


def test_no_pack_of_a_lost_past_is_handed_out(world: World) -> None:
    a = world.desk("a", "S1")
    a.create("person", name="王公平", area="A")
    world.settle()
    world.desk("b", "S1").round()
    with world.district.engine.connect().execution_options(reads=True) as conn:
        areas = covered(world.district.scope.tree(conn), ["S1"])
        name, _ = world.district.packs.for_scope(conn, areas)
    assert world.district.pack(a.wire.replica, name).exists()
    world.bring_back(world.backup())
    with pytest.raises(FileNotFoundError):
        world.district.pack(a.wire.replica, name)
