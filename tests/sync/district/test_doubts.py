"""When somebody is asked about two records, when no longer, and when again."""

from __future__ import annotations

from random import Random

import pytest

from sync.act import Change, Op
from sync.district.doubts import FIRST_MAX
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


def rows_of_one_key(world: World, desk: DeskInTest, count: int) -> list[str]:
    """So many people with one ID number and different names, in one act."""
    made = [world.ids.new() for _ in range(count)]
    fields = [{"name": f"n{n}", "idno": "1", "area": "A"} for n in range(count)]
    desk.act(*(Change("person", p, Op.CREATE, f) for p, f in zip(made, fields, strict=True)))
    world.settle()
    return made


def asked(desk: DeskInTest) -> set[frozenset[str]]:
    return {frozenset(d["members"]) for d in desk.rows("doubt").values() if d["state"] == "open"}


def test_a_number_filled_down_a_sheet_is_asked_about_row_by_row_and_not_pair_by_pair(world: World) -> None:
    street = world.desk("s1", "S1")
    people = rows_of_one_key(world, street, 40)
    first, later = people[:FIRST_MAX], people[FIRST_MAX:]
    assert asked(street) == {frozenset((a, b)) for n, b in enumerate(people) for a in first if a in people[:n]}
    # The first two are corrected: what was asked about them closes, and two others take their place.
    for person in first[:2]:
        street.edit("person", person, idno="")
    world.settle()
    now = [*first[2:], *later[:2]]
    rest = people[2:]
    assert asked(street) == {frozenset((a, b)) for n, b in enumerate(rest) for a in now if a in rest[:n]}


def test_all_rows_of_a_number_are_corrected_in_one_act_and_nobody_is_asked_any_more(world: World) -> None:
    street = world.desk("s1", "S1")
    people = rows_of_one_key(world, street, 30)
    street.act(*(Change("person", p, Op.FIELDS, {"idno": f"x{n}"}) for n, p in enumerate(people)))
    world.settle()
    assert asked(street) == set()
    assert len(street.rows("doubt")) == 8 * 22 + 8 * 7 // 2  # none was opened only to be closed


def test_when_the_first_of_a_number_is_erased_another_takes_its_place(world: World) -> None:
    street = world.desk("s1", "S1")
    people = rows_of_one_key(world, street, 12)
    world.district.erase([("person", people[0])], "局长", "依法")
    world.settle()
    ninth = people[FIRST_MAX]
    assert {frozenset((ninth, p)) for p in people[1:] if p != ninth} <= asked(street)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_comes_to_a_number_and_leaves_it_each_row_is_compared_with_its_first_ones(
    monkeypatch: pytest.MonkeyPatch, world: World, seed: int
) -> None:
    """With a bound of two; the world is worked out afresh at the end."""
    monkeypatch.setattr("sync.district.doubts.FIRST_MAX", 2)
    rng, street = Random(seed), world.desk("s1", "S1")
    people = rows_of_one_key(world, street, 5)
    for _ in range(8):
        changes: list[Change] = []
        for person in rng.sample(people, rng.randint(1, min(3, len(people)))):
            fields = {"idno": rng.choice(("", "1", "2")), "name": rng.choice(("n0", "n1", "n2"))}
            void = rng.random() < 0.2
            changes.append(Change("person", person, Op.VOID if void else Op.FIELDS, {} if void else fields))
            people = [p for p in people if p != person] if void else people
        street.act(*changes)
        people += rows_of_one_key(world, street, rng.randint(1, 2))
