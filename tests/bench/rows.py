"""Rows that a process has its databases hand over and change, and the steps they take for it: what a round may not owe
to what is held.

Rows handed over alone would hide a scan that finds little; the steps of SQLite's machine, of which each row that is
only looked at takes some, do not.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from sqlalchemy import event
from sqlalchemy.pool import Pool

STEPS_A_TICK = 256
"""SQLite tells of its steps in lots of so many; each statement carries its rest over to its next run."""
_PAGE = struct.Struct("qqq")


@dataclass(frozen=True, slots=True)
class Rows:
    """`read`: rows that statements gave; `written`: rows inserted, updated or deleted, by triggers too; `steps`: of SQLite."""

    read: int = 0
    written: int = 0
    steps: int = 0

    def __add__(self, other: Rows) -> Rows:
        return Rows(self.read + other.read, self.written + other.written, self.steps + other.steps)

    def __sub__(self, other: Rows) -> Rows:
        return Rows(self.read - other.read, self.written - other.written, self.steps - other.steps)

    @property
    def touched(self) -> int:
        return self.read + self.written


class _Connection:
    """One connection's counts: a thread at a time uses it."""

    def __init__(self, dbapi: Any, steps_a_tick: int) -> None:
        self._dbapi = dbapi
        self._read = self._ticks = 0
        self._steps_a_tick = steps_a_tick
        dbapi.row_factory = self._row
        dbapi.set_progress_handler(self._tick, steps_a_tick)

    def _row(self, _cursor: Any, row: tuple[Any, ...]) -> tuple[Any, ...]:
        self._read += 1
        return row

    def _tick(self) -> int:
        self._ticks += 1
        return 0

    def rows(self) -> Rows:
        return Rows(self._read, self._dbapi.total_changes, self._ticks * self._steps_a_tick)


class Tally:
    """Counts on every SQLite connection that this process's engines open while the block runs.

    With a `page`, the sums so far stand in that file whenever a connection is given back, for another process to read.
    """

    def __init__(self, page: Path | None = None, steps_a_tick: int = STEPS_A_TICK) -> None:
        self._page = page
        self._steps_a_tick = steps_a_tick
        self._open: dict[int, _Connection] = {}
        self._closed = Rows()
        self._shared: mmap.mmap | None = None

    def __enter__(self) -> Self:
        if self._page is not None:
            self._page.write_bytes(bytes(_PAGE.size))
            with self._page.open("r+b") as file:
                self._shared = mmap.mmap(file.fileno(), _PAGE.size)
        event.listen(Pool, "connect", self._connected)
        event.listen(Pool, "close", self._closing)
        event.listen(Pool, "checkin", self._given_back)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(Pool, "connect", self._connected)
        event.remove(Pool, "close", self._closing)
        event.remove(Pool, "checkin", self._given_back)

    def rows(self) -> Rows:
        """The sums so far."""
        return sum((c.rows() for c in list(self._open.values())), self._closed)

    def _connected(self, dbapi: Any, _record: Any) -> None:
        if hasattr(dbapi, "total_changes"):  # SQLite, encrypted or not
            self._open[id(dbapi)] = _Connection(dbapi, self._steps_a_tick)

    def _closing(self, dbapi: Any, _record: Any) -> None:
        if (counted := self._open.pop(id(dbapi), None)) is not None:
            self._closed += counted.rows()

    def _given_back(self, _dbapi: Any, _record: Any) -> None:
        if self._shared is not None:
            now = self.rows()
            self._shared[:] = _PAGE.pack(now.read, now.written, now.steps)


def read_page(page: Path) -> Rows:
    """What the other process's tally stood at when a connection was last given back."""
    return Rows(*_PAGE.unpack(page.read_bytes()))
