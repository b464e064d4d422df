"""Many at once: what one desk may push, who goes first, and what a desk does when it is asked to wait."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from sync.act import Change, Op, Outcome
from sync.district.lanes import Lanes
from sync.district.quota import charge
from sync.district.taking import _parts
from sync.errors import Busy
from sync.limits import DAY_MS, HOUR_MS, LIMITS, Limits
from sync.protocol import RoundReply, decode, encode
from tests.sync.wholeness import wrongs
from tests.sync.world import DeskInTest, World

SMALL = Limits(acts_per_hour=10, bytes_per_day=16_000, files_per_day=150_000)
PATIENCE_S = 60


@pytest.fixture
def world(district_engine: Engine, tmp_path: Path) -> Iterator[World]:
    made = World(district_engine, tmp_path, SMALL)
    yield made
    made.clock.ms += DAY_MS
    made.settle()
    assert wrongs(made) == []


# --- quotas ---------------------------------------------------------------------------------------------------------


def test_a_desk_that_pushes_without_end_is_asked_to_come_back_and_loses_nothing(world: World) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    world.settle()
    for n in range(8):
        a.create("person", name=f"人{n}", area="A")
    a.round()
    made = [a.create("person", name=f"后{n}", area="A") for n in range(3)]
    with pytest.raises(Busy) as caught:
        a.courier.round()
    assert LIMITS.retry_after_s_min <= caught.value.retry_after_s <= LIMITS.quota_retry_s_max
    assert a.status().unsent == 3
    b.create("person", name="别处", area="A")
    assert [v.outcome for v in b.round().verdicts] == [Outcome.APPLIED], "another desk's is another's"
    world.clock.ms += HOUR_MS
    a.round()
    assert a.status().unsent == 0
    b.round()
    assert set(made) < set(b.rows("person"))


def test_who_is_refused_for_now_may_still_hear_the_news(world: World) -> None:
    a, b = world.desk("a", "A"), world.desk("b", "A")
    for n in range(10):
        a.create("person", name=f"人{n}", area="A")
    a.round()
    b.create("person", name="别处", area="A")
    b.round()
    assert a.round().received == 1


def test_bytes_are_counted_by_the_day(world: World) -> None:
    a, rng = world.desk("a", "A"), Random(1)
    for n in range(3):
        world.clock.ms += HOUR_MS
        note = "".join(chr(rng.randrange(0x4E00, 0x9FA5)) for _ in range(3_000))
        a.create("person", name=f"人{n}", area="A", note=note)
        if n < 2:
            a.round()
    with pytest.raises(Busy):
        a.courier.round()
    world.clock.ms += HOUR_MS
    with pytest.raises(Busy):
        a.courier.round()


def test_files_are_counted_by_the_day_and_acts_do_not_wait_for_them(world: World) -> None:
    a, b, rng = world.desk("a", "A"), world.desk("b", "A"), Random(1)
    files = [rng.randbytes(100_000) for _ in range(2)]
    for n, content in enumerate(files):
        a.create("person", name=f"人{n}", area="A", photo=a.attach(content))
    assert a.round().blobs == 1, "of the second there is no room today"
    a.create("person", name="后来", area="A")
    assert [v.outcome for v in a.round().verdicts] == [Outcome.APPLIED]
    world.clock.ms += DAY_MS
    assert a.round().blobs == 1
    b.round()
    photos = {row["photo"] for row in b.rows("person").values() if row.get("photo")}
    assert sorted(b.courier.blob(photo) for photo in photos) == sorted(files)


def test_windows_end_by_the_districts_clock() -> None:
    limits = Limits(acts_per_hour=10, bytes_per_day=100, quota_retry_s_max=900)
    now = 1_000 * DAY_MS + 5 * HOUR_MS
    spent = charge("[0,0,0,0]", now, 10, 90, limits)
    with pytest.raises(Busy) as acts:
        charge(spent, now + HOUR_MS - 30_000, 1, 1, limits)
    assert acts.value.retry_after_s == 30
    later = charge(spent, now + HOUR_MS, 1, 1, limits)
    with pytest.raises(Busy) as size:
        charge(later, now + 2 * HOUR_MS, 1, 50, limits)
    assert size.value.retry_after_s == 900
    assert charge(later, now + DAY_MS, 1, 50, limits) != later


# --- who goes first -------------------------------------------------------------------------------------------------


def test_imports_are_judged_in_small_parts_and_saves_in_larger_ones(world: World) -> None:
    a = world.desk("a", "A")
    with a.store.writing() as conn:
        base = a.journal.base(conn)
        for n in range(60):
            change = Change("person", world.ids.new(), Op.CREATE, {"name": f"人{n}", "area": "A"})
            a.journal.write(conn, officer="a", verb="导入", base=base, changes=[change], batch="b" if n < 20 else "")
        acts = list(a.courier._next_acts(conn))
    sizes = [len(part) for part in _parts(acts)]
    assert sizes == [8, 8, 4, 32, 8]
    assert [act.number for part in _parts(acts) for act in part] == list(range(1, 61))
    with a.store.writing() as conn:
        for table in ("sync_journal", "sync_touch", "sync_pristine", "person"):
            conn.exec_driver_sql(f"DELETE FROM {table}")
        conn.exec_driver_sql("UPDATE sync_state SET next_number=1")


def test_an_import_lets_everybody_else_go_first() -> None:
    lanes, order, hold = Lanes(), [], threading.Event()

    def take(name: str, *, aside: bool) -> None:
        with lanes.turn(aside=aside) as others:
            order.append((name, others))

    def begin(name: str, *, aside: bool) -> threading.Thread:
        before = len(lanes._saves) + len(lanes._imports)
        thread = threading.Thread(target=take, args=(name,), kwargs={"aside": aside})
        thread.start()
        end = time.monotonic() + PATIENCE_S
        while len(lanes._saves) + len(lanes._imports) == before and time.monotonic() < end:
            time.sleep(0.001)
        return thread

    with lanes.turn():
        threads = [begin("import", aside=True), *(begin(f"save {n}", aside=False) for n in range(3))]
        assert not hold.is_set()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert order == [("save 0", False), ("save 1", False), ("save 2", False), ("import", True)]


def test_a_turn_whose_work_fails_is_given_back() -> None:
    lanes = Lanes()
    with pytest.raises(ValueError, match="no"), lanes.turn():
        raise ValueError("no")
    with lanes.turn(aside=True) as others:
        assert not others


class Waits:
    """A district's line that asks for pauses as it answers."""

    def __init__(self, desk: DeskInTest, pause_ms: int) -> None:
        self._post = desk.wire.post
        self.pause_ms = pause_ms

    def __call__(self, path: str, body: bytes) -> bytes:
        reply = decode(self._post(path, body), RoundReply)
        reply.pause_ms = self.pause_ms
        return encode(reply)


