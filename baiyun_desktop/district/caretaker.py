"""What a serving process does once a minute beside serving: it says that it lives, and keeps updates fresh."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Self

log = logging.getLogger(__name__)

EVERY_S = 60.0


class Caretaker:
    """Runs its duties in a thread of its own; one that fails is logged, and tried again the next minute."""

    def __init__(self, duties: Sequence[Callable[[], object]], every_s: float = EVERY_S) -> None:
        self._duties = duties
        self._every_s = every_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="caretaker", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(10)

    def _run(self) -> None:
        while True:
            for duty in self._duties:
                try:
                    duty()
                except Exception:
                    # A full disk or a database that restarts: serving must go on, and the next minute comes.
                    log.exception("a duty of the server could not be done")
            if self._stopping.wait(self._every_s):
                return
