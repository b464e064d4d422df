"""Lines, disks, clocks and processes that fail at every moment: whatever they do, rounds afterwards make all right."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from sync.act import Change, Op
from sync.errors import LineDown, Superseded
from tests.sync.scenarios.looks import shown, tray
from tests.sync.world import DeskInTest, World


def pair(world: World, *names: str) -> tuple[list[DeskInTest], str]:
    """Desks of one street that hold one person."""
    desks = [world.desk(name, "S1") for name in names or ("a", "b")]
    person = desks[0].create("person", name="王公平", area="A", phone="1", visits=1)
    world.settle()
    return desks, person


# --- the middle of a round ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("point", ["before push", "after push", "after apply", "between slices"])
def test_x1_a_clerk_types_in_the_middle_of_a_round(world: World, point: str) -> None:
    """The same round takes it up, and what the clerk typed never leaves his screen."""
    (a, b), person = pair(world)
    for n in range(100):
        b.create("person", name=f"人{n}", area="A")
    b.edit("person", person, name="王公正", visits=10)
    b.round()
    a.edit("person", person, visits=100)
    left = iter(range(3))

    def clerk(*_: object) -> None:
        if next(left, None) is not None:
            a.edit("person", person, phone="2", visits=1000)
            assert a.row("person", person)["phone"] == "2"

    if point == "between slices":
        original = a.store.writing

        def writing(priority: str = "clerk") -> Any:
            if priority == "courier":
                a.store.writing = original
                clerk()
                a.store.writing = writing
            return original(priority)

        a.store.writing = writing
    else:
        a.courier._at = lambda at: clerk() if at == point else None
    a.round()
    if point == "between slices":
        a.store.writing = original
    a.courier._at = lambda _: None
    a.round()
    assert a.status().unsent == 0
    world.settle()
    assert shown((a, b), "person", person) == {"name": "王公正", "area": "A", "phone": "2", "visits": 3111}


# --- the line -------------------------------------------------------------------------------------------------------


def unruly(desk: DeskInTest, rng: Random) -> list[bytes]:
    """Lets the desk's line double requests, deliver them late, and give an answer that belongs to another one."""
    post, late, answers = desk.wire.post, list[bytes](), list[bytes]()

    def doing(path: str, body: bytes) -> bytes:
        fault = rng.choice(("", "", "late", "twice", "another"))
        if fault == "late":
            late.append(body)
            raise LineDown("timed out")
        answers.append(post(path, body))
        if fault == "twice":
            answers.append(post(path, body))
        return rng.choice(answers[-4:]) if fault == "another" else answers[-1]

    desk.wire.post = doing
    return late


@pytest.mark.parametrize("seed", range(2))
def test_x2_answers_are_reordered_doubled_and_late(world: World, seed: int) -> None:
    """Sums count each act once, the rows are the same everywhere, and no abandoned request gives a position."""
    rng = Random(seed)
    desks, person = pair(world, "a", "b", "c")
    late = {desk.name: unruly(desk, rng) for desk in desks}
    total = 1
    for n in range(12):
        for desk in desks:
            desk.edit("person", person, visits=n + 1)
            desk.create("person", name=f"{desk.name}{n}", area="A")
            total += n + 1
            with suppress(LineDown, Superseded):
                desk.courier.round()
            if late[desk.name] and rng.random() < 0.5:
                with suppress(Superseded):
                    world.district.round(desk.wire.replica, late[desk.name].pop(0))
    for desk in desks:
        del desk.wire.post
    world.rest()
    assert shown(desks, "person", person)["visits"] == total
    assert [len(desk.rows("person")) for desk in desks] == [37] * 3
    for desk in desks:
        with desk.store.writing() as conn:
            conn.exec_driver_sql("UPDATE sync_state SET alarm=NULL")
    before = world.district.last_pos()
    for desk in desks:
        for body in late[desk.name]:
            with pytest.raises(Superseded):
                world.district.round(desk.wire.replica, body)
    assert world.district.last_pos() == before == 1 + 12 * 3 * 2


