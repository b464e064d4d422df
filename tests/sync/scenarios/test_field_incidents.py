"""H: what has gone wrong in the field with other systems between offices and their records, and how it ends here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sync.act import Change, Op
from sync.errors import Refused
from tests.sync.world import DeskInTest, World

from .looks import answers, contest, journal, shown, tray

SECRET = "阿拉腾苏和"
"""A name that is looked for in whole files."""


def file_of(desk: DeskInTest) -> bytes:
    """A desk's file and its log as they lie on the disk, free pages included."""
    path = Path(str(desk.store.engine.url.database))
    return b"".join(p.read_bytes() for p in (path, path.with_name(f"{path.name}-wal")) if p.exists())


def registered(desk: DeskInTest, area: str, **person: Any) -> tuple[str, str]:
    """A person with a live registration, typed in one act."""
    one, reg = desk.world.ids.new(), desk.world.ids.new()
    desk.act(
        Change("person", one, Op.CREATE, {**person, "area": area}),
        Change("reg", reg, Op.CREATE, {"person": one, "area": area, "reason": "务工"}),
        verb="登记",
    )
    return one, reg


def test_h1_a_person_moves_to_another_area_while_the_old_office_edits_offline(world: World) -> None:
    """What the old office typed is merged where the person lives now, and the old office holds the person no more."""
    old, street, new = world.desk("old", "A"), world.desk("street", "S1"), world.desk("new", "B")
    person, reg = registered(old, "A", name=SECRET, phone="1")
    world.settle()
    street.act(Change("person", person, Op.FIELDS, {"area": "B"}), Change("reg", reg, Op.FIELDS, {"area": "B"}))
    street.round()
    old.edit("person", person, phone="2")
    line = old.create("line", reg=reg, text="同行一人")
    world.settle()
    assert shown([new, street], "person", person) == {"name": SECRET, "phone": "2", "area": "B"}
    assert shown([new, street], "line", line)["text"] == "同行一人"
    assert old.rows("person") == old.rows("reg") == old.rows("line") == {}
    assert (answers(old), tray(old)) == (["applied", "merged", "applied"], [])
    assert SECRET.encode() not in file_of(old)


def test_h2_reports_follow_a_moved_person(world: World) -> None:
    """Registration, lines and steps go with the person, and the two offices' figures change by exactly one."""
    old, street, new = world.desk("old", "A"), world.desk("street", "S1"), world.desk("new", "B")
    moved, reg = registered(old, "A", name="王公平")
    line = old.create("line", reg=reg, text="同行一人")
    step = old.step("reg", reg, "续期")
    registered(old, "A", name="李四")
    world.settle()

    def figures() -> list[int]:
        return [len(desk.rows("reg")) for desk in (old, new, street)]

    assert figures() == [2, 0, 2]
    street.act(Change("person", moved, Op.FIELDS, {"area": "B"}), Change("reg", reg, Op.FIELDS, {"area": "B"}))
    world.settle()
    assert figures() == [1, 1, 2]
    for collection, record in (("person", moved), ("reg", reg), ("line", line), ("step", step)):
        assert shown([new, street], collection, record)
        assert old.row(collection, record) is None


def test_h3_a_clerk_is_replaced_on_the_same_pc_without_a_network(world: World) -> None:
    """Both officers' acts go up, each under its own name, and the second one builds on what the first left unsent."""
    desk, other = world.desk("desk", "S1"), world.desk("other", "S1")
    person = other.create("person", name="王公平", area="A", phone="1")
    world.settle()
    desk.officer = "甲"
    desk.edit("person", person, phone="2")
    made = desk.create("person", name="李四", area="A")
    desk.officer = "乙"
    assert desk.row("person", person)["phone"] == "2"  # type: ignore[index]
    desk.edit("person", person, phone="3")
    desk.edit("person", made, phone="7")
    other.edit("person", person, phone="9")
    other.round()
    world.settle()
    assert [act.officer for act in journal(desk)] == ["甲", "甲", "乙", "乙"]
    assert answers(desk) == ["contested", "applied", "contested", "applied"]
    key, values = contest(other)
    assert values == [{"phone": "9"}, {"phone": "3"}]
    assert other.rows("contest")[key]["sides"][1]["officer"] == "乙"
    assert shown([other, desk], "person", made) == {"name": "李四", "area": "A", "phone": "7"}
    with other.store.reading() as conn:
        told = {officer for (officer,) in conn.exec_driver_sql("SELECT officer FROM sync_stamp")}
    assert {"甲", "乙"} <= told


