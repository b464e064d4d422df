"""What a desk sees of a record, what it may write of it, and how the district keeps count of parts of rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

import sync.district.parts
from sync.act import Change, Op
from sync.district.district import District
from sync.district.scope import FixedScope
from sync.district.sight import Cover, both, joined, narrowed, sights_of, tidy, within
from sync.district.tables import FEED, PART_DIGEST
from sync.schema import CollectionSpec, Schema, View
from tests.sync import viewed
from tests.sync.viewed import AREAS, CARD, POLICE, SCHEMA, ViewedWorld, file_of, wrongs
from tests.sync.world import DeskInTest, OneOfEach


@pytest.fixture
def world(district_engine: Engine, tmp_path: Path) -> Iterator[ViewedWorld]:
    made = ViewedWorld(district_engine, tmp_path)
    yield made
    for _ in range(2):
        made.settle(1)
    assert wrongs(made) == []


@pytest.fixture
def office(world: ViewedWorld) -> DeskInTest:
    return world.desk("office", "A")


@pytest.fixture
def person(office: DeskInTest) -> str:
    return office.create(
        "person", name="~wang~", phone="~phone~", idno="~idno~", birth="~birth~", note="~note~", area="A", tags=["x"]
    )


def refused(desk: DeskInTest) -> str:
    """Why the desk's last act was not taken."""
    with desk.store.reading() as conn:
        sql = "SELECT outcome, reason FROM sync_journal ORDER BY number DESC LIMIT 1"
        outcome, reason = conn.exec_driver_sql(sql).one()
    return str(reason) if outcome == "refused" else ""


# --- sights --------------------------------------------------------------------------------------------------------


def test_sights_have_one_spelling() -> None:
    assert joined(["police", "card"]) == joined(["card", "police"]) == "card+police"
    assert joined(["card", "card&police"]) == "card"
    assert joined(["card", ""]) == ""
    assert both("card+police", "card") == "card"
    assert both("police", "card") == "card&police"
    assert tidy(["B", "A|card", "A", "B|card&police", "C|card", "C|card&police"]) == ("A", "B", "C|card")
    assert narrowed(narrowed("A|police", "card"), "police") == "A|card&police"
    assert within("card", "") and within("card", "card+police") and not within("card", "card&police")


def test_a_sight_shows_what_either_view_shows_and_less_of_both() -> None:
    sights = sights_of(SCHEMA)
    assert sights.shown("card+police", "person") == (
        True,
        frozenset({"name", "phone", "area", "tags", "idno", "birth"}),
    )
    assert sights.shown("card&police", "person") == (True, frozenset({"name", "area"}))
    assert sights.shown("card&police", "line") == (False, frozenset())
    assert sights.shown("card", "referral") == (True, None)
    assert not sights.shown("nobody", "person")[0]


def test_a_cover_of_whole_areas_is_named_as_before_there_were_views() -> None:
    assert sorted(Cover.of(["A", "*"], SCHEMA).names) == ["*", "A"]


@pytest.mark.parametrize("name", ["a|b", "a&b", "", "A+", "a,b"])
def test_a_views_name_can_be_part_of_a_key(name: str) -> None:
    with pytest.raises(ValueError, match="no name for a view"):
        Schema([viewed.PERSON], [View(name, {})])


def test_nothing_is_carried_in_a_view_that_nobody_declared() -> None:
    table = viewed.PERSON.table
    spec = CollectionSpec("person", table, viewed.PERSON.fields, carries=(("name", "person", "gone"),))
    with pytest.raises(ValueError, match="no view 'gone'"):
        Schema([spec])


# --- what is held --------------------------------------------------------------------------------------------------


