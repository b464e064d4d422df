"""What an audit has found in the district, each as the smallest story that shows it."""

from __future__ import annotations

import sys
from pathlib import Path
from threading import Thread
from types import FrameType
from typing import Any

import msgspec
import pytest
from sqlalchemy import event, select

from sync.act import Act, Base, Change, Op, Verdict
from sync.codec import pack_acts
from sync.district.engine import open_engine
from sync.district.feed import take_turn
from sync.district.holding import Holding
from sync.district.scope import AreaScope
from sync.district.tables import ACT, EPOCH
from sync.district.unit import Unit
from sync.errors import Refused
from sync.limits import LIMITS
from sync.protocol import VERSION, RoundReply, RoundRequest, decode, encode, unpack_verdicts
from sync.schema import FieldSpec, Kind, fits
from tests.postgres import PostgresServer
from tests.sync.world import DeskInTest, World


def answered(desk: DeskInTest) -> list[tuple[str, str]]:
    """What the district says to what the desk has to send."""
    return [(v.outcome.value, v.reason) for v in desk.round().verdicts]


def by_hand(world: World, desk: DeskInTest, *changes: Change, base: Base | None = None) -> list[Verdict]:
    """What the district says to acts of one change each, sent by a program that is not ours."""
    with desk.store.writing() as conn:
        conn.exec_driver_sql("UPDATE sync_state SET fence=fence+1")
        s = conn.exec_driver_sql("SELECT fence, epoch, pos, tag, scope, timeline FROM sync_state").one()
    with world.district.engine.connect() as conn:
        last = select(EPOCH.c.last_number).where(EPOCH.c.replica == desk.wire.replica, EPOCH.c.epoch == s.epoch)
        first = conn.execute(last).scalar_one() + 1
    acts = [Act(first + n, desk.name, 0, "v", base or Base(), (change,)) for n, change in enumerate(changes)]
    request = RoundRequest(VERSION, s.epoch, s.fence, s.pos, bytes(s.tag), s.scope, pack_acts(acts))
    request.timeline = s.timeline
    return unpack_verdicts(decode(world.district.round(desk.wire.replica, encode(request)), RoundReply).verdicts)


def contested_reg(world: World, desk: DeskInTest, **sides: str) -> tuple[str, str]:
    """A registration of which one field is contested by two edits of one desk; its id and the contest's."""
    ((field, other),) = sides.items()
    first = desk.create("person", name="王公平", area="A")
    reg = desk.create("reg", area="A", person=first)
    world.settle()
    desk.edit("reg", reg, base=Base(0, 0), **{field: other})
    world.settle()
    (contest,) = desk.rows("contest")
    return reg, contest


def test_a_decision_brings_nobody_in_whom_its_author_does_not_hold(world: World) -> None:
    a, c = world.desk("a", "A"), world.desk("c", "C")
    secret = c.create("person", name="李四", area="C", phone="13800009999")
    other = a.create("person", name="张三", area="A")
    reg, contest = contested_reg(world, a, person=other)
    a.decide(contest, {"person": secret})
    assert [outcome for outcome, _ in answered(a)] == ["refused"]
    world.settle()
    assert a.row("person", secret) is None
    assert a.status().contests == 1
    a.decide(contest, {"person": other})
    world.settle()
    assert a.row("reg", reg)["person"] == other  # type: ignore[index]


def test_a_decision_names_no_erased_record(world: World) -> None:
    a = world.desk("a", "A")
    gone, other = (a.create("person", name=name, area="A") for name in ("李四", "张三"))
    reg, contest = contested_reg(world, a, person=other)
    world.district.erase([("person", gone)], "局长", "依法")
    world.settle()
    a.decide(contest, {"person": gone})
    assert [outcome for outcome, _ in answered(a)] == ["refused"]
    assert a.row("reg", reg)["person"] != gone  # type: ignore[index]