def test_a_desk_waits_as_long_as_it_is_asked_to_before_the_next_request(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    a = world.desk("a", "A")
    slept: list[float] = []
    monkeypatch.setattr(a.courier, "_pause", slept.append)
    a.round()
    slept.clear()
    monkeypatch.setattr(a.wire, "post", Waits(a, 300), raising=False)
    monkeypatch.setattr("sync.desk.courier.ACTS_PER_BATCH_MAX", 2)
    for n in range(5):
        a.create("person", name=f"人{n}", area="A")
    a.round()
    assert slept == [0.3, 0.3]
    monkeypatch.setattr(a.wire, "post", Waits(a, 10**9), raising=False)
    a.round()
    a.round()
    assert max(slept) == LIMITS.pause_ms_max / 1000, "nobody keeps a desk waiting for good"
    monkeypatch.setattr(a.wire, "post", Waits(a, 0), raising=False)
    slept.clear()
    a.round()
    a.round()
    assert slept == [LIMITS.pause_ms_max / 1000], "once for each time it was asked"


# --- an import beside saves -----------------------------------------------------------------------------------------

ROWS = 300


class Queue(deque[object]):
    """Who waits for a turn: how many parts of an import begin between coming and being given it; nobody moves meanwhile."""

    def __init__(self, order: list[str]) -> None:
        super().__init__()
        self._order = order
        self._came: dict[int, int] = {}
        self.waits: list[int] = []

    def append(self, ticket: object, /) -> None:
        super().append(ticket)
        self._came[id(ticket)] = self._order.count("i")

    def remove(self, ticket: object, /) -> None:
        super().remove(ticket)
        self.waits.append(self._order.count("i") - self._came.pop(id(ticket)))
        self._order.append("!")


def test_a_save_waits_for_one_small_part_of_an_import_and_not_for_the_whole(
    district_engine: Engine, tmp_path: Path
) -> None:
    """However long an import is, a save has to wait for the part at hand alone, whenever it asks for a turn."""
    world = World(district_engine, tmp_path)
    a, b, c = world.desk("a", "A"), world.desk("b", "B"), world.desk("c", "C")
    world.settle()
    with a.store.writing() as conn:
        base = a.journal.base(conn)
        for n in range(ROWS):
            a.journal.write(conn, officer="a", verb="导入", base=base, changes=_row(world, n), batch="b")
    order: list[str] = []
    taker = world.district._taker
    taker.lanes._saves = queue = Queue(order)
    accept = taker._accept

    def noted(conn: Connection, **given: Any) -> Any:
        if given["replica"] != a.wire.replica:
            order.append("s")
            return accept(conn, **given)
        order.append("i")
        answer = accept(conn, **given)
        if district_engine.dialect.name == "postgresql" and order.count("i") <= 3:
            _within(c.courier.round)  # a hello and the news wait for nothing that an import holds
        return answer

    taker._accept = noted  # type: ignore[method-assign]
    pauses: list[float] = []
    a.courier._pause = pauses.append
    importing = threading.Thread(target=a.courier.round)
    importing.start()
    while importing.is_alive():
        b.create("person", name="王五", area="B")
        b.courier.round()
    importing.join(PATIENCE_S)
    between = "".join(order)
    assert between.count("i") >= ROWS // LIMITS.import_acts_per_transaction
    turns = 2 if district_engine.dialect.name == "sqlite" else 1
    assert len(queue.waits) >= turns * between.count("s"), "for its hello on SQLite, and to be judged"
    assert between.count("!s") == between.count("s") >= 2, "a turn that is given is its own"
    assert max(queue.waits) <= 1, "the part that was under way"
    assert a.status().unsent == 0
    world.settle()
    assert wrongs(world) == []


def _within(work: Callable[[], object]) -> None:
    """Does it in another thread, which must come to its end."""
    thread = threading.Thread(target=work)
    thread.start()
    thread.join(PATIENCE_S)
    assert not thread.is_alive()


def _row(world: World, n: int) -> list[Change]:
    """A row of a register: a person, a registration and a line of it."""
    person, reg = world.ids.new(), world.ids.new()
    made: list[tuple[str, str, dict[str, Any]]] = [
        ("person", person, {"name": f"人{n}", "phone": f"{n:011}", "idno": f"{n:018}", "area": "A"}),
        ("reg", reg, {"person": person, "area": "A", "reason": "务工"}),
        ("line", world.ids.new(), {"reg": reg, "text": f"{n}"}),
    ]
    return [Change(kind, record, Op.CREATE, fields) for kind, record, fields in made]