def test_a_grant_shows_an_area_in_a_view(world: ViewedWorld, office: DeskInTest, person: str) -> None:
    office.create("line", person=person, text="~text~", secret="~secret~")
    liaison = world.desk("liaison", "S1|police")
    world.settle()
    assert liaison.row("person", person) == {"name": "~wang~", "idno": "~idno~", "birth": "~birth~", "area": "A"}
    assert liaison.rows("line") == {}
    assert office.row("person", person)["phone"] == "~phone~"  # type: ignore[index]
    assert b"~phone~" not in file_of(liaison)


def test_several_grants_show_what_any_of_them_shows(world: ViewedWorld, office: DeskInTest, person: str) -> None:
    two = world.desk("two", "A|police", "A|card")
    all_of_it = world.desk("all", "A|police", "S1")
    narrow = world.desk("narrow", "A|card&police")
    world.settle()
    assert set(two.row("person", person) or {}) == {"name", "phone", "idno", "birth", "area", "tags"}
    assert all_of_it.row("person", person) == office.row("person", person)
    assert narrow.row("person", person) == {"name": "~wang~", "area": "A"}


def test_a_view_that_nobody_declared_shows_nothing(world: ViewedWorld, person: str) -> None:
    desk = world.desk("odd", "A|gone")
    world.settle()
    assert desk.row("person", person) is None


def test_what_is_written_out_of_sight_is_not_told_at_all(world: ViewedWorld, office: DeskInTest, person: str) -> None:
    liaison = world.desk("liaison", "A|police")
    world.settle()
    office.edit("person", person, note="~other~", phone="2")
    office.create("line", person=person, text="x")
    office.round()
    assert liaison.round().received == 0
    office.edit("person", person, name="~li~", phone="3")
    office.round()
    assert liaison.round().received == 1
    assert liaison.row("person", person)["name"] == "~li~"  # type: ignore[index]


def test_a_void_and_its_end_are_told_to_all_who_see_any_part(
    world: ViewedWorld, office: DeskInTest, person: str
) -> None:
    liaison, other = world.desk("liaison", "A|police"), world.desk("other", "A")
    world.settle()
    base = office.base()
    other.edit("person", person, note="kept")
    other.round()
    office.void("person", person, base=base)
    world.settle()
    (contest,) = liaison.rows("contest")
    assert liaison.row("person", person) is not None
    office.decide(contest, {"voided": True})
    world.settle()
    assert liaison.row("person", person) is None
    other.act(
        Change("person", person, Op.FIELDS, {"note": "x"}), base=base
    )  # unseen: whether it is voided is asked again
    world.settle()
    office.decide(contest, {"voided": False})
    world.settle()
    assert liaison.row("person", person) is not None


def test_one_act_that_voids_and_writes_out_of_sight_is_told(
    world: ViewedWorld, office: DeskInTest, person: str
) -> None:
    liaison = world.desk("liaison", "A|police")
    world.settle()
    office.act(Change("person", person, Op.FIELDS, {"note": "last"}), Change("person", person, Op.VOID))
    world.settle()
    assert liaison.row("person", person) is None


# --- what may be written -------------------------------------------------------------------------------------------


@pytest.fixture
def liaison(world: ViewedWorld, person: str) -> DeskInTest:
    desk = world.desk("liaison", "A|police")
    world.settle()
    return desk


def test_what_is_seen_may_be_written_and_is_not_sent_back(
    world: ViewedWorld, office: DeskInTest, liaison: DeskInTest, person: str
) -> None:
    liaison.edit("person", person, name="~li~")
    assert liaison.round().received == 0
    world.settle()
    assert office.row("person", person)["name"] == "~li~"  # type: ignore[index]
    assert office.row("person", person)["note"] == "~note~"  # type: ignore[index]


def test_what_is_not_seen_may_not_be_written(
    world: ViewedWorld, office: DeskInTest, liaison: DeskInTest, person: str
) -> None:
    liaison.edit("person", person, phone="~typed~")
    world.settle()
    assert refused(liaison) == "“phone”不在本岗位可见的范围内，不能填写"
    assert office.row("person", person)["phone"] == "~phone~"  # type: ignore[index]
    assert "phone" not in (liaison.row("person", person) or {})
    assert liaison.status().tray == 1
    with liaison.store.reading() as conn:
        bodies = [bytes(b) for (b,) in conn.exec_driver_sql("SELECT body FROM sync_journal")]
    assert any(b"~typed~" in body for body in bodies)  # the officer's own work stays with him


