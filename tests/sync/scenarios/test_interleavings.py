"""Two offices whose saves, pushes, pulls and decisions fall between each other in every awkward way."""

from __future__ import annotations

from typing import Any

import pytest

from sync.act import Change, Op
from sync.desk.journal import ClosedForWriting
from sync.district import feed
from tests.sync.scenarios.looks import answers, contest, contests, meanwhile, shown, tray
from tests.sync.world import DeskInTest, World

Pair = tuple[DeskInTest, DeskInTest, str]


@pytest.fixture
def pair(world: World) -> Pair:
    """Two desks of one street that hold one person."""
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    person = a.create("person", name="王公平", area="A", phone="1", idno="X", birth="1990", sex="1", visits=1)
    world.settle()
    return a, b, person


def register(desk: DeskInTest, area: str, **person: str) -> tuple[str, str]:
    record, reg = desk.world.ids.new(), desk.world.ids.new()
    desk.act(
        Change("person", record, Op.CREATE, {**person, "area": area}),
        Change("reg", reg, Op.CREATE, {"person": record, "area": area, "reason": "务工"}),
    )
    return record, reg


# --- saving, pushing, pulling -----------------------------------------------------------------------------------


def test_n1_a_pull_lands_while_a_form_is_open(world: World, pair: Pair) -> None:
    """What the form saw counts, not what was pulled under it: both values stand in a contest on both desks."""
    a, b, person = pair
    opened = b.base()
    a.edit("person", person, phone="2")
    world.settle()
    assert b.row("person", person)["phone"] == "2"
    b.edit("person", person, base=opened, phone="3")
    world.settle()
    assert contest(a) == contest(b)
    assert contest(b)[1] == [{"phone": "2"}, {"phone": "3"}]
    assert shown((a, b), "person", person)["phone"] == "2"


def test_n1_a_pull_lands_between_saving_and_pushing(world: World, pair: Pair) -> None:
    """The clerk goes on seeing what was saved until the district has answered; then both values are in a contest."""
    a, b, person = pair
    a.edit("person", person, phone="2")
    a.round()
    seen = watch(b, person)
    meanwhile(b, lambda: b.edit("person", person, phone="3"))
    b.round()
    assert [row["phone"] for row in seen] == ["3", "2"]
    world.settle()
    assert contest(a)[1] == contest(b)[1] == [{"phone": "2"}, {"phone": "3"}]


def watch(desk: DeskInTest, person: str) -> list[dict[str, Any]]:
    """What anybody could read of a person at the end of each transaction of the courier."""
    seen: list[dict[str, Any]] = []

    def after(conn: Any, _touched: object) -> None:
        stored = desk.journal.rows.of("person").get(conn, person)
        seen.append(stored.row if stored else {})

    desk.store.after = after
    return seen


