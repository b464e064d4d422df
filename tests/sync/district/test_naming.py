"""Naming a record that is seen through a view: allowed where all that goes along is seen, and never a way to see more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.act import Change, Op
from sync.district.engine import open_engine
from sync.district.sight import sights_of
from sync.schema import Schema, View
from tests.sync.viewed import CARD, COUNTER, POLICE, SCHEMA, ViewedWorld, file_of, wrongs
from tests.sync.world import DeskInTest

NOT_TO_NAME = "本岗位只能看到所引用记录的一部分，不能这样引用"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[ViewedWorld]:
    engine = open_engine(f"sqlite:///{tmp_path / 'district.db'}")
    made = ViewedWorld(engine, tmp_path)
    yield made
    for _ in range(2):
        made.settle(1)
    found = wrongs(made)
    engine.dispose()
    assert found == []


@pytest.fixture
def office(world: ViewedWorld) -> DeskInTest:
    return world.desk("office", "A")


@pytest.fixture
def person(office: DeskInTest) -> str:
    made = office.create("person", name="~wang~", phone="~phone~", idno="~idno~", note="~note~", area="A")
    office.create("line", person=made, text="~text~", secret="~secret~")
    return made


def refused(desk: DeskInTest) -> str:
    """Why the desk's last act was not taken."""
    with desk.store.reading() as conn:
        sql = "SELECT outcome, reason FROM sync_journal ORDER BY number DESC LIMIT 1"
        outcome, reason = conn.exec_driver_sql(sql).one()
    return str(reason) if outcome == "refused" else ""


# --- what is shown, and not by which name ---------------------------------------------------------------------------


def test_what_goes_along_with_a_record() -> None:
    beside = {"step", "contest", "doubt", "link"}  # children of whatever there is
    assert SCHEMA.travels("person") == {"person", "line", "visit", "photo", "referral", *beside}
    assert SCHEMA.travels("case") == {"case", *SCHEMA.travels("person")}
    assert SCHEMA.travels("photo") == SCHEMA.travels("person"), "it lifts its visit, and that its person"
    assert SCHEMA.travels("gone") == frozenset()


def test_a_view_of_everything_that_goes_along_is_as_good_as_the_whole() -> None:
    sights = sights_of(SCHEMA)
    assert sights.shows_all("counter", "person") and sights.shows_all("", "person")
    assert sights.shows_all("counter", "person", "card") and sights.shows_all("card+counter", "case")
    assert not sights.shows_all("counter", "task"), "which it does not show"
    assert not sights.shows_all("card", "person") and not sights.shows_all("card&counter", "person")
    assert not sights.shows_all("card+police", "person", "counter")
    assert not sights.shows_all("nobody", "person") and not sights.shows_all("counter", "gone")


def test_one_kind_of_child_that_is_not_shown_is_a_part() -> None:
    for lacking in SCHEMA.travels("person") - {"contest"}:
        without = View("counter", {name: f for name, f in COUNTER.fields.items() if name != lacking})
        in_part = View("counter", {**COUNTER.fields, lacking: frozenset(f.name for f in SCHEMA[lacking].fields)})
        for view in (without, in_part):  # a field that only a newer version knows is in no list of fields
            schema = Schema(SCHEMA.collections.values(), [view, CARD, POLICE])
            assert not sights_of(schema).shows_all("counter", "person"), lacking


# --- what it is for -------------------------------------------------------------------------------------------------


def test_who_sees_all_of_a_person_through_a_view_may_name_him(
    world: ViewedWorld, office: DeskInTest, person: str
) -> None:
    counter, neighbour = world.desk("counter", "S1|counter", "@post"), world.desk("neighbour", "B")
    task = office.create("task", visit=office.create("visit", person=person, text="x"), area="A", to="@wang")
    world.settle()
    case = counter.create("case", person=person, area="B", text="~case~")
    visit = counter.create("visit", person=person, area="B", text="~visit~")
    referral = counter.create("referral", person=person, to=["P"], reason="~reason~")
    world.settle()
    assert refused(counter) == "" and counter.status().tray == 0
    assert neighbour.row("person", person) == office.row("person", person), "he is registered there: they hold him"
    assert {case} == neighbour.rows("case").keys() and visit in neighbour.rows("visit")
    assert referral in office.rows("referral")
    counter.edit("case", case, person=None, witness=person)
    counter.edit("person", person, area="B")  # he has moved
    world.settle()
    assert refused(counter) == "" and neighbour.row("person", person)["area"] == "B"  # type: ignore[index]
    counter.void("case", case)
    world.settle()
    assert refused(counter) == "" and neighbour.rows("case") == {}
    assert counter.row("task", task) is None and task in office.rows("task")


def test_what_is_asked_about_them_is_decided_there_too(world: ViewedWorld, office: DeskInTest, person: str) -> None:
    counter, other = world.desk("counter", "D|counter"), world.desk("other", "C")
    far = other.create("person", name="~li~", idno="~idno~", area="C")
    world.settle()
    (doubt,) = counter.rows("doubt")
    assert office.rows("doubt") == {}, "two streets are asked above both"
    counter.act(Change("doubt", doubt, Op.DECIDE, {"answer": "same"}))
    world.settle()
    assert refused(counter) == "" and far in office.rows("person")
    (link,) = counter.rows("link")
    counter.act(Change("link", link, Op.DECIDE, {"answer": "undone"}))
    world.settle()
    assert refused(counter) == "" and office.row("person", far) is None


