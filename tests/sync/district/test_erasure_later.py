"""What comes after an erasure: acts that waited, questions, files, more typed about it, and a district that is restored."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from sync.act import Change, Op, Outcome
from sync.blobs import hash_of
from sync.erasing import ERASED_WORDS
from sync.errors import Refused
from tests.sync.district.erasing import (
    IDNO,
    NAME,
    PHONE,
    erase,
    in_files,
    in_tables,
    person,
    still_whole,
    tray,
)
from tests.sync.world import World


@pytest.fixture
def world(district_engine: Engine, tmp_path: Path) -> Iterator[World]:
    yield from still_whole(district_engine, tmp_path)


def test_a_held_act_that_names_it_is_refused(world: World) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    p = person(a)
    world.settle()
    b.act(Change("person", p, Op.FIELDS, {"note": NAME}), Change("person", world.ids.new(), Op.FIELDS, {"note": "x"}))
    assert [v.outcome for v in b.round().verdicts] == [Outcome.HELD]
    erase(world, ("person", p))
    world.settle()
    assert (b.status().held, b.status().tray) == (0, 1)
    assert in_tables(world, NAME) == []


def test_a_rescue_keeps_what_else_was_in_it(world: World, tmp_path: Path) -> None:
    a, c, d = world.desk("a", "A"), world.desk("c", "C"), world.desk("d", "D")
    p, q = person(a), a.create("person", name="张三", area="A")
    world.settle()
    a.act(Change("person", p, Op.FIELDS, {"note": "密" + NAME}), Change("person", q, Op.FIELDS, {"note": "张三的"}))
    world.district.revoke(a.wire.replica, "账号被盗用")
    with pytest.raises(Refused):
        a.courier.round()
    world.desks.remove(a)
    world.settle()
    assert [r["state"] for r in d.rows("rescue").values()] == ["open"]
    erase(world, ("person", p))
    assert in_tables(world, NAME, "密") == []
    world.settle()
    (kept,) = d.rows("rescue").values()
    assert [(part["id"], part["op"], part["fields"]) for part in kept["parts"]] == [
        (p, "x", {}),
        (q, "f", {"note": "张三的"}),
    ]
    assert (kept["state"], kept["why"]) == ("open", "账号被盗用") or kept["why"]
    erase(world, ("person", q))
    world.settle()
    assert d.rows("rescue") == {}
    assert in_tables(world, "张三") == []
    assert c.rows("rescue") == {}


def test_its_files_go_with_it_unless_another_record_links_them(world: World, tmp_path: Path) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    alone, shared = (b"\x89" + bytes(word * 40, "utf-8") for word in ("独照", "合照"))
    p = person(a, photo=a.attach(alone))
    a.edit("person", p, photo=a.attach(shared))
    q = a.create("person", name="张三", area="A", photo=a.attach(shared))
    world.settle()
    b.courier.blob(hash_of(shared))
    erase(world, ("person", p))
    world.settle()
    assert in_tables(world, "独照" * 40) == []
    assert in_files(tmp_path, "独照" * 40) == []
    assert in_tables(world, "合照" * 40) != []
    erase(world, ("person", q))
    world.settle()
    assert in_tables(world, "合照" * 40) == []
    assert in_files(tmp_path, "合照" * 40) == []


def test_nothing_more_is_hung_on_it(world: World) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    p = person(a)
    world.settle()
    erase(world, ("person", p))
    reg = b.create("reg", person=p, area="A", reason="务工")
    assert [(v.outcome, v.reason) for v in b.round().verdicts] == [(Outcome.REFUSED, ERASED_WORDS)]
    world.settle()
    assert "务工" in str(tray(b)), "it says nothing of the person"
    assert b.row("reg", reg) is None


def test_of_two_values_that_were_erased_the_one_that_stands_can_be_kept(world: World) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    p, q, r = (person(a, name=f"{NAME}{n}", phone=f"{PHONE}{n}", idno=f"{IDNO}{n}") for n in range(3))
    reg = a.create("reg", person=p, area="A")
    world.settle()
    a.edit("reg", reg, person=q)
    b.edit("reg", reg, person=r)
    world.settle()
    erase(world, ("person", q), ("person", r))
    world.settle()
    (contest,) = a.rows("contest")
    stands = a.row("reg", reg)["person"]
    gone = {q, r} - {stands}
    a.decide(contest, {"person": gone.pop()})
    assert [(v.outcome, v.reason) for v in a.round().verdicts] == [(Outcome.REFUSED, ERASED_WORDS)]
    a.decide(contest, {"person": stands})
    assert [v.outcome for v in a.round().verdicts] == [Outcome.APPLIED]
    world.settle()
    assert [row["state"] for row in b.rows("contest").values()] == ["decided"]
    assert b.row("reg", reg)["person"] == stands


def test_a_restored_district_erases_again(world: World, tmp_path: Path) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    p = person(a)
    world.settle()
    backup = world.backup()
    q = a.create("person", name="后来" + NAME, area="A")
    world.settle()
    erase(world, ("person", p))
    erase(world, ("person", q))
    old = world.copy(b, "old", runs=False)
    world.settle()
    world.bring_back(backup)
    assert in_tables(world, NAME) == []
    world.rest()
    world.restore(b, old)
    world.rest()
    assert in_tables(world, NAME) == []
    assert in_files(tmp_path, NAME) == []


def test_an_order_that_a_crash_cut_short_is_carried_out_later(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    a = world.desk("a", "A")
    p = person(a)
    world.settle()

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(world.district._eraser, "_note", _after(world.district._eraser._note, dies))
    with pytest.raises(KeyboardInterrupt):
        erase(world, ("person", p))
    monkeypatch.undo()
    assert in_tables(world, NAME) != []
    world.district.tend()
    assert in_tables(world, NAME) == []


def _after(work: Any, then: Any) -> Any:
    def both(*given: Any) -> None:
        work(*given)
        then()

    return both


def test_a_doubt_closes_between_rows_whose_people_were_one_through_it(world: World) -> None:
    a = world.desk("a", "A")
    people = [a.create("person", name="王公平", idno="U", area="A") for _ in range(2)]
    for one in people:
        a.create("reg", person=one, area="A")
    world.settle()
    asked = [d["state"] for d in a.rows("doubt").values() if d["rule"] == "one active registration"]
    assert asked == ["open"]
    world.district.erase([("person", people[1])], "局长", "当事人申请")
    world.settle()
    asked = [d["state"] for d in a.rows("doubt").values() if d["rule"] == "one active registration"]
    assert asked == ["settled"]
