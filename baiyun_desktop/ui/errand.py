"""Work that may hang on the line goes to a thread that nobody has to wait for, neither to cancel it nor to end the program."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

_UNDER_WAY: set[Errand] = set()
"""Kept until they are over: an answer must find its errand, whoever let go of it."""


class Errand(QObject):
    """One question in a daemon thread. Its answer comes back in the window's thread, unless it was cancelled."""

    _over = Signal(object, object)

    def __init__(
        self, question: Callable[[], Any], then: Callable[[Any], None], failed: Callable[[Exception], None]
    ) -> None:
        super().__init__()
        self._question, self._then, self._failed = question, then, failed
        self._cancelled = False
        self._over.connect(self._ended, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._run, name="errand", daemon=True)

    def start(self) -> Errand:
        _UNDER_WAY.add(self)
        self._thread.start()
        return self

    def cancel(self) -> None:
        """Nobody wants the answer any more; what the thread does, it does to its end."""
        self._cancelled = True

    def wait(self, seconds: float) -> bool:
        """Whether the thread is over by then."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        answer: Any = None
        trouble: Exception | None = None
        try:
            answer = self._question()
        except Exception as error:  # noqa: BLE001 - whatever it is, the window must hear of it
            trouble = error
        with suppress(RuntimeError):  # the program is ending
            self._over.emit(answer, trouble)

    @Slot(object, object)
    def _ended(self, answer: Any, trouble: Exception | None) -> None:
        _UNDER_WAY.discard(self)
        if self._cancelled:
            return
        if trouble is not None:
            self._failed(trouble)
        else:
            self._then(answer)
