"""What the simulator has found in the engine, each as the smallest story that shows it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from sync.act import Change, Op
from sync.desk.courier import Courier
from sync.desk.keeping import SEALED
from sync.district import feed
from sync.district.audit import acts, lost_values
from sync.errors import LineDown, Refused, Superseded
from sync.limits import LIMITS
from tests.sync.small import SCHEMA, Judged
from tests.sync.world import DeskInTest, World


def test_a_round_that_was_given_up_writes_nothing_over_the_next_one(world: World) -> None:
    """Seeds 5 and 7: a reply that a slow round still held moved the cursor back after the next round had moved it on."""
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    person = a.create("person", name="王公平", area="A")
    world.settle()
    b.edit("person", person, name="李四")
    b.round()

    def meanwhile(point: str) -> None:
        if point == "after push":
            a.courier._at = lambda _point: None
            b.edit("person", person, phone="1")
            b.round()
            Courier(SCHEMA, a.wire, a.store, world.clock).round()

    a.courier._at = meanwhile
    with pytest.raises(Superseded):
        a.courier.round()
    assert a.status().pos == world.district.last_pos()
    assert a.row("person", person) == {"name": "李四", "area": "A", "phone": "1"}
    assert not a.round().received


def test_a_value_said_again_in_a_contest_is_no_news(world: World) -> None:
    """Seeds 114 and 297: who said the first side again became its writer, unseen by an office that then changed it."""
    a, b, c = (world.desk(name, "S1") for name in "abc")
    person = a.create("person", name="赵六", area="A")
    world.settle()
    a.edit("person", person, name="李四")
    b.edit("person", person, name="王公平")
    a.round()
    b.round()
    c.round()
    a.round()
    a.edit("person", person, name="李四")
    a.round()
    c.edit("person", person, name="𠮷田")
    world.settle()
    with world.district.engine.connect() as conn:
        assert lost_values(conn, SCHEMA) == []
    (contest,) = a.rows("contest").values()
    assert [s["value"]["name"] for s in contest["sides"]] == ["𠮷田", "王公平"]


def test_what_is_offered_again_is_shown_again(world: World) -> None:
    """Seed 58: after the district's restore an act waited for its record, and its value was not shown meanwhile."""
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    world.settle()
    kept = world.backup()
    person = a.create("person", name="王公平", area="A")
    world.settle()
    a.edit("person", person, name="李四")
    a.round()
    b.edit("person", person, name="𠮷田")
    b.round()
    assert b.row("person", person)["name"] == "李四"  # type: ignore[index]
    world.bring_back(kept)
    b.round()
    assert b.status().held == 1
    assert b.row("person", person)["name"] == "𠮷田"  # type: ignore[index]
    world.settle()
    assert world.desks[0].status().contests == 1


def test_an_answer_that_waited_for_its_doubt_is_released_by_it(world: World) -> None:
    """Seed 72: after the district's restore an answer came before the records that the doubt is about, and stayed held."""
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    world.settle()
    kept = world.backup()
    for desk, number in ((a, "U"), (b, "V")):
        desk.create("person", name="王公平", phone="1", idno=number, area="A")
    world.settle()
    a.answer(next(iter(a.rows("doubt"))), "different")
    a.round()
    world.bring_back(kept)
    a.round()
    assert a.status().held == 1
    world.settle()
    assert a.status().held == 0
    assert [d["state"] for d in b.rows("doubt").values()] == ["different"]


def content(desk: DeskInTest) -> bytes:
    """All that lies in a desk's file."""
    path = Path(str(desk.store.engine.url.database))
    return b"".join(p.read_bytes() for p in (path, path.with_name(path.name + "-wal")) if p.exists())


