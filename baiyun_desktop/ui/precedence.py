"""The officer goes first: after each key the courier's thread stands aside for a moment between two of its slices.

Threads share one interpreter. Beside a courier that never rests, a list takes three times as long to open.
"""

from __future__ import annotations

import threading
import time

MOMENT_S = 0.2
"""Long enough for what a key asked for to be on screen, and so short that a courier comes through while somebody types."""


class _Last:
    acted_at = 0.0


def acted() -> None:
    """The officer pressed something and waits for what comes of it."""
    _Last.acted_at = time.monotonic()


def stand_aside() -> None:
    """Called in a thread that works for nobody in front of the screen, where it holds no lock; the window's never waits."""
    rest = _Last.acted_at + MOMENT_S - time.monotonic()
    if rest > 0 and threading.current_thread() is not threading.main_thread():
        time.sleep(rest)
