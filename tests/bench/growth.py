"""Whether a round costs what changed and not what is held: the same round against a small and a large register.

The large register is the small one with other families around it, so that what is typed is the same to the letter.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from sync.act import Change
from sync.desk.courier import RoundReport

from .cost import Cost, Peer
from .desk import BenchDesk, apart, enrol_all
from .district import BenchDistrict
from .register import DISTRICT, Register
from .rows import STEPS_A_TICK
from .work import FIRST_DAY_MS, Deed, Work

BYTES_OFF_MAX = 0.02
ROWS_OFF_MAX = 0.10
OTHERS_SEED = 31
STEPS_UNSURE = 4 * STEPS_A_TICK
"""So far off may a count in lots of steps be by itself; a scan of what is held takes hundreds of times as many."""
TASKS = ("push", "pull", "noop")
MEASURES: dict[str, tuple[float, Callable[[Cost], float]]] = {
    "bytes": (BYTES_OFF_MAX, lambda c: c.bytes_both),
    "rows_touched": (ROWS_OFF_MAX, lambda c: (c.rows + c.district_rows).touched),
    "desk_rows": (ROWS_OFF_MAX, lambda c: c.rows.touched),
    "district_rows": (ROWS_OFF_MAX, lambda c: c.district_rows.touched),
    "desk_steps": (ROWS_OFF_MAX, lambda c: c.rows.steps),
    "district_steps": (ROWS_OFF_MAX, lambda c: c.district_rows.steps),
}
"""What may not grow, and by how much it may differ. Steps are SQLite's own: a scan shows there that finds nothing."""

Run = Callable[..., Any]
"""Where a desk's work runs: in a process of its own, or for a small check in this one."""


@dataclass
class Figures:
    """What the same round cost against either size."""

    small: int
    large: int
    changes: int
    tasks: dict[int, dict[str, Cost]] = field(default_factory=dict)
    beside: dict[int, dict[str, float]] = field(default_factory=dict)
    """Seconds of what came before the round."""

    def ratio(self, task: str, measure: str) -> float:
        """Large over small; nothing over nothing is 1."""
        small, large = (MEASURES[measure][1](self.tasks[n][task]) for n in (self.small, self.large))
        return large / small if small else 1.0 + bool(large)

    def missed(self) -> list[str]:
        """Each measure that is further from 1 than it may be, in words."""
        found = []
        for task in TASKS:
            for name, (off_max, value) in MEASURES.items():
                small, large = (value(self.tasks[n][task]) for n in (self.small, self.large))
                if abs(large - small) > max(off_max * small, STEPS_UNSURE if name.endswith("steps") else 0):
                    found.append(f"{task}: {name} are {self.ratio(task, name):.3f} times, more than {off_max:.0%} off")
        return found

    def file(self) -> dict[str, Any]:
        """What the report's file holds."""
        sizes = {str(n): {task: cost.published() for task, cost in tasks.items()} for n, tasks in self.tasks.items()}
        ratios = {task: {name: round(self.ratio(task, name), 4) for name in MEASURES} for task in TASKS}
        return {
            "small": self.small, "large": self.large, "changes": self.changes,
            "tasks": sizes, "ratios": ratios, "missed": self.missed(), "beside": self.beside,
        }  # fmt: skip


def run(small: int, large: int, changes: int | None = None, work: Run = apart) -> Figures:
    """The round against both sizes; everything it made is gone afterwards."""
    register = Register(small)
    records = register.records()
    deeds = Work(register, records).deeds()[:changes]
    figures = Figures(small, large, len(deeds))
    for size, rows in ((small, records), (large, chain(records, register.more(large - small, OTHERS_SEED)))):
        with tempfile.TemporaryDirectory(prefix="baiyun-bench-") as folder:
            figures.beside[size] = {}
            figures.tasks[size] = _Side(Path(folder), work, figures.beside[size]).tasks(rows, deeds)
    return figures


@dataclass
class _Side:
    """One district with two desks of all of it, and the round between them."""

    folder: Path
    work: Run
    beside: dict[str, float]

    def tasks(self, rows: Iterable[Change], deeds: Sequence[Deed]) -> dict[str, Cost]:
        district = BenchDistrict(self.folder / "district")
        self._timed("load_s", lambda: district.found(rows, FIRST_DAY_MS))
        self._timed("pack_s", lambda: district.pack(DISTRICT))
        desks = [BenchDesk(self.folder / name / "desk.db") for name in ("writer", "reader")]
        codes = [district.code(DISTRICT, "乌兰") for _ in desks]
        with district.running() as served:
            self.work(enrol_all, desks, served.url, codes)
            self._timed("bootstrap_s", lambda: self._fill(desks, served.peer))
            writer, reader = desks
            self.work(writer.do, deeds)
            push, sent = self._round(writer, served.peer)
            pull, _ = self._round(reader, served.peer)
            noop, _ = self._round(reader, served.peer)
        if sent.sent != len(deeds):
            raise RuntimeError(f"{sent.sent} acts went up, not {len(deeds)}")
        return {"push": push, "pull": pull, "noop": noop}

    def _fill(self, desks: Sequence[BenchDesk], peer: Peer) -> None:
        if self.work is not apart:
            for desk in desks:
                self.work(desk.round, peer)
            return
        with ThreadPoolExecutor(len(desks)) as pool:
            list(pool.map(lambda desk: apart(desk.round, peer), desks))

    def _round(self, desk: BenchDesk, peer: Peer) -> tuple[Cost, RoundReport]:
        cost, report = self.work(desk.round, peer)
        return cost, report

    def _timed(self, name: str, work: Callable[[], None]) -> None:
        started = time.perf_counter()
        work()
        self.beside[name] = round(time.perf_counter() - started, 1)


def lines(figures: Figures) -> Iterator[str]:
    """A table for people."""
    yield f"the same {figures.changes:,} changes against {figures.small:,} and {figures.large:,} records held"
    yield f"{'':<8}{'':<16}{figures.small:>14,}{figures.large:>14,}{'ratio':>10}"
    for task in TASKS:
        for name, (_, value) in MEASURES.items():
            of = [value(figures.tasks[n][task]) for n in (figures.small, figures.large)]
            yield f"{task:<8}{name:<16}{of[0]:>14,}{of[1]:>14,}{figures.ratio(task, name):>10.4f}"
    for size, took in figures.beside.items():
        yield f"beside, {size:,} records: " + ", ".join(f"{name} {seconds:.1f}" for name, seconds in took.items())
    yield from (f"MISSED {words}" for words in figures.missed())
