"""The command: plays kills or cuts on both databases, prints what is wrong with each, and counts."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.postgres import postgres_server
from tests.sync.processes import kills
from tests.sync.processes.nursery import nursery


@contextmanager
def sqlite(folder: Path) -> Iterator[str]:
    """The URL of an empty SQLite database."""
    yield f"sqlite:///{folder / 'district.db'}"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.sync.processes", description=__doc__)
    parser.add_argument("--kills", type=int, default=0, help="how many kills and freezes, on each database")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    asked = parser.parse_args(argv)
    bad = 0
    with nursery() as born:
        if asked.only != "postgresql":
            bad += _kills("sqlite", born, sqlite, asked)
        if asked.only != "sqlite":
            with postgres_server() as server:
                bad += _kills("postgresql", born, lambda _: server.database(), asked)
    return 1 if bad else 0


def _kills(name, born, database, asked) -> int:
    began = time.monotonic()
    report = kills.play(born, database, asked.kills, asked.seed)
    for words in report.violations:
        print(words)
    for point, count in sorted(report.points.items()):
        print(f"  {count:4} {point}")
    print(f"{name}: {time.monotonic() - began:.0f} s, {report.missed} points were not come to")
    print(f"{name}: kills: {report.kills}, violations: {len(report.violations)}")
    return len(report.violations)


if __name__ == "__main__":
    sys.exit(main())
