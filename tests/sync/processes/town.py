"""A district of real workers over one database, real desks on real lines, and what must be true once all is quiet."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import select

from sync.act import Act
from sync.codec import decompress
from sync.desk.courier import Courier
from sync.desk.enrolling import new_nonce
from sync.desk.keeping import PLAIN
from sync.district.engine import open_engine
from sync.district.enrol import Place
from sync.district.tables import ACT, DESK, METADATA, POSITION
from sync.district.tls import Certificates
from sync.enrolment import Code, Enrolment, EnrolRequest
from sync.outside import SystemClock, SystemIds
from tests.sync.processes.desk import Line, open_desk
from tests.sync.processes.nursery import Child, Nursery
from tests.sync.processes.relay import Relay
from tests.sync.processes.worker import district_on, enroller_on
from tests.sync.small import SCHEMA
from tests.sync.wholeness import wrongs
from tests.sync.world import DeskInTest, World

WORKERS = 3
CONTEST_MARK = "contest/"
"""Before the id of a contest that an act waits for."""
DECISIONS_MAX = 3
ROUNDS_MAX = 3
"""After the last fault each desk needs no more than these to be in step."""


class Worker:
    """One worker's place: a relay that stays, and the process behind it, which does not."""

    def __init__(self, nursery: Nursery, folder: Path, url: str) -> None:
        self._bear = lambda: nursery.bear("tests.sync.processes.worker", folder=str(folder), url=url)
        self.relay = Relay()
        self.bugs: list[str] = []
        self.child: Child = self._bear()
        self._listen()

    def _listen(self) -> None:
        self.relay.target = self.hear("port")

    def hear(self, *wanted: str) -> Any:
        """The next word of these kinds; None where the worker is no more. Bugs that it tells of are kept."""
        while (message := self.child.hear()) is not None:
            if "bug" in message:
                self.bugs.append(message["bug"])
            for kind in wanted:
                if kind in message:
                    return message[kind]
        return None

    def arm(self, point: str, how: str, count: int = 1) -> None:
        """Lets it die or freeze at a point."""
        self.child.talk.say(point=point, how=how, count=count)
        assert self.hear("armed")

    def disarm(self) -> None:
        self.child.talk.say()
        assert self.hear("armed")

    def begin_again(self) -> None:
        """Another process in the place of this one, at the same address."""
        self.child.kill()
        self.child = self._bear()
        self._listen()

    def close(self) -> None:
        self.child.kill()
        self.relay.close()


