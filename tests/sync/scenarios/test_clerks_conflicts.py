"""Z: what two clerks do to one record, and what each of them sees of it until somebody decides."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.msgpack import encode

from sync.act import Act, Base, Change, Op
from sync.desk import apply, courier, laying
from sync.errors import WrongTimeline
from tests.sync.world import DeskInTest, World

from .looks import answers, contest, contests, meanwhile, shown, tray

Pair = tuple[DeskInTest, DeskInTest, str]


@pytest.fixture
def pair(world: World) -> Pair:
    """Two desks of one street, and a person that both hold."""
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    person = a.create("person", name="王公平", area="A", phone="1", idno="X", birth="1990", sex="1")
    world.settle()
    return a, b, person


@pytest.fixture
def parted(world: World, pair: Pair) -> Pair:
    """The two have typed different telephone numbers and names, and both know."""
    a, b, person = pair
    a.edit("person", person, phone="2", name="王公正")
    b.edit("person", person, phone="3", name="王工平")
    world.settle()
    return pair


def about(desk: DeskInTest, group: str) -> str:
    """The open contest on a field."""
    (key,) = [key for key, row in contests(desk).items() if row["group"] == group]
    return key


def orphans(desk: DeskInTest, conn: Any) -> list[str]:
    """The children shown whose parent is not."""
    sql = "SELECT id FROM line WHERE reg NOT IN (SELECT id FROM reg) UNION ALL SELECT id FROM step WHERE subject NOT IN"
    return [i for (i,) in conn.exec_driver_sql(f"{sql} (SELECT id FROM reg UNION ALL SELECT id FROM person)")]


def test_z2_parents_come_before_their_children(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """However they were typed, sent or packed, no desk ever shows a child whose parent it has not got."""
    monkeypatch.setattr(apply, "SLICE_ENTRIES", 2)
    monkeypatch.setattr(laying, "SLICE_ENTRIES", 2)
    a, b = world.desk("a", "A"), world.desk("b", "S1")
    b.create("person", name="先到", area="B")
    world.settle()
    found: list[str] = []
    b.store.after = lambda conn, _touched: found.extend(orphans(b, conn))  # type: ignore[method-assign]
    for n in range(6):
        person, reg = world.ids.new(), world.ids.new()
        a.act(
            Change("line", world.ids.new(), Op.CREATE, {"reg": reg, "text": f"第{n}行"}),
            Change("reg", reg, Op.CREATE, {"person": person, "area": "A"}),
            Change("person", person, Op.CREATE, {"name": f"人{n}", "area": "A"}),
        )
        a.step("reg", reg, "登记")
    world.settle()
    assert (len(b.rows("line")), len(b.rows("step"))) == (6, 6)
    for grants in (["B"], ["S1"]):  # a pack takes them all away, another brings them again
        world.district.grant(b.wire.replica, grants)
        b.round()
    assert (len(b.rows("line")), len(b.rows("step"))) == (6, 6)
    assert found == []


def test_z3_the_server_moves_during_an_upload(world: World, pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """What others wrote between two requests of one round is merged or contested by what the author had really seen."""
    monkeypatch.setattr(courier, "ACTS_PER_BATCH_MAX", 1)
    a, b, person = pair
    a.edit("person", person, note="甲")
    a.edit("person", person, phone="2")

    def the_other_saves() -> None:
        b.edit("person", person, phone="3", name="王公正")
        b.round()

    meanwhile(a, the_other_saves)
    report = a.round()
    assert (report.sent, answers(a)) == (2, ["applied", "applied", "contested"])
    world.settle()
    assert contest(a)[1] == contest(b)[1] == [{"phone": "3"}, {"phone": "2"}]
    assert shown([a, b], "person", person)["name"] == "王公正"


def test_z4_the_server_goes_backwards(world: World, pair: Pair) -> None:
    """A desk that is ahead of the district loses nothing: it waits for the administrator's word, then offers its acts again."""
    a, b, person = pair
    backup = world.backup()
    a.edit("person", person, phone="2")
    new = a.create("person", name="李四", area="A")
    world.settle()
    confirm, world.district.new_timeline = world.district.new_timeline, lambda: 0  # type: ignore[method-assign]
    world.bring_back(backup)
    for desk in (a, b):
        with pytest.raises(WrongTimeline):
            desk.round()
        assert shown([desk], "person", person)["phone"] == "2"
    confirm()
    world.settle()
    assert shown([a, b], "person", person)["phone"] == "2"
    assert shown([a, b], "person", new)["name"] == "李四"
    assert (tray(a), contests(a)) == ([], {})