def test_a_decision_for_another_offices_side_needs_no_sight_of_what_it_names(world: World) -> None:
    """It was lawful for whoever typed it, and the record is brought along by the row whichever way it is decided."""
    a, both = world.desk("a", "A"), world.desk("both", "A", "C")
    far = both.create("person", name="李四", area="C")
    near = a.create("person", name="王公平", area="A")
    reg = a.create("reg", area="A", person=near)
    world.settle()
    both.edit("reg", reg, base=Base(0, 0), person=far)
    world.settle()
    (contest,) = a.rows("contest")
    a.decide(contest, {"person": far})
    world.settle()
    assert a.row("reg", reg)["person"] == far  # type: ignore[index]


def test_a_record_with_the_id_of_anothers_leaves_its_contest_where_it_is(world: World) -> None:
    a, b, c = world.desk("a", "A"), world.desk("b", "A"), world.desk("c", "C")
    person = a.create("person", name="王公平", area="A", phone="1")
    world.settle()
    a.edit("person", person, phone="13811111111")
    b.edit("person", person, phone="13922222222")
    world.settle()
    edits = [Change("zz", person, op, {"phone": f"x{n}"}) for n, op in enumerate((Op.CREATE, Op.FIELDS))]
    assert [v.outcome.value for v in by_hand(world, c, *edits)] == ["applied", "contested"]
    a.round()
    b.round()
    (contest,) = a.rows("contest").values()
    assert {side["value"]["phone"] for side in contest["sides"]} == {"13811111111", "13922222222"}
    with world.district.engine.connect() as conn:
        rows = conn.exec_driver_sql("SELECT areas FROM head WHERE collection='contest'")
        assert sorted(rows.scalars()) == ["A", "C"]


def test_a_record_with_the_id_of_anothers_does_not_take_what_that_carries(world: World) -> None:
    a, c = world.desk("a", "A", "C"), world.desk("c", "C")
    person = a.create("person", name="王公平", area="C")
    reg = a.create("reg", area="A", person=person)
    one, two = (c.create("reg", area="C") for _ in range(2))
    world.settle()
    by_hand(world, c, Change("line", reg, Op.CREATE, {"reg": one}))
    by_hand(world, c, Change("line", reg, Op.FIELDS, {"reg": two}), base=Base(0, 9))
    with world.district.engine.connect() as conn:
        pointed = conn.exec_driver_sql("SELECT collection, record FROM ref WHERE target=?", (person,))
        assert pointed.all() == [("reg", reg)]


def test_nobody_voids_what_officers_are_asked_nor_a_link(world: World) -> None:
    a, b, d = world.desk("a", "A"), world.desk("b", "A"), world.desk("d", "D")
    person = a.create("person", name="王公平", area="A")
    for _ in range(2):
        a.create("person", name="李四", idno="9", area="A")
    world.settle()
    a.edit("person", person, phone="1")
    b.edit("person", person, phone="2")
    world.settle()
    (contest,), (link,) = b.rows("contest"), b.rows("link")
    for kind, record in (("contest", contest), ("link", link)):
        b.void(kind, record)
        assert [outcome for outcome, _ in answered(b)] == ["refused"]
    d.act(Change("link", link, Op.DECIDE, {"answer": "undone"}))
    world.settle()
    assert list(b.rows("contest")) == [contest]
    assert [row["state"] for row in b.rows("link").values()] == ["undone"]


def test_an_order_to_erase_is_read_behind_a_torn_line(world: World) -> None:
    a = world.desk("a", "A")
    person = a.create("person", name="李四", area="A")
    world.settle()
    kept = world.backup()
    torn = '{"at": 1, "officer": "王'.encode()[:-1]
    (world.folder / "erasures.log").write_bytes(torn)
    world.district.erase([("person", person)], "局长", "依法\u2028删除")
    world.clock.ms += 2_000
    world.bring_back(kept)
    new = world.desk("new", "A")
    new.round()
    assert new.row("person", person) is None


