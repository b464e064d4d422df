"""Taking in what the district says: what an officer sees meanwhile, and what a crash in the middle leaves."""

from __future__ import annotations

from typing import Any

import pytest

from sync.act import Change, Op
from sync.desk import apply, laying
from tests.sync.world import DeskInTest, World


class Crash(Exception):
    """The desk's process ends here."""


@pytest.fixture(autouse=True)
def short_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slices of two entries, so that small worlds have many."""
    monkeypatch.setattr(apply, "SLICE_ENTRIES", 2)
    monkeypatch.setattr(laying, "SLICE_ENTRIES", 2)


def watch(desk: DeskInTest, collection: str, record: str, field: str) -> list[Any]:
    """Whatever anybody could read of a field after each transaction of the courier."""
    seen: list[Any] = []
    original = desk.store.after

    def after(conn: Any, touched: Any) -> None:
        stored = desk.journal.rows.of(collection).get(conn, record)
        seen.append(stored.row.get(field) if stored else None)
        original(conn, touched)

    desk.store.after = after  # type: ignore[method-assign]
    return seen


def crash_in_slice(desk: DeskInTest, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets a round end after so many of its transactions."""
    left = [number]
    original = desk.store.writing

    def writing(priority: str = "clerk") -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise Crash
        return original(priority)

    with monkeypatch.context() as patch:
        patch.setattr(desk.store, "writing", writing)
        with pytest.raises(Crash):
            desk.round()


@pytest.mark.parametrize("transactions", range(1, 9))
def test_a_round_that_ends_between_slices_goes_on_where_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch, transactions: int
) -> None:
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    world.settle()
    people = [a.create("person", name=f"人{n}", area="A", visits=1) for n in range(8)]
    a.round()
    for person in people:
        a.edit("person", person, visits=1)
    mine = b.create("person", name="李四", area="A", visits=1)
    a.round()
    crash_in_slice(b, transactions, monkeypatch)
    b.edit("person", mine, visits=2)
    world.settle()
    assert {r["visits"] for k, r in b.rows("person").items() if k != mine} == {2}
    assert a.row("person", mine)["visits"] == 3  # type: ignore[index]


@pytest.mark.parametrize("transactions", range(1, 9))
def test_a_pack_that_was_laid_in_part_is_laid_again(
    world: World, monkeypatch: pytest.MonkeyPatch, transactions: int
) -> None:
    a, other = world.desk("a", "A"), world.desk("other", "B")
    world.settle()
    mine = {a.create("person", name=f"甲{n}", area="A") for n in range(3)}
    for n in range(4):
        other.create("person", name=f"乙{n}", area="B")
    world.settle()
    world.district.grant(a.wire.replica, ["A", "B"])
    crash_in_slice(a, transactions, monkeypatch)
    world.district.grant(a.wire.replica, ["A"])  # what was laid of the other areas must leave again
    world.settle()
    assert set(a.rows("person")) == mine


def test_own_sums_are_not_shown_twice_while_a_pack_is_laid(world: World) -> None:
    a = world.desk("a", "A")
    a.round()
    person = a.create("person", name="王公平", area="A", visits=2)
    a.round()
    a.edit("person", person, visits=3)
    world.district.grant(a.wire.replica, ["A", "B"])
    seen = watch(a, "person", person, "visits")
    a.round()
    assert set(seen) == {5}


def test_a_record_that_left_and_came_back_by_an_own_act_is_whole(world: World) -> None:
    """Another office moves it away; an own edit, typed before that was heard, links it to a person held here."""
    b, district = world.desk("b", "B"), world.desk("d", "D")
    here = b.create("person", name="王公平", idno="X", area="B")
    moved = b.create("person", name="王公平", area="B", phone="1")
    world.settle()
    district.edit("person", moved, area="A", note="已迁")
    district.round()
    b.edit("person", moved, idno="X")
    world.settle()
    assert set(b.rows("person")) == {here, moved}
    assert b.row("person", moved)["area"] == "A"  # type: ignore[index]


def test_what_waits_for_its_verdict_outlives_the_move_of_its_record(world: World) -> None:
    a, district = world.desk("a", "A"), world.desk("d", "D")
    person = a.create("person", name="王公平", area="A", phone="1")
    world.settle()
    a.edit("person", person, phone="2")
    district.edit("person", person, area="C")
    district.round()
    world.settle()
    assert a.rows("person") == {}
    assert district.row("person", person)["phone"] == "2"  # type: ignore[index]


def test_a_newer_desks_collection_that_waits_here_is_not_taken_for_the_districts(world: World) -> None:
    a, other = world.desk("a", "A"), world.desk("other", "B")
    world.settle()
    a.act(Change("newer", world.ids.new(), Op.CREATE, {"title": "新", "parts": [1, None, {"二": 2}]}))
    world.district.grant(a.wire.replica, ["B"])
    world.settle()
    assert a.status().unsent == 0
    assert other.status().alarm is None
