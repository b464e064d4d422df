"""Named points at which a process ends or freezes itself: the one word that desks and district workers share for it."""

from __future__ import annotations

import signal
import threading

from tests.sync.processes.nursery import Talk

KILL, STOP = "kill", "stop"


class Fate:
    """What befalls this process when it comes to a point for the `count`th time; it tells its test before."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._point = ""
        self._how = KILL
        self._left = 0
        self.watched = False
        """Whether the test listens: what nobody hears would fill the socket and stop this process for good."""

    def arm(self, point: str, how: str, count: int = 1) -> None:
        self._point, self._how, self._left, self.watched = point, how, count, True

    def disarm(self) -> None:
        self._point, self.watched = "", False

    def at(self, point: str) -> None:
        """This process is at a point."""
        if point != self._point:
            return
        self._left -= 1
        if self._left:
            return
        self._point = ""
        self._talk.say(at=point)
        # To this very thread: of a signal to the process it would hear only when another thread comes to run.
        signal.pthread_kill(threading.get_ident(), signal.SIGKILL if self._how == KILL else signal.SIGSTOP)
