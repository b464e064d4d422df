"""O: records made and changed without a line, whose acts arrive late, in parts, or before what they stand on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from sync.act import Change, Op
from sync.codec import pack_acts
from sync.desk import courier
from sync.district.holding import HOLD_MS
from sync.errors import LineDown
from sync.protocol import VERSION, RoundReply, RoundRequest, decode, encode
from tests.sync.world import DeskInTest, World

from .looks import answers, contest, contests, journal, meanwhile, shown


@pytest.fixture
def a(world: World) -> DeskInTest:
    """The office that works without a line."""
    return world.desk("a", "S1")


@pytest.fixture
def b(world: World) -> DeskInTest:
    """The office that is online all the while."""
    return world.desk("b", "S1")


@pytest.fixture
def person(world: World, a: DeskInTest, b: DeskInTest) -> str:
    """A person that both hold."""
    record = b.create("person", name="王公平", area="A", phone="1", visits=0)
    world.settle()
    return record


def said(desk: DeskInTest, number: int) -> str:
    """The reason that a desk's officer reads beside an act."""
    with desk.store.reading() as conn:
        words: str = conn.exec_driver_sql("SELECT reason FROM sync_journal WHERE number=?", (number,)).scalar_one()
    return words


def test_o1_create_then_updates_in_order(world: World, a: DeskInTest, b: DeskInTest) -> None:
    """All is applied as typed, in one round, and the others see the last state and every step to it."""
    world.settle()
    record = a.create("person", name="王公平", area="A", phone="1")
    for n in range(2, 5):
        a.edit("person", record, phone=str(n))
    report = a.round()
    assert (report.requests, answers(a)) == (1, ["applied"] * 4)
    b.round()
    assert shown([a, b], "person", record) == {"name": "王公平", "area": "A", "phone": "4"}
    with b.store.reading() as conn:
        assert len(conn.exec_driver_sql("SELECT pos FROM sync_stamp").all()) == 4
    assert contests(b) == {}


def test_o2_the_server_moved_before_the_branch_arrives(world: World, a: DeskInTest, b: DeskInTest, person: str) -> None:
    """The whole branch is merged on top of what came meanwhile, each field with its own last word."""
    a.edit("person", person, phone="2")
    a.edit("person", person, phone="3", visits=1)
    b.edit("person", person, name="王公正", visits=10)
    b.round()
    world.settle()
    assert answers(a) == ["merged", "merged"]
    assert shown([a, b], "person", person) == {"name": "王公正", "area": "A", "phone": "3", "visits": 11}
    assert contests(a) == {}