@pytest.mark.parametrize("cause", ["", "账号被盗用"], ids=["retired", "for cause"])
def test_h5_an_account_is_disabled_with_unsent_work(world: World, cause: str) -> None:
    """All it had typed is taken in: what it still had the right to counts, the rest is put before those who hold it now."""
    gone, head = world.desk("gone", "A"), world.desk("head", "S1")
    person = gone.create("person", name=SECRET, area="A", phone="1")
    world.settle()
    gone.edit("person", person, phone="2")
    made = gone.create("person", name="李四", area="A")
    step = gone.step("person", person, "登记")
    world.district.revoke(gone.wire.replica, cause)
    for _ in range(2):
        with pytest.raises(Refused):
            gone.round()
    assert (gone.status().unsent, bool(gone.status().revoked)) == (0, True)
    head.round()
    waiting = {(r["officer"], r["verb"]): r["parts"] for r in head.rows("rescue").values() if r["state"] == "open"}
    if cause:
        assert answers(gone) == ["applied", "rescued", "rescued", "rescued"]
        assert head.row("person", person) == {"name": SECRET, "area": "A", "phone": "1"}
        assert head.row("person", made) is None
        typed = [p["fields"] for r in head.rows("rescue").values() for p in r["parts"]]
        assert {"phone": "2"} in typed and {"name": "李四", "area": "A"} in typed
        assert head.status().rescues == 3
    else:
        assert answers(gone) == ["applied", "applied", "applied", "rescued"]
        assert shown([head], "person", person)["phone"] == "2"
        assert shown([head], "person", made)["name"] == "李四"
        assert [p["id"] for p in waiting[("gone", "登记")]] == [step]
    assert gone.rows("person") == gone.rows("step") == {}
    assert SECRET.encode() not in file_of(gone), "neither rows nor journal nor free pages nor log have it"
    world.desks.remove(gone)


def test_h6_the_same_id_for_different_things(world: World) -> None:
    """The first to arrive stands; the others come back to their tray whole, with the reason, and stop nobody."""
    a, b, c = (world.desk(name, "S1") for name in "abc")
    world.settle()
    one = world.ids.new()
    a.act(Change("person", one, Op.CREATE, {"name": "王公平", "area": "A"}))
    b.act(Change("person", one, Op.CREATE, {"name": "李四", "area": "A", "phone": "2"}))
    reg = c.world.ids.new()
    c.act(
        Change("person", one, Op.CREATE, {"name": "张三", "area": "A"}),
        Change("reg", reg, Op.CREATE, {"person": one, "area": "A"}),
    )
    kept = b.create("person", name="赵六", area="A")
    world.settle()
    assert shown([a, b, c], "person", one) == {"name": "王公平", "area": "A"}
    assert shown([a, b, c], "person", kept)["name"] == "赵六"
    assert (answers(b), answers(c)) == (["refused", "applied"], ["refused"])
    assert c.rows("reg") == {}, "an act with a step or a child is whole or not at all"
    ((act, reason),) = tray(b)
    assert act.changes[0].fields == {"name": "李四", "area": "A", "phone": "2"}
    assert "编号" in reason


