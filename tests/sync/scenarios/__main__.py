"""Writes the table of scenarios into the engine's README: `python -m tests.sync.scenarios`."""

from __future__ import annotations

import sys

from .table import BEGIN, END, README, rows, write

if __name__ == "__main__":
    if not write():
        sys.exit(f"{README} has no {BEGIN} … {END}")
    print(f"{len(rows())} scenarios")
