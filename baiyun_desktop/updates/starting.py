"""What a start of the program says to its installation: that it came up, that somebody cancelled, that it closed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress

from .errors import UpdateTrouble
from .slots import Slots

log = logging.getLogger(__name__)


class Start:
    """One start. Without an installation, as for who runs the program from its sources, nothing is said."""

    def __init__(self, slots: Slots | None) -> None:
        self._slots = slots
        self.rolled_back_from = ""
        if slots is not None:
            with suppress(UpdateTrouble):
                self.rolled_back_from = slots.pointer().rolled_back_from

    @classmethod
    def here(cls) -> Start:
        return cls(Slots.here())

    @property
    def slots(self) -> Slots | None:
        return self._slots

    def came_up(self) -> None:
        """The window is there and the replica is upgraded."""
        self._say(lambda slots: slots.came_up())

    def excused(self) -> None:
        """No window, and no fault of this version's."""
        self._say(lambda slots: slots.excused())

    def told(self) -> None:
        """The officer knows that a version went back."""
        self._say(lambda slots: slots.told())

    def closed(self, *, typed: bool) -> None:
        """The window has closed: a version that waits is started next time, unless something `typed` is not saved yet."""
        self._say(lambda slots: slots.came_up())
        if not typed:
            self._say(lambda slots: slots.switch())

    def _say(self, what: Callable[[Slots], object]) -> None:
        """A full disk here must not take the desk with it; the worst is one more try of a version."""
        if self._slots is None:
            return
        try:
            what(self._slots)
        except (OSError, UpdateTrouble):
            log.exception("the installation could not be told how this start went")
