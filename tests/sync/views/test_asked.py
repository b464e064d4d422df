"""Who is asked what: contests, doubts and links are shown where all is that they are about."""

from __future__ import annotations

from tests.sync.viewed import ViewedWorld, file_of
from tests.sync.views.conftest import refused
from tests.sync.world import DeskInTest


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