def test_a_revoked_desk_hands_its_photograph_in_and_keeps_nothing(world: World) -> None:
    """Seeds 20 and 38: a record with an unsent photograph, or an act later than a ready-made pack, stayed in the file."""
    a, b, d = world.desk("a", "A"), world.desk("b", "A"), world.desk("d", "D")
    person = a.create("person", name="王公平", area="A")
    world.settle()
    world.district.revoke(b.wire.replica)
    with pytest.raises(Refused):
        b.round()  # whose pack of nothing is ready from now on
    d.edit("person", person, phone="1")
    d.round()
    photo = a.attach(b"photograph")
    a.edit("person", person, photo=photo, note="13800009999")
    world.district.revoke(a.wire.replica)
    with pytest.raises(Refused):
        a.courier.round()
    d.round()
    assert d.courier.blob(photo) == b"photograph"
    assert a.row("person", person) is None
    assert not [text for text in ("13800009999", "王公平", "photograph") if text.encode() in content(a)]


def test_a_revoked_desk_keeps_no_photograph_of_what_it_made(world: World) -> None:
    """Seed 641: the file of a record that the desk had made itself lay there when the record was gone."""
    a = world.desk("a", "A")
    a.create("person", name="王公平", area="A", photo=a.attach(b"photograph"))
    world.district.revoke(a.wire.replica)
    with pytest.raises(Refused):
        a.courier.round()
    assert not [text for text in ("王公平", "photograph") if text.encode() in content(a)]


def test_two_copies_of_a_revoked_desk_both_hand_in_what_they_have(world: World) -> None:
    """Seeds 641 and 647: a copy whose numbers were used was told that it is revoked, and never that it must renumber."""
    a, d = world.desk("a", "A"), world.desk("d", "D")
    world.settle()
    other = world.copy(a, "other")
    for desk in (a, other):
        desk.create("person", name=desk.name, area="A")
    world.district.revoke(a.wire.replica)
    for desk in (a, other):
        with suppress(Superseded), pytest.raises(Refused):
            desk.courier.round()
    with pytest.raises(Refused):
        other.courier.round()
    d.round()
    assert sorted(row["name"] for row in d.rows("person").values()) == ["a", "other"]


def test_a_photograph_that_was_replaced_leaves_with_its_record(world: World) -> None:
    """Seed 30: a file that was looked at, and linked by no row any more, stayed when its record left."""
    a, b = world.desk("a", "S1"), world.desk("b", "A")
    first = a.attach(b"first photograph")
    person = a.create("person", name="王公平", area="A", photo=first)
    world.settle()
    assert b.courier.blob(first) == b"first photograph"
    a.edit("person", person, photo=a.attach(b"second photograph"))
    world.settle()
    a.edit("person", person, area="B")
    world.settle()
    assert b.row("person", person) is None
    assert b"first photograph" not in content(b)


def test_a_change_that_settles_a_contest_is_no_answer_to_the_next_one_of_its_act(world: World) -> None:
    """Seed 950: of two changes in one act the first settled the contest, and the second, in the same group, was lost."""
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    person = a.create("person", name="王公平", area="A", birth="1991", idno="Z")
    world.settle()
    a.edit("person", person, birth="1990")
    b.edit("person", person, birth="1992")
    a.round()
    b.round()
    first = Change("person", person, Op.FIELDS, {"birth": "1992"})
    a.act(first, Change("person", person, Op.FIELDS, {"idno": "W"}))
    world.settle()
    assert b.row("person", person)["idno"] == "W" or b.status().contests  # type: ignore[index]
    with world.district.engine.connect() as conn:
        assert lost_values(conn, SCHEMA) == []


def test_what_a_misused_account_had_waiting_is_rescued_at_once(world: World) -> None:
    """Seed 924: a held act of a desk revoked for cause was judged anew when others sent theirs again."""
    a, b, d = world.desk("a", "A"), world.desk("b", "A"), world.desk("d", "D")
    person = a.create("person", name="王公平", area="A")
    b.edit("person", person, name="李四")
    b.round()
    world.district.revoke(b.wire.replica, "账号被盗用")
    d.round()
    assert len(d.rows("rescue")) == 1