def test_h7_a_duplicate_act_number(world: World) -> None:
    """The same act twice is answered as before and counts once; another act under the same number is kept beside it."""
    a, other = world.desk("a", "S1"), world.desk("other", "S1")
    person = a.create("person", name="王公平", area="A", visits=1)
    world.settle()
    ghost = world.copy(a, "ghost")
    a.edit("person", person, visits=10)
    original = a.wire.post
    a.wire.post = lambda path, body: (original(path, body), original(path, body))[1]  # type: ignore[method-assign]
    a.round()
    a.wire.post = original  # type: ignore[method-assign]
    assert shown([a], "person", person)["visits"] == 11
    ghost.edit("person", person, visits=100)
    assert journal(ghost)[-1].number == journal(a)[-1].number
    world.rest()
    assert shown([a, ghost, other], "person", person)["visits"] == 111
    assert answers(ghost)[-1] == "merged"


@pytest.mark.parametrize("first", ["the mediating office", "the voiding office"])
def test_h9_a_record_another_office_is_mediating_is_voided_offline(world: World, first: str) -> None:
    """The void does not win silently: the record, and steps that hang on it, stand in a contest until someone decides."""
    here, there = world.desk("here", "S1"), world.desk("there", "S1")
    case = here.create("reg", area="A", reason="纠纷")
    world.settle()
    here.void("reg", case)
    line = there.create("line", reg=case, text="调解笔录")
    there.edit("reg", case, reason="邻里纠纷")
    step = there.step("reg", case, "调解")
    for desk in (there, here) if first == "the mediating office" else (here, there):
        desk.round()
    world.settle()
    key, values = contest(here)
    assert {side["voided"] for side in values} == {True, False}
    assert contest(there)[0] == key
    assert there.status().held == (first == "the voiding office")
    here.decide(key, {"voided": False})
    world.settle()
    assert shown([here, there], "reg", case)["reason"] == "邻里纠纷"
    assert shown([here, there], "line", line)["text"] == "调解笔录"
    assert shown([here, there], "step", step)["judgement"] == "accepted"


@pytest.mark.parametrize("first", ["the mediating office", "the voiding office"])
def test_h9_a_void_meets_a_step_and_nothing_else(world: World, first: str) -> None:
    """A step that was taken stands against a void that did not see it; a step after the void is overtaken and kept."""
    here, there = world.desk("here", "S1"), world.desk("there", "S1")
    case = here.create("reg", area="A", reason="纠纷")
    world.settle()
    here.void("reg", case)
    step = there.step("reg", case, "调解")
    for desk in (there, here) if first == "the mediating office" else (here, there):
        desk.round()
    world.settle()
    if first == "the mediating office":
        key, values = contest(there)
        assert values == [{"voided": False}, {"voided": True}]
        assert there.rows("contest")[key]["sides"][0]["officer"] == "there"
        assert shown([here, there], "reg", case)["reason"] == "纠纷"
        assert shown([here, there], "step", step)["judgement"] == "accepted"
    else:
        assert here.row("reg", case) is there.row("reg", case) is None
        assert shown([here, there], "step", step)["judgement"] == "overtaken"
        assert [reason for _, reason in tray(there)] == ["记录已作废"]


def test_h11_refused_items_stay_visible_after_the_next_download(world: World) -> None:
    """The tray keeps the act as typed, with its reason, through downloads, packs and repairs, until it is put aside."""
    a, b = world.desk("a", "A"), world.desk("b", "S1")
    person = b.create("person", name="王公平", area="A")
    world.settle()
    a.create("person", name="李四", area="C", phone="139")
    a.round()
    before = tray(a)
    assert before[0][0].changes[0].fields == {"name": "李四", "area": "C", "phone": "139"}
    assert before[0][1]
    for n in range(60):
        b.create("person", name=f"人{n}", area="A")
    world.settle()
    assert tray(a) == before
    world.district.grant(a.wire.replica, ["A", "B"])
    assert a.round().pack_rows
    assert tray(a) == before
    with a.store.writing() as conn:
        conn.exec_driver_sql("UPDATE person SET name='坏', rowhash=rowhash+1 WHERE id=?", (person,))
        conn.exec_driver_sql("UPDATE sync_state SET digest=digest+1")
    assert a.round().repaired
    assert tray(a) == before
    assert a.status().tray == 1
