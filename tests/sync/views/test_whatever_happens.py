"""Desks that do what comes to mind, each with what it sees: none comes to hold a byte more than its grants show it."""

from __future__ import annotations

import random
from collections.abc import Callable
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
from tests.sync.viewed import SCHEMA, Key, ViewedWorld, wrongs
from tests.sync.world import DeskInTest

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
