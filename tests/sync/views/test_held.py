"""What a desk sees of a record, by the areas and views that it is granted."""

from __future__ import annotations

import pytest

from sync.act import Change, Op
from sync.district.sight import Cover, both, joined, narrowed, sights_of, tidy, within
from sync.schema import CollectionSpec, Schema, View
from tests.sync import viewed
from tests.sync.viewed import SCHEMA, ViewedWorld, file_of
from tests.sync.world import DeskInTest


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
