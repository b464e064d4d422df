"""Kills and freezes desks and workers at named points, one after another from one seed, and looks at all after each."""

from __future__ import annotations

import tempfile
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

from tests.sync.processes.bouts import ENROLLING, FILLING, IN_ROUND, LOCKED, OPEN, SAVING, Bout, Bouts
from tests.sync.processes.fate import KILL, STOP
from tests.sync.processes.nursery import Nursery
from tests.sync.processes.town import town

Database = Callable[[Path], AbstractContextManager[str]]
"""Gives the URL of an empty database for a town in a folder."""

KILLS_PER_TOWN = 20
"""Then another begins, so that looking at everything stays quick."""


@dataclass
class Report:
    """What was done and what was wrong."""

    points: Counter[str] = field(default_factory=Counter)
    missed: int = 0
    violations: list[str] = field(default_factory=list)

    @property
    def kills(self) -> int:
        return self.points.total()


def play(nursery: Nursery, database: Database, kills: int, seed: int, tell: Callable[[str], None] = print) -> Report:
    """So many kills and freezes, in towns of a score each."""
    report, number = Report(), 0
    deck: list[Bout] = []
    while report.kills < kills:
        number += 1
        upto = min(kills, report.kills + KILLS_PER_TOWN)
        with tempfile.TemporaryDirectory() as home, database(Path(home)) as url:
            _in_one_town(nursery, Path(home), url, upto, f"{seed}/{number}", deck, report)
        tell(f"... {report.kills} kills, {len(report.violations)} violations")
    return report


def _in_one_town(
    nursery: Nursery, folder: Path, url: str, upto: int, seed: str, deck: list[Bout], report: Report
) -> None:
    with town(folder, url, nursery) as made:
        bouts = Bouts(made, Random(seed))
        while report.kills < upto:
            words = ""
            try:
                words, hit = _next(deck, bouts.rng)(bouts)
                wrong = made.quiet()
            except Exception:  # noqa: BLE001 - a bug is a violation, too, and the next town goes on
                wrong, hit = [traceback.format_exc()], True
            if hit:
                report.points[words] += 1
            report.missed += not hit
            if wrong:
                report.violations.append(f"seed {seed}, after {bouts.log[-3:]}:\n  " + "\n  ".join(wrong[:12]))
                return


def _next(deck: list[Bout], rng: Random) -> Bout:
    """The next of a shuffled deck that has each point."""
    if not deck:
        deck += _all(rng)
        rng.shuffle(deck)
    return deck.pop()


def _all(rng: Random) -> list[Bout]:
    """Every point once, and those of a desk both ways."""
    both = (KILL, STOP)
    return [
        *(partial(Bouts.desk_dies, point=p, how=how) for how in both for p in (*SAVING, *IN_ROUND)),
        *(partial(Bouts.newcomer_dies, point=p, how=rng.choice(both)) for p in FILLING),
        *(partial(Bouts.worker_dies, point=p) for p in (*OPEN, *LOCKED)),
        Bouts.worker_dies_naming_a_pack,
        *(partial(Bouts.worker_dies_enrolling, point=p) for p in ENROLLING),
        *(partial(Bouts.worker_freezes, point=p) for p in OPEN),
        *(partial(Bouts.worker_freezes_with_locks, point=p) for p in LOCKED),
    ]
