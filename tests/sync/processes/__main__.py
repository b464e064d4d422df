"""The command: plays kills or cuts on both databases, prints what is wrong with each, and counts."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.postgres import postgres_server
from tests.sync.processes import cuts, kills
from tests.sync.processes.nursery import Nursery, nursery


@contextmanager
def sqlite(folder: Path) -> Iterator[str]:
    """The URL of an empty SQLite database."""
    yield f"sqlite:///{folder / 'district.db'}"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.sync.processes", description=__doc__)
    parser.add_argument("--kills", type=int, default=0, help="how many kills and freezes, on each database")
    parser.add_argument(
        "--cuts", type=int, nargs="?", const=0, metavar="PER",
        help="cut lines on each database: everywhere, or at so many seeded places of each message and direction",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    asked = parser.parse_args(argv)
    bad = 0
    with nursery() as born:
        if asked.only != "postgresql":
            bad += _both("sqlite", born, sqlite, asked)
        if asked.only != "sqlite":
            with postgres_server() as server:
                bad += _both("postgresql", born, lambda _: server.database(), asked)
    return 1 if bad else 0


def _both(name: str, born: Nursery, database: kills.Database, asked: argparse.Namespace) -> int:
    bad = _kills(name, born, database, asked) if asked.kills else 0
    return bad + (_cuts(name, born, database, asked) if asked.cuts is not None else 0)


def _kills(name: str, born: Nursery, database: kills.Database, asked: argparse.Namespace) -> int:
    began = time.monotonic()
    report = kills.play(born, database, asked.kills, asked.seed, _say)
    _tell(report.points, report.violations)
    print(f"{name}: {time.monotonic() - began:.0f} s, {report.missed} points were not come to")
    _say(f"{name}: kills: {report.kills}, violations: {len(report.violations)}")
    return len(report.violations)


def _cuts(name: str, born: Nursery, database: kills.Database, asked: argparse.Namespace) -> int:
    began = time.monotonic()
    report = cuts.play(born, database, asked.cuts or None, asked.seed, _say)
    _tell(report.cuts, report.violations)
    print(f"{name}: {time.monotonic() - began:.0f} s, heard as {dict(report.heard)}")
    _say(f"{name}: cuts: {report.cuts.total()}, violations: {len(report.violations)}")
    return len(report.violations)


def _tell(counts: Counter[str], violations: list[str]) -> None:
    for words in violations:
        print(words)
    for what, count in sorted(counts.items()):
        print(f"  {count:5} {what}")


def _say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main())
