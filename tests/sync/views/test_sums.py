"""How the district keeps count of parts of rows, mends them, packs them, and goes from one view to another."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

import sync.district.parts
from sync.district.district import District
from sync.district.scope import FixedScope
from sync.district.tables import FEED, PART_DIGEST
from sync.schema import Schema, View
from tests.sync.small import OneOfEach
from tests.sync.viewed import AREAS, CARD, POLICE, SCHEMA, ViewedWorld, file_of
from tests.sync.world import DeskInTest


def test_a_sum_of_parts_is_made_once_and_then_kept(
    world: ViewedWorld, office: DeskInTest, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = []
    read = sync.district.parts._read

    def counted(*args: Any) -> tuple[int, int]:
        reads.append(args[2:])
        return read(*args)

    monkeypatch.setattr(sync.district.parts, "_read", counted)
    liaison, second = world.desk("liaison", "A|police"), world.desk("second", "A|police")
    world.settle()
    assert reads == [("A", "police")]
    for n in range(5):
        office.edit("person", person, name=f"~{n}~", note=f"~{n}~")
        office.create("person", name=f"~new{n}~", area="A")
    office.void("person", person)
    world.settle()
    assert reads == [("A", "police")]
    assert len(liaison.rows("person")) == len(second.rows("person")) == 5


def test_a_sum_made_while_others_write_is_made_again_under_the_turn(
    world: ViewedWorld, office: DeskInTest, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    liaison = world.desk("liaison", "A|police")
    office.round()
    keep = sync.district.parts.keep_parts

    def late(*args: Any) -> None:
        monkeypatch.setattr("sync.district.district.keep_parts", keep)
        keep(*args[:3], args[3] - 1)  # as if an act had come between

    monkeypatch.setattr("sync.district.district.keep_parts", late)
    liaison.round()
    office.edit("person", person, name="~li~")
    world.settle()
    assert liaison.row("person", person)["name"] == "~li~"  # type: ignore[index]


def test_a_spoilt_part_is_mended_with_what_may_be_seen(
    world: ViewedWorld, office: DeskInTest, liaison: DeskInTest, person: str
) -> None:
    with liaison.store.writing() as conn:
        conn.exec_driver_sql("UPDATE person SET name='spoilt', rowhash=rowhash+1")
        conn.exec_driver_sql("UPDATE sync_state SET digest=digest+1")
    report = liaison.round()
    assert report.repaired
    assert liaison.row("person", person) == {"name": "~wang~", "idno": "~idno~", "birth": "~birth~", "area": "A"}


def test_nobody_fetches_the_pack_of_another_view(world: ViewedWorld, office: DeskInTest, liaison: DeskInTest) -> None:
    names = {}
    for desk, grants in ((office, ["A"]), (liaison, ["A|card"])):
        world.district.grant(desk.wire.replica, grants)
        desk.round()
    for link in (world.folder / "packs").glob("*-*-*-*"):
        names[link.name.split("-")[1]] = link.read_text("ascii").partition(" ")[0]
    assert len(names) == 3
    allowed = [n for n in names.values() if _may(world, liaison, n)]
    assert len(allowed) == 1


def _may(world: ViewedWorld, desk: DeskInTest, name: str) -> bool:
    try:
        world.district.pack(desk.wire.replica, name)
    except FileNotFoundError:
        return False
    return True


def test_grants_that_show_less_or_more_change_the_rows_and_the_file(
    world: ViewedWorld, office: DeskInTest, person: str
) -> None:
    desk = world.desk("desk", "A")
    office.create("line", person=person, text="~text~", secret="~secret~")
    world.settle()
    whole = desk.row("person", person)
    assert b"~secret~" in file_of(desk)
    world.district.grant(desk.wire.replica, ["A|card"])
    world.settle()
    assert set(desk.row("person", person) or {}) == {"name", "phone", "area", "tags"}
    assert not any(mark in file_of(desk) for mark in (b"~secret~", b"~idno~", b"~note~"))
    assert b"~text~" in file_of(desk)
    world.district.grant(desk.wire.replica, ["A|police"])
    world.settle()
    assert b"~text~" not in file_of(desk)
    assert b"~phone~" not in file_of(desk)
    world.district.grant(desk.wire.replica, ["A"])
    world.settle()
    assert desk.row("person", person) == whole


def test_a_view_that_shows_more_in_a_new_version_reaches_its_desks(world: ViewedWorld, person: str) -> None:
    liaison = world.desk("liaison", "A|police")
    world.settle()
    wider = View("police", {**POLICE.fields, "person": frozenset({"name", "note"})})
    newer = Schema(SCHEMA.collections.values(), [CARD, wider])
    scope, old = FixedScope(AREAS), world.district
    district = District(old.engine, newer, scope, OneOfEach(), world.clock, world.ids, world.folder / "packs")
    liaison.wire.district = district
    liaison.round()
    assert liaison.row("person", person) == {"name": "~wang~", "note": "~note~"}
    assert b"~idno~" not in file_of(liaison)
    with old.engine.connect() as conn:
        assert conn.execute(select(func.count()).select_from(PART_DIGEST)).scalar_one() == 2
    world.desks[0].edit("person", person, name="~li~")  # at a process of the old version: the new one's sum is let go
    world.desks[0].round()
    liaison.round()
    assert liaison.row("person", person) == {"name": "~li~", "note": "~note~"}
    liaison.wire.district = old


def test_the_feed_keeps_whole_rows_only_where_somebody_may_need_them(
    world: ViewedWorld, office: DeskInTest, person: str
) -> None:
    world.settle()
    office.edit("person", person, note="x")
    office.round()
    with world.district.engine.connect() as conn:
        assert conn.execute(select(FEED.c.whole).order_by(FEED.c.pos.desc()).limit(1)).scalar_one() is None


def test_an_erasure_reaches_who_saw_a_part(world: ViewedWorld, office: DeskInTest, person: str) -> None:
    liaison = world.desk("police", "A|police")
    office.round()
    liaison.round()
    assert b"~idno~" in file_of(liaison)
    world.district.erase([("person", person)], "王管理", "本人要求")
    liaison.round()
    office.round()
    assert not {m for m in (b"~wang~", b"~idno~", b"~birth~") if m in file_of(liaison)}
    assert person not in liaison.rows("person")