def test_a_cleared_number_adds_nothing(world: World) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    person = a.create("person", name="王公平", area="A", visits=5)
    world.settle()
    a.edit("person", person, visits=2)
    b.edit("person", person, visits=None)
    world.settle()
    assert [desk.row("person", person)["visits"] for desk in (a, b)] == [7, 7]  # type: ignore[index]


def test_a_set_takes_words_alone(world: World) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    person = a.create("person", name="王公平", area="A", tags=["x"])
    world.settle()
    edits: list[dict[str, object]] = [{"+": [1]}, {"*": ["y"]}, {"+": ["y"], "-": [None]}]
    said = by_hand(world, b, *(Change("person", person, Op.FIELDS, {"tags": edit}) for edit in edits))
    assert [v.outcome.value for v in said] == ["refused"] * 3
    a.edit("person", person, tags={"+": ["y"]})
    a.round()
    assert a.row("person", person)["tags"] == ["x", "y"]  # type: ignore[index]


def test_a_yes_or_no_is_no_number() -> None:
    """A file gives back what it was told as true or false, and not as the one that others hold."""
    field = FieldSpec("flag", Kind.BOOL)
    assert fits(field, True)
    assert not fits(field, 1)
    assert not fits(field, 0)


class Snapshot:
    """A connection that sees the areas as they were."""

    def __init__(self, pos: int, *areas: str) -> None:
        self.pos, self.areas = pos, areas

    def execute(self, _query: object) -> Any:
        return self

    def one(self) -> tuple[int, int]:
        return self.pos, len(self.areas)

    def scalars(self) -> list[bytes]:
        return [msgspec.msgpack.encode({"key": area}) for area in self.areas]


def test_a_thread_is_given_the_areas_of_its_own_snapshot() -> None:
    """Each of these lines of `tree` was once where another thread with an older snapshot came between."""
    scope = AreaScope("area", "key", "parent", "successor")
    code, newer, older = AreaScope.tree.__code__, Snapshot(10, "A"), Snapshot(9, "A", "B")
    for line in sorted({n for _, _, n in code.co_lines() if n is not None}):
        scope.tree(newer)  # type: ignore[arg-type]

        def trace(frame: FrameType, event: str, _arg: object, line: int = line) -> Any:
            if frame.f_code is code and event == "line" and frame.f_lineno == line:
                sys.settrace(None)
                scope.tree(older)  # type: ignore[arg-type]
            return trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            got = scope.tree(newer)  # type: ignore[arg-type]
        finally:
            sys.settrace(before)
        assert not got.knows("B"), f"at line {line}"


