"""Rounds that are broken off, overtaken, led astray or answered by a district that has lost its memory."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from sync.act import Base
from sync.desk import courier
from sync.desk.courier import Courier
from sync.desk.transport import NotTheDistrict, Transport
from sync.district.tls import Certificates
from sync.errors import LineDown, Refused, Superseded, WrongTimeline
from sync.outside import SystemClock
from tests.sync.net import strangers
from tests.sync.net.conftest import ToyDesk, ToyDistrict
from tests.sync.scenarios.real import real_desk
from tests.sync.world import World


def typed(world: World) -> int:
    """The last position: each act that the district took has one."""
    return world.district.last_pos()


def test_a1_a_round_is_broken_off_twice(world: World) -> None:
    """The third attempt ends it; every act counts once, and nothing that had come down is asked for again."""
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    person = a.create("person", name="王公平", area="A", visits=1)
    world.settle()
    b.edit("person", person, name="王公正")
    b.round()
    for n in (10, 100):
        a.edit("person", person, visits=n)
    a.wire.cut = "reply"
    with pytest.raises(LineDown):
        a.round()
    a.wire.cut = "before"
    with pytest.raises(LineDown):
        a.round()
    assert a.row("person", person)["visits"] == 111
    assert a.status().unsent == 2
    a.wire.cut = ""
    assert [v.number for v in a.round().verdicts] == [2, 3]
    assert a.round().received == 0
    world.settle()
    for desk in (a, b):
        assert desk.row("person", person) == {"name": "王公正", "area": "A", "visits": 111}
    assert typed(world) == 4


def test_a2_a_new_round_cancels_the_old_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old round is told that it is superseded at its next request, and writes nothing after that."""
    monkeypatch.setattr(courier, "ACTS_PER_BATCH_MAX", 1)
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    a.round()
    people = [a.create("person", name=f"人{n}", area="A", visits=1) for n in range(3)]
    newer = Courier(a.store.schema, a.wire, a.store, world.clock)
    positions: list[int] = []

    def overtaken(point: str) -> None:
        if point == "after apply" and not positions:
            newer.round()
            positions.append(typed(world))
            a.create("person", name="之后", area="A")

    a.courier._at = overtaken
    with pytest.raises(Superseded):
        a.round()
    assert positions == [3] and typed(world) == 3
    assert a.status().unsent == 1, "what was typed after it waits for a round of its own"
    world.settle()
    assert len(b.rows("person")) == 4
    assert {b.row("person", p)["visits"] for p in people} == {1}


def test_a2_a_request_of_an_abandoned_round_arrives_after_all(world: World) -> None:
    """It is refused as superseded and gives no position, though nobody had answered its acts before."""
    a = world.desk("a", "S1")
    a.round()
    a.create("person", name="王公平", area="A")
    late: list[bytes] = []

    def lost(_path: str, body: bytes) -> bytes:
        late.append(body)
        raise LineDown("timed out")

    post, a.wire.post = a.wire.post, lost
    with pytest.raises(LineDown):
        a.round()
    a.wire.post = post
    a.create("person", name="李四", area="A")
    a.round()
    with pytest.raises(Superseded):
        world.district.round(a.wire.replica, late[0])
    assert typed(world) == 2
    assert len(a.rows("person")) == 2


def test_a3_both_sides_do_not_add_up(world: World) -> None:
    """Only the ranges that differ are sent again; the rows are right, and the same range a second time alarms."""
    a, street = world.desk("a", "A"), world.desk("street", "S1")
    people = [a.create("person", name=f"人{n}", area="A") for n in range(40)]
    world.settle()
    for alarm in (False, True):
        with street.store.writing() as conn:
            conn.exec_driver_sql("UPDATE person SET name='坏', rowhash=rowhash+1 WHERE id=?", (people[7],))
            conn.exec_driver_sql("UPDATE sync_state SET digest=digest+1")
        down = street.wire.down
        report = street.round()
        assert report.repaired and report.in_step
        assert street.wire.down - down < 2_000
        assert street.row("person", people[7])["name"] == "人7"
        assert bool(street.status().alarm) is alarm
    assert "管理员" in str(street.status().alarm)
    with street.store.writing() as conn:
        conn.exec_driver_sql("UPDATE sync_state SET alarm=NULL")  # a person has looked


