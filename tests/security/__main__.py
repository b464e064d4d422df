"""The long run: `python -m tests.security --seconds 600` tries wrong input on every target until time is up."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from .fuzz import TARGETS, fuzz


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m tests.security")
    words.add_argument("--seconds", type=float, default=600.0, help="for all targets together")
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--target", choices=[*TARGETS, "all"], default="all")
    asked = words.parse_args()
    names = list(TARGETS) if asked.target == "all" else [asked.target]
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            done = fuzz(name, Path(folder), asked.seed, seconds=asked.seconds / len(names))
        print(f"{name}: {done.refused} refused, {done.taken} taken, {done.slowest_s:.2f} s, {done.peak_mib} MiB")


if __name__ == "__main__":
    main()
