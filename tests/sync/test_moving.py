"""Records and grants that move while an office works without a line: nothing typed in good faith is lost or leaked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from sync.act import Change, Op
from sync.district.rights import Deposit
from sync.district.scope import FixedScope
from sync.errors import LineDown
from tests.sync.small import AREAS, Judged, OneOfEach
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


@pytest.fixture
def book(district_engine: Engine, tmp_path: Path) -> World:
    """A world whose lines are a book: everybody adds to it, and only who is granted its area reads it."""
    place = FixedScope({**AREAS, "@book": None})
    return World(district_engine, tmp_path, scope=place, reserved={"reg": Deposit("@book")})


def test_what_all_add_to_and_few_read_leaves_its_authors_file_when_the_district_has_it(book: World) -> None:
    a, b = book.desk("a", "A"), book.desk("b", "A")
    above, reader = book.desk("above", "D"), book.desk("reader", "@book")
    person = a.create("person", name="王公平", area="A")
    entry = a.create("reg", area="@book", reason="~看过~")
    assert a.row("reg", entry) is not None, "until the district has it, nobody else does"
    a.wire.cut = "reply"
    with pytest.raises(LineDown):
        a.round()
    a.wire.cut = ""
    book.settle()
    assert (a.status().unsent, a.status().tray) == (0, 0)
    assert reader.row("reg", entry)["reason"] == "~看过~"  # type: ignore[index]
    assert [desk.row("reg", entry) for desk in (a, b, above)] == [None, None, None]
    assert reader.row("person", person) is None
    for desk in (a, above):
        assert "~看过~" not in "".join(map(str, desk.rows("reg").values()))


def test_nobody_changes_what_all_add_to_nor_lays_it_elsewhere(book: World) -> None:
    a, above, reader = book.desk("a", "A"), book.desk("above", "D"), book.desk("reader", "@book")
    entry = a.create("reg", area="@book", reason="1")
    a.edit("reg", entry, reason="2")
    book.settle()
    reader.edit("reg", entry, reason="3")
    reader.void("reg", entry)
    elsewhere = above.create("reg", area="A", reason="4")
    moved = above.create("person", name="李四", area="@book")
    book.settle()
    assert reader.row("reg", entry)["reason"] == "1"  # type: ignore[index]
    assert a.row("reg", elsewhere) is None
    assert reader.row("person", moved) is None, "of the book's own collection alone"
    assert [desk.status().tray for desk in (a, above, reader)] == [1, 2, 2]


def test_desks_of_one_area_share_a_download_though_each_adds_to_the_book(book: World) -> None:
    first = book.desk("first", "A")
    first.create("reg", area="@book", reason="1")
    first.create("person", name="王公平", area="A")
    first.round()
    made = {link.name for link in (book.folder / "packs").glob("*-*-*-*")}
    for n in range(2):
        book.desk(f"d{n}", "A").round()
    assert {link.name for link in (book.folder / "packs").glob("*-*-*-*")} == made


class Powers(OneOfEach):
    """Only the street may strike a person's note out or register anybody, and only its officer 王五 at that."""

    def judge(self, movement: dict[str, Any], reader: Any) -> Judged:
        if (movement["post"], movement["officer"]) != ("post street", "王五"):
            return Judged(False, "本岗位不能办理")
        return super().judge(movement, reader)

    def forbids(self, change: Change, post: str, officer: str, reader: Any) -> str:
        before = reader.get(change.collection, change.id) or {}
        strikes = change.collection == "person" and bool(before.get("note")) and change.fields.get("note", "") is None
        return "本岗位不能删去备注" if strikes and post != "post street" else ""


def test_the_program_says_what_a_post_may_do_where_its_areas_would_let_it(
    district_engine: Engine, tmp_path: Path
) -> None:
    world = World(district_engine, tmp_path, judge=Powers())
    a, street = world.desk("a", "A"), world.desk("street", "S1")
    street.officer = "王五"
    person = a.create("person", name="王公平", area="A", note="1")
    a.edit("person", person, note=None)
    refused = a.step("person", person, "登记")
    a.edit("person", person, phone="5")
    world.settle()
    row = street.row("person", person)
    assert row is not None
    assert (row["note"], row["phone"]) == ("1", "5")
    assert street.row("step", refused)["judgement"] == "overtaken"  # type: ignore[index]
    assert a.status().tray == 2
    street.edit("person", person, note=None)
    street.step("person", person, "登记")
    world.settle()
    assert "note" not in (a.row("person", person) or {"note": 1})
    assert sorted(r["judgement"] for r in a.rows("step").values()) == ["accepted", "overtaken"]
