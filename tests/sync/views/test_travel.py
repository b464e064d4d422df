"""What travels with what, whole or in a view: referrals, assignments, carriers, children, parents; and leaves again."""

from __future__ import annotations

import pytest

from tests.sync.viewed import ViewedWorld, file_of
from tests.sync.world import DeskInTest

ON_THE_CARD = {"name", "phone", "area", "tags"}


@pytest.fixture
def station(world: ViewedWorld) -> DeskInTest:
    return world.desk("station", "P")


@pytest.fixture
def person(office: DeskInTest) -> str:
    return office.create("person", name="~wang~", phone="~phone~", idno="~idno~", note="~note~", area="A", tags=["x"])


def fields(desk: DeskInTest, collection: str, record: str) -> set[str]:
    return set(desk.row(collection, record) or {})


def test_a_referral_shows_a_card_with_its_children_until_it_ends(
    world: ViewedWorld, office: DeskInTest, station: DeskInTest, person: str
) -> None:
    line = office.create("line", person=person, text="~text~", secret="~secret~")
    referral = office.create("referral", person=person, to=["P"], reason="~reason~")
    world.settle()
    assert fields(station, "person", person) == ON_THE_CARD
    assert station.row("line", line) == {"person": person, "text": "~text~"}
    assert station.row("referral", referral)["reason"] == "~reason~"  # type: ignore[index]
    later = office.create("line", person=person, text="~later~", secret="~secret~")
    world.settle()
    assert fields(station, "line", later) == {"person", "text"}
    assert b"~secret~" not in file_of(station)
    office.edit("referral", referral, until="2026-01-01")
    world.settle()
    assert (station.rows("person"), station.rows("line"), station.rows("referral")) == ({}, {}, {})
    assert not any(mark in file_of(station) for mark in (b"~wang~", b"~text~", b"~reason~"))
    office.edit("referral", referral, until=None)
    world.settle()
    assert fields(station, "person", person) == ON_THE_CARD


def test_a_referral_to_others_moves_what_it_shows(
    world: ViewedWorld, office: DeskInTest, station: DeskInTest, person: str
) -> None:
    court = world.desk("court", "Q")
    referral = office.create("referral", person=person, to=["P"])
    world.settle()
    office.edit("referral", referral, to={"+": ["Q"]})
    world.settle()
    office.edit("referral", referral, to=["Q"])
    world.settle()
    assert station.rows("person") == {}
    assert fields(court, "person", person) == ON_THE_CARD
    office.void("referral", referral)
    world.settle()
    assert court.rows("person") == {}


def test_what_a_referral_is_not_is_not_everybodys(world: ViewedWorld, office: DeskInTest, person: str) -> None:
    far = world.desk("far", "C")
    office.create("referral", person=person, to=["*"])
    office.create("referral", person=person, to=["C|police", "C,D", "nowhere"])
    world.settle()
    assert far.rows("person") == {}
    assert office.status().tray == 1


def test_the_station_writes_what_it_sees_and_goes_on_after_the_end(
    world: ViewedWorld, office: DeskInTest, station: DeskInTest, person: str
) -> None:
    referral = office.create("referral", person=person, to=["P"])
    world.settle()
    station.edit("person", person, phone="~new~")
    station.create("line", person=person, text="~seen~")
    office.edit("referral", referral, until="2026-01-01")  # it does not know yet
    office.round()
    world.settle()
    assert office.row("person", person)["phone"] == "~new~"  # type: ignore[index]
    assert len(office.rows("line")) == 1
    assert station.rows("person") == {}
    assert not any(mark in file_of(station) for mark in (b"~wang~", b"~new~", b"~seen~"))


