"""Plays the month from a district's founding to the comparison of all sides, and leaves what it came to."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.stories.district_process import DistrictProcess
from baiyun_desktop.stories.hands import StoryStuck
from baiyun_desktop.stories.migrants.month import Month
from baiyun_desktop.stories.migrants.office import Office
from baiyun_desktop.stories.migrants.report import Report, compared
from baiyun_desktop.stories.migrants.script import MONTH
from baiyun_desktop.stories.migrants.watched import Watched
from baiyun_desktop.support.stated_clock import StatedClock
from baiyun_desktop.ui.screens import Screens

TITLE = "白云流动人口中心的一个月"
VISITORS, SEED = 800, 20260301


def play(
    program: Program,
    screens: Sequence[Screens],
    out: Path,
    *,
    headless: bool,
    visitors: int = VISITORS,
    seed: int = SEED,
) -> int:
    """Plays the month and leaves report.json in `out`; the exit status is 0 only if all of it holds."""
    out.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="baiyun-month-")))
        clock = StatedClock(folder / "clock")
        clock.put(MONTH - timedelta(days=10), 9)
        _tell("正在启动区服务器…")
        district = stack.enter_context(DistrictProcess(folder / "district", clock=folder / "clock"))
        office = Office(program, district, folder, clock, watched=not headless)
        stack.callback(office.close)
        if not headless:
            stack.callback(Watched(office, program, screens).close)
        try:
            report = _played(Month(office, visitors, seed, _tell), program, seed, began)
        except StoryStuck as stuck:
            unmeant = "; ".join(sorted(set(office.unmeant)))
            halted = f"{stuck}; refused or let pass unmeant: {unmeant or 'nothing'}"
            sys.stderr.write(f"the story came to a halt: {halted}\n")
            report = Report(visitors=visitors, acts=office.acts, seed=seed, halted=halted)
    report.write(out)
    _tell((out / "report.json").read_text("utf-8").strip())
    return 0 if report.equal else 1


def _played(month: Month, program: Program, seed: int, began: float) -> Report:
    month.play()
    report = compared(month, program)
    report.seed, report.seconds = seed, round(time.monotonic() - began, 1)
    return report


def _tell(line: str) -> None:
    sys.stdout.write(f"{TITLE}: {line}\n")
    sys.stdout.flush()
