"""Times each statement that the window's own thread puts to the desk's file: one that is slow is a pause for whoever types."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher


@dataclass
class Statements:
    """What was asked in the main thread: how many statements, and how long each different one took at worst."""

    on: bool = False
    """Whether somebody works at a window; what the bench itself asks for is not counted."""
    count: int = 0
    worst_ms: dict[str, float] = field(default_factory=dict)

    @property
    def longest(self) -> tuple[float, str]:
        """(ms, statement) of the slowest."""
        return max(((ms, sql) for sql, ms in self.worst_ms.items()), default=(0.0, ""))


def _cursor(found: Statements) -> type[Any]:
    class Timed(sqlcipher.Cursor):  # type: ignore[misc]
        """Its statement's time is that of running it and of fetching its rows."""

        _sql, _ms = "", 0.0

        def execute(self, sql: str, *params: Any) -> Any:
            self._sql, self._ms = sql, 0.0
            found.count += found.on and threading.current_thread() is threading.main_thread()
            return self._timed(super().execute, sql, *params)

        def fetchone(self) -> Any:
            return self._timed(super().fetchone)

        def fetchall(self) -> Any:
            return self._timed(super().fetchall)

        def _timed(self, step: Callable[..., Any], *given: Any) -> Any:
            began = time.perf_counter()
            try:
                return step(*given)
            finally:
                self._ms += (time.perf_counter() - began) * 1000
                if found.on and threading.current_thread() is threading.main_thread():
                    found.worst_ms[self._sql] = max(found.worst_ms.get(self._sql, 0.0), self._ms)

    return Timed


@contextmanager
def timed() -> Iterator[Statements]:
    """Files that are opened while the block runs have their statements timed."""
    found, connect = Statements(), sqlcipher.connect
    cursor = _cursor(found)

    class Connection(sqlcipher.Connection):  # type: ignore[misc]
        def cursor(self, factory: Any = None) -> Any:
            return super().cursor(factory or cursor)

    sqlcipher.connect = partial(connect, factory=Connection)
    try:
        yield found
    finally:
        sqlcipher.connect = connect
