"""What the page of statistics costs: each sheet by each of its groupings on a full desk, and the upgrade to its indexes."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from baiyun_desktop.replica import DeskIdentity, Replica, bulk
from baiyun_desktop.replica.figures import Span
from sync.act import Change
from sync.desk.rows import Stored
from sync.outside import SystemClock, SystemIds

from .centre import Centre
from .desk import KEY, PROGRAM, apart
from .register import DAYS, DISTRICT, FIRST_DAY
from .ui_desk import records_of

TODAY = FIRST_DAY + timedelta(days=DAYS)
PERIODS = {"month": 30, "year": 365}
TIMES = 3
_HASH = 0
"""This desk never meets a district, so nobody adds its rows up."""


@dataclass
class Timed:
    """All that a run found out."""

    people: int
    tickets: int
    fill_s: float = 0.0
    size_mb: float = 0.0
    sheets_ms: dict[str, list[float]] = field(default_factory=dict)
    """By sheet, grouping and period: the first time, with what it read from the disk, and the times after it."""

    def file(self) -> dict[str, Any]:
        """What the report's file holds: the slowest first and later time of each sheet."""
        worst = {"people": self.people, "tickets": self.tickets, "size_mb": round(self.size_mb)}
        return {**worst, **{name: [round(ms[0]), round(max(ms[1:]))] for name, ms in self.sheets_ms.items()}}


def run(people: int, tickets: int) -> Timed:
    """A whole run; everything it made is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="baiyun-bench-") as name:
        path = Path(name) / "desk.db"
        began = time.perf_counter()
        apart(fill, path, people, tickets)
        filled = time.perf_counter() - began
        return Timed(people, tickets, filled, path.stat().st_size / 1e6, apart(ask, path))


def lines(timed: Timed) -> Iterator[str]:
    """A table for people."""
    yield f"{timed.people:,} people, {timed.tickets:,} tickets, {timed.size_mb:.0f} MB, filled in {timed.fill_s:.0f} s"
    for name, (first, *again) in timed.sheets_ms.items():
        yield f"{name:<44}{first:>8.0f} ms the first time{max(again):>8.0f} ms after"


def fill(path: Path, people: int, tickets: int) -> None:
    """Makes the replica and fills it as a pack would."""
    register = records_of(people)
    rows: dict[str, list[Change]] = {}
    for change in (*register, *Centre(register).records(tickets)):
        rows.setdefault(change.collection, []).append(change)
    path.parent.mkdir(parents=True, exist_ok=True)
    identity = DeskIdentity(replica=SystemIds().new(), post="流动人口服务中心", officer="乌兰", areas=(DISTRICT,))
    with Replica.create(path, KEY, PROGRAM, identity, SystemClock(), SystemIds()) as replica:
        with replica.store.reading() as conn:
            kept = bulk.carried(conn)

        def write(loader: bulk.Loader) -> None:
            bulk.carry(loader.conn, kept)
            for kind in replica.layout.schema.collections:
                made = sorted(rows.pop(kind, ()), key=lambda change: change.id)
                loader.add(kind, [(c.id, Stored(dict(c.fields), False, 1, _HASH)) for c in made])

        replica.store.replace_by(bulk.fill(path, KEY, replica.layout, write), lambda _conn: True)


def ask(path: Path) -> dict[str, list[float]]:
    """Milliseconds of each sheet by each grouping, for a month and for a year."""
    found = {}
    with Replica.open(path, KEY, PROGRAM, SystemClock(), SystemIds()) as replica:
        for sheet in PROGRAM.figures.values():
            for name, days in PERIODS.items():
                span = Span(TODAY - timedelta(days=days), TODAY, TODAY)
                for grouping in sheet.groupings:
                    asked = lambda s=sheet, p=span, g=grouping: replica.read.figures(s, p, g)  # noqa: E731
                    found[f"{sheet.name} {grouping.name} {name}"] = [_ms(asked) for _ in range(TIMES)]
    return found


def _ms(asked: Any) -> float:
    """Of the processor's time: what else the machine does meanwhile is not the question."""
    began = time.thread_time()
    asked()
    return (time.thread_time() - began) * 1000
