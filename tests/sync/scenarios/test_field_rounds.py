"""H: what has gone wrong in the field with other systems while they carried, cut short or all at once, and how it ends here."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from sync.desk import apply, packs
from sync.errors import LineDown, WrongTimeline
from tests.sync.world import DeskInTest, World

from .looks import answers, contests, meanwhile, shown


@pytest.mark.parametrize("pieces", [0, 1, 3])
def test_h4_the_first_sync_is_interrupted_and_the_app_is_used(
    world: World, pieces: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The work typed meanwhile stays, the pack is fetched on from where the line was cut, and nothing is there twice."""
    monkeypatch.setattr(packs, "PIECE_BYTES", 512)
    a = world.desk("a", "A")
    people = {a.create("person", name=f"人{n}", area="A", phone=str(n * 7919)) for n in range(200)}
    a.round()
    new = world.desk("new", "S1")
    original, got = new.wire.get, []

    def get(path: str, span: tuple[int, int] | None = None) -> bytes:
        if len(got) == pieces:
            raise LineDown("cut")
        got.append(span)
        return original(path, span)

    monkeypatch.setattr(new.wire, "get", get)
    with pytest.raises(LineDown):
        new.round()
    assert new.rows("person") == {}
    mine = new.create("person", name="李四", area="B")
    new.edit("person", mine, phone="138")
    assert new.row("person", mine) == {"name": "李四", "area": "B", "phone": "138"}
    again: list[Any] = []
    monkeypatch.setattr(new.wire, "get", lambda path, span=None: again.append(span) or original(path, span))
    new.round()
    assert again[0][0] == pieces * 512, "what had come is not fetched again"
    assert set(new.rows("person")) == people | {mine}
    world.settle()
    assert shown([new], "person", mine) == {"name": "李四", "area": "B", "phone": "138"}
    assert answers(new) == ["applied", "applied"]