def test_nobody_refers_more_of_a_record_than_he_sees(
    world: ViewedWorld, office: DeskInTest, station: DeskInTest, person: str
) -> None:
    court, liaison = world.desk("court", "Q"), world.desk("liaison", "A|police")
    office.create("referral", person=person, to=["P"])
    world.settle()
    passed_on = station.create("referral", person=person, to=["Q"], reason="x")
    world.settle()
    assert fields(court, "person", person) == ON_THE_CARD  # what the station sees it may pass on
    liaison.create("referral", person=person, to=["Q"])
    world.settle()
    assert liaison.status().tray == 1
    assert passed_on in court.rows("referral")


def test_a_task_shows_a_visit_and_its_person_to_one_post(world: ViewedWorld, office: DeskInTest, person: str) -> None:
    officer, other = world.desk("officer", "P", "@wang"), world.desk("other", "P", "@li")
    visit = office.create("visit", person=person, text="~text~", secret="~secret~")
    photo = office.create("photo", visit=visit, text="~photo~")
    sibling = office.create("visit", person=person, text="~sibling~")
    line = office.create("line", person=person, text="~line~")
    task = office.create("task", visit=visit, area="A", to="@wang")
    world.settle()
    assert officer.row("visit", visit)["secret"] == "~secret~"  # type: ignore[index]
    assert officer.row("person", person) == office.row("person", person)
    assert photo in officer.rows("photo")
    assert task in officer.rows("task")
    assert sibling not in officer.rows("visit")
    assert line not in officer.rows("line")
    assert other.rows("person") == {}
    office.edit("task", task, until="2026-01-01")
    world.settle()
    assert (officer.rows("person"), officer.rows("visit"), officer.rows("photo")) == ({}, {}, {})
    assert not any(mark in file_of(officer) for mark in (b"~wang~", b"~secret~", b"~photo~"))


def test_a_child_held_elsewhere_brings_its_parent_and_not_its_siblings(
    world: ViewedWorld, office: DeskInTest, person: str
) -> None:
    neighbour = world.desk("neighbour", "B")
    first = office.create("visit", person=person, text="~first~")
    second = office.create("visit", person=person, text="~second~")
    world.settle()
    office.edit("visit", first, area="B")
    world.settle()
    assert neighbour.row("person", person) == office.row("person", person)
    assert set(neighbour.rows("visit")) == {first}
    assert set(office.rows("visit")) == {first, second}
    neighbour.edit("person", person, phone="~seen~")
    world.settle()
    assert office.row("person", person)["phone"] == "~seen~"  # type: ignore[index]
    office.edit("visit", first, area="A")
    world.settle()
    assert neighbour.rows("person") == neighbour.rows("visit") == {}
    assert b"~wang~" not in file_of(neighbour)


def test_a_parent_that_moves_stays_where_its_child_is(world: ViewedWorld, office: DeskInTest, person: str) -> None:
    neighbour, street = world.desk("neighbour", "B"), world.desk("street", "D")
    visit = office.create("visit", person=person, text="x", area="A")
    world.settle()
    street.edit("person", person, area="B")
    world.settle()
    assert person in neighbour.rows("person")
    assert visit in neighbour.rows("visit")
    assert person in office.rows("person")  # its visit is here still
    street.edit("visit", visit, area="C")
    world.settle()
    assert office.rows("person") == office.rows("visit") == {}
    assert visit in neighbour.rows("visit")


def test_a_child_moved_to_another_parent_takes_its_areas_along(
    world: ViewedWorld, office: DeskInTest, person: str
) -> None:
    neighbour = world.desk("neighbour", "B")
    other = office.create("person", name="~li~", area="A")
    visit = office.create("visit", person=person, text="x", area="A")
    world.settle()
    office.edit("visit", visit, area="B")
    world.settle()
    assert set(neighbour.rows("person")) == {person}
    office.edit("visit", visit, person=other)
    world.settle()
    assert set(neighbour.rows("person")) == {other}