def test_a_revoked_desk_cannot_read_its_own_tray(world: World) -> None:
    """Seed 923: an act that was overtaken lay readable on a PC that is served no more."""
    a, b = world.desk("a", "A"), world.desk("b", "B")
    person = a.create("person", name="王公平", area="A", phone="9")
    world.settle()
    world.district.revoke(b.wire.replica)
    with pytest.raises(Refused):
        b.courier.round()  # whose pack of nothing is ready from now on
    step = a.step("person", person, "迁出")
    a.wire.cut = "reply"
    with pytest.raises(LineDown):
        a.courier.round()
    a.wire.cut = ""
    world.district.revoke(a.wire.replica)
    with pytest.raises(Refused):
        a.courier.round()
    assert step.encode() not in content(a)


def test_a_backup_of_a_past_that_an_earlier_restore_had_left(world: World) -> None:
    """Seed 139: where the wrong backup was restored first, a desk took what it had never seen for seen, and wrote over it."""
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    person = a.create("person", name="王公平", area="A")
    world.settle()
    early = world.backup()
    a.edit("person", person, phone="1")
    a.round()
    late = world.backup()
    world.bring_back(early)
    b.round()
    b.edit("person", person, note="后")
    b.round()
    b.edit("person", person, phone="2")  # at a position where the next past has a's number
    world.clock.ms += 1_000
    world.bring_back(late)
    world.settle()
    (contest,) = a.rows("contest").values()
    assert {s["value"]["phone"] for s in contest["sides"]} == {"1", "2"}
    assert a.row("person", person) == b.row("person", person)
    assert a.row("person", person)["note"] == "后"  # type: ignore[index]


def test_an_edit_offered_again_in_the_epoch_before_is_shown_meanwhile(world: World) -> None:
    """Seed 139: a fork that a restored district had forgotten was undone, and what had lost a contest was not shown again."""
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    person = b.create("person", name="王公平", area="A")
    world.settle()
    kept = world.backup()
    ghost = world.copy(a, "ghost")
    a.create("person", name="张三", area="A")
    a.round()
    b.edit("person", person, phone="1")
    b.round()
    ghost.edit("person", person, phone="2")
    ghost.round()
    ghost.round()
    assert ghost.row("person", person)["phone"] == "1"  # type: ignore[index]
    world.clock.ms += 1_000
    world.bring_back(kept)
    shown: list[object] = []
    ghost.courier._at = lambda point: shown.append(ghost.row("person", person)) if point == "before push" else None
    ghost.round()
    assert [row["phone"] for row in shown[1:]] == ["2"] * len(shown[1:])  # type: ignore[index]
    assert len(shown) > 2