@pytest.mark.parametrize("lost", ["reply", "before"])
def test_x11_a_line_that_carries_one_way_only(world: World, lost: str) -> None:
    """What gets through is taken once and shown elsewhere; its author goes on offering it until an answer arrives."""
    (a, b), person = pair(world)
    a.wire.cut = lost
    for n in range(5):
        a.edit("person", person, visits=10)
        b.edit("person", person, visits=100)
        b.round()
        with pytest.raises(LineDown):
            a.round()
        assert a.row("person", person)["visits"] == 1 + 10 * (n + 1)
        assert a.status().unsent == n + 1
    b.round()
    assert b.row("person", person)["visits"] == (551 if lost == "reply" else 501)
    a.wire.cut = ""
    world.settle()
    assert shown((a, b), "person", person)["visits"] == 551
    assert world.district.last_pos() == 11


# --- the disk -------------------------------------------------------------------------------------------------------


@contextmanager
def sick(engine: Engine, *pragmas: str) -> Iterator[None]:
    """A SQLite file on which each transaction meets these settings."""
    pool = engine.pool

    def set_them(connection: Any, *_: object) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    event.listen(pool, "checkout", set_them)
    yield
    event.remove(pool, "checkout", set_them)
    engine.dispose()  # the settings end with their connections


def pages(engine: Engine) -> int:
    with engine.connect() as conn:
        return conn.exec_driver_sql("PRAGMA page_count").scalar_one()


@pytest.mark.parametrize("fault", ["disk is full", "readonly", "locked"])
def test_x3_the_desks_disk_fails(world: World, fault: str) -> None:
    """The round ends with the system's own words and half of nothing is written; with the disk back it goes on."""
    (a, b), person = pair(world)
    people = {b.create("person", name=f"人{n}" * 50, area="A") for n in range(60)}
    b.round()
    a.edit("person", person, visits=10)
    engine = a.store.engine
    settings = {
        "disk is full": (f"max_page_count={pages(engine) + 2}",),
        "readonly": ("query_only=1",),
        "locked": ("busy_timeout=0",),
    }
    with closing(sqlite3.connect(engine.url.database, isolation_level=None)) as other:
        if fault == "locked":
            other.execute("BEGIN IMMEDIATE")
        with sick(engine, *settings[fault]):
            for _ in range(2):
                with pytest.raises(OperationalError, match=fault):
                    a.round()
            assert a.row("person", person)["visits"] == 11
            assert len(a.rows("person")) <= 61
            with pytest.raises(OperationalError, match=fault):
                a.create("person", name="写不下" * 9_000, area="A")
    world.settle()
    assert set(a.rows("person")) == people | {person}
    assert shown((a, b), "person", person)["visits"] == 11