# --- and what it is no way to ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("grants", [("A|card", "P"), ("A|card", "P|counter"), ("A|card&counter", "B|counter")])
def test_who_sees_a_part_brings_no_more_of_it_to_himself(
    world: ViewedWorld, office: DeskInTest, person: str, grants: tuple[str, str]
) -> None:
    """By a row of his own, by a child of the record, by a referral to himself, and by two rows of one act."""
    thief, place = world.desk("thief", *grants), grants[1][0]
    world.settle()
    seen = thief.row("person", person)
    case, second = world.ids.new(), world.ids.new()
    tries = [
        [Change("case", case, Op.CREATE, {"person": person, "area": place})],
        [Change("case", case, Op.CREATE, {"person": person, "area": place, "until": "2026-01-01"})],
        [Change("case", case, Op.CREATE, {"person": person})],
        [Change("case", case, Op.CREATE, {"person": person, "area": "nowhere yet"})],
        [Change("visit", case, Op.CREATE, {"person": person, "area": place, "text": "x"})],
        [
            Change("visit", case, Op.CREATE, {"person": person, "text": "x"}),
            Change("photo", second, Op.CREATE, {"visit": case, "area": place}),
        ],
        [
            Change("visit", case, Op.CREATE, {"person": person, "text": "x"}),
            Change("task", second, Op.CREATE, {"visit": case, "area": place, "to": place}),
        ],
    ]
    for changes in tries:
        thief.act(*changes)
        world.settle()
        assert refused(thief) == NOT_TO_NAME, changes
        assert thief.row("person", person) == seen
    assert len(office.rows("line")) == 1 and office.rows("case") == office.rows("visit") == {}
    assert not any(mark in file_of(thief) for mark in (b"~secret~", b"~note~", b"~idno~"))


def test_what_is_seen_in_part_is_not_hung_where_all_is_seen(
    world: ViewedWorld, office: DeskInTest, person: str
) -> None:
    thief = world.desk("thief", "A|card", "P")
    visit = office.create("visit", person=person, text="~visit~", secret="~hidden~")
    own = thief.create("person", name="~own~", area="P")
    world.settle()
    (line,) = thief.rows("line")
    for collection, record in (("line", line), ("visit", visit)):
        seen = thief.row(collection, record)
        thief.edit(collection, record, person=own)
        world.settle()
        assert "一部分" in refused(thief)
        assert thief.row(collection, record) == seen
    assert not any(mark in file_of(thief) for mark in (b"~secret~", b"~hidden~"))


def test_who_holds_a_person_for_a_visit_does_not_name_his_way_to_the_others(
    world: ViewedWorld, office: DeskInTest, person: str
) -> None:
    neighbours = world.desk("neighbour", "B"), world.desk("counter", "B|counter")
    visit = office.create("visit", person=person, text="~visit~")
    world.settle()
    office.edit("visit", visit, area="B")  # brings the person there, and nothing else of his
    world.settle()
    for neighbour in neighbours:
        assert neighbour.row("person", person) is not None and neighbour.rows("line") == {}
        neighbour.create("case", person=person, area="B")
        world.settle()
        assert refused(neighbour) == NOT_TO_NAME
        neighbour.create("referral", person=person, to=["B"])
        world.settle()
        assert refused(neighbour) == NOT_TO_NAME
        another = neighbour.create("visit", person=person, area="B", text="~second~")
        world.settle()
        assert refused(neighbour) == "" and another in neighbour.rows("visit")
        assert neighbour.rows("line") == {} and b"~text~" not in file_of(neighbour)


def test_a_right_that_shrank_or_grew_since_names_by_what_was_seen(
    world: ViewedWorld, office: DeskInTest, person: str
) -> None:
    desk = world.desk("desk", "A|card", "B|card")
    world.settle()
    desk.create("case", person=person, area="B")  # typed by one who saw a card, of a case that a card does not show
    world.district.grant(desk.wire.replica, ["B"])
    world.settle()
    assert refused(desk) != "" and desk.row("person", person) is None
    office.edit("person", person, name="~li~")
    world.settle()
    world.district.grant(desk.wire.replica, ["A|counter", "B|counter"])
    office.edit("person", person, name="~zhao~")
    world.settle()
    case = desk.create("case", person=person, area="B")  # in good faith: all of him was seen
    world.district.grant(desk.wire.replica, ["B|card"])
    world.settle()
    assert office.row("person", person) is not None
    with world.district.engine.connect() as conn:
        outcome = conn.exec_driver_sql(f"SELECT outcome FROM act WHERE replica='{desk.wire.replica}'").scalars().all()
    assert outcome == ["refused", "applied"] and case not in desk.rows("case")
    assert set(desk.row("person", person) or {}) == {"name", "phone", "area"}