def test_z5_disjoint_edits_merge_silently(world: World, pair: Pair) -> None:
    """Both edits stand, the second is noted as merged, and nobody is asked anything."""
    a, b, person = pair
    a.edit("person", person, phone="2")
    b.edit("person", person, name="王公正")
    world.settle()
    row = shown([a, b], "person", person)
    assert (row["phone"], row["name"]) == ("2", "王公正")
    assert (answers(a)[-1], answers(b)[-1]) == ("applied", "merged")
    assert contests(a) == contests(b) == {}


@pytest.mark.parametrize("choice", ["left", "right", "another"])
def test_z6_the_same_field_is_decided_left_right_or_otherwise_and_per_field(
    world: World, parted: Pair, choice: str
) -> None:
    """Each field is decided for itself: left, right or another value; what is not decided stays a contest."""
    a, b, person = parted
    chosen = {"left": "2", "right": "3", "another": "4"}[choice]
    b.decide(about(b, "phone"), {"phone": chosen})
    assert b.row("person", person)["phone"] == chosen  # type: ignore[index]
    world.settle()
    assert shown([a, b], "person", person)["phone"] == chosen
    assert [row["group"] for row in contests(a).values()] == ["name"]
    assert shown([a, b], "person", person)["name"] == "王公正"
    a.decide(about(a, "name"), {"name": "王工平"})
    world.settle()
    assert shown([a, b], "person", person)["name"] == "王工平"
    assert a.status().contests == b.status().contests == 0


def test_z7_all_that_remains_is_decided_at_once(world: World, parted: Pair) -> None:
    """One act decides every contest that is left for one side, and every desk has none any more."""
    a, b, person = parted
    a.edit("person", person, idno="Y")
    b.edit("person", person, sex="2")
    world.settle()
    b.decide(about(b, "phone"), {"phone": "3"})
    changes = []
    for key, row in contests(b).items():
        if row["group"] != "phone":
            saw = [[side["desk"], side["number"]] for side in row["sides"]]
            fields = {"value": row["sides"][1]["value"], "saw": saw, "subject_kind": "person", "subject": person}
            changes.append(Change("contest", key, Op.DECIDE, fields))
    assert len(changes) == 2
    b.act(*changes, verb="裁定")
    world.settle()
    row = shown([a, b], "person", person)
    assert [row[name] for name in ("phone", "name", "idno", "sex")] == ["3", "王工平", "X", "2"]
    assert a.status().contests == b.status().contests == 0


def test_z8_a_decision_that_is_put_off_loses_nothing(world: World, parted: Pair) -> None:
    """Looked at and left: both values stay, both desks work on, it stays counted, and can be decided months later."""
    a, b, person = parted
    before = contests(b)
    a.edit("person", person, note="照常办理")
    for _ in range(3):
        world.clock.ms += 30 * 24 * 3600 * 1000
        world.settle()
    assert contests(a) == contests(b) == before
    assert a.status().contests == b.status().contests == 2
    row = shown([a, b], "person", person)
    assert (row["phone"], row["note"]) == ("2", "照常办理")
    a.decide(about(a, "phone"), {"phone": "3"})
    world.settle()
    assert shown([a, b], "person", person)["phone"] == "3"


@pytest.mark.parametrize("void", [True, False])
def test_z9_a_remote_void_meets_a_local_edit(world: World, pair: Pair, void: bool) -> None:
    """The record stays voided beside the edit until someone decides; kept, it comes back with the edit in it."""
    a, b, person = pair
    b.void("person", person)
    b.round()
    a.edit("person", person, phone="2")
    world.settle()
    key, values = contest(a)
    assert values == [{"voided": True}, {"voided": False}]
    assert contest(b)[0] == key
    a.decide(key, {"voided": void})
    world.settle()
    if void:
        assert a.row("person", person) is b.row("person", person) is None
    else:
        assert shown([a, b], "person", person)["phone"] == "2"
    assert contests(a) == contests(b) == {}