def test_h8_applied_but_not_visible(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The author sees the own value at every moment between the answer and the row, the others from their next round."""
    monkeypatch.setattr(apply, "SLICE_ENTRIES", 2)
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    person = a.create("person", name="王公平", area="A", phone="1", visits=1)
    world.settle()
    for n in range(9):
        b.create("person", name=f"人{n}", area="A")
    b.edit("person", person, name="王公正")
    b.round()
    a.edit("person", person, phone="2", visits=1)
    seen: list[tuple[str, int]] = []
    original = a.store.after

    def after(conn: Any, touched: Any) -> None:
        row = a.journal.rows.of("person").get(conn, person)
        assert row is not None
        seen.append((row.row["phone"], row.row["visits"]))
        original(conn, touched)
        if len(seen) == 3:
            raise LineDown("the process ends here")

    a.store.after = after  # type: ignore[method-assign]
    with pytest.raises(LineDown):
        a.round()
    assert answers(a)[-1] == "merged", "answered, but its row has not come yet"
    assert a.row("person", person) == {"name": "王公平", "area": "A", "phone": "2", "visits": 2}
    assert a.base().pos < world.district.last_pos()
    a.round()
    assert len(seen) > 5
    assert set(seen) == {("2", 2)}
    b.round()
    assert shown([a, b], "person", person) == {"name": "王公正", "area": "A", "phone": "2", "visits": 2}


def test_h10_an_edit_during_upload_stays_pending(world: World) -> None:
    """What is typed while a request is under way waits for the next one and is not taken for sent."""
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    person = a.create("person", name="王公平", area="A", phone="1", visits=1)
    world.settle()
    a.edit("person", person, phone="2", visits=1)

    def type_on_and_lose_the_line() -> None:
        a.edit("person", person, phone="3", visits=1)
        a.wire.cut = "before"

    meanwhile(a, type_on_and_lose_the_line)
    with pytest.raises(LineDown):
        a.round()
    a.wire.cut = ""
    assert answers(a) == ["applied", "applied", ""]
    assert a.status().unsent == 1
    assert a.row("person", person) == {"name": "王公平", "area": "A", "phone": "3", "visits": 3}
    b.round()
    assert b.row("person", person)["phone"] == "2"  # type: ignore[index]
    world.settle()
    assert shown([a, b], "person", person) == {"name": "王公平", "area": "A", "phone": "3", "visits": 3}
    assert a.status().unsent == 0


def test_h12_a_reset_prompt_is_ignored(world: World) -> None:
    """There is nothing to reset: the desk goes on without the district, and all it typed is taken once that is mended."""
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    person = a.create("person", name="王公平", area="A", visits=1)
    world.settle()
    backup = world.backup()
    lost = a.create("person", name="李四", area="A")
    world.settle()
    confirm, world.district.new_timeline = world.district.new_timeline, lambda: 0  # type: ignore[method-assign]
    world.bring_back(backup)  # and nobody has said so yet
    for day in range(5):
        a.edit("person", person, visits=1, phone=str(day))
        with pytest.raises(WrongTimeline):
            a.round()
        world.clock.ms += 24 * 3600 * 1000
    assert a.status().unsent == 5
    assert a.row("person", person) == {"name": "王公平", "area": "A", "visits": 6, "phone": "4"}
    confirm()
    world.settle()
    assert shown([a, b], "person", person) == {"name": "王公平", "area": "A", "visits": 6, "phone": "4"}
    assert shown([a, b], "person", lost)["name"] == "李四"
    assert (a.status().unsent, a.status().tray, contests(a)) == (0, 0, {})


OFFICES, WORKERS = 300, 8
"""Offices that log in at once, and how many of them are served in the same moment."""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # 300 desks cost half a minute on either
def test_h13_three_hundred_offices_log_in_at_half_past_eight_after_an_outage(world: World) -> None:
    """Every office is served in one round, each act is taken once, and hardly more packs are built than there are areas."""
    head = world.desk("head", "D")
    people = [head.create("person", name=f"人{n}", area="ABC"[n % 3], visits=0) for n in range(30)]
    world.settle()
    offices = [world.desk(f"office{n}", "ABC"[n % 3]) for n in range(OFFICES)]
    for n, office in enumerate(offices[: OFFICES // 3]):
        if n % 3 == 0:
            office.round()  # these have worked before; the others are new
    for n, office in enumerate(offices):
        office.create("person", name=f"新{n}", area="ABC"[n % 3])
        if n < OFFICES // 3 and n % 3 == 0:
            office.edit("person", people[n % 30 // 3 * 3], visits=1)
    with ThreadPoolExecutor(WORKERS) as many:
        reports = list(many.map(DeskInTest.round, offices))
    assert max(report.requests for report in reports) <= 4
    assert {tuple(answers(office)) for office in offices} == {
        ("applied",),
        ("applied", "applied"),
        ("applied", "merged"),
    }
    assert len(list((world.folder / "packs").glob("*.pack"))) <= 3 + 1 + WORKERS
    head.round()
    rows = head.rows("person")
    assert sorted(row["name"] for row in rows.values() if row["name"][0] == "新") == sorted(
        f"新{n}" for n in range(OFFICES)
    )
    assert sum(row.get("visits", 0) for row in rows.values()) == 34
    for office in offices[3:]:
        office.store.engine.dispose()
    del world.desks[4:]


def test_h14_the_garbage_of_aborted_rounds_is_cleaned(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a round has ended well no piece of a pack, no mark of an old round and no half-applied act is left."""
    monkeypatch.setattr(packs, "PIECE_BYTES", 512)
    a, b = world.desk("a", "S1"), world.desk("b", "D")
    for n in range(200):
        b.create("person", name=f"人{n}", area="A", phone=str(n * 7919))
    b.round()
    a.create("person", name="李四", area="A")
    original = a.wire.get
    left = 2

    def get(path: str, span: tuple[int, int] | None = None) -> bytes:
        nonlocal left
        left -= 1
        if left < 0:
            raise LineDown("cut")
        return original(path, span)

    monkeypatch.setattr(a.wire, "get", get)
    for grants in (["S1"], ["A"], ["A", "B", "C"]):  # another pack each time, of which two pieces come
        world.district.grant(a.wire.replica, grants)
        left = 2
        with suppress(LineDown):
            a.round()
        left = 2
        assert len(list(a.store.folder.iterdir())) == 1, "what an abandoned round left makes way for the next"
    left = 1000
    a.round()
    assert list(a.store.folder.iterdir()) == []
    assert len(a.rows("person")) == 201
