"""What travels with what, whole or in a view: referrals, assignments, carriers, children, parents; and leaves again."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

import sync.district.rights
from sync.district.audit import rows_for
from sync.district.engine import open_engine
from sync.district.rights import Rights
from sync.district.sight import Sights
from sync.district.tables import HEAD
from sync.system import SYSTEM_NAMES
from tests.sync.viewed import SCHEMA, Key, ViewedWorld, file_of, wrongs
from tests.sync.world import DeskInTest

ON_THE_CARD = {"name", "phone", "area", "tags"}


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


# --- whatever happens ----------------------------------------------------------------------------------------------

GRANTS = [
    "A", "B", "C", "S1", "P", "Q", "A|card", "B|police", "S1|card", "P|police", "@wang", "D|card&police",
    "A|counter", "S1|counter", "D|counter",
]  # fmt: skip


class Hands:
    """Desks that do what comes to mind, each with what it sees."""

    def __init__(self, world: ViewedWorld, seed: int) -> None:
        self.world, self.rng, self.n = world, random.Random(seed), 0
        self.desks = [world.desk("top", "D"), world.desk("a", "A"), world.desk("b", "B", "P")]
        self.desks += [world.desk(f"x{n}", *self.rng.sample(GRANTS, 2)) for n in range(2)]
        self.widened: list[str] = []
        self.people = [self.desks[0].create("person", name=self.mark(), note=self.mark(), area=a) for a in "ABC"]

    def mark(self) -> str:
        self.n += 1
        return f"~{self.n:05d}~"

    def area(self) -> str:
        return self.rng.choice(["A", "B", "C", "P", "Q"])

    def run(self, steps: int) -> None:
        world = self.world
        world.settle(1)
        for _ in range(steps):
            desk = self.rng.choice(self.desks)
            often, seldom = [self.make, self.edit], [self.move, self.end, self.regrant, self.name, self.hang]
            self.rng.choice([*often, *often, *seldom])(desk)
            if self.rng.random() < 0.5:
                self.rng.choice(self.desks).round()

    def some(self, desk: DeskInTest, collection: str) -> str | None:
        ids = sorted(desk.rows(collection))
        return self.rng.choice(ids) if ids else None

    def make(self, desk: DeskInTest) -> None:
        kind = self.rng.choice(["person", "line", "visit", "photo", "case", "referral", "task", "step"])
        person, visit = self.some(desk, "person"), self.some(desk, "visit")
        if kind == "person":
            desk.create(
                "person", name=self.mark(), phone=self.mark(), idno=f"{self.rng.randrange(4)}", area=self.area()
            )
        elif person is None or (visit is None and kind in ("photo", "task")):
            return
        elif kind == "line":
            desk.create("line", person=person, text=self.mark(), secret=self.mark())
        elif kind == "visit":
            place = {"area": self.area()} if self.rng.random() < 0.5 else {}
            desk.create("visit", person=person, text=self.mark(), secret=self.mark(), **place)
        elif kind == "photo":
            place = {"area": self.area()} if self.rng.random() < 0.3 else {}
            desk.create("photo", visit=visit, text=self.mark(), **place)
        elif kind == "case":
            witness = self.some(desk, "person")
            desk.create("case", person=person, witness=witness, area=self.area(), text=self.mark())
        elif kind == "referral":
            desk.create("referral", person=person, to=self.rng.sample(["P", "Q", "C", "@wang"], 2), reason=self.mark())
        elif kind == "task":
            desk.create("task", visit=visit, area=self.area(), to=self.rng.choice(["@wang", "Q"]))
        else:
            desk.step("person", person, f"办{self.rng.randrange(9)}")

    def edit(self, desk: DeskInTest) -> None:
        collection = self.rng.choice(["person", "person", "line", "visit", "case"])
        record = self.some(desk, collection)
        if record is None:
            return
        names = [n for n in ("name", "phone", "idno", "note", "text", "secret") if SCHEMA[collection].field(n)]
        seen = [n for n in names if n in (desk.row(collection, record) or {})]
        chosen = self.rng.choice(seen if seen and self.rng.random() < 0.8 else names)
        if self.rng.random() < 0.1:
            desk.void(collection, record)
        else:
            desk.edit(collection, record, **{chosen: self.rng.choice([self.mark(), None])})

    def move(self, desk: DeskInTest) -> None:
        collection = self.rng.choice(["person", "visit", "photo", "case", "task"])
        record = self.some(desk, collection)
        if record is not None:
            desk.edit(collection, record, area=self.area())

    def end(self, desk: DeskInTest) -> None:
        collection = self.rng.choice(["case", "referral", "task"])
        record = self.some(desk, collection)
        if record is not None:
            desk.edit(collection, record, until=self.rng.choice(["2026-01-01", None]))

    def name(self, desk: DeskInTest) -> None:
        """Brings along whom it sees, to where it likes."""
        person, visit = self.some(desk, "person"), self.some(desk, "visit")
        if person is not None:
            of_person = [
                lambda: desk.create("case", person=person, area=self.area(), text=self.mark()),
                lambda: desk.create("visit", person=person, area=self.area(), text=self.mark()),
                lambda: desk.create("referral", person=person, to=[self.area()], reason=self.mark()),
            ]
            of_visit = [lambda: desk.create("task", visit=visit, area=self.area(), to=self.area())] if visit else []
            self.watched(desk, self.rng.choice([*of_person, *of_visit]))

    def hang(self, desk: DeskInTest) -> None:
        """Makes a row another person's, one that it sees a part of where there is any."""
        rows = [(c, r, "secret" in row) for c in ("line", "visit") for r, row in sorted(desk.rows(c).items())]
        person = self.some(desk, "person")
        if rows and person is not None:
            collection, row, _ = self.rng.choice([r for r in rows if not r[2]] or rows)
            self.watched(desk, lambda: desk.edit(collection, row, person=person))

    def watched(self, desk: DeskInTest, act: Callable[[], object]) -> None:
        """One act, by which nobody may come to see what its author did not see."""
        desk.round()
        before, there = self.held()
        act()
        desk.round()
        for name, rows in self.held()[0].items():
            for key, row in rows.items():
                known = [before[name].get(key, {}), before[desk.name].get(key, {})]
                gained = {n for n, v in row.items() if all(k.get(n) != v for k in known)} - {"person"}  # that was typed
                if gained and key in there and key[0] not in SYSTEM_NAMES:
                    self.widened.append(f"{name} sees {key[0]} {sorted(gained)} by an act of {desk.name}")

    def held(self) -> tuple[dict[str, dict[Key, dict[str, Any]]], set[Key]]:
        """By desk what it holds or will after its next round, and all records that there are."""
        district, scope = self.world.district, self.world.district.scope
        with district.engine.connect().execution_options(reads=True) as conn:
            of_desks = {d.name: rows_for(conn, scope, d.wire.replica, SCHEMA) for d in self.desks}
            there = {(r.collection, r.record) for r in conn.execute(select(HEAD.c.collection, HEAD.c.record))}
        return {name: {key: row for key, (_, row) in rows.items()} for name, rows in of_desks.items()}, there

    def regrant(self, desk: DeskInTest) -> None:
        if desk not in self.desks[:2] and self.rng.random() < 0.5:
            self.world.district.grant(desk.wire.replica, self.rng.sample(GRANTS, self.rng.randrange(1, 4)))

    def decide(self) -> None:
        """Someone who sees all settles what two typed differently, so that nothing waits for that."""
        top = self.desks[0]
        for _ in range(4):
            open_ = [c for c, row in sorted(top.rows("contest").items()) if row["state"] == "open"]
            for contest in open_:
                top.decide(contest, top.rows("contest")[contest]["sides"][0]["value"])
            self.world.settle(2)
            if not open_:
                return


