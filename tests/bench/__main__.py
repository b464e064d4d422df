"""The benches by name: `python -m tests.bench sync --records 10000 --json FILE`, `… ui --people 50000 --json FILE`."""

from __future__ import annotations

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path

BENCHES = {
    "sync": ("table", "--records", 10_000, "what a bootstrap and rounds cost, beside their floor"),
    "ui": ("ui", "--people", 50_000, "what a clerk waits for at the window of a full desk"),
}
"""By module of this folder, whose `run(size)` gives figures that know what their `file()` holds: the module with their
`lines`, the option for the size, its usual value, and what the bench is for."""


def main() -> None:
    """Runs the bench that the command line names."""
    arguments = argparse.ArgumentParser(prog="python -m tests.bench")
    benches = arguments.add_subparsers(dest="bench", required=True)
    for name, (_, size, usual, words) in BENCHES.items():
        one = benches.add_parser(name, help=words)
        one.add_argument(size, dest="size", type=int, default=usual, metavar="N")
        one.add_argument("--json", type=Path, metavar="FILE", help="where the figures go")
    asked = arguments.parse_args()
    # Only the one that is asked for: each task's process loads this module too, and its memory is measured.
    bench = import_module(f"tests.bench.{asked.bench}")
    figures = bench.run(asked.size)
    for line in import_module(f"tests.bench.{BENCHES[asked.bench][0]}").lines(figures):
        sys.stdout.write(line + "\n")
    if asked.json is not None:
        asked.json.write_text(json.dumps(figures.file(), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