@contextmanager
def failing(engine: Engine, statement: int, words: str) -> Iterator[list[int]]:
    """A database that refuses its so-manieth statement from now on, once."""
    left = [statement]

    def count(*_: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise OperationalError(words, {}, sqlite3.OperationalError(words))

    event.listen(engine, "before_cursor_execute", count)
    yield left
    event.remove(engine, "before_cursor_execute", count)


@pytest.mark.parametrize("side", ["desk", "district"])
def test_x3_a_statement_fails_anywhere_in_a_round(world: World, side: str) -> None:
    """Wherever in the round it was, the act is in the sum once and both sides agree after the next one."""
    (a, b), person = pair(world)
    engine = a.store.engine if side == "desk" else world.district.engine
    failed = 0
    for statement in range(1, 200, 3):
        a.edit("person", person, visits=1, note=str(statement))
        b.edit("person", person, visits=100)
        b.round()
        with failing(engine, statement, "disk I/O error") as left, suppress(OperationalError):
            a.round()
        a.round()
        failed += 1
        assert a.row("person", person)["visits"] == 1 + 101 * failed
        if left[0] > 0:
            break
    assert failed > 8, "a round has more statements than that"
    world.settle()
    assert shown((a, b), "person", person)["visits"] == 1 + 101 * failed


# --- clocks and order -----------------------------------------------------------------------------------------------


class WildClock:
    """A PC's clock that is set forward and back while work goes on."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng

    def now_ms(self) -> int:
        return self._rng.choice((0, 1_577_836_800_000, 1_800_000_000_000, 4_102_444_800_000)) + self._rng.randrange(
            10**9
        )

    def monotonic(self) -> float:
        return 0.0


@pytest.mark.parametrize("timer", ["early", "late", "at random"])
def test_x6_timers_fire_early_and_late(world: World, timer: str) -> None:
    """Rounds after every act, after none or at random, by clocks that jump by decades, end in the same rows."""
    rng = Random(timer)
    desks, person = pair(world, "a", "b", "c")
    for desk in desks:
        desk.journal._clock = desk.courier._clock = WildClock(rng)
    for n in range(10):
        for desk in desks:
            desk.edit("person", person, visits=1, tags={"+": [f"{desk.name}{n}"], "-": []})
            if timer == "early" or (timer == "at random" and rng.random() < 0.3):
                for _ in range(2):
                    desk.round()
    desks[1].edit("person", person, note="最后到的")
    for desk in (desks[2], desks[0], desks[1]):
        desk.round()
    world.settle()
    row = shown(desks, "person", person)
    assert (row["visits"], len(row["tags"]), row["note"]) == (31, 30, "最后到的")
    assert desks[0].rows("contest") == {}


OPERATIONS: dict[str, Callable[[DeskInTest, str, str], object]] = {
    "phone": lambda d, p, _: d.edit("person", p, phone=f"电话{d.name}"),
    "birth": lambda d, p, _: d.edit("person", p, birth=f"生日{d.name}"),
    "note": lambda d, p, _: d.edit("person", p, note=f"备注{d.name}"),
    "tags": lambda d, p, _: d.edit("person", p, tags={"+": [d.name], "-": ["旧"]}),
    "visits": lambda d, p, _: d.edit("person", p, visits=5),
    "void": lambda d, p, _: d.void("person", p),
    "move": lambda d, p, _: d.edit("person", p, area="B"),
    "step": lambda d, p, _: d.step("person", p, "登记", Change("person", p, Op.FIELDS, {"sex": f"性别{d.name}"})),
    "end": lambda d, _, r: d.edit("reg", r, until=f"2026-11-{20 + (d.name == 'b')}"),
    "line": lambda d, _, r: d.create("line", reg=r, text=f"同行{d.name}"),
}
"""What two offices may do at once, to one person and his registration."""


def test_x7_any_two_operations_in_any_order(world: World) -> None:
    """Whichever arrives first, both desks show the same, and each value is in the row, a contest, or its author's tray."""
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    made: list[tuple[str, str, str, str, str]] = []
    for first in OPERATIONS:
        for second in OPERATIONS:
            person = a.create("person", name=f"{first}{second}", phone="1", area="A", visits=1, tags=["旧"])
            made.append((first, second, person, a.create("reg", person=person, area="A"), ""))
    world.settle()
    for first, second, person, reg, _ in made:
        OPERATIONS[first](a, person, reg)
        OPERATIONS[second](b, person, reg)
    world.settle()
    a_tray, b_tray = ({c.id for act, _ in tray(d) for c in act.changes} for d in (a, b))
    contests = {(c["subject"], c["group"]): c for c in a.rows("contest").values()}
    assert a.rows("person") == b.rows("person") and a.rows("reg") == b.rows("reg") and a.rows("line") == b.rows("line")
    for first, second, person, _, _ in made:
        case = (first, second)
        row, groups = a.row("person", person), {g for s, g in contests if s == person}
        if "void" not in case:
            assert row is not None, case
        if case == ("void", "void"):
            assert row is None and not groups
        elif "void" in case and case[0] != case[1] and not {"end", "line", "step"} & set(case):
            assert groups == {"*void"}, case
        elif first == second and first in ("phone", "birth"):
            assert groups == ({"phone"} if first == "phone" else {"identity"}), case
        elif case == ("step", "step"):
            assert person in {r["subject"] for r in a.rows("step").values() if r["judgement"] == "overtaken"}
            assert person in b_tray and person not in a_tray
        elif case == ("visits", "visits"):
            assert row["visits"] == 11
        elif case == ("tags", "tags"):
            assert row["tags"] == ["a", "b"]
    # A step on a record that the other has voided waits for the decision; then nothing does.
    for key, row in a.rows("contest").items():
        if row["group"] == "*void":
            a.decide(key, {"voided": False})
    world.settle()
    assert all(r.get("judgement") for r in a.rows("step").values())
