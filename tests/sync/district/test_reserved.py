"""What only the district's own post writes, and the one exception: an officer's own fields of his own record."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from sync.act import Change, Op
from sync.district.district import District
from sync.district.rights import Reserved
from sync.district.scope import FixedScope
from tests.sync.small import AREAS, SCHEMA, OneOfEach
from tests.sync.world import DeskInTest, World

OWN = Reserved(own="name", fields=frozenset({"phone"}))


@pytest.fixture
def world(district_engine: Engine, tmp_path: Path) -> World:
    """People stand for officers here: `name` says whose record it is, and `phone` is his own to change."""
    made = World(district_engine, tmp_path)
    kind = SCHEMA, FixedScope(AREAS), OneOfEach(), made.clock, made.ids, tmp_path / "packs"
    made.district = District(district_engine, *kind, reserved={"person": OWN})
    return made


@pytest.fixture
def office(world: World) -> DeskInTest:
    return world.desk("office", "A")


@pytest.fixture
def wang(world: World, office: DeskInTest) -> str:
    """Wang's record, written by the district, held by the office."""
    record = world.ids.new()
    world.district.write([Change("person", record, Op.CREATE, {"name": "王芳", "phone": "1", "area": "A"})], "登记")
    world.settle()
    assert office.row("person", record) is not None
    office.officer = "王芳"
    return record


def test_an_officer_changes_his_own_field_of_his_own_record(world: World, office: DeskInTest, wang: str) -> None:
    other = world.desk("other", "S1")
    office.edit("person", wang, phone="2")
    world.settle()
    assert office.status().tray == 0
    assert other.row("person", wang)["phone"] == "2"  # type: ignore[index]


@pytest.mark.parametrize("fields", [{"idno": "x"}, {"phone": "2", "idno": "x"}, {"area": "B"}, {"name": "李四"}])
def test_he_changes_no_other_field(world: World, office: DeskInTest, wang: str, fields: dict[str, str]) -> None:
    office.edit("person", wang, **fields)
    world.settle()
    assert office.status().tray == 1
    row = office.row("person", wang)
    assert row is not None and (row["name"], row["phone"], row.get("idno")) == ("王芳", "1", None)


def test_nobody_else_changes_it_makes_one_or_voids_one(world: World, office: DeskInTest, wang: str) -> None:
    office.void("person", wang)
    office.create("person", name="王芳", area="A", phone="3")
    office.officer = "李四"
    office.edit("person", wang, phone="2")
    office.create("reg", person=wang, area="A")
    world.settle()
    assert office.status().tray == 3
    assert {row["phone"] for row in office.rows("person").values()} == {"1"}
    assert len(office.rows("reg")) == 1


def test_the_districts_own_post_writes_it_like_anything(world: World, office: DeskInTest, wang: str) -> None:
    top = world.desk("top", "D")
    world.settle()
    top.edit("person", wang, idno="x", phone="9")
    made = top.create("person", name="赵一", area="A")
    world.settle()
    assert top.status().tray == 0
    assert office.row("person", wang)["idno"] == "x"  # type: ignore[index]
    top.void("person", made)
    world.settle()
    assert office.row("person", made) is None


def test_what_two_district_posts_disagree_about_no_office_decides(world: World, office: DeskInTest, wang: str) -> None:
    one, two = world.desk("one", "D"), world.desk("two", "D")
    world.settle()
    one.edit("person", wang, idno="x")
    two.edit("person", wang, idno="y")
    world.settle()
    (contest,) = office.rows("contest")
    office.decide(contest, {"idno": "y", "birth": None, "sex": None})
    world.settle()
    assert office.status().tray == 1
    one.decide(contest, {"idno": "x", "birth": None, "sex": None})
    world.settle()
    assert office.row("person", wang)["idno"] == "x"  # type: ignore[index]