def test_who_sees_a_part_neither_voids_nor_hands_over(
    world: ViewedWorld, office: DeskInTest, liaison: DeskInTest, person: str
) -> None:
    liaison.void("person", person)
    world.settle()
    assert "一部分" in refused(liaison)
    liaison.edit("person", person, area="B")
    world.settle()
    assert "一部分" in refused(liaison)
    assert office.row("person", person)["area"] == "A"  # type: ignore[index]


def test_a_new_record_has_what_its_authors_view_shows(
    world: ViewedWorld, office: DeskInTest, liaison: DeskInTest, person: str
) -> None:
    made = liaison.create("person", name="~zhao~", idno="~1~", area="A")
    world.settle()
    assert refused(liaison) == ""
    assert office.row("person", made) == {"name": "~zhao~", "idno": "~1~", "area": "A"}
    liaison.create("person", name="~zhao~", note="~n~", area="A")
    world.settle()
    assert "note" in refused(liaison)
    liaison.create("line", person=person, text="x")
    world.settle()
    assert refused(liaison) == "本岗位不能填写这类记录"
    assert len(office.rows("person")) == 2


def test_a_new_record_without_an_area_lives_in_the_grants_area(world: ViewedWorld, liaison: DeskInTest) -> None:
    made = liaison.create("person", name="~zhao~")
    world.settle()
    assert world.desks[0].row("person", made) == {"name": "~zhao~"}


def test_nobody_brings_more_of_a_record_along_than_he_sees(world: ViewedWorld, person: str) -> None:
    station = world.desk("station", "P", "A|card")
    world.settle()
    station.create("case", person=person, area="P", text="x")
    world.settle()
    assert refused(station) == "本岗位只能看到所引用记录的一部分，不能这样引用"
    station.create("visit", person=person, area="P", text="x")  # would lift the whole person
    world.settle()
    assert "一部分" in refused(station)
    case = station.create("case", witness=person, area="P", text="x")
    world.settle()
    assert refused(station) == ""
    assert case in station.rows("case")
    assert set(station.row("person", person) or {}) == {"name", "phone", "area", "tags"}


def test_a_step_may_be_taken_by_who_sees_the_record_and_the_steps(world: ViewedWorld, person: str) -> None:
    card, police = world.desk("card", "A|card"), world.desk("police", "A|police")
    world.settle()
    step = card.step("person", person, "登记")
    police.step("person", person, "走访")
    world.settle()
    assert card.row("step", step) == {"subject_kind": "person", "subject": person, "verb": "登记"}
    assert refused(police) == "本岗位不能填写这类记录"
    assert world.desks[0].rows("step")[step]["judgement"] == "accepted"
    again = card.step("person", person, "登记")
    world.settle()
    assert card.row("step", again) is not None  # overtaken, and visible beside the first