class Town(World):
    """As a world in one thread, but its district is workers behind relays; this process only looks at its database."""

    def __init__(self, folder: Path, url: str, nursery: Nursery) -> None:
        self.nursery = nursery
        self.clock = SystemClock()  # type: ignore[assignment]
        self.ids = SystemIds()  # type: ignore[assignment]
        self.folder = folder
        self.url = url
        self.engine = open_engine(url)
        self.district = district_on(self.engine, folder)
        self.district.found("D")
        Certificates(folder / "tls").create("town", ["127.0.0.1"], self.clock)
        self.enroller = enroller_on(self.engine, folder, os.urandom)
        self.ca_pem = Certificates(folder / "tls").ca_pem()
        self.desks: list[DeskInTest] = []
        self.workers: list[Worker] = []
        self.enrolments: dict[str, Enrolment] = {}

    def staff(self, workers: int = WORKERS) -> None:
        """Lets workers begin."""
        self.workers = [Worker(self.nursery, self.folder, self.url) for _ in range(workers)]

    def code(self, name: str, *grants: str) -> Code:
        """An administrator's code for a post."""
        return self.enroller.new_code(Place(name, name, grants, "宝山"))

    def enrol(self, name: str, url: str, *grants: str) -> DeskInTest:
        """A new desk with an empty file, admitted without a line."""
        request = EnrolRequest(self.code(name, *grants).secret, new_nonce(os.urandom(16)))
        return self.open(name, url, self.enroller.enrol(request))

    def open(self, name: str, url: str, answer: Enrolment) -> DeskInTest:
        """The empty file of a desk that has been enrolled."""
        self.enrolments[name] = answer
        path = self.path(name)
        desk = open_desk(name, path, self.line(name, url), self)
        desk.store.create(answer.replica)
        self.desks.append(desk)
        return desk

    def path(self, name: str) -> Path:
        return self.folder / f"{name}.db"

    def line(self, name: str, url: str) -> Line:
        who = self.enrolments[name]
        line = Line(url, who.token, who.ca, self.clock.now_ms)
        line.replica = who.replica
        return line

    def by_way_of(self, desk: DeskInTest, url: str) -> None:
        """Lets a desk's line lead elsewhere."""
        hang_up(desk)
        line = self.line(desk.name, url)
        desk.wire, desk.courier = line, Courier(SCHEMA, line, desk.store, self.clock)  # type: ignore[assignment]

    def close(self) -> None:
        for desk in self.desks:
            hang_up(desk)
            desk.store.engine.dispose()
        for worker in self.workers:
            worker.close()
        self.engine.dispose()

    # --- what must be true --------------------------------------------------------------------------------------

    def quiet(self) -> list[str]:
        """Rounds until all are in step, which must not take long; then everything that is not as it must be."""
        found = self._rounds()
        for _ in range(DECISIONS_MAX):
            if not self._decided():
                break
            found += self._rounds()
        found += [*wrongs(self), *self._journals(), *self._positions(), *self._held()]
        for worker in self.workers:
            worker.disarm()  # hears all that it has told of on the way
            found += worker.bugs
        return found

    def _rounds(self) -> list[str]:
        found: list[str] = []
        for n in range(ROUNDS_MAX):
            for desk in self.desks:
                report = desk.courier.round()
                if report.repaired or not report.in_step:
                    found.append(f"{desk.name}: round {n} repaired={report.repaired} in_step={report.in_step}")
        return found

    def _decided(self) -> bool:
        """Whether somebody decided a contest that an act waits for: for nothing else may an act wait now."""
        with self.engine.connect().execution_options(reads=True) as conn:
            waits = set(conn.execute(select(ACT.c.waits_for).where(ACT.c.waits_for.is_not(None))).scalars())
        decided = False
        for contest in sorted(w.removeprefix(CONTEST_MARK) for w in waits if w.startswith(CONTEST_MARK)):
            desk = next((d for d in self.desks if contest in d.rows("contest")), None)
            if desk is not None:
                desk.decide(contest, desk.rows("contest")[contest]["sides"][0]["value"])
                decided = True
        return decided

    def _journals(self) -> Iterator[str]:
        """Each act of each desk stands at the district once, and as it was saved where the desk may still read it."""
        for desk in self.desks:
            with desk.store.reading() as conn:
                rows = conn.exec_driver_sql("SELECT number, body, kept FROM sync_journal ORDER BY number").all()
                if conn.exec_driver_sql("PRAGMA integrity_check").scalar_one() != "ok":
                    yield f"{desk.name}: the file is damaged"
            here = {n: msgspec.msgpack.decode(body, type=Act) if kept == PLAIN else None for n, body, kept in rows}
            with self.engine.connect().execution_options(reads=True) as conn:
                query = select(ACT).where(ACT.c.replica == desk.wire.replica)
                there = [msgspec.msgpack.decode(decompress(r.body), type=Act) for r in conn.execute(query)]
            if sorted(here) != sorted(a.number for a in there):
                yield f"{desk.name}: acts {sorted(here)} are not {sorted(a.number for a in there)}"
            for act in there:
                mine = here.get(act.number)
                if mine is not None and (mine.changes, mine.officer, mine.at) != (act.changes, act.officer, act.at):
                    yield f"{desk.name}: act {act.number} arrived as another"

    def _positions(self) -> Iterator[str]:
        """Positions have no gap, and no act has two."""
        with self.engine.connect().execution_options(reads=True) as conn:
            rows = conn.execute(select(POSITION).order_by(POSITION.c.pos)).all()
        if [r.pos for r in rows] != list(range(1, len(rows) + 1)):
            yield f"positions {[r.pos for r in rows]}"
        acts = [(r.desk, r.epoch, r.number) for r in rows if r.desk]
        if len(acts) != len(set(acts)):
            yield "an act stands at two positions"

    def _held(self) -> Iterator[str]:
        """Acts without an answer once all have been sent: what each waits for, and what came of that."""
        with self.engine.connect().execution_options(reads=True) as conn:
            for r in conn.execute(select(ACT).where(ACT.c.outcome == "held")):
                act = msgspec.msgpack.decode(decompress(r.body), type=Act)
                yield f"held: {r.replica} {act} waits for {r.waits_for!r}: {r.reason}"

    def dump(self) -> dict[str, list[str]]:
        """All that the district's database holds."""
        with self.engine.connect().execution_options(reads=True) as conn:
            return {t.name: sorted(repr(tuple(r)) for r in conn.execute(t.select())) for t in METADATA.sorted_tables}

    def admitted(self) -> list[str]:
        """The replicas there are."""
        with self.engine.connect().execution_options(reads=True) as conn:
            return list(conn.execute(select(DESK.c.replica)).scalars())


def hang_up(desk: DeskInTest) -> None:
    """Ends a desk's connections, if it has any; its next request makes new ones."""
    if isinstance(desk.wire, Line):
        desk.wire.close()


@contextmanager
def town(folder: Path, url: str, nursery: Nursery, workers: int = WORKERS) -> Iterator[Town]:
    """A town whose workers serve, and none of it left afterwards."""
    made = Town(folder, url, nursery)
    try:
        made.staff(workers)
        yield made
    finally:
        made.close()
