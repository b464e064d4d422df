"""What replication costs, on real parts: a district process, encrypted replicas, TLS on loopback, beside the floor."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from baiyun_desktop.replica.layout import Layout
from sync.desk.courier import RoundReport

from . import floor
from .cost import Cost, Peer
from .desk import KEY, PROGRAM, BenchDesk, apart, enrol_all
from .district import BenchDistrict
from .line import ROUND_TRIP_S, far
from .register import DISTRICT, Register
from .work import FIRST_DAY_MS, Deed, Work

FAR_ROUNDS = 5
"""Whose middle one counts: on a machine that does other work, too, one alone says little."""


@dataclass
class Figures:
    """All that a run found out."""

    records: int
    tasks: dict[str, Cost] = field(default_factory=dict)
    floor: dict[str, float | int] = field(default_factory=dict)
    beside: dict[str, float] = field(default_factory=dict)
    """What nobody asked for but explains the rest."""
    round_trips: dict[str, dict[str, float]] = field(default_factory=dict)
    """By task, how many times the way to the district and back a round took on a line of 300 ms."""

    def file(self) -> dict[str, Any]:
        """What the report's file holds."""
        far_away = self.round_trips
        tasks = {name: {**cost.published(), **far_away.get(name, {})} for name, cost in self.tasks.items()}
        return {"records": self.records, "tasks": tasks, "floor": self.floor}


class SyncBench:
    """One run over a register of `size` records, in a folder of its own."""

    def __init__(self, size: int, folder: Path) -> None:
        self.figures = Figures(size)
        self._register = Register(size)
        self._records = self._register.records()
        work = Work(self._register, self._records)
        self._deeds = work.deeds()
        self._visits = work.visits(FAR_ROUNDS)
        self._district = BenchDistrict(folder / "district")
        self._areas = {"writer": DISTRICT, "reader": DISTRICT, "grid": self._register.grids[0]}
        self._beside = 0
        self._desks = {name: BenchDesk(folder / name / "desk.db") for name in self._areas}

    def run(self) -> Figures:
        started = time.perf_counter()
        self._beside = self._district.found(self._records, FIRST_DAY_MS)
        self.figures.beside["load_s"] = time.perf_counter() - started
        codes = [self._district.code(area, name) for name, area in self._areas.items()]
        with self._district.running() as served:
            apart(enrol_all, list(self._desks.values()), served.url, codes)
            self._tasks(served.peer)
            self._far(served.url)
        self._floor()
        return self.figures

    def _tasks(self, district: Peer) -> None:
        writer, reader, grid = self._desks.values()
        report = self._round("bootstrap", writer, district)
        self._expect("rows of the new desk", report.pack_rows, len(self._records) + self._beside)
        self._floor_of_insert(writer)
        apart(reader.round, district)
        saves = sorted(apart(writer.do, self._deeds))
        self.figures.beside["save_ms_p50"] = saves[len(saves) // 2] * 1000
        self.figures.beside["save_ms_p95"] = saves[len(saves) * 95 // 100] * 1000
        report = self._round("push", writer, district)
        self._expect("acts sent", report.sent, len(self._deeds))
        report = self._round("pull", reader, district)
        self._expect("entries received", min(report.received, len(self._deeds)), len(self._deeds))
        self._round("noop", reader, district)
        self._round("grid", grid, district)

    def _far(self, url: str) -> None:
        """A round that has nothing to say, and one with a single act, by a line of 300 ms."""
        with far(url) as late:
            for desk, task, figure, deeds in (
                (self._desks["reader"], "noop", "rtt_300ms", [None] * FAR_ROUNDS),
                (self._desks["writer"], "push", "rtt_300ms_one_act", self._visits),
            ):
                self.figures.round_trips[task] = {figure: self._times(desk, late, deeds)}

    def _times(self, desk: BenchDesk, url: str, deeds: Sequence[Deed | None]) -> float:
        took = apart(desk.rounds_by, url, deeds)
        return round(statistics.median(took) / ROUND_TRIP_S, 4)

    def _round(self, task: str, desk: BenchDesk, district: Peer) -> RoundReport:
        cost, report = apart(desk.round, district)
        self.figures.tasks[task] = cost
        return report

    def _expect(self, what: str, found: int, wanted: int) -> None:
        if found != wanted:
            raise RuntimeError(f"{what}: {found}, not {wanted}")

    # --- the floor ----------------------------------------------------------------------------------------------

    def _floor_of_insert(self, desk: BenchDesk) -> None:
        target = desk.path.with_name("floor.db")
        self.figures.floor["insert_s"] = round(apart(insert, desk.path, target), 4)
        target.unlink()

    def _floor(self) -> None:
        self.figures.floor["bootstrap_bytes"] = floor.rows_bytes(self._records)
        self.figures.floor["changes_bytes"] = floor.changes_bytes([deed.change for deed in self._deeds])
        self.figures.floor["grid_bytes"] = floor.rows_bytes(apart(self._desks["grid"].rows))


def insert(source: Path, target: Path) -> float:
    """`floor.insert_s` for a process of its own."""
    return floor.insert_s(source, target, KEY, Layout(PROGRAM))


def run(size: int) -> Figures:
    """A whole run; everything it made is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="baiyun-bench-") as folder:
        return SyncBench(size, Path(folder)).run()