def test_a5_a_redirect_in_the_middle_of_a_round(
    lite_district: ToyDistrict, enrolled: Callable[..., ToyDesk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is followed nowhere; what had gone up stays answered, the rest waits, and the next round sends just that."""
    monkeypatch.setattr(courier, "ACTS_PER_BATCH_MAX", 2)
    elsewhere: list[str] = []
    with (
        lite_district.running() as running,
        strangers.proxy(running.port, elsewhere) as target,
        redirecting(lite_district, target) as port,
    ):
        desk = real_desk(tmp_path / "desk", enrolled(lite_district, running))
        desk.round()
        for n in range(6):
            desk.note(f"第{n}条")
        told = desk.transport
        led_astray = Transport(f"https://127.0.0.1:{port}", "", lite_district.ca_pem(), SystemClock().now_ms)
        turns = iter([told, led_astray])
        desk.line.post = lambda path, body: next(turns).post(path, body)
        with pytest.raises(NotTheDistrict):
            desk.round()
        assert elsewhere == []
        assert desk.status().unsent == 4
        desk.line.post = told.post
        assert desk.round().sent == 4
        assert (desk.status().unsent, len(desk.rows("note"))) == (0, 6)
    assert lite_district.held() == (6, 6, 6)


def redirecting(district: ToyDistrict, target: int) -> AbstractContextManager[int]:
    """A stranger with the district's own certificate that sends everybody, with all they have, to another port."""
    where = f"https://127.0.0.1:{target}/v1/round"
    answer = f"HTTP/1.1 307 Temporary Redirect\r\nLocation: {where}\r\nContent-Length: 0\r\n\r\n".encode()
    return strangers.answering(Certificates(district.folder / "tls").context(), answer)


@pytest.mark.parametrize("version", [0, 99])
def test_a6_a_protocol_that_is_not_served(world: World, monkeypatch: pytest.MonkeyPatch, version: int) -> None:
    """It is refused in words that say what to do; what was typed stays, and goes up once the versions agree."""
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    world.settle()
    person = a.create("person", name="王公平", area="A")
    with monkeypatch.context() as patch:
        patch.setattr(courier, "VERSION", version)
        for _ in range(2):
            with pytest.raises(Refused, match=r"版本.*升级.*不会丢失"):
                a.round()
    assert typed(world) == 0
    assert (a.status().unsent, a.row("person", person)) == (1, {"name": "王公平", "area": "A"})
    world.settle()
    assert b.row("person", person) == {"name": "王公平", "area": "A"}


def test_a7_nothing_meets_nothing(world: World) -> None:
    """An empty desk and an empty district are in step after the first round, and a round is one request from then on."""
    a = world.desk("a", "S1")
    first = a.round()
    assert (first.sent, first.received, first.pack_rows, first.repaired) == (0, 0, 0, False)
    again = a.round()
    assert (again.requests, again.received, a.rows("person")) == (1, 0, {})
    assert (a.status().pos, a.status().unsent, a.status().alarm) == (0, 0, None)
    assert a.base() == Base(0, 0)


@pytest.mark.parametrize("first", ["void", "child"])
def test_j1_a_parent_is_voided_while_a_child_is_added(world: World, first: str) -> None:
    """The void does not win silently: whichever came first, an officer says whether the parent stands."""
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    person = a.create("person", name="王公平", area="A")
    reg = a.create("reg", person=person, area="A")
    world.settle()
    a.void("reg", reg)
    line = b.create("line", reg=reg, text="同行一人")
    for desk in (a, b) if first == "void" else (b, a):
        desk.round()
    world.settle()
    (contest,) = a.rows("contest")
    assert a.rows("contest")[contest]["group"] == "*void" and b.status().contests == 1
    a.decide(contest, {"voided": True})
    world.settle()
    for desk in (a, b):
        assert desk.row("line", line) == {"reg": reg, "text": "同行一人"}
        assert desk.row("reg", reg) is None
        assert desk.status().tray == desk.status().held == desk.status().contests == 0


def test_j4_the_district_looks_empty(world: World) -> None:
    """The desk stops and keeps every row; only the administrator's word makes it go on, with what it had typed."""
    empty = world.backup()
    a = world.desk("a", "S1")
    empty["desk"], empty["epoch"] = (world.backup()[name] for name in ("desk", "epoch"))
    people = {a.create("person", name=f"人{n}", area="A") for n in range(10)}
    a.round()
    world.bring_back(empty, announced=False)
    late = a.create("person", name="之后", area="A")
    for _ in range(3):
        with pytest.raises(WrongTimeline):
            a.round()
        assert set(a.rows("person")) == people | {late}
    assert typed(world) == 0
    world.district.new_timeline()
    world.settle()
    assert set(a.rows("person")) == people | {late}
    assert typed(world) == 11


def test_j4_the_desk_looks_empty(world: World) -> None:
    """A file that is new under an old name is filled again; nothing is taken for voided at the district."""
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    people = {a.create("person", name=f"人{n}", area="A") for n in range(10)}
    world.settle()
    fresh = world.restore(a, world.blank(a, "fresh"))
    world.rest()
    assert set(fresh.rows("person")) == set(b.rows("person")) == people
    fresh.create("person", name="又一个", area="A")
    world.rest()
    assert len(b.rows("person")) == len(fresh.rows("person")) == 11