@pytest.mark.parametrize("seed", range(2))
def test_every_desk_holds_what_its_grants_show_it_and_no_byte_more(
    district_engine: Engine, tmp_path: Path, seed: int
) -> None:
    world = ViewedWorld(district_engine, tmp_path)
    hands = Hands(world, seed)
    for _ in range(4):
        hands.run(25)
        world.settle(2)
        hands.decide()
        assert wrongs(world) == hands.widened == []
    new = world.desk("new", "A|card", "P|police", "B")
    new.round()
    assert wrongs(world) == []
    assert sum(len(d.rows(name)) for d in world.desks for name in SCHEMA.collections) > 40


BROKEN = {
    "a view's name is enough": (Sights, "shows_all", lambda self, sight, collection, view="": True),
    "who sees any part may name it": (sync.district.rights, "_sees_in", lambda *_: ""),
    "what is hung elsewhere is not looked at": (Rights, "check_moved", lambda *_: None),
}


@pytest.mark.apart
@pytest.mark.parametrize("broken", BROKEN)
def test_a_way_to_see_more_by_naming_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    monkeypatch.setattr(*BROKEN[broken])
    hands = Hands(ViewedWorld(open_engine(f"sqlite:///{tmp_path / 'district.db'}"), tmp_path), 1)
    for _ in range(12):
        hands.run(25)
        if hands.widened:
            return
    pytest.fail("nobody noticed")
