"""Desks that come with an old program, a wrong clock or half an enrolment, and 300 that wait while others write."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sync.act import Change, Op
from sync.desk.enrolling import enrol_desk, new_nonce
from sync.desk.transport import Transport
from sync.errors import LineDown, Refused
from sync.outside import SystemClock
from tests.sync.net.conftest import Running, ToyDesk, ToyDistrict
from tests.sync.scenarios.looks import answers, shown, tray
from tests.sync.scenarios.real import RealDesk, real_desk
from tests.sync.scenarios.versions import older
from tests.sync.world import World

DAY_MS = 86_400_000


class Clock2019:
    """A PC whose battery is empty."""

    def now_ms(self) -> int:
        return int(datetime(2019, 1, 1, tzinfo=UTC).timestamp() * 1000)

    def monotonic(self) -> float:
        return SystemClock().monotonic()


@contextmanager
def arrived(district: ToyDistrict, running: Running, folder: Path, clock: object) -> Iterator[RealDesk]:
    """A desk that enrols with a clock of its own."""
    answer = enrol_desk(running.url, district.code(), new_nonce(os.urandom(16)), clock.now_ms)
    line = Transport(answer.url, answer.token, answer.ca, clock.now_ms)
    yield real_desk(folder, ToyDesk(answer, line), clock)
    line.close()


def test_n19_a_pc_stands_in_2019(toy_district: ToyDistrict, tmp_path: Path) -> None:
    """It enrols and syncs with the certificate verified, is told how far off it is, and order is that of arrival."""
    with (
        toy_district.running() as running,
        arrived(toy_district, running, tmp_path / "slow", Clock2019()) as slow,
        arrived(toy_district, running, tmp_path / "right", SystemClock()) as right,
    ):
        for desk in (slow, right):
            desk.round()
        note = right.note("一")
        right.round()
        slow.round()
        for desk, text in ((right, "二"), (slow, "三")):
            desk.act(Change("note", note, Op.FIELDS, {"text": text}))
            desk.round()
        right.round()
        assert slow.rows("note") == right.rows("note") == {note: {"text": "二", "area": "A"}}
        (contest,) = right.rows("contest").values()
        assert [s["value"]["text"] for s in contest["sides"]] == ["二", "三"]
        skew = slow.status().skew_ms
        assert skew is not None and skew < -5 * 365 * DAY_MS
        assert abs(right.status().skew_ms or 0) < 60_000


@pytest.mark.parametrize("stated", ["2027-02-13", "2027-02-18"])
def test_n19_a_stated_date_of_day_30_arrives_on_day_32(world: World, stated: str) -> None:
    """It counts as it was typed and nobody is asked; only one that nobody can have typed by then is put to an officer."""
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    person = a.create("person", name="王公平", area="A")
    world.settle()
    world.clock.ms -= 8 * 365 * DAY_MS  # whatever the PC believes when it is typed
    step = a.step("person", person, "登记", day=stated)
    world.clock.ms += 8 * 365 * DAY_MS + 32 * DAY_MS
    world.settle()
    assert shown((a, b), "step", step)["day"] == stated
    assert shown((a, b), "step", step)["judgement"] == "accepted"
    asked = [d for d in a.rows("doubt").values() if d["grade"] == "date"]
    assert [d["summary"][0]["value"] for d in asked] == ([] if stated == "2027-02-13" else [stated])
    assert a.status().doubts == b.status().doubts == len(asked)


def test_n22_an_old_desk_meets_a_new_field_a_new_code_and_a_new_child_collection(world: World) -> None:
    """It passes all of them on untouched, lets them go with their record, and shows them once it is upgraded."""
    old, new = world.desk("old", "S1", schema=older()), world.desk("new", "S1")
    person = new.create("person", name="王公平", area="A", birth="1990", tags=["新代码"], phone="1")
    reg = new.create("reg", person=person, area="A", reason="新事由")
    line = new.create("line", reg=reg, text="同行")
    away = new.create("person", name="李四", area="A")
    gone = new.create("line", reg=new.create("reg", person=away, area="A"), text="不留")
    world.settle()
    assert old.row("reg", reg)["reason"] == "新事由"
    old.edit("person", person, phone="2")
    old.edit("reg", reg, until="2027-12-31")
    new.edit("line", line, text="同行两人")
    world.settle()
    assert shown((old, new), "person", person) == {
        "name": "王公平", "area": "A", "birth": "1990", "tags": ["新代码"], "phone": "2",
    }  # fmt: skip
    for record in new.rows("reg").keys() - {reg}:
        new.edit("reg", record, area="C")
    new.edit("person", away, area="C")
    world.settle()
    assert old.row("person", away) is None
    with old.store.reading() as conn:
        kept = [i for (i,) in conn.exec_driver_sql("SELECT id FROM sync_unknown WHERE collection='line'")]
    assert kept == [line], f"{gone} left with its registration"
    late = old.edit("person", person, phone="3")
    now = world.upgrade(old)
    assert now.row("line", line) == {"reg": reg, "text": "同行两人"}
    with now.store.reading() as conn:
        assert conn.exec_driver_sql("SELECT birth, phone FROM person WHERE id=?", (person,)).one() == ("1990", "3")
    now.edit("person", person, birth="1991")
    now.edit("line", line, text="同行三人")
    assert not now.round().repaired
    world.settle()
    assert late == 3 and answers(now)[-3:] == ["applied"] * 3
    assert shown((now, new), "line", line)["text"] == "同行三人"
    assert shown((now, new), "person", person)["birth"] == "1991"


def test_n22_an_old_desk_takes_a_step_whose_guard_asks_for_what_it_cannot_fill_in(world: World) -> None:
    """The step waits for the upgrade and says so; upgraded and filled in, it is taken, and is never sent back before."""
    old, new = world.desk("old", "S1", schema=older()), world.desk("new", "S1")
    person = old.create("person", name="王公平", area="A")
    step = old.step("person", person, "核验")
    other = old.create("person", name="李四", area="A")
    world.settle()
    assert answers(old) == ["applied", "held", "applied"]
    with old.store.reading() as conn:
        (reason,) = conn.exec_driver_sql("SELECT reason FROM sync_journal WHERE outcome='held'").one()
    assert "升级" in reason
    assert new.row("step", step) is None and new.row("person", other) is not None
    new.edit("person", person, birth="1990")
    world.settle()
    now = world.upgrade(old)
    world.settle()
    assert answers(now) == ["applied"] * 3 and tray(now) == []
    assert shown((now, new), "step", step)["judgement"] == "accepted"


def test_n24_the_enrolment_reply_is_lost(toy_district: ToyDistrict) -> None:
    """The same code with the same nonce is given the same answer: one desk, one token, one block of numbers."""
    now, code, nonce = SystemClock().now_ms, toy_district.code(), new_nonce(os.urandom(16))
    with toy_district.running("--die", "enrolled") as running:
        with pytest.raises(LineDown):
            enrol_desk(running.url, code, nonce, now)
        assert running.process.wait(10) == -9
    with toy_district.running("--port", str(running.port)):
        first = enrol_desk(running.url, code, nonce, now)
        assert enrol_desk(running.url, code, nonce, now) == first
        with pytest.raises(Refused, match="另一台电脑"):
            enrol_desk(running.url, code, new_nonce(os.urandom(16)), now)
    assert toy_district.desks() == [first.replica]
    assert first.blocks and len({(b.pattern, b.year) for b in first.blocks}) == len(first.blocks)
