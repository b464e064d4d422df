"""The benches by name: `python -m tests.bench sync --records 10000 --json FILE`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from . import sync, table


def main() -> None:
    """Runs the bench that the command line names."""
    arguments = argparse.ArgumentParser(prog="python -m tests.bench")
    benches = arguments.add_subparsers(dest="bench", required=True)
    one = benches.add_parser("sync", help="what a bootstrap and rounds cost, beside their floor")
    one.add_argument("--records", type=int, default=10_000, metavar="N")
    one.add_argument("--json", type=Path, metavar="FILE", help="where the figures go")
    asked = arguments.parse_args()
    figures = sync.run(asked.records)
    for line in table.lines(figures):
        sys.stdout.write(line + "\n")
    if asked.json is not None:
        asked.json.write_text(json.dumps(figures.file(), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