def test_n2_the_verdict_arrives_before_the_pull_that_carries_its_row(
    world: World, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The own value never blinks, however many pulls lie between the verdict and the row."""
    monkeypatch.setattr(feed, "ENTRIES_PER_BATCH_MAX", 3)
    a, b, person = pair
    for n in range(20):
        b.edit("person", person, note=f"注{n}", visits=10)
        b.create("person", name=f"人{n}", area="A")
    b.round()
    a.edit("person", person, phone="2", visits=1000)
    seen = watch(a, person)
    report = a.round()
    assert report.requests > 5
    assert report.verdicts[0].pos == world.district.last_pos()
    assert {row["phone"] for row in seen} == {"2"}
    assert [row["visits"] for row in seen] == sorted(row["visits"] for row in seen)
    assert (len(seen) > 5, seen[-1]["visits"]) == (True, 1201)
    world.settle()
    assert shown((a, b), "person", person)["visits"] == 1201


def test_n3_a_record_moves_between_the_push_and_the_removal(world: World) -> None:
    """What was saved meanwhile goes up before the record leaves, is merged where it lives now, and stays there only."""
    old, street, new = world.desk("old", "A"), world.desk("street", "S1"), world.desk("new", "B")
    person = old.create("person", name="王公平", area="A", phone="1", visits=1)
    world.settle()
    old.edit("person", person, visits=10)
    street.edit("person", person, area="B")
    street.round()

    def closed(point: str) -> None:
        if point == "after apply" and old.row("person", person) is not None:
            with pytest.raises(ClosedForWriting):
                old.edit("person", person, phone="3")
            refused.append(point)

    refused: list[str] = []
    old.courier._at = closed
    meanwhile(old, lambda: old.edit("person", person, phone="2", visits=100))
    report = old.round()
    assert (report.sent, len(refused)) == (2, 1)
    assert old.row("person", person) is None
    world.settle()
    assert shown((new, street), "person", person) == {"name": "王公平", "area": "B", "phone": "2", "visits": 111}
    assert old.rows("person") == {} and old.status().tray == 0


# --- what stands on what ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rounds_apart", [False, True])
def test_n7_a_create_is_refused_and_others_stand_on_it(world: World, rounds_apart: bool) -> None:
    """All that stands on it comes back with it, in order and with its reason; nothing waits and nothing else is touched."""
    a = world.desk("a", "S1")
    world.settle()
    form = a.base()
    stranger = a.create("person", name="外", area="C")
    if rounds_apart:
        a.round()
    reg = world.ids.new()
    a.act(Change("reg", reg, Op.CREATE, {"person": stranger, "area": "A"}), base=form)
    a.edit("reg", reg, reason="务工")
    a.step("reg", reg, "登记")
    kept = a.create("person", name="王公平", area="A")
    world.settle()
    assert answers(a) == ["refused"] * 4 + ["applied"]
    assert [act.number for act, _ in tray(a)] == [1, 2, 3, 4]
    assert all("一并退回" in reason for _, reason in tray(a)[1:])
    assert (a.status().tray, a.status().held) == (4, 0)
    assert set(a.rows("person")) == {kept} and a.rows("reg") == a.rows("step") == {}


@pytest.mark.parametrize("decided", ["2", "9"])
def test_n8_a_text_is_contested_and_a_step_taken_on_it_in_one_act(world: World, pair: Pair, decided: str) -> None:
    """The act waits whole while both are asked, and the decision takes it or sends it back whole."""
    a, b, person = pair
    a.edit("person", person, phone="2")
    a.round()
    step = b.step("person", person, "迁出", Change("person", person, Op.FIELDS, {"phone": "9"}))
    world.settle()
    assert answers(b) == ["held"]
    assert contest(a) == contest(b)
    assert contest(a)[1] == [{"phone": "2"}, {"phone": "9"}]
    assert a.row("step", step) is None and a.row("person", person)["phone"] == "2"
    assert b.row("person", person)["phone"] == "9", "its author goes on seeing what he typed"
    a.decide(contest(a)[0], {"phone": decided})
    world.settle()
    assert contests(a) == contests(b) == {}
    assert shown((a, b), "person", person)["phone"] == decided
    assert shown((a, b), "step", step)["judgement"] == ("accepted" if decided == "2" else "overtaken")
    assert (b.status().held, b.status().tray) == (0, int(decided == "9"))


def test_n9_both_offices_activate_a_registration_and_hand_out_receipts(world: World) -> None:
    """Both registrations and both receipts stand, a doubt is put to both offices, and ending one settles it."""
    a, b = world.desk("a", "A"), world.desk("b", "B")
    one, reg_a = register(a, "A", name="王公平", idno="X")
    two, reg_b = register(b, "B", name="王公平", idno="X")
    paper_a, paper_b = a.create("line", reg=reg_a, text="回执甲"), b.create("line", reg=reg_b, text="回执乙")
    steps = a.step("reg", reg_a, "登记"), b.step("reg", reg_b, "登记")
    world.settle()
    assert answers(a) == answers(b) == ["applied"] * 3
    for desk in (a, b):
        (doubt,) = desk.rows("doubt").values()
        assert (doubt["grade"], doubt["state"], doubt["members"]) == ("both", "open", sorted((reg_a, reg_b)))
        assert sorted(s["area"] for s in doubt["summary"]) == ["A", "B"]
        assert set(desk.rows("person")) == {one, two}
        assert desk.status().doubts == 1
    assert [a.row("step", steps[0])["judgement"], b.row("step", steps[1])["judgement"]] == ["accepted"] * 2
    b.edit("reg", reg_b, until="2026-11-23")
    world.settle()
    assert a.status().doubts == b.status().doubts == 0
    assert a.row("line", paper_a)["text"] == "回执甲"
    assert b.row("line", paper_b)["text"] == "回执乙"


@pytest.mark.parametrize("one_base", [False, True])
def test_n10_one_batch_moves_a_record_away_and_edits_it(world: World, one_base: bool) -> None:
    """The edits are merged where the record lives now, in order; no trace of it is left in the office it left."""
    a, there = world.desk("a", "A"), world.desk("c", "C")
    person = a.create("person", name="王公平", area="A")
    world.settle()
    form = a.base() if one_base else None
    a.edit("person", person, base=form, area="C")
    for n in range(4):
        a.edit("person", person, phone=str(n), visits=1)
    assert a.round().sent == 5
    world.settle()
    assert there.row("person", person) == {"name": "王公平", "area": "C", "phone": "3", "visits": 4}
    assert a.rows("person") == a.rows("contest") == there.rows("contest") == {}
    assert (a.status().tray, a.status().held) == (0, 0)


# --- contests and policies --------------------------------------------------------------------------------------


def test_n13_a_contest_is_edited_on_both_sides_and_decided_twice(world: World, pair: Pair) -> None:
    """Edits move their own side, the second decision opens it again, and one that saw both ends it everywhere."""
    a, b, person = pair
    a.edit("person", person, phone="2")
    b.edit("person", person, phone="3")
    world.settle()
    key, sides = contest(a)
    assert sides == [{"phone": "2"}, {"phone": "3"}]
    a.edit("person", person, phone="22")
    b.edit("person", person, phone="33")
    b.edit("person", person, phone="333")
    world.settle()
    moved = [s["phone"] for s in contest(a)[1]]
    assert moved == [s["phone"] for s in contest(b)[1]]
    assert "333" in moved and a.status().contests == b.status().contests == 1
    a.decide(key, {"phone": moved[0]})
    b.decide(key, {"phone": "4"})
    world.settle()
    assert contest(a) == contest(b) == (key, [{"phone": moved[0]}, {"phone": "4"}])
    assert answers(b)[-1] == "contested"
    b.decide(key, {"phone": "4"})
    world.settle()
    assert contests(a) == contests(b) == {}
    assert shown((a, b), "person", person)["phone"] == "4"


def test_n14_a_month_old_edit_of_a_field_where_the_latest_wins_arrives_last(world: World, pair: Pair) -> None:
    """It stands, since order is arrival and no clock; its author is told that it was merged, and history has the others."""
    a, b, person = pair
    world.clock.ms -= 30 * 86_400_000
    b.edit("person", person, note="一个月前")
    world.clock.ms += 30 * 86_400_000
    for n in range(3):
        a.edit("person", person, note=f"本周{n}")
        a.round()
    b.round()
    assert answers(b) == ["merged"]
    world.settle()
    assert shown((a, b), "person", person)["note"] == "一个月前"
    assert a.rows("contest") == {}


def test_n14_a_set_is_edited_on_an_old_base(world: World, pair: Pair) -> None:
    """Additions and removals of both are in the set, and nothing that only one of them had removed comes back."""
    a, b, person = pair
    a.edit("person", person, tags={"+": ["老年", "独居", "党员"], "-": []})
    world.settle()
    old = b.base()
    b.edit("person", person, base=old, tags={"+": ["退役"], "-": ["党员"]})
    a.edit("person", person, tags={"+": ["低保"], "-": ["独居"]})
    a.round()
    a.edit("person", person, tags={"+": ["退役"], "-": ["老年"]})
    a.round()
    b.round()
    assert answers(b)[-1] == "merged"
    world.settle()
    assert shown((a, b), "person", person)["tags"] == ["低保", "退役"]


def test_n15_a_pack_is_older_than_a_leave_and_another_has_another_position(world: World) -> None:
    """What has left since a pack was made is not there, what came since is, whichever packs a desk was filled from."""
    a, all_ = world.desk("a", "A"), world.desk("all", "D")
    goes, stays = (a.create("person", name=name, area="A", visits=1) for name in ("甲", "乙"))
    for n in range(20):
        a.edit("person", stays, visits=n)
    a.round()
    world.desk("first", "S1").round()  # its pack is kept for whoever holds the same
    packs = set((world.folder / "packs").iterdir())
    a.edit("person", goes, area="C")
    a.create("person", name="丙", area="A")
    a.round()
    second, elsewhere = world.desk("second", "S1"), world.desk("elsewhere", "S2")
    assert second.round().pack_rows
    assert set((world.folder / "packs").iterdir()) == packs, "the older pack is given again"
    assert goes not in second.rows("person")
    assert len(second.rows("person")) == 2
    elsewhere.round()
    assert set((world.folder / "packs").iterdir()) > packs
    all_.round()
    all_.edit("person", stays, area="C")
    all_.edit("person", goes, area="B")
    second.edit("person", stays, visits=1_000)
    world.district.grant(second.wire.replica, ["S1", "S2"])
    world.settle()
    assert second.rows("person") == all_.rows("person")
    assert second.row("person", stays)["visits"] == 1 + sum(range(20)) + 1_000
    assert set(elsewhere.rows("person")) == {stays}


def test_n17_two_merge_one_pair_in_both_directions_and_one_undoes_it(world: World) -> None:
    """There is one link with the earlier record at its head; undone, each has its own back and the late edits of it."""
    a, b, street, district = (world.desk(n, g) for n, g in (("a", "A"), ("b", "B"), ("s", "S1"), ("d", "D")))
    one, _ = register(a, "A", name="王公平", phone="1")
    a.round()
    two, _ = register(b, "B", name="王公平", phone="1")
    world.settle()
    ((doubt, _),) = street.rows("doubt").items()
    street.answer(doubt, "same")
    world.desks.remove(district)
    world.settle()
    ((link, row),) = street.rows("link").items()
    assert (row["head"], row["subject"]) == (one, two)
    district.answer(doubt, "same")
    world.desks.append(district)
    world.settle()
    assert {d.name: list(d.rows("link")) for d in world.desks} == {name: [link] for name in "absd"}
    assert set(a.rows("person")) == set(b.rows("person")) == {one, two}
    a.edit("person", one, note="甲之后")
    b.edit("person", two, note="乙之后")
    street.act(Change("link", link, Op.DECIDE, {"answer": "undone"}), verb="撤销合并")
    street.round()
    world.settle()
    assert a.rows("person") == {one: {"name": "王公平", "phone": "1", "area": "A", "note": "甲之后"}}
    assert b.rows("person") == {two: {"name": "王公平", "phone": "1", "area": "B", "note": "乙之后"}}
    assert shown((street, district), "link", link)["state"] == "undone"
    assert street.status().doubts == district.status().doubts == 0


def test_n21_an_id_number_is_corrected_here_and_a_birth_date_there(world: World, pair: Pair) -> None:
    """They mean one thing and are contested as one value; whichever is decided, number, birth date and sex fit together."""
    a, b, person = pair
    a.edit("person", person, idno="Y")
    b.edit("person", person, birth="1991")
    world.settle()
    key, sides = contest(a)
    assert contest(b) == (key, sides)
    assert sides == [{"idno": "Y", "birth": "1990", "sex": "1"}, {"idno": "X", "birth": "1991", "sex": "1"}]
    assert contests(a)[key]["group"] == "identity"
    b.decide(key, sides[1])
    world.settle()
    row = shown((a, b), "person", person)
    assert (row["idno"], row["birth"], row["sex"]) == ("X", "1991", "1")
    assert contests(a) == contests(b) == {}