@pytest.mark.parametrize("field", ["another field", "the same field"])
def test_o3_the_server_is_edited_between_two_items_of_a_branch(
    world: World, a: DeskInTest, b: DeskInTest, person: str, field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was typed in between stays: beside the rest of the branch, or against it where it is about the same field."""
    monkeypatch.setattr(courier, "ACTS_PER_BATCH_MAX", 1)
    a.edit("person", person, phone="2")
    a.edit("person", person, phone="3")

    def save() -> None:
        b.round()
        assert b.row("person", person)["phone"] == "2", "the first item has been seen"  # type: ignore[index]
        b.edit("person", person, **({"name": "王公正"} if field == "another field" else {"phone": "9"}))
        b.round()

    meanwhile(a, save)
    world.settle()
    if field == "another field":
        assert answers(a) == ["applied", "merged"]
        assert shown([a, b], "person", person) == {"name": "王公正", "area": "A", "phone": "3", "visits": 0}
        assert contests(a) == {}
    else:
        assert answers(a) == ["applied", "contested"]
        assert contest(a)[1] == contest(b)[1] == [{"phone": "9"}, {"phone": "3"}]


def test_o4_offline_create_and_updates_with_interleaved_online_edits(
    world: World, a: DeskInTest, b: DeskInTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each item goes in between the online edits as it arrives, and every sum and every field comes out right."""
    monkeypatch.setattr(courier, "ACTS_PER_BATCH_MAX", 1)
    world.settle()
    record = a.create("person", name="王公平", area="A", visits=1)
    for n in range(3):
        a.edit("person", record, phone=str(n), visits=1)

    def save(n: int) -> None:
        b.round()
        b.edit("person", record, note=f"第{n}次", visits=10, tags={"+": [f"标{n}"], "-": []})
        b.round()

    meanwhile(a, *(lambda n=n: save(n) for n in range(3)))  # type: ignore[misc]
    world.settle()
    assert answers(a) == ["applied", "merged", "merged", "merged"]
    assert shown([a, b], "person", record) == {
        "name": "王公平",
        "area": "A",
        "phone": "2",
        "note": "第2次",
        "visits": 34,
        "tags": ["标0", "标1", "标2"],
    }
    assert contests(a) == {}


def test_o5_a_later_update_arrives_first(world: World, a: DeskInTest, b: DeskInTest, person: str) -> None:
    """It waits for what comes before it: nothing of it counts, and both count in their order when both are there."""
    a.edit("person", person, phone="2")
    a.edit("person", person, phone="3", visits=1)
    first, second = journal(a)
    with a.store.reading() as conn:
        pos, tag, scope, fence = conn.exec_driver_sql("SELECT pos, tag, scope, fence+1 FROM sync_state").one()
    request = RoundRequest(VERSION, 1, fence, pos, tag, scope, pack_acts([second]))
    reply = decode(world.district.round(a.wire.replica, encode(request)), RoundReply)
    assert (reply.upto, reply.verdicts) == (first.number - 1, [])
    b.round()
    assert shown([b], "person", person)["phone"] == "1"
    world.rest()
    assert answers(a) == ["applied", "applied"]
    assert shown([a, b], "person", person) == {"name": "王公平", "area": "A", "phone": "3", "visits": 1}


def test_o6_a_version_beyond_the_server(world: World, a: DeskInTest, b: DeskInTest) -> None:
    """What hangs on a lost record is held until that comes again; a value seen only on the lost past is asked about."""
    world.settle()
    backup = world.backup()
    record = b.create("person", name="王公平", area="A")
    world.settle()
    a.edit("person", record, phone="2")
    a.edit("person", record, name="王公正")
    world.bring_back(backup)
    assert a.round().rewound
    assert (answers(a), a.status().held) == (["held", "held"], 2)
    assert a.row("person", record) == {"name": "王公正", "area": "A", "phone": "2"}
    world.settle()
    assert (answers(a), a.status().held) == (["merged", "contested"], 0)
    assert shown([a, b], "person", record) == {"name": "王公平", "area": "A", "phone": "2"}
    assert contest(b)[1] == [{"name": "王公平"}, {"name": "王公正"}]


def test_o7_a_reversed_order_heals_itself(world: World, a: DeskInTest, b: DeskInTest) -> None:
    """Each act is held for the one it stands on; when the first arrives all are released, and none is asked for again."""
    c = world.desk("c", "S1")
    world.settle()
    person, reg, line = (world.ids.new() for _ in range(3))
    c.act(Change("line", line, Op.CREATE, {"reg": reg, "text": "同行一人"}))
    c.edit("line", line, text="同行两人")
    b.act(Change("reg", reg, Op.CREATE, {"person": person, "area": "A"}))
    a.act(Change("person", person, Op.CREATE, {"name": "王公平", "area": "A"}))
    for desk in (c, b):
        desk.round()
    assert (answers(c), answers(b)) == (["held", "held"], ["held"])
    a.round()
    assert a.rows("reg").keys() == {reg}, "released with the round that brought what they stood on"
    world.settle()
    assert (answers(c), answers(b)) == (["applied", "applied"], ["applied"])
    assert shown([a, b, c], "line", line) == {"reg": reg, "text": "同行两人"}
    assert [desk.status().held for desk in (a, b, c)] == [0, 0, 0]


def test_o8_an_update_before_its_create(world: World, a: DeskInTest, b: DeskInTest) -> None:
    """The update is held until the create arrives, then applied to it as if they had come in order."""
    world.settle()
    record = world.ids.new()
    b.edit("person", record, phone="139", visits=2)
    b.round()
    assert answers(b) == ["held"]
    a.round()
    assert a.row("person", record) is None
    a.act(Change("person", record, Op.CREATE, {"name": "王公平", "area": "A", "visits": 1}))
    world.settle()
    assert answers(b) == ["merged"]
    assert shown([a, b], "person", record) == {"name": "王公平", "area": "A", "phone": "139", "visits": 3}


def test_o9_held_items_are_visible(world: World, a: DeskInTest, b: DeskInTest, person: str) -> None:
    """The office counts them, shows what was typed, and says what they wait for; what does not hang on them goes on."""
    record = world.ids.new()
    held = b.edit("person", record, phone="139")
    b.edit("person", person, phone="2")
    for _ in range(3):
        b.round()
        assert (b.status().held, b.status().unsent, b.status().tray) == (1, 0, 0)
        assert b.row("person", record) == {"phone": "139"}
        assert "自动办理" in said(b, held)
    a.round()
    assert shown([a, b], "person", person)["phone"] == "2"
    a.act(Change("person", record, Op.CREATE, {"name": "李四", "area": "A"}))
    world.settle()
    assert (b.status().held, said(b, held)) == (0, "")


def test_o12_what_is_held_is_forced_after_the_deadline(world: World, a: DeskInTest, b: DeskInTest) -> None:
    """It is put before those who would hold the record, whole; one of them makes the record, and what else waits goes on."""
    world.settle()
    record, reg = world.ids.new(), world.ids.new()
    forced = a.edit("person", record, phone="139", visits=2)
    a.round()
    world.clock.ms += HOLD_MS - 60_000
    a.act(Change("reg", reg, Op.CREATE, {"person": record, "area": "A"}))
    a.round()
    world.district.tend()
    world.settle()
    assert (answers(a), a.status().held) == (["held", "held"], 2)
    world.clock.ms += 120_000
    world.district.tend()
    world.settle()
    assert (answers(a), a.status().held) == (["rescued", "held"], 1), "the second has waited a minute only"
    ((key, rescued),) = b.rows("rescue").items()
    assert (rescued["officer"], rescued["verb"], rescued["state"]) == ("a", "保存", "open")
    assert [part["fields"] for part in rescued["parts"]] == [{"phone": "139", "visits": 2}]
    assert a.courier.rescued(forced).changes[0].fields == {"phone": "139", "visits": 2}
    b.act(
        Change("rescue", key, Op.DECIDE, {"answer": "taken"}),
        Change("person", record, Op.CREATE, {"name": "王公平", "area": "A", **rescued["parts"][0]["fields"]}),
        verb="转为草稿",
    )
    world.settle()
    assert shown([a, b], "person", record) == {"name": "王公平", "area": "A", "phone": "139", "visits": 2}
    assert shown([a, b], "reg", reg)["person"] == record
    assert (answers(a)[-1], a.status().held, a.status().rescues, b.status().rescues) == ("applied", 0, 0, 0)


@pytest.mark.parametrize("phone", ["139", "138"])
def test_o13_a_create_comes_after_it_was_forced(world: World, a: DeskInTest, b: DeskInTest, phone: str) -> None:
    """The late create is an update of the record made in its place: what agrees is one, what differs is a contest."""
    late = world.desk("late", "S1")
    world.settle()
    record = world.ids.new()
    late.act(
        Change("person", record, Op.CREATE, {"name": "王公平", "area": "A", "phone": phone, "visits": 1, "idno": "X"})
    )
    late.edit("person", record, note="之后的备注")
    a.edit("person", record, phone="139", visits=2)
    a.round()
    world.clock.ms += HOLD_MS + 60_000
    world.district.tend()
    b.round()
    ((key, rescued),) = b.rows("rescue").items()
    b.act(
        Change("rescue", key, Op.DECIDE, {"answer": "taken"}),
        Change("person", record, Op.CREATE, {"name": "王公平", "area": "A", **rescued["parts"][0]["fields"]}),
        verb="转为草稿",
    )
    b.round()
    world.settle()
    row = shown([a, b, late], "person", record)
    assert row == {
        "name": "王公平", "area": "A", "phone": "139", "visits": 3, "note": "之后的备注", "idno": "X",
    }  # fmt: skip
    if phone == "139":
        assert (answers(late), contests(late)) == (["merged", "merged"], {})
    else:
        assert answers(late) == ["contested", "merged"]
        assert contest(a)[1] == contest(late)[1] == [{"phone": "139"}, {"phone": "138"}]


def test_o14_an_interleaved_edit_is_a_soft_conflict(world: World, a: DeskInTest, b: DeskInTest, person: str) -> None:
    """It is merged and noted as such, for its author to see, and nobody has to decide."""
    b.edit("person", person, name="王公正")
    b.round()
    a.edit("person", person, phone="2")
    a.edit("person", person, note="注")
    world.settle()
    assert answers(a) == ["merged", "merged"]
    assert shown([a, b], "person", person)["phone"] == "2"
    assert a.status().contests == b.status().contests == 0


def test_o15_the_same_field_is_a_hard_conflict(world: World, a: DeskInTest, b: DeskInTest, person: str) -> None:
    """The first stays in the row, both stand in a contest that each desk counts, and no value is lost."""
    b.edit("person", person, phone="2")
    b.round()
    a.edit("person", person, phone="3", name="王公正")
    world.settle()
    assert answers(a) == ["contested"]
    assert contest(a)[1] == [{"phone": "2"}, {"phone": "3"}]
    row = shown([a, b], "person", person)
    assert (row["phone"], row["name"]) == ("2", "王公正"), "the rest of the act counts at once"
    assert a.status().contests == b.status().contests == 1


def test_o16_soft_again_after_a_decision(world: World, a: DeskInTest, b: DeskInTest, person: str) -> None:
    """Once decided the field is like any other: an edit that saw the decision is plain, an interleaved one merges."""
    b.edit("person", person, phone="2")
    b.round()
    a.edit("person", person, phone="3")
    world.settle()
    b.decide(contest(b)[0], {"phone": "3"})
    world.settle()
    a.edit("person", person, phone="4")
    a.round()
    b.edit("person", person, note="之前的样子")
    b.round()
    world.settle()
    assert answers(a)[-1] == "applied"
    assert answers(b)[-1] == "merged"
    assert shown([a, b], "person", person)["phone"] == "4"
    assert contests(a) == contests(b) == {}


def test_o17_contiguous_edits_are_not_flagged(world: World, a: DeskInTest, b: DeskInTest, person: str) -> None:
    """A branch with nothing in between is applied, not merged, however long it is and whoever wrote before it."""
    b.edit("person", person, phone="2")
    world.settle()
    for n in range(3, 13):
        a.edit("person", person, phone=str(n), name=f"王{n}", visits=1)
    a.wire.cut = "reply"
    with pytest.raises(LineDown):
        a.round()
    a.wire.cut = ""
    world.settle()
    assert answers(a) == ["applied"] * 10
    assert shown([a, b], "person", person) == {"name": "王12", "area": "A", "phone": "12", "visits": 10}
    assert contests(a) == contests(b) == {}


def test_o19_two_acts_on_one_record_at_the_same_moment(world: World, a: DeskInTest, b: DeskInTest) -> None:
    """One comes first whatever the moment: sums count both, and the two values of a field are a contest, every time."""
    people = [a.create("person", name=f"人{n}", area="A", phone="1", visits=0) for n in range(10)]
    world.settle()
    for n, person in enumerate(people):
        a.edit("person", person, phone="2", visits=1, tags={"+": [f"甲{n}"], "-": []})
        b.edit("person", person, phone="3", visits=10, tags={"+": [f"乙{n}"], "-": []})
    barrier = Barrier(2)

    def push(desk: DeskInTest) -> Any:
        barrier.wait()
        return desk.round()

    with ThreadPoolExecutor(2) as both:
        assert len(list(both.map(push, (a, b)))) == 2
    world.settle()
    for n, person in enumerate(people):
        row = shown([a, b], "person", person)
        assert (row["visits"], row["tags"]) == (11, sorted([f"甲{n}", f"乙{n}"]))
    found = contests(a)
    assert found == contests(b)
    assert {row["subject"] for row in found.values()} == set(people)
    assert all({s["value"]["phone"] for s in row["sides"]} == {"2", "3"} for row in found.values())
