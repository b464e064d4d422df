"""What a clerk waits for, at a real window on a real encrypted desk: search, list, form, pauses, start, memory."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import ui_desk, ui_news, ui_window, ui_work
from .desk import KEY, BenchDesk, apart
from .district import BenchDistrict
from .register import DISTRICT, Register
from .ui_watch import middle, p95
from .work import FIRST_DAY_MS

BOOTSTRAP, NEWS = 100_000, 10_000
"""Records that a courier brings meanwhile: to a new desk in the same process, then to the one at work."""
STARTS = 5


@dataclass
class Figures:
    """All that a run found out."""

    people: int
    rows: dict[str, int] = field(default_factory=dict)
    fill_s: float = 0.0
    starts_s: list[tuple[float, float]] = field(default_factory=list)
    day: ui_work.Day = field(default_factory=ui_work.Day)

    def file(self) -> dict[str, Any]:
        """What the report's file holds: each figure the worse one of a desk alone and one whose courier works."""
        day = self.day
        parts = (day.alone, day.busy)
        worst = {name: max(p95(part.log.ms(name)) for part in parts) for name in ("search", "list", "form")}
        return {
            "people": self.people,
            "search_p95_ms": round(worst["search"], 2),
            "list_open_ms": round(worst["list"], 1),
            "form_open_ms": round(worst["form"], 1),
            "longest_pause_ms": round(max(part.pause_ms for part in parts), 1),
            "window_s": round(middle([painted for painted, _ in self.starts_s]), 3),
            "rss_mb": round(max(part.rss_mb for part in parts), 1),
        }


def run(people: int) -> Figures:
    """A whole run; everything it made is gone afterwards."""
    figures = Figures(people)
    with tempfile.TemporaryDirectory(prefix="baiyun-bench-") as name:
        folder = Path(name)
        desk = folder / "desk" / "desk.db"
        began = time.perf_counter()
        figures.rows = apart(ui_desk.fill, desk, people)
        figures.fill_s = time.perf_counter() - began
        ui_window.opened_s(desk, KEY)  # warms the file cache and compiles what is not yet
        figures.starts_s = [ui_window.opened_s(desk, KEY) for _ in range(STARTS)]
        district = BenchDistrict(folder / "district")
        district.found(Register(BOOTSTRAP).records(), FIRST_DAY_MS)
        fresh = BenchDesk(folder / "fresh" / "desk.db")
        with district.running() as running:
            news = apart(ui_news.replies, NEWS)
            apart(fresh.enrol, running.url, district.code(DISTRICT, "fresh"))
            figures.day = apart(ui_work.work, desk, fresh.path, KEY, news)
    return figures


def lines(figures: Figures) -> Iterator[str]:
    """A table for people."""
    day = figures.day
    yield f"{figures.people:,} people, {sum(figures.rows.values()):,} rows, filled in {figures.fill_s:.1f} s"
    yield f"{'':<26}{'times':>7}{'median':>10}{'p95':>10}{'worst':>10}{'its CPU':>10}   ms, the CPU being the window's thread's"
    for title, part in (("alone", day.alone), ("courier", day.busy)):
        for name, took in part.log.took.items():
            ms = [t.ms for t in took]
            cpu = p95([t.cpu_ms for t in took])
            yield f"{title + ' ' + name:<26}{len(ms):>7}{middle(ms):>10.1f}{p95(ms):>10.1f}{max(ms):>10.1f}{cpu:>10.1f}"
    queries = day.queries_ms
    yield f"{'query of a search':<26}{len(queries):>7}{middle(queries):>10.1f}{p95(queries):>10.1f}{max(queries):>10.1f}"
    ms, sql = day.asked.longest
    yield f"{day.asked.count:,} statements in the window's thread, the longest {ms:.1f} ms: {' '.join(sql.split())[:200]}"
    for title, part in (("alone", day.alone), ("while a courier works", day.busy)):
        yield f"{title}: longest pause of the window's thread {part.pause_ms:.0f} ms, in {part.pause_in}; {part.rss_mb:.0f} MB resident"
    yield f"{BOOTSTRAP:,} records for a new desk in {day.pack_s:.1f} s, then {NEWS:,} as news for this one in {day.news_s:.1f} s"
    painted, settled = (middle([pair[n] for pair in figures.starts_s]) for n in (0, 1))
    yield f"window painted {painted:.2f} s after a new process starts, its worklist there after {settled:.2f} s"
    yield ", ".join(f"{name} {value}" for name, value in figures.file().items())
