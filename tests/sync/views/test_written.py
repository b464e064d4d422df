"""What a desk may write of a record that it sees in part, and what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from sync.schema import Schema, View
from tests.sync import viewed
from tests.sync.viewed import POLICE, SCHEMA, ViewedWorld
from tests.sync.views.conftest import refused
from tests.sync.world import DeskInTest


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
