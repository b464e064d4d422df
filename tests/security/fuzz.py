"""Tries wrong input on every target, from one seed, and measures what it costs in time and memory."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from .at_rest import Backups, KeyFiles, Recoveries
from .at_the_line import Enrolments, Packs, Replies, Requests, Sealed
from .target import Target

TARGETS: dict[str, type[Target]] = {
    kind.__name__.lower(): kind
    for kind in (Requests, Sealed, Replies, Packs, Enrolments, Recoveries, KeyFiles, Backups)
}
CASE_S_MAX = 5.0
"""Of the processor: what one wrong input may cost."""
MEMORY_MIB_MAX = 256
_RESET, _STATUS = Path("/proc/self/clear_refs"), Path("/proc/self/status")


@dataclass
class Outcome:
    """What a run came to: how many were refused and taken, the costliest in seconds, the peak above the start in MiB."""

    refused: int = 0
    taken: int = 0
    slowest_s: float = 0.0
    peak_mib: int = 0


def fuzz(name: str, folder: Path, seed: int, *, cases: int = 0, seconds: float = 0.0) -> Outcome:
    """So many wrong things, or as many as fit into so many seconds; fails on the first that is not refused politely."""
    target, done, end = TARGETS[name](folder / name), Outcome(), time.monotonic() + seconds
    with _quiet():
        before, n = _peak_mib(reset=True), 0
        while n < cases or time.monotonic() < end:
            began = time.process_time()
            try:
                refused = target.one(Random(f"{name}/{seed}/{n}"))
            except Exception as error:
                raise AssertionError(f"{name}, seed {seed}, case {n}: {type(error).__name__}: {error}") from error
            took, n = time.process_time() - began, n + 1
            done.refused, done.taken = done.refused + refused, done.taken + (not refused)
            done.slowest_s = max(done.slowest_s, took)
            assert took < CASE_S_MAX, f"{name}, seed {seed}, case {n - 1} took {took:.1f} s"
        done.peak_mib = _peak_mib() - before
    assert done.peak_mib < MEMORY_MIB_MAX, f"{name}, seed {seed}: {done.peak_mib} MiB"
    return done


@contextmanager
def _quiet() -> Iterator[None]:
    """The district reports what it cannot judge; thousands of reports help nobody."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def _peak_mib(*, reset: bool = False) -> int:
    """The most memory that this process has had since the last reset; 0 where the system does not tell."""
    if not _STATUS.exists():
        return 0
    if reset:
        _RESET.write_text("5")
    return int(_STATUS.read_text().split("VmHWM:")[1].split()[0]) // 1024