@pytest.mark.parametrize("void", [True, False])
def test_z10_a_local_void_meets_a_remote_edit(world: World, pair: Pair, void: bool) -> None:
    """The record stays, with the edit, until someone decides about the void that came later."""
    a, b, person = pair
    b.edit("person", person, phone="2")
    b.round()
    a.void("person", person)
    assert a.row("person", person) is None, "whoever voids it sees it gone"
    world.settle()
    key, values = contest(a)
    assert values == [{"voided": False}, {"voided": True}]
    assert shown([a, b], "person", person)["phone"] == "2"
    b.decide(key, {"voided": void})
    world.settle()
    if void:
        assert a.row("person", person) is b.row("person", person) is None
    else:
        assert shown([a, b], "person", person)["phone"] == "2"


def test_z11_both_void_it(world: World, pair: Pair) -> None:
    """Two voids are one: it is gone on both desks, and nobody is asked."""
    a, b, person = pair
    a.void("person", person)
    b.void("person", person)
    world.settle()
    assert a.row("person", person) is b.row("person", person) is None
    assert contests(a) == contests(b) == {}
    assert tray(a) == tray(b) == []


def test_z12_an_unknown_field_from_a_newer_desk(world: World, pair: Pair) -> None:
    """An old desk keeps the field, edits beside it, passes it on and disagrees about it like about any other."""
    newer, old, person = pair
    newer.edit("person", person, blood="AB")
    newer.act(Change("newer", world.ids.new(), Op.CREATE, {"title": "新"}))
    world.settle()
    old.edit("person", person, phone="2")
    world.settle()
    third = world.desk("third", "S1")  # filled from a pack
    world.settle()
    row = shown([newer, old, third], "person", person)
    assert (row["blood"], row["phone"]) == ("AB", "2")
    newer.edit("person", person, blood="A")
    third.edit("person", person, blood="O")
    world.settle()
    key, values = contest(old)
    assert values == [{"blood": "A"}, {"blood": "O"}]
    third.decide(key, {"blood": "O"})
    world.settle()
    assert shown([newer, old, third], "person", person)["blood"] == "O"


@pytest.mark.parametrize("fields", [{"phone": {"a": 1}}, {"visits": "三次"}, {"tags": "x"}], ids=str)
def test_z13_an_item_that_cannot_be_saved(world: World, pair: Pair, fields: dict[str, Any]) -> None:
    """A value that no desk could show comes back to its author's tray with the reason, and holds up nothing else."""
    a, b, person = pair
    good = a.create("person", name="前", area="A")
    bad = Change("person", person, Op.FIELDS, fields)
    with a.store.writing() as conn:  # past the desk's own rows, as a broken program would send it
        number = conn.exec_driver_sql("SELECT next_number FROM sync_state").scalar_one()
        act = Act(number, "a", 0, "保存", a.journal.base(conn), (bad,))
        conn.exec_driver_sql("INSERT INTO sync_journal (number, body, at) VALUES (?, ?, 0)", (number, encode(act)))
        conn.exec_driver_sql("UPDATE sync_state SET next_number=?", (number + 1,))
    after = a.create("person", name="后", area="A")
    world.settle()
    assert answers(a)[-3:] == ["applied", "refused", "applied"]
    assert set(b.rows("person")) == {person, good, after}
    ((act, reason),) = tray(a)
    assert (act.changes, "格式不对" in reason) == ((bad,), True)


def test_z13_an_item_too_large_to_be_saved(world: World, pair: Pair) -> None:
    """What is too much for one act is not saved at all, its author is told at once, and the next save is a save."""
    a, b, person = pair
    many = [Change("person", world.ids.new(), Op.CREATE, {"name": f"人{n}", "area": "A"}) for n in range(501)]
    for changes in (many, [Change("person", person, Op.FIELDS, {"note": "长" * 400_000})]):
        with pytest.raises(ValueError, match="an act"):
            a.act(*changes)
    assert (a.status().unsent, set(a.rows("person"))) == (0, {person})
    a.edit("person", person, phone="2")
    world.settle()
    assert shown([a, b], "person", person)["phone"] == "2"


