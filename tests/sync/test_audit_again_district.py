"""What a second audit has found in the district, each as the smallest story that shows it."""

from __future__ import annotations

from tracemalloc import get_traced_memory, start, stop
from typing import Any

import msgspec
import pytest

from sync.act import Act, Base, Change, Op
from sync.codec import ACT_CHANGES_FAR, pack_acts, unpack_acts
from sync.columns import IdTable, pack_ints
from sync.desk.courier import Courier
from sync.desk.packs import open_pack
from sync.district.accept import Acceptor
from sync.errors import Damaged, Refused
from tests.sync.world import World


def test_the_first_act_after_a_restore_is_known_again_in_a_fork_that_it_began(world: World) -> None:
    """It names itself as seen, by a number that the fork has changed too."""
    a = world.desk("a", "A")
    person = a.create("person", name="x", visits=0, area="A")
    a.round()
    world.bring_back(world.backup())
    a.round()
    ghost = world.copy(a, "ghost")
    a.edit("person", person, visits=1)
    a.round()
    ghost.edit("person", person, visits=10)
    older = world.copy(ghost, "older", runs=False)
    world.rest()
    assert a.row("person", person)["visits"] == 11  # type: ignore[index]
    world.restore(ghost, older)
    world.rest()
    assert [desk.row("person", person)["visits"] for desk in world.desks] == [11, 11]  # type: ignore[index]


def test_no_frame_of_a_pack_is_more_than_a_desk_unpacks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """However large its rows are, a new desk can begin."""
    monkeypatch.setattr("sync.district.packs.FRAME_BYTES", 1_000_000)
    monkeypatch.setattr("sync.desk.packs.FRAME_BYTES_MAX", 1_100_000)
    a = world.desk("a", "A")
    for n in range(12):
        a.create("person", name=f"n{n}", note=f"{n} " + "x" * 300_000, area="A")
    world.settle()
    new = world.desk("new", "A")
    new.round()
    assert new.rows("person") == a.rows("person")
    (path,) = [p for p in (world.folder / "packs").glob("*.pack") if p.stat().st_size]
    assert sum(collection == "person" for collection, _ in open_pack(path, path.stem)[1]) == 4


def test_what_has_to_be_sent_again_is_sent_an_answer_at_a_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.district.settle.REPAIR_BYTES", 50_000)
    a = world.desk("a", "A")
    for n in range(12):
        a.create("person", name=f"n{n}", note=f"{n} " + "x" * 20_000, area="A")
    world.settle()
    before = a.rows("person")
    with a.store.writing() as conn:
        conn.exec_driver_sql("UPDATE person SET note='?', rowhash=rowhash+1")
        conn.exec_driver_sql("UPDATE sync_state SET digest=digest+12")
    posts = a.wire.posts
    report = a.round()
    assert (report.repaired, a.rows("person") == before, a.status().alarm) == (True, True, None)
    assert a.wire.posts - posts > 6


def claiming(acts: int, changes: int) -> bytes:
    """A batch of few bytes that claims so many acts of so many equal changes each."""
    ids, count = IdTable(), acts * changes
    ids.add("0" * 32)
    steps = bytes((0x81, 0)) + b"\1" * (count - 1)
    none = b"\1" + bytes(count)
    sheet = ["person", count, steps, none, ["e", ["f"], b""], ["name"], [[0]], none, ["e", ["x"], b""]]
    sheet[-1] = [sheet[-1]]
    numbers = [pack_ints([n] * acts) for n in (0, 0, 0, changes)]
    words = [["e", [word], b""] for word in ("officer", "verb", "")]
    return msgspec.msgpack.encode([ids.dump(), 1, acts, *numbers, *words, [sheet]])


def test_a_batch_that_claims_very_many_changes_is_damaged_before_they_are_built() -> None:
    assert len(unpack_acts(claiming(2, ACT_CHANGES_FAR))) == 2
    for acts, changes in ((1, 100_000), (400, 500)):
        data = claiming(acts, changes)
        start()
        with pytest.raises(Damaged):
            unpack_acts(data)
        built = get_traced_memory()[1]
        stop()
        assert built < 3 * len(data)


def of_act(**other: Any) -> Act:
    fields = {"number": 1, "officer": "o", "at": 0, "verb": "v", "base": Base(), "changes": ()} | other
    return Act(**fields)


@pytest.mark.parametrize(
    "act",
    [
        of_act(officer=None),
        of_act(verb=5),
        of_act(batch=b"x"),
        of_act(changes=(Change("person", "0" * 32, Op.CREATE, {5: "x"}),)),  # type: ignore[dict-item]
        of_act(changes=(Change(7, "0" * 32, Op.CREATE, {"name": "x"}),)),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_text_where_a_text_must_stand_is_damage(act: Act) -> None:
    with pytest.raises(Damaged):
        unpack_acts(pack_acts([act]))


def test_a_sealed_act_that_was_applied_is_not_read_online(world: World) -> None:
    """What its record holds is the business of the office that it moved to."""
    a, district = world.desk("a", "A"), world.desk("d", "D")
    person = a.create("person", name="秘密", phone="139", area="A")
    world.settle()
    district.edit("person", person, area="C")
    world.settle()
    with pytest.raises(FileNotFoundError):
        a.courier.rescued(1)


def test_a_revoked_desk_reads_no_act_online(world: World) -> None:
    a = world.desk("a", "A")
    a.edit("person", "0" * 32, name="x")
    a.round()
    assert a.courier.rescued(1).verb == "保存"
    world.district.revoke(a.wire.replica)
    with pytest.raises(Refused):
        a.courier.rescued(1)


def test_the_district_itself_writes_nothing_that_no_desk_could_read(world: World) -> None:
    a = world.desk("a", "A")
    a.round()
    for changes in (
        [Change("person", "130102", Op.CREATE, {"area": "A"})],
        [Change("person", "0" * 32, Op.CREATE, {"visits": 2**60})],
    ):
        with pytest.raises(ValueError, match="格式"):
            world.district.write(changes, "ref")
    assert world.district.last_pos() == 0
    a.round()


def test_a_file_is_shown_before_the_first_round_of_a_program(world: World) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    name = a.attach(b"photo" * 1000)
    a.create("person", name="x", photo=name, area="A")
    world.settle()
    b.courier = Courier(b.store.schema, b.wire, b.store, world.clock)  # the program was started anew
    assert b.courier.blob(name) == b"photo" * 1000
    b.wire.cut = "before"
    assert b.courier.blob(name) == b"photo" * 1000  # and is kept


def test_an_act_that_had_waited_long_is_tried_again_after_a_fault(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    people = [world.ids.new() for _ in range(4)]
    a.act(*(Change("person", p, Op.FIELDS, {"note": "x"}) for p in people))
    a.round()
    judge = Acceptor._take

    def faulty(self: Acceptor, act: Act, pos: int, first: int) -> Any:
        if act.officer == "a":
            raise KeyError("a passing fault")
        return judge(self, act, pos, first)

    for person in people:  # judged for each, and waiting for the next
        with monkeypatch.context() as while_:
            if person == people[-1]:
                while_.setattr(Acceptor, "_take", faulty)
            b.act(Change("person", person, Op.CREATE, {"name": person, "area": "A"}))
            b.round()
    world.district.tend()
    world.settle()
    assert [row["note"] for row in b.rows("person").values()] == ["x"] * 4
