"""The benches by name: `python -m tests.bench sync --records 10000 --json FILE`, `… growth --small 10000 --large 1000000`,
`… ui --people 50000`, `… figures --people 50000 --tickets 200000`.
"""

from __future__ import annotations

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path

BENCHES = {
    "sync": ("table", {"records": 10_000}, "what a bootstrap and rounds cost, beside their floor"),
    "growth": ("growth", {"small": 10_000, "large": 1_000_000}, "whether a round's cost grows with what is held"),
    "ui": ("ui", {"people": 50_000}, "what a clerk waits for at the window of a full desk"),
    "figures": (
        "figures",
        {"people": 50_000, "tickets": 200_000},
        "what each sheet of statistics costs on a full desk",
    ),
}
"""By module of this folder, whose `run(sizes)` gives figures that know what their `file()` holds and may know what they
`missed()`: the module with their `lines`, the sizes with their usual values, and what the bench is for."""


def main() -> None:
    """Runs the bench that the command line names."""
    arguments = argparse.ArgumentParser(prog="python -m tests.bench")
    benches = arguments.add_subparsers(dest="bench", required=True)
    for name, (_, sizes, words) in BENCHES.items():
        one = benches.add_parser(name, help=words)
        for size, usual in sizes.items():
            one.add_argument(f"--{size}", type=int, default=usual, metavar="N", help=f"{usual} if left out")
        one.add_argument("--json", type=Path, metavar="FILE", help="where the figures go")
    asked = arguments.parse_args()
    # Only the one that is asked for: each task's process loads this module too, and its memory is measured.
    bench = import_module(f"tests.bench.{asked.bench}")
    figures = bench.run(*(getattr(asked, size) for size in BENCHES[asked.bench][1]))
    for line in import_module(f"tests.bench.{BENCHES[asked.bench][0]}").lines(figures):
        sys.stdout.write(line + "\n")
    if asked.json is not None:
        asked.json.write_text(json.dumps(figures.file(), indent=1) + "\n", "utf-8")
    if getattr(figures, "missed", list)():
        raise SystemExit(1)


if __name__ == "__main__":
    main()
