"""The desks of a bench: each task runs in a fresh process, so that its memory and processor time are its own."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, TypeVar

from sqlalchemy import Connection

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica import DeskIdentity, Replica
from sync.act import Change, Op
from sync.desk.courier import Courier, RoundReport
from sync.desk.enrolling import enrol_desk, new_nonce
from sync.desk.transport import Transport
from sync.outside import SystemClock, SystemIds
from sync.wire import HEALTH_PATH

from .cost import Cost, Peer, measure
from .district import program
from .rows import Tally
from .work import Deed

P = ParamSpec("P")
T = TypeVar("T")
PROGRAM = program()
KEY = bytes(range(32))
"""A throw-away key: the file is as encrypted as any."""


def apart(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Runs `work` in a process that is made for it and ends with it."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *args, **kwargs).result()


@dataclass
class SetClock:
    """A clock that somebody sets."""

    ms: int = 0

    def now_ms(self) -> int:
        return self.ms

    def monotonic(self) -> float:
        return self.ms / 1000


@dataclass(frozen=True, slots=True)
class BenchDesk:
    """One desk's file; the replica itself lives in the processes that open it."""

    path: Path

    def enrol(self, url: str, code: str) -> None:
        """Makes the desk's empty replica."""
        clock = SystemClock()
        answer = enrol_desk(url, code, new_nonce(os.urandom(16)), clock.now_ms)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        Replica.create(self.path, KEY, PROGRAM, DeskIdentity.of(answer), clock, SystemIds()).close()

    def round(self, district: Peer) -> tuple[Cost, RoundReport]:
        """One round with that district, on a connection that has carried a small request already."""
        reports: list[RoundReport] = []
        with Tally() as tally, self._courier() as (_, line, courier):
            cost = measure(lambda: reports.append(courier.round()), line.meter, district, tally)
        self._in_step(reports[0])
        return cost, reports[0]

    def rounds_by(self, url: str, deeds: Sequence[Deed | None]) -> list[float]:
        """The seconds of one round each, by another way to the district, after a deed or after nothing; one connection."""
        took = []
        with self._courier(url) as (replica, line, courier):
            for deed in deeds:
                if deed is not None:
                    replica.door.save([_draft(replica, deed.change)], officer="乌兰")
                asked, started = line.meter.requests, time.perf_counter()
                report = courier.round()
                took.append(time.perf_counter() - started)
                self._in_step(report)
                if report.sent != (deed is not None) or line.meter.requests != asked + 1:
                    raise RuntimeError("a round took more than its one request, or did not send what was typed")
        return took

    @contextmanager
    def _courier(self, url: str = "") -> Iterator[tuple[Replica, Transport, Courier]]:
        clock = SystemClock()
        with Replica.open(self.path, KEY, PROGRAM, clock, SystemIds()) as replica:
            who = replica.identity
            line = Transport(url or who.url, who.token, who.ca, clock.now_ms)
            line.get(HEALTH_PATH)
            yield replica, line, Courier(replica.layout.schema, line, replica, clock)
            line.close()

    def _in_step(self, report: RoundReport) -> None:
        if not report.in_step or report.repaired:
            raise RuntimeError(f"{self.path.name} is not in step with the district")

    def do(self, deeds: Sequence[Deed]) -> list[float]:
        """Saves what was typed, each deed an act of its own; returns the seconds of each save."""
        clock, took = SetClock(), []
        with Replica.open(self.path, KEY, PROGRAM, clock, SystemIds()) as replica:
            for deed in deeds:
                clock.ms = deed.opened_ms
                draft = _draft(replica, deed.change)
                clock.ms = deed.saved_ms
                started = time.perf_counter()
                replica.door.save([draft], officer="乌兰")
                took.append(time.perf_counter() - started)
        return took

    def rows(self) -> list[Change]:
        """The synced rows that it holds."""
        replica = Replica.open(self.path, KEY, PROGRAM, SystemClock(), SystemIds())
        with replica, replica.store.reading() as conn:
            return [row for name in replica.layout.schema.collections for row in _rows(replica, conn, name)]


def enrol_all(desks: Sequence[BenchDesk], url: str, codes: Sequence[str]) -> None:
    """Enrols each desk with its code."""
    for desk, code in zip(desks, codes, strict=True):
        desk.enrol(url, code)


def _rows(replica: Replica, conn: Connection, collection: str) -> Iterator[Change]:
    store = replica.layout.rows.of(collection)
    for (record,) in conn.exec_driver_sql(f'SELECT id FROM "{collection}"').all():
        stored = store.get(conn, record)
        assert stored is not None
        yield Change(collection, record, Op.CREATE, stored.row)


def _draft(replica: Replica, change: Change) -> Draft:
    if change.op is Op.CREATE:
        return Draft.create(change.collection, change.id, **change.fields)
    seen = replica.read.get(change.collection, change.id)
    if seen is None:
        raise RuntimeError(f"{change.collection} {change.id} is not on the desk")
    return Draft.of(seen, **change.fields)