@pytest.mark.parametrize(
    "name", ["王\0公平", "".join(chr(0x4E00 + n * 7919 % 20000) for n in range(3000))], ids=["nul", "long"]
)
def test_z13_an_item_that_a_database_might_choke_on(world: World, pair: Pair, name: str) -> None:
    """Whatever was pasted into a name is kept, shown and compared like any other, on every database."""
    a, b, _ = pair
    one = a.create("person", name=name, phone="138", area="A")
    two = b.create("person", name=name, phone="138", area="A")
    world.settle()
    assert shown([a, b], "person", one)["name"] == shown([a, b], "person", two)["name"] == name
    assert [doubt["members"] for doubt in a.rows("doubt").values()] == [sorted([one, two])]


def test_z14_a_right_to_write_is_lost_with_unsent_edits(world: World, pair: Pair) -> None:
    """Edits in good faith are merged, a step is put before those who hold the record now, later ones come back."""
    a, b, person = pair
    a.edit("person", person, phone="2")
    a.step("person", person, "登记")
    world.district.grant(a.wire.replica, ["B"])
    world.settle()
    assert answers(a) == ["applied", "applied", "rescued"]
    assert a.row("person", person) is None
    ((key, rescued),) = b.rows("rescue").items()
    assert (rescued["officer"], rescued["post"], rescued["verb"], rescued["state"]) == ("a", "post a", "登记", "open")
    assert a.rows("rescue") == {}, "the old desk keeps only its number"
    b.act(Change("rescue", key, Op.DECIDE, {"answer": "taken"}), verb="转为草稿")
    b.step("person", person, "登记")
    world.settle()
    assert (b.status().rescues, [s["judgement"] for s in b.rows("step").values()]) == (0, ["accepted"])
    assert shown([b], "person", person)["phone"] == "2"
    a.edit("person", person, phone="3")
    world.settle()
    assert shown([b], "person", person)["phone"] == "2"
    assert [act.verb for act, reason in tray(a) if reason] == ["登记", "保存"]


def test_z16_an_edit_without_a_base(world: World, pair: Pair) -> None:
    """An author who saw nothing agrees where the values are equal, and disagrees everywhere else."""
    a, b, person = pair
    b.edit("person", person, base=Base(), phone="1", name="王公正", note="外来")
    world.settle()
    assert contest(a)[1] == [{"name": "王公平"}, {"name": "王公正"}]
    row = shown([a, b], "person", person)
    assert (row["phone"], row["name"], row["note"]) == ("1", "王公平", "外来")
    assert answers(b) == ["contested"]


def test_z18_a_partial_failure_rolls_back_that_act_only(world: World, pair: Pair) -> None:
    """The act that cannot be taken leaves nothing behind, those before and after it in the batch all count."""
    a, b, person = pair
    good = a.create("person", name="前", area="A")
    bad = world.ids.new()
    a.act(
        Change("person", person, Op.FIELDS, {"phone": "9"}),
        Change("person", bad, Op.CREATE, {"name": "外", "area": "C"}),
        verb="登记",
    )
    after = a.create("person", name="后", area="A")
    a.round()
    assert answers(a) == ["applied", "applied", "refused", "applied"]
    world.settle()
    assert set(b.rows("person")) == {person, good, after}
    assert shown([a, b], "person", person)["phone"] == "1"
    ((act, reason),) = tray(a)
    assert (act.verb, len(act.changes), bool(reason)) == ("登记", 2, True)


def test_z19_one_request_when_in_step(world: World, pair: Pair) -> None:
    """A round in step is one request of a few bytes, and changes nothing on either side."""
    a, _, _ = pair
    up, down, last, base = a.wire.up, a.wire.down, world.district.last_pos(), a.base()
    report = a.round()
    assert (report.requests, report.sent, report.received, report.touched) == (1, 0, 0, set())
    assert a.wire.up - up + a.wire.down - down < 200
    assert (world.district.last_pos(), a.base()) == (last, base)
    a.edit("person", pair[2], phone="2")
    assert a.round().requests == 1, "and so is one that brings something"
