"""Rounds between desks and a district: what goes up comes down elsewhere, and sending again changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from sync.act import Change, Op
from sync.errors import LineDown
from tests.sync.world import World


@pytest.fixture
def world(district_engine: Engine, tmp_path: Path) -> World:
    return World(district_engine, tmp_path)


def test_what_one_desk_types_another_of_its_area_shows(world: World) -> None:
    a, street = world.desk("a", "A"), world.desk("street", "S1")
    person = a.create("person", name="王公平", phone="138", area="A", visits=1, tags=["x"])
    a.round()
    street.round()
    assert street.row("person", person) == {"name": "王公平", "phone": "138", "area": "A", "visits": 1, "tags": ["x"]}
    assert a.status().unsent == 0


def test_what_lies_elsewhere_never_arrives(world: World) -> None:
    a, c = world.desk("a", "A"), world.desk("c", "C")
    person = a.create("person", name="王公平", area="A")
    world.settle()
    assert c.row("person", person) is None
    assert c.rows("person") == {}


def test_a_registration_brings_its_person_and_children_and_ending_it_takes_them_away(world: World) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "B")
    person = a.create("person", name="王公平", area="A")
    world.settle()
    street = world.desk("street", "S1")
    street.round()
    reg = street.create("reg", person=person, area="B")
    line = street.create("line", reg=reg, text="同行一人")
    world.settle()
    assert b.row("person", person) is not None
    assert b.row("line", line) == {"reg": reg, "text": "同行一人"}
    b.edit("reg", reg, until="2026-12-01")
    world.settle()
    assert b.row("person", person) is None
    assert b.row("reg", reg) is not None
    assert a.row("person", person) is not None


def test_a_reply_lost_is_asked_again_and_nothing_is_doubled(world: World) -> None:
    a, street = world.desk("a", "A"), world.desk("street", "S1")
    person = a.create("person", name="王公平", area="A", visits=1)
    a.edit("person", person, visits=2)
    a.wire.cut = "reply"
    with pytest.raises(LineDown):
        a.round()
    a.wire.cut = ""
    assert a.status().unsent == 2
    world.settle()
    assert street.row("person", person) == {"name": "王公平", "area": "A", "visits": 3}
    assert a.row("person", person) == {"name": "王公平", "area": "A", "visits": 3}


def test_one_request_when_in_step(world: World) -> None:
    a = world.desk("a", "A")
    a.create("person", name="王公平", area="A")
    a.round()
    a.round()
    before = a.wire.posts
    assert a.round().requests == 1
    assert a.wire.posts == before + 1


def test_a_new_desk_is_filled_from_a_pack(world: World) -> None:
    a = world.desk("a", "A")
    people = [a.create("person", name=f"人{n}", area="A", phone=str(n)) for n in range(300)]
    a.round()
    street = world.desk("street", "S1")
    report = street.round()
    assert set(street.rows("person")) == set(people)
    assert report.requests == 3
    assert report.pack_rows == 300


def test_work_done_before_the_first_round_survives_it(world: World) -> None:
    a, street = world.desk("a", "A"), world.desk("street", "S1")
    first = a.create("person", name="王公平", area="A")
    a.round()
    second = street.create("person", name="李四", area="B")
    world.settle()
    assert set(street.rows("person")) == {first, second}
    assert second in world.desk("b", "S1").rows("person") or world.settle() is None
    assert set(world.desks[-1].rows("person")) == {first, second}


def test_unknown_fields_of_a_newer_desk_are_kept_and_travel_on(world: World) -> None:
    a, street = world.desk("a", "A"), world.desk("street", "S1")
    person = a.create("person", name="王公平", area="A", blood="AB")
    world.settle()
    row = street.row("person", person)
    assert row is not None
    assert row["blood"] == "AB"
    street.edit("person", person, phone="139")
    world.settle()
    assert a.row("person", person) == {"name": "王公平", "area": "A", "blood": "AB", "phone": "139"}


def test_unknown_collections_move_too(world: World) -> None:
    a, street = world.desk("a", "A"), world.desk("street", "S1")
    a.create("newer", title="x")
    world.settle()
    assert a.status().unsent == 0
    assert street.status().unsent == 0


def test_a_desk_sees_its_own_writes_at_every_moment(world: World) -> None:
    a, street = world.desk("a", "A"), world.desk("street", "S1")
    person = a.create("person", name="王公平", area="A", phone="1")
    world.settle()
    street.edit("person", person, note="街道备注")
    street.round()
    a.edit("person", person, phone="2")
    seen: list[str] = []
    original = a.store.after

    def watch(conn: object, touched: object) -> None:
        stored = a.journal.rows.of("person").get(conn, person)  # type: ignore[arg-type]
        assert stored is not None
        seen.append(stored.row["phone"])
        original(conn, touched)  # type: ignore[arg-type]

    a.store.after = watch  # type: ignore[method-assign,assignment]
    a.round()
    assert seen
    assert set(seen) == {"2"}
    assert a.row("person", person) == {"name": "王公平", "area": "A", "phone": "2", "note": "街道备注"}


def test_an_edit_of_what_has_not_arrived_is_held_and_released(world: World) -> None:
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    b.round()
    record = world.ids.new()
    b.edit("person", record, phone="139")
    b.round()
    assert b.status().held == 1
    a.act(Change("person", record, Op.CREATE, {"name": "王公平", "area": "A"}))
    world.settle()
    assert b.status().held == 0
    assert a.row("person", record) == {"name": "王公平", "area": "A", "phone": "139"}


def test_a_write_outside_ones_areas_is_refused_and_stays_in_the_tray(world: World) -> None:
    a, c = world.desk("a", "A"), world.desk("c", "C")
    person = a.create("person", name="王公平", area="A")
    world.settle()
    c.edit("person", person, phone="139")
    other = c.create("person", name="李四", area="A")
    c.round()
    assert c.status().tray == 2
    assert c.row("person", other) is None
    assert "phone" not in (a.row("person", person) or {})
    a.round()
    assert a.status().tray == 0


def test_an_act_is_whole_or_not_at_all(world: World) -> None:
    a, street = world.desk("a", "A"), world.desk("street", "S1")
    one, two = world.ids.new(), world.ids.new()
    a.act(
        Change("person", one, Op.CREATE, {"name": "王公平", "area": "A"}),
        Change("person", two, Op.CREATE, {"name": "李四", "area": "C"}),
    )
    world.settle()
    assert a.status().tray == 1
    assert street.rows("person") == {}


def test_a_wrong_row_is_noticed_and_repaired(world: World) -> None:
    a, street = world.desk("a", "A"), world.desk("street", "S1")
    person = a.create("person", name="王公平", area="A")
    world.settle()
    with street.store.writing() as conn:
        conn.exec_driver_sql("UPDATE person SET name='坏', rowhash=rowhash+1")
        conn.exec_driver_sql("UPDATE sync_state SET digest=digest+1")
    report = street.round()
    assert report.repaired
    row = street.row("person", person)
    assert row is not None
    assert row["name"] == "王公平"


def test_an_area_that_the_tree_lacks_counts_as_the_authors_own(world: World) -> None:
    a, street, other = world.desk("a", "A"), world.desk("street", "S1"), world.desk("b", "B")
    person = a.create("person", name="王公平", area="A-9")
    world.settle()
    assert a.status().tray == 0
    assert street.row("person", person) == {"name": "王公平", "area": "A-9"}
    assert other.rows("person") == {}


def test_a_row_that_should_not_be_there_goes_and_one_that_is_missing_comes_back(world: World) -> None:
    a, street = world.desk("a", "A"), world.desk("street", "S1")
    people = [a.create("person", name=f"人{n}", area="A") for n in range(20)]
    world.settle()
    with street.store.writing() as conn:
        conn.exec_driver_sql("DELETE FROM person WHERE id=?", (people[3],))
        conn.exec_driver_sql("UPDATE person SET id='f'||substr(id, 2), rowhash=rowhash+5 WHERE id=?", (people[5],))
        conn.exec_driver_sql("UPDATE sync_state SET digest=digest+7, rows=rows-1")
    down = street.wire.down
    assert street.round().repaired
    assert set(street.rows("person")) == set(people)
    assert street.wire.down - down < 4_000
    assert not street.round().repaired
    assert street.status().alarm is None
