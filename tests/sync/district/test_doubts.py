"""When somebody is asked about two records, when no longer, and when again."""

from __future__ import annotations

import pytest

from sync.act import Change, Op
from tests.sync.world import DeskInTest, World

Pair = tuple[str, str]


@pytest.fixture
def street(world: World) -> DeskInTest:
    return world.desk("s1", "S1")


@pytest.fixture
def alike(world: World, street: DeskInTest) -> Pair:
    """Two records of one name and phone: perhaps one person."""
    pair = (
        street.create("person", name="王公平", phone="1", area="A"),
        street.create("person", name="王公平", phone="1", area="B"),
    )
    world.settle()
    return pair


def states(desk: DeskInTest, grade: str) -> list[str]:
    return sorted(str(d["state"]) for d in desk.rows("doubt").values() if d["grade"] == grade)


def test_a_question_whose_reason_comes_back_is_asked_again(world: World, street: DeskInTest, alike: Pair) -> None:
    assert states(street, "ask") == ["open"]
    street.edit("person", alike[0], phone="2")
    world.settle()
    assert states(street, "ask") == ["settled"]
    street.edit("person", alike[0], phone="1")
    world.settle()
    assert states(street, "ask") == ["open"]


def test_an_answer_is_not_asked_for_twice(world: World, street: DeskInTest, alike: Pair) -> None:
    ((doubt, _),) = street.rows("doubt").items()
    street.answer(doubt, "different")
    world.settle()
    street.edit("person", alike[0], phone="2")
    street.edit("person", alike[0], phone="1")
    world.settle()
    assert states(street, "ask") == ["different"]


def test_what_an_id_number_has_made_certain_is_not_asked_any_more(
    world: World, street: DeskInTest, alike: Pair
) -> None:
    for person in alike:
        street.edit("person", person, idno="X")
    world.settle()
    assert states(street, "ask") == ["settled"]
    assert [x["how"] for x in street.rows("link").values()] == ["certain"]


def test_of_two_that_an_officer_has_parted_nothing_is_asked(world: World, street: DeskInTest, alike: Pair) -> None:
    street.edit("person", alike[0], idno="X")
    street.edit("person", alike[1], idno="X", phone="2")
    world.settle()
    assert states(street, "facts") == ["open"]
    ((link, _),) = street.rows("link").items()
    street.act(Change("link", link, Op.DECIDE, {"answer": "undone"}))
    world.settle()
    assert states(street, "facts") == ["settled"]
    street.edit("person", alike[0], phone="3")
    street.edit("person", alike[1], idno=None, phone="3")  # alike by name and phone again, and already parted
    world.settle()
    assert "open" not in states(street, "facts") + states(street, "ask")


def test_a_person_no_longer_carried_leaves_even_if_all_happens_in_one_round(world: World, street: DeskInTest) -> None:
    b = world.desk("b", "B")
    one = street.create("person", name="甲", area="A")
    two = street.create("person", name="乙", area="A")
    reg = street.create("reg", person=one, area="B")
    street.edit("reg", reg, person=two)
    world.settle()
    assert set(b.rows("person")) == {two}


def test_a_registration_is_compared_as_the_person_is_known_after_the_act(world: World, street: DeskInTest) -> None:
    """One act edits the registration, and then the person so that a link joins it to another."""
    one, two = (street.create("person", name="王公平", area=area) for area in "AB")
    street.create("reg", person=one, area="A")
    mine = street.create("reg", person=two, area="B")
    street.edit("person", one, idno="X")
    world.settle()
    street.act(
        Change("reg", mine, Op.FIELDS, {"reason": "务工"}),
        Change("person", two, Op.FIELDS, {"idno": "X"}),
    )
    world.settle()
    assert states(street, "both") == ["open"]