def test_a_case_carries_one_person_whole_and_a_witness_on_a_card(
    world: ViewedWorld, office: DeskInTest, station: DeskInTest, person: str
) -> None:
    liaison = world.desk("liaison", "P|police")
    witness = office.create("person", name="~zhao~", phone="~p2~", idno="~i2~", area="A")
    case = office.create("case", person=person, witness=witness, area="A", text="~case~")
    world.settle()
    office.edit("case", case, area="P")
    world.settle()
    assert station.row("person", person) == office.row("person", person)
    assert fields(station, "person", witness) == {"name", "phone", "area"}
    assert station.row("case", case)["witness"] == witness  # type: ignore[index]
    assert liaison.row("case", case) == {"person": person, "area": "P", "text": "~case~"}
    assert fields(liaison, "person", witness) == {"name", "area"}
    street = world.desk("street", "D")
    street.round()
    street.edit("case", case, until="2026-01-01")
    world.settle()
    assert station.rows("person") == {}
    assert b"~wang~" not in file_of(station)


def test_a_record_without_an_area_stays_with_its_author_when_it_is_referred(
    world: ViewedWorld, office: DeskInTest, station: DeskInTest
) -> None:
    person = office.create("person", name="~homeless~", idno="~1~")
    office.create("referral", person=person, to=["P"])
    world.settle()
    assert fields(office, "person", person) == {"name", "idno"}
    assert fields(station, "person", person) == {"name"}


def test_whole_becomes_a_card_and_whole_again(world: ViewedWorld, office: DeskInTest, person: str) -> None:
    desk, street = world.desk("desk", "A", "P"), world.desk("street", "D")
    office.create("referral", person=person, to=["P"])
    world.settle()
    assert desk.row("person", person) == office.row("person", person)
    street.edit("person", person, area="B")
    world.settle()
    assert fields(desk, "person", person) == ON_THE_CARD
    assert not any(mark in file_of(desk) for mark in (b"~idno~", b"~note~"))
    street.edit("person", person, area="A")
    world.settle()
    assert desk.row("person", person) == street.row("person", person)


def test_what_was_typed_while_all_was_seen_counts_and_is_not_left_in_the_file(
    world: ViewedWorld, office: DeskInTest, person: str
) -> None:
    desk, street = world.desk("desk", "A", "P"), world.desk("street", "D")
    office.create("referral", person=person, to=["P"])
    world.settle()
    desk.edit("person", person, note="~before~")
    world.settle()
    desk.edit("person", person, note="~typed~", phone="~both~")
    street.edit("person", person, area="B")
    street.round()
    world.settle()
    assert street.row("person", person)["note"] == "~typed~"  # type: ignore[index]
    assert desk.row("person", person)["phone"] == "~both~"  # type: ignore[index]
    assert fields(desk, "person", person) == ON_THE_CARD
    assert not any(mark in file_of(desk) for mark in (b"~typed~", b"~before~", b"~idno~"))


def test_what_was_typed_before_a_grant_shrank_counts_too(world: ViewedWorld, office: DeskInTest, person: str) -> None:
    desk = world.desk("desk", "A")
    world.settle()
    desk.edit("person", person, note="~typed~")
    world.district.grant(desk.wire.replica, ["A|card"])
    world.settle()
    assert office.row("person", person)["note"] == "~typed~"  # type: ignore[index]
    assert not any(mark in file_of(desk) for mark in (b"~typed~", b"~idno~", b"~note~"))
    desk.edit("person", person, note="~again~")
    world.settle()
    assert desk.status().tray == 1
    assert office.row("person", person)["note"] == "~typed~"  # type: ignore[index]


def test_a_step_taken_after_the_record_became_a_card_is_rescued_or_counts_by_today(
    world: ViewedWorld, office: DeskInTest, person: str
) -> None:
    desk = world.desk("desk", "A")
    world.settle()
    step = desk.step("person", person, "登记")
    world.district.grant(desk.wire.replica, ["A|police"])  # which shows no steps
    world.settle()
    assert step not in desk.rows("step")
    assert office.rows("step").get(step, {}).get("judgement") == "accepted"