def test_one_position_may_be_larger_than_a_batch(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seed 235: an act with more records than a batch had entries was never told, and the round had no end."""
    monkeypatch.setattr(feed, "ENTRIES_PER_BATCH_MAX", 2)
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    world.settle()
    ids = [world.ids.new() for _ in range(5)]
    a.act(*(Change("person", i, Op.CREATE, {"name": f"张{n}", "area": "A"}) for n, i in enumerate(ids)))
    a.create("person", name="李四", area="A")
    world.settle()
    assert len(b.rows("person")) == 6


def test_a_sealed_act_is_known_again_by_its_copies(world: World) -> None:
    """Seed 464: an act sealed after a fork kept the fork's number of what its author had seen, and was taken a second time."""
    a, b = world.desk("a", "A"), world.desk("b", "A", "C")
    person = b.create("person", name="王公平", area="A")
    world.settle()
    kept = world.backup()
    first = world.copy(a, "first")
    first.edit("person", person, note="先")
    a.edit("person", person, phone="1")
    a.edit("person", person, area="C")
    second = world.copy(a, "second")
    first.round()
    second.round()
    second.round()
    assert second.row("person", person) is None
    world.bring_back(kept)
    world.rest()
    with world.district.engine.connect() as conn:
        assert len(list(acts(conn))) == 4


def test_a_photograph_of_what_was_never_seen_here_leaves_when_the_district_has_it(world: World) -> None:
    """Seeds 351 and 527: the record that an own act would have shown had left before its answer, and its file stayed."""
    a, b = world.desk("a", "A"), world.desk("b", "A", "C")
    photo = a.attach(b"~000001~")
    person = a.create("person", name="王公平", area="A", photo=photo)
    a.wire.cut = "reply"
    with pytest.raises(LineDown):
        a.round()
    a.wire.cut = ""
    b.round()
    b.edit("person", person, area="C")
    b.round()
    world.district.packs.forget()
    world.settle()
    assert a.row("person", person) is None
    assert b"~000001~" not in content(a)


def test_what_was_written_under_areas_that_a_desk_never_heard_of_leaves_without_a_repair(world: World) -> None:
    """Seed 7029: areas were given and taken again while the line was down, and what was typed between them stayed shown."""
    a, above = world.desk("a", "B"), world.desk("above", "D")
    world.settle()
    world.district.grant(a.wire.replica, ["S1", "C"])
    person = a.create("person", name="王公平", area="A")
    a.wire.cut = "reply"
    with pytest.raises(LineDown):
        a.round()
    a.wire.cut = ""
    world.district.grant(a.wire.replica, ["B"])
    world.settle()
    assert a.row("person", person) is None
    assert above.row("person", person) is not None
    assert a.round().requests == 1, "it is told so once"


def test_an_answer_to_a_rescue_that_is_made_later_is_judged_with_it(world: World) -> None:
    """Long seed 4: a restored district heard what was said of a rescue before it had made that rescue again."""
    a, d = world.desk("a", "A"), world.desk("d", "D")
    world.settle()
    kept = world.backup()
    a.act(Change("line", world.ids.new(), Op.CREATE, {"reg": world.ids.new(), "text": "等不到"}))
    a.round()
    world.clock.ms += LIMITS.hold_ms + 1_000
    world.district.tend()
    world.settle()
    (rescue,) = d.rows("rescue")
    d.act(Change("rescue", rescue, Op.DECIDE, {"answer": "dismissed"}))
    d.round()
    world.bring_back(kept)
    a.round()
    world.clock.ms += LIMITS.hold_ms // 2
    d.round()
    assert d.status().held == 1
    world.clock.ms += LIMITS.hold_ms // 2 + 1_000
    world.district.tend()
    d.round()
    assert d.status().held == 0
    assert {name: row["state"] for name, row in d.rows("rescue").items()} == {rescue: "dismissed"}


def test_what_was_written_about_a_record_is_sealed_as_it_leaves_with_a_pack(world: World) -> None:
    """Long seed 61: a crash after a pack, and a restore before the next answer: an act came back readable, with no row."""
    a, above = world.desk("a", "A"), world.desk("above", "D")
    person = above.create("person", name="王公平", area="A")
    world.settle()
    kept = world.backup()
    a.edit("person", person, phone="1")
    world.district.grant(a.wire.replica, ["C"])

    def crash(point: str) -> None:
        if point == "before push" and a.row("person", person) is None:
            raise KeyboardInterrupt

    a.courier._at = crash
    with pytest.raises(KeyboardInterrupt):
        a.round()
    with a.store.reading() as conn:
        assert conn.exec_driver_sql("SELECT kept, shown FROM sync_journal").all() == [(SEALED, 0)]
    a.courier._at = lambda _point: None
    world.clock.ms += 1_000
    world.bring_back(kept)
    world.settle()
    assert above.row("person", person)["phone"] == "1"  # type: ignore[index]


def test_a_step_is_looked_at_again_with_those_before_it_wherever_its_record_has_gone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read, not played: steps come into a new area with their record, and those before one seemed to come after it."""
    a, d = world.desk("a", "A"), world.desk("d", "D")
    person = a.create("person", name="王公平", area="A")
    world.settle()
    before = d.base()

    def in_turn(movement: dict[str, Any], reader: Any) -> Judged:
        verbs = [step["verb"] for step in reader.children("step", movement["subject"])]
        return Judged(accepted=movement["verb"] == "登记" or "登记" in verbs, reason="还没有登记")

    monkeypatch.setattr(world.district.judge, "judge", in_turn)
    for verb in ("登记", "变更"):
        a.step("person", person, verb)
        a.round()
    d.round()
    d.edit("person", person, area="C")
    d.round()
    d.edit("person", person, base=before, note="迟到的")
    d.round()
    assert [step["judgement"] for step in d.rows("step").values()] == ["accepted", "accepted"]
    assert d.rows("doubt") == {}
