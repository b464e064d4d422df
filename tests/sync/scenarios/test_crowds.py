"""Many at once: an import beside small saves, two workers for one desk, mending while nobody is quiet, 300 who wait."""

from __future__ import annotations

import threading

import pytest

from sync.act import Change, Op
from sync.district.district import District
from sync.district.engine import open_engine
from sync.errors import LineDown, Superseded
from tests.sync.processes.points import Points
from tests.sync.scenarios.looks import answers, shown
from tests.sync.world import DeskInTest, World

PATIENCE_S = 60
"""How long a thread waits for another before the test has failed."""


class Worker:
    """A second server of a world's district, whose requests can be made to stand still at a point."""

    def __init__(self, world: World, url: str) -> None:
        known = world.district
        self.engine = open_engine(url)
        self.district = District(
            self.engine, known.schema, known.scope, known.judge, world.clock, world.ids, world.folder / "packs"
        )
        self.reached, self.go_on = threading.Event(), threading.Event()
        self.raised: list[Exception] = []
        self._thread: threading.Thread | None = None

    def stop_at(self, point: str) -> None:
        def stop(here: str) -> None:
            if here == point and not self.reached.is_set():
                self.reached.set()
                assert self.go_on.wait(PATIENCE_S)

        Points(self.engine, stop)

    def begin(self, replica: str, body: bytes) -> None:
        """A request whose desk will hear no answer; returns when it stands still."""

        def serve() -> None:
            try:
                self.district.round(replica, body)
            except Exception as error:  # noqa: BLE001 - it is what the test looks at
                self.raised.append(error)

        self._thread = threading.Thread(target=serve)
        self._thread.start()
        assert self.reached.wait(PATIENCE_S)

    def end(self) -> None:
        assert self._thread is not None
        self.go_on.set()
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()
        self.engine.dispose()


def given_up(desk: DeskInTest, slow: Worker) -> None:
    """A round whose request goes to a worker that does not answer in time."""

    def post(_path: str, body: bytes) -> bytes:
        slow.begin(desk.wire.replica, body)
        raise LineDown("timed out")

    desk.wire.post = post
    with pytest.raises(LineDown):
        desk.round()
    del desk.wire.post


@pytest.mark.parametrize("point", ["before commit of hello", "before commit of judging", "after commit of judging"])
def test_n12_a_timed_out_request_still_runs_while_its_retry_runs_elsewhere(
    world: World, database_url: str, point: str
) -> None:
    """The retry is answered for every act once, and the request that was given up writes nothing from then on."""
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    person = a.create("person", name="王公平", area="A", visits=1)
    world.settle()
    for _ in range(100):
        a.edit("person", person, visits=1)
    slow = Worker(world, database_url)
    slow.stop_at(point)
    given_up(a, slow)
    a.edit("person", person, visits=100)
    if point.startswith("before"):
        slow.go_on.set()  # it holds what the retry waits for: whichever gets on first
    a.round()
    slow.end()
    assert [type(e) for e in slow.raised] in ([Superseded], [] if point.startswith("before") else None)
    assert answers(a) == ["applied"] * 102
    assert world.district.last_pos() == 102
    world.settle()
    assert shown((a, b), "person", person)["visits"] == 201


def test_n11_an_import_of_thousands_goes_up_while_others_push(world: World, database_url: str) -> None:
    """Small saves get their turn after every act of it, and see of the import whole acts alone; nothing is missing."""
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    world.settle()
    acts, rows = 8, 250
    for n in range(acts):
        people = ({"name": f"人{n}.{m}", "area": "A", "phone": f"1{n:03}{m:07}"} for m in range(rows))
        a.act(*(Change("person", world.ids.new(), Op.CREATE, fields) for fields in people), verb="导入")
    worker = Worker(world, database_url)
    a.wire.district = worker.district
    seen: list[int] = []

    def others(point: str) -> None:
        if point == "after commit of judging":
            b.create("reg", area="A", reason="照常")
            b.round()
            seen.append(len(b.rows("person")))

    Points(worker.engine, others)
    a.round()
    a.wire.district = world.district
    worker.engine.dispose()
    assert seen == [rows * n for n in range(2, acts + 1, 2)], "two acts of the import are as much as one may be"
    assert answers(b) == ["applied"] * len(seen)
    world.settle()
    assert len(a.rows("person")) == len(b.rows("person")) == acts * rows
    assert len(a.rows("reg")) == len(seen)


def busy(desk: DeskInTest, others: DeskInTest, person: str) -> list[int]:
    """Lets others push before each request of this desk arrives; returns the positions that it was then at."""
    post, seen = desk.wire.post, list[int]()

    def after_others(path: str, body: bytes) -> bytes:
        others.edit("person", person, visits=1)
        others.create("person", name=f"又{len(seen)}", area="A")
        others.round()
        seen.append(desk.world.district.last_pos())
        return post(path, body)

    desk.wire.post = after_others
    return seen


def test_n16_two_sides_are_compared_on_a_busy_district(world: World) -> None:
    """A desk that is well is never mended for what others do; one that is not is mended though nobody is ever quiet."""
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    people = [a.create("person", name=f"人{n}", area="A", visits=0) for n in range(30)]
    world.settle()
    seen = busy(b, a, people[0])
    for _ in range(5):
        report = b.round()
        assert (report.repaired, report.requests) == (False, 1)
    with b.store.writing() as conn:
        for person in people[5:8]:
            conn.exec_driver_sql("UPDATE person SET name='坏', rowhash=rowhash+1 WHERE id=?", (person,))
        conn.exec_driver_sql("UPDATE sync_state SET digest=digest+3")
    report = b.round()
    assert report.repaired and report.in_step
    assert report.requests <= 6
    assert len(set(seen)) == 5 + report.requests, "somebody had pushed before each of them"
    assert [b.row("person", p)["name"] for p in people] == [f"人{n}" for n in range(30)]
    del b.wire.post
    world.settle()
    assert b.status().alarm is None
    assert shown((a, b), "person", people[0])["visits"] == len(seen)


@pytest.mark.parametrize("hit", [0, 5])
def test_n16_the_wrong_row_is_the_one_that_is_edited_all_the_time(world: World, hit: int) -> None:
    """It is mended in the first moment in which it rests, and that is no alarm."""
    a, b = world.desk("a", "S1"), world.desk("b", "S1")
    people = [a.create("person", name=f"人{n}", area="A", visits=0) for n in range(30)]
    world.settle()
    with b.store.writing() as conn:
        conn.exec_driver_sql("UPDATE person SET phone='坏', rowhash=rowhash+1 WHERE id=?", (people[hit],))
        conn.exec_driver_sql("UPDATE sync_state SET digest=digest+1")
    post, left = b.wire.post, [4]

    def some_more(path: str, body: bytes) -> bytes:
        if left[0]:
            left[0] -= 1
            a.edit("person", people[0], visits=1)
            a.round()
        return post(path, body)

    b.wire.post = some_more
    report = b.round()
    assert report.in_step and report.repaired
    assert (left[0] == 0) is (hit == 0), "any other row is mended while this one goes on changing"
    del b.wire.post
    world.settle()
    assert shown((a, b), "person", people[0]) == {"name": "人0", "area": "A", "visits": 4 - left[0]}
    assert b.status().alarm is None
