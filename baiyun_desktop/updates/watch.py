"""Looks once a day for an update while the desk works, and lays it ready; nothing changes before the window has closed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from .client import Package
from .errors import UpdateTrouble

log = logging.getLogger(__name__)

FIRST_S, EVERY_S = 1_800.0, 86_400.0
"""Each stretched at random: three hundred offices that open at half past eight do not all fetch at once."""


class Watch:
    """A thread that takes updates. `listeners` are told, in that thread, of a version that lies ready."""

    def __init__(self, take: Callable[[], Package | None], random: Callable[[], float]) -> None:
        self._take = take
        self._random = random
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="updates", daemon=True)
        self.listeners: list[Callable[[Package], None]] = []

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """A fetch under way ends with the program; what came of it is gone on from."""
        self._stopping.set()

    def look(self) -> None:
        """Once, in the calling thread."""
        try:
            found = self._take()
        except UpdateTrouble as trouble:
            log.info("no update was taken: %s", trouble)
            return
        if found is not None:
            for listener in list(self.listeners):
                listener(found)

    def _run(self) -> None:
        wait = FIRST_S
        while not self._stopping.wait(wait * (0.1 + 1.8 * self._random())):
            try:
                self.look()
            except Exception:
                # Whatever it is, the desk works on; the next version may mend it.
                log.exception("looking for an update failed")
            wait = EVERY_S
