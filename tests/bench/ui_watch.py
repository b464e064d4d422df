"""Watches a window from inside its own thread: when something has been painted, and how long the thread was away."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

WAIT_MS_MAX = 60_000


@dataclass(frozen=True, slots=True)
class Took:
    """From a key press to what it shows: by the clock, and what of it the window's thread worked."""

    ms: float
    cpu_ms: float


class Painted(QObject):
    """Notices the first painting of a window at whose beginning `shown` holds.

    A window paints all that has changed in one go, on an UpdateRequest; what comes right after it has been painted.
    """

    def __init__(self, window: QWidget, shown: Callable[[], bool]) -> None:
        super().__init__()
        self._window = window
        self._shown = shown
        self._loop = QEventLoop()
        self._stamp: tuple[float, float] | None = None
        self._seen = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.UpdateRequest and not self._seen and self._shown():
            self._seen = True
            QTimer.singleShot(0, self._stop)
        return False

    def _stop(self) -> None:
        self._stamp = _now()
        self._loop.quit()

    def after(self, press: Callable[[], None]) -> Took:
        """How long from before `press` until it was painted. Raises TimeoutError where it never is."""
        self._window.installEventFilter(self)
        give_up = QTimer()
        give_up.setSingleShot(True)
        give_up.timeout.connect(self._loop.quit)
        give_up.start(WAIT_MS_MAX)
        began, worked = _now()
        press()
        if self._stamp is None:
            self._loop.exec()
        self._window.removeEventFilter(self)
        if self._stamp is None:
            raise TimeoutError("what the key asked for was not painted")
        return Took(self._stamp[0] - began, self._stamp[1] - worked)


def _now() -> tuple[float, float]:
    return time.perf_counter() * 1000, time.thread_time() * 1000


class Heartbeat:
    """A timer of a millisecond: what lies between two beats is how long nothing else could be answered."""

    def __init__(self) -> None:
        self.longest_ms = 0.0
        self.longest_in = ""
        self.deed = ""
        """What is being done now, so that the longest pause has a name."""
        self._last = 0.0
        self._timer = QTimer()
        self._timer.setInterval(1)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def _beat(self) -> None:
        now = time.perf_counter()
        if (now - self._last) * 1000 > self.longest_ms:
            self.longest_ms, self.longest_in = (now - self._last) * 1000, self.deed
        self._last = now

    def __enter__(self) -> Heartbeat:
        self._last = time.perf_counter()
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        wait(2)
        self._timer.stop()


def wait(ms: int) -> None:
    """Lets the window work for a while. QTest's own waiting sleeps between looks, which would be pauses of its own."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


class Timed:
    """A function whose calls are timed."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self.took_ms: list[float] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        began = time.perf_counter()
        try:
            return self._function(*args, **kwargs)
        finally:
            self.took_ms.append((time.perf_counter() - began) * 1000)


def p95(values: Sequence[float]) -> float:
    """The value that 95 of 100 stay below."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * 95 // 100)]


def middle(values: Sequence[float]) -> float:
    """The median."""
    return sorted(values)[len(values) // 2]