def test_what_a_power_cut_kept_from_being_released_is_released_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The acts were committed, and the process ended before it looked who had waited for the contest they opened."""
    a, b, d = world.desk("a", "A"), world.desk("b", "A"), world.desk("d", "D")
    person = a.create("person", name="王公平", area="A")
    world.settle()
    kept = world.backup()
    a.edit("person", person, phone="1")
    b.edit("person", person, phone="2")
    world.settle()
    (contest,) = d.rows("contest")
    d.decide(contest, {"phone": "2"})
    world.settle()
    world.clock.ms += 2_000
    world.bring_back(kept)
    d.round()
    a.round()
    with monkeypatch.context() as cut:
        cut.setattr(Holding, "release", lambda _self, _arrived: None)
        b.round()
    world.rest()
    assert d.status().held == 1
    world.district.tend()
    world.rest()
    assert d.status().held == 0
    assert a.row("person", person)["phone"] == "2"  # type: ignore[index]


def test_what_waits_for_an_answer_is_not_judged_each_minute(world: World) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    person = a.create("person", name="王公平", area="A")
    world.settle()
    a.edit("person", person, phone="1")
    b.edit("person", person, phone="9")
    world.settle()
    a.step("person", person, "迁出")
    a.round()
    assert a.status().held == 1
    for _ in range(3):
        world.district.tend()
    with world.district.engine.connect() as conn:
        assert conn.execute(select(ACT.c.tries).where(ACT.c.outcome == "held")).scalars().all() == [0]


def test_the_last_piece_of_a_file_does_not_come_between_a_step_and_its_wait(
    postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgres.database() as url:
        world = World(open_engine(url), tmp_path)
        a = world.desk("a", "A")
        photo = a.attach(b"photograph")
        person = a.create("person", name="王公平", area="A", photo=photo)
        monkeypatch.setattr(a.courier._files, "send", lambda _report: None)
        a.round()
        a.step("person", person, "照相")
        whole = world.district.take_blob
        other = Thread(target=whole, args=(a.wire.replica, photo, 0, 10, b"photograph"))
        looked = Unit.blob

        def look(unit: Unit, name: str) -> tuple[bool, bool]:
            found = looked(unit, name)
            if not other.ident:
                other.start()
                other.join(1)  # as far as it gets
            return found

        monkeypatch.setattr(Unit, "blob", look)
        a.round()
        other.join()
        with world.district.engine.connect() as conn:
            assert "held" not in conn.execute(select(ACT.c.outcome)).scalars().all()
        world.district.engine.dispose()


def test_a_last_piece_and_a_push_of_one_desk_do_not_wait_for_each_other(
    postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A desk whose answer was late sends again what it had sent: both requests take its row, and then their turn."""
    with postgres.database() as url:
        world = World(open_engine(url), tmp_path)
        a = world.desk("a", "A")
        photo = a.attach(b"photograph")
        a.create("person", name="王公平", area="A", photo=photo)
        with monkeypatch.context() as patch:
            patch.setattr(a.courier._files, "send", lambda _report: None)
            a.round()
        a.create("person", name="李四", area="A")
        ended: list[str] = []
        deadlocks: list[str] = []
        event.listen(
            world.district.engine, "handle_error", lambda context: deadlocks.append(str(context.original_exception))
        )

        def whole() -> None:
            world.district.take_blob(a.wire.replica, photo, 0, 10, b"photograph")
            ended.append("file")

        piece, push = Thread(target=whole), Thread(target=a.round)
        with world.district.engine.begin() as conn:
            take_turn(conn)
            piece.start()
            piece.join(0.5)  # until it waits
            push.start()
            push.join(0.5)
        piece.join()
        push.join()
        assert deadlocks == []
        assert ended == ["file"]
        assert a.status().unsent == 0
        world.district.engine.dispose()


@pytest.mark.parametrize(("most", "letters"), [(LIMITS.contest_sides - 1, 1), (3, 1_000_000)])
def test_a_contest_takes_no_more_sides_than_a_desk_can_hold(world: World, most: int, letters: int) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    person = a.create("person", name="王公平", area="A", phone="1" * letters)
    world.settle()
    edits = (Change("person", person, Op.FIELDS, {"phone": f"{n:02}" + "1" * letters}) for n in range(most + 2))
    said = [v.outcome.value for v in by_hand(world, b, *edits)]
    assert said == ["contested"] * most + ["refused"] * 2
    a.round()
    (contest,) = a.rows("contest")
    a.decide(contest, {"phone": "2"})
    a.round()
    assert a.row("person", person)["phone"] == "2"  # type: ignore[index]
    assert a.status().contests == 0


def test_who_only_knows_a_files_hash_spoils_nothing(world: World) -> None:
    a, b, other = world.desk("a", "A"), world.desk("b", "A"), world.desk("other", "C")
    content = bytes(range(256)) * 2_000
    photo = a.attach(content)
    b.attach(content)
    for desk in (a, b):
        desk.create("person", name=desk.name, area="A", photo=photo)
        desk.courier._files.send = lambda _report: None  # type: ignore[method-assign]
        desk.round()
    with pytest.raises(Refused):
        world.district.take_blob(other.wire.replica, photo, 0, len(content), b"x")
    half = len(content) // 2
    assert world.district.take_blob(b.wire.replica, photo, 0, len(content), content[:half]) == half
    assert world.district.take_blob(a.wire.replica, photo, half, len(content), content[half:]) == len(content)
    assert b"".join(world.district.blob(b.wire.replica, photo, at) for at in (0, half)) == content
