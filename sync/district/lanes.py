"""Whose turn it is within one process: in order of arrival, and an import after everybody else.

A database lets whoever asks again at once have the lock again: an import would take turn after turn while a save waits.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Lanes:
    """Two queues for one turn."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._saves: deque[object] = deque()
        self._imports: deque[object] = deque()
        self._taken = False
        self._given = 0

    @contextmanager
    def turn(self, *, aside: bool = False) -> Iterator[bool]:
        """Waits for the turn and has it until the end; `aside` lets all others go first, and is told whether any did."""
        others = self._take(self._imports if aside else self._saves)
        try:
            yield aside and others
        finally:
            with self._news:
                self._taken = False
                self._news.notify_all()

    def _take(self, queue: deque[object]) -> bool:
        """Whether turns were given to saves while this waited."""
        ticket, given = object(), self._given
        with self._news:
            queue.append(ticket)
            try:
                self._news.wait_for(lambda: not self._taken and self._next() is ticket)
                self._taken = True
                others = self._given > given
                self._given += queue is self._saves
                return others
            finally:
                queue.remove(ticket)

    def _next(self) -> object:
        return (self._saves or self._imports)[0]
