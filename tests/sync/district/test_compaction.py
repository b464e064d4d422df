"""The horizon: the feed behind it is gone, and nobody who lies behind it loses anything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from sync.act import Change, Op, Outcome
from sync.district import compact
from sync.district.audit import lost_values
from sync.district.chain import verify_chain
from sync.district.tables import DESK, FEED, FEED_AREA, META, POSITION
from sync.errors import Refused
from sync.limits import DAY_MS, LIMITS, Limits
from tests.sync.small import SCHEMA
from tests.sync.wholeness import wrongs
from tests.sync.world import World


@pytest.fixture
def world(district_engine: Engine, tmp_path: Path) -> Iterator[World]:
    """Whatever a test takes away, both sides must add up when it is done, and the rest of the chain must verify."""
    made = World(district_engine, tmp_path, Limits(positions_per_sweep=3))
    yield made
    for _ in range(3):
        made.settle(1)
    assert wrongs(made) == []
    with made.district.engine.connect().execution_options(reads=True) as conn:
        assert verify_chain(conn) == []


def left(world: World) -> tuple[int, int, int]:
    """(positions, entries, entries by area) that the feed still has."""
    with world.district.engine.connect() as conn:
        counts = [conn.execute(select(func.count()).select_from(t)).scalar_one() for t in (POSITION, FEED, FEED_AREA)]
    return counts[0], counts[1], counts[2]


def test_the_feed_goes_up_to_the_horizon_and_the_tag_there_stays(world: World) -> None:
    a = world.desk("a", "A")
    for n in range(12):
        a.create("person", name=f"人{n}", area="A")
    world.settle()
    assert world.district.compact(10) == 10
    assert left(world) == (3, 2, 2)
    with world.district.engine.connect() as conn:
        assert verify_chain(conn) == []
        assert conn.execute(select(META.c.horizon)).scalar_one() == 10
    assert world.district.compact(4) == 10, "the horizon never goes back"
    assert world.district.compact(99) == 12


def test_a_crash_in_the_middle_leaves_a_rest_that_goes_the_next_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    a = world.desk("a", "A")
    for n in range(9):
        a.create("person", name=f"人{n}", area="A")
    world.settle()
    monkeypatch.setattr(compact, "_sweep", lambda *_: False)
    world.district.compact(8)
    assert left(world)[0] == 9
    monkeypatch.undo()
    world.settle()
    world.district.compact(8)
    assert left(world)[0] == 2


def test_a_desk_behind_it_is_packed_anew_and_its_acts_count(world: World) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    p = a.create("person", name="王五", phone="1", area="A")
    gone = a.create("reg", area="A", reason="务工")
    world.settle()
    b.edit("person", p, phone="2")
    q = b.create("person", name="张三", area="A")
    a.edit("person", p, name="王午")
    a.void("reg", gone)
    for n in range(5):
        a.create("person", name=f"人{n}", area="A")
    a.round()
    world.district.compact(world.district.last_pos())
    report = b.round()
    assert report.pack_rows
    assert [v.outcome for v in report.verdicts] == [Outcome.MERGED, Outcome.APPLIED]
    world.settle()
    assert a.row("person", p) == b.row("person", p) == {"name": "王午", "phone": "2", "area": "A"}
    assert a.row("person", q) is not None


def test_a_desk_at_the_horizon_goes_on(world: World) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    a.create("person", name="王五", area="A")
    world.settle()
    at = world.district.last_pos()
    a.create("person", name="张三", area="A")
    a.round()
    world.district.compact(at)
    assert b.round().pack_rows == 0
    assert len(b.rows("person")) == 2


def test_a_held_act_that_was_released_behind_it_is_answered(world: World) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    world.settle()
    p = a.create("person", name="王五", area="A")
    b.edit("person", p, phone="2")
    assert [v.outcome for v in b.round().verdicts] == [Outcome.HELD]
    a.round()
    world.district.compact(world.district.last_pos())
    b.round()
    assert b.status().held == 0
    assert (b.row("person", p) or {}).get("phone") == "2"


def test_an_edit_of_what_left_before_the_horizon_is_rescued_not_refused(world: World) -> None:
    """Where the record lived when its author looked, nobody can say any more."""
    a, b, d = world.desk("a", "A"), world.desk("b", "B"), world.desk("d", "D")
    p = a.create("person", name="王五", area="A")
    world.settle()
    a.edit("person", p, phone="2")
    d.edit("person", p, area="B")
    d.round()
    world.district.compact(world.district.last_pos())
    assert [v.outcome for v in a.round().verdicts] == [Outcome.RESCUED]
    world.settle()
    assert "phone" not in (b.row("person", p) or {})
    assert [r["officer"] for r in b.rows("rescue").values()] == ["a"]


def test_who_said_what_behind_it_is_known_by_the_act(world: World) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    p = a.create("person", name="王五", phone="1", area="A")
    world.settle()
    a.edit("person", p, phone="2")
    b.edit("person", p, phone="3")
    a.round()
    world.district.compact(world.district.last_pos())
    b.round()
    world.settle()
    (contest,) = a.rows("contest").values()
    assert [(s["officer"], s["at"] > 0) for s in contest["sides"]] == [("a", True), ("b", True)]


def test_the_audit_looks_from_the_horizon_on(world: World) -> None:
    a = world.desk("a", "A")
    p = a.create("person", name="王五", area="A", visits=1)
    world.settle()
    world.district.compact(world.district.last_pos())
    a.edit("person", p, visits=2, phone="1")
    q = a.create("person", name="张三", area="A")
    world.settle()
    with world.district.engine.begin() as conn:
        assert lost_values(conn, SCHEMA) == []
        kept = conn.execute(select(FEED.c.fields).where(FEED.c.record == q)).scalar_one()
        conn.execute(FEED.update().where(FEED.c.record == q).values(fields=b"\x80"))
        assert {key for key, _, _ in lost_values(conn, SCHEMA)} == {("person", q)}
        conn.execute(FEED.update().where(FEED.c.record == q).values(fields=kept))


# --- by time alone --------------------------------------------------------------------------------------------------


def test_time_compacts_the_feed_by_the_districts_clock(world: World) -> None:
    a = world.desk("a", "A")
    a.create("person", name="王五", area="A")
    world.settle()
    old = world.district.last_pos()
    world.clock.ms += LIMITS.horizon_age_ms // 2
    for n in range(4):
        a.create("person", name=f"人{n}", area="A")
    world.settle()
    world.district.tend()
    with world.district.engine.connect() as conn:
        assert conn.execute(select(META.c.horizon)).scalar_one() == 0
    world.clock.ms += LIMITS.horizon_age_ms // 2 + DAY_MS
    a.round()
    world.district.tend()
    with world.district.engine.connect() as conn:
        assert conn.execute(select(META.c.horizon)).scalar_one() == old


def test_a_desk_of_which_nobody_has_heard_is_retired(world: World) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    world.settle()
    b.create("person", name="张三", area="A")
    world.clock.ms += 100 * DAY_MS
    a.round()
    assert world.district.retire(50 * DAY_MS) == [b.wire.replica]
    assert world.district.retire(50 * DAY_MS) == []
    with world.district.engine.connect() as conn:
        ended = dict(conn.execute(select(DESK.c.replica, DESK.c.revoked_at)).all())
    assert ended[a.wire.replica] is None and ended[b.wire.replica] is not None
    with pytest.raises(Refused):
        b.courier.round()
    world.desks.remove(b)
    world.settle()
    assert [r["name"] for r in a.rows("person").values()] == ["张三"], "what it had not sent is taken in"


def test_time_alone_retires_desks_and_removes_old_packs(world: World, tmp_path: Path) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "C")
    world.settle()
    packs = set((tmp_path / "packs").iterdir())
    assert packs
    world.clock.ms += LIMITS.idle_desk_ms + DAY_MS
    a.create("person", name="王五", area="A")
    a.round()
    world.district.compact(world.district.last_pos())
    late = world.desk("late", "A")
    late.round()
    world.district.tend()
    now = set((tmp_path / "packs").iterdir())
    with world.district.engine.connect() as conn:
        ended = set(conn.execute(select(DESK.c.replica).where(DESK.c.revoked_at.is_not(None))).scalars())
    assert ended == {b.wire.replica}
    assert len(packs - now) == 2, "the pack of A's areas that a newer one follows, and its link"
    world.desks.remove(b)


def test_tending_twice_does_no_harm(world: World) -> None:
    a = world.desk("a", "A")
    a.act(Change("person", world.ids.new(), Op.CREATE, {"name": "王五", "area": "A"}))
    world.settle()
    for _ in range(3):
        world.district.tend()
    assert left(world) == (1, 1, 1)