def test_a_group_that_is_seen_in_part_is_not_written(
    district_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    half = View("card", {"person": frozenset({"name", "idno", "area"})})
    monkeypatch.setattr(viewed, "SCHEMA", Schema(SCHEMA.collections.values(), [half, POLICE]))
    world = ViewedWorld(district_engine, tmp_path)
    office, desk = world.desk("office", "A"), world.desk("desk", "A|card", schema=viewed.SCHEMA)
    person = office.create("person", name="x", idno="1", birth="2000", area="A")
    world.settle()
    assert desk.row("person", person) == {"name": "x", "idno": "1", "area": "A"}
    desk.edit("person", person, idno="2")
    world.settle()
    assert "birth" in refused(desk)
    assert office.row("person", person)["birth"] == "2000"  # type: ignore[index]


def test_reference_data_carried_in_a_view_is_nobodys_to_write(world: ViewedWorld, person: str) -> None:
    top, far = world.desk("top", "D"), world.desk("far", "C")
    world.settle()
    top.create("case", witness=person, area="*", text="~open~")
    world.settle()
    assert set(far.row("person", person) or {}) == {"name", "phone", "area", "tags"}
    far.edit("person", person, phone="9")
    world.settle()
    assert "基础数据" in refused(far)


# --- contests and doubts -------------------------------------------------------------------------------------------


def _disagree(world: ViewedWorld, person: str, **fields: str) -> str:
    """Two whole desks type differently without seeing each other; returns the contest."""
    one, two = (world.desk(n, "A") for n in ("one", "two"))
    world.settle()
    one.edit("person", person, **{name: f"~{value}1~" for name, value in fields.items()})
    two.edit("person", person, **{name: f"~{value}2~" for name, value in fields.items()})
    world.settle()
    (contest,) = one.rows("contest")
    return contest


def test_a_contest_is_shown_where_all_is_that_it_is_about(world: ViewedWorld, liaison: DeskInTest, person: str) -> None:
    card = world.desk("card", "A|card")
    contest = _disagree(world, person, phone="phone")
    assert liaison.row("contest", contest) is None
    assert b"~phone2~" not in file_of(liaison)
    assert card.row("contest", contest) is not None
    card.decide(contest, {"phone": "~phone2~"})
    world.settle()
    assert refused(card) == ""
    assert world.desks[0].row("person", person)["phone"] == "~phone2~"  # type: ignore[index]
    assert card.row("contest", contest)["state"] == "decided"  # type: ignore[index]


def test_a_contest_on_a_group_needs_the_whole_group(world: ViewedWorld, liaison: DeskInTest, person: str) -> None:
    card = world.desk("card", "A|card")
    contest = _disagree(world, person, idno="idno", birth="birth")
    assert card.row("contest", contest) is None
    assert liaison.row("contest", contest) is not None


def test_only_who_sees_all_decides_about_a_void(world: ViewedWorld, office: DeskInTest, person: str) -> None:
    card = world.desk("card", "A|card")
    world.settle()
    base = office.base()
    card.edit("person", person, phone="2")
    card.round()
    office.void("person", person, base=base)
    world.settle()
    (contest,) = card.rows("contest")
    card.decide(contest, {"voided": False})
    world.settle()
    assert "不能裁决" in refused(card)


def test_who_sees_a_part_is_not_asked_about_two_records(world: ViewedWorld, office: DeskInTest, person: str) -> None:
    street, station = world.desk("street", "S1"), world.desk("station", "P")
    office.create("referral", person=person, to=["P"], reason="x")
    other = office.create("person", name="~zhao~", idno="~idno~", area="A")
    world.settle()
    assert len(office.rows("doubt")) == len(street.rows("doubt")) == 1
    assert station.row("person", person) is not None
    assert station.rows("doubt") == {}
    assert station.row("person", other) is None


def test_linked_records_are_seen_as_far_as_either_is(world: ViewedWorld, office: DeskInTest, person: str) -> None:
    station, far = world.desk("station", "P"), world.desk("far", "B|police")
    office.create("referral", person=person, to=["P"], reason="x")
    world.settle()
    second = world.desk("second", "B").create("person", name="~wang~", idno="~idno~", phone="~p2~", area="B")
    world.settle()
    assert set(station.row("person", second) or {}) == {"name", "phone", "area"}
    assert set(far.row("person", person) or {}) == {"name", "idno", "birth", "area"}
    assert len(far.rows("link")) == 1
    assert station.rows("link") == {}  # the card does not show them
    assert office.row("person", second)["phone"] == "~p2~"  # type: ignore[index]


# --- sums, packs, repair -------------------------------------------------------------------------------------------


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
