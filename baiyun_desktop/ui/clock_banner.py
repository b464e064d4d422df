"""A PC whose clock is wrong: by how much, what follows from it for dates that the law counts, and how to set it."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QFrame

from baiyun_desktop.replica import Status
from baiyun_desktop.support.clock import ClockWatch, Off, elapsed_s
from baiyun_desktop.ui import days
from baiyun_desktop.ui.parts import row, text
from baiyun_desktop.ui.words import say

HOUR_MIN, DAY_MIN = 60, 24 * 60


class ClockBanner(QFrame):
    """Cannot be put away: papers would carry a wrong day. It goes when the clock is right."""

    def __init__(self, watch: ClockWatch) -> None:
        super().__init__()
        self.setProperty("strip", "warn")
        self._watch = watch
        self._words = text(wrap=True)
        self.setLayout(row(self._words, margins=(14, 6, 14, 6)))
        self.hide()

    @property
    def words(self) -> str:
        """What the banner says."""
        return self._words.text()

    def look(self, status: Status, now_ms: int, now_s: float | None = None) -> None:
        """Each few seconds: a clock is set right, or wrong, while the window is open."""
        at_s = elapsed_s() if now_s is None else now_s
        self._watch.heard(status.last_round_at, status.skew_ms, now_ms, at_s)
        off = self._watch.off(now_ms, at_s)
        days.set_ahead(0 if off is None else off.by_ms)
        if off is not None:
            self._words.setText(clock_words(off, now_ms))
        self.setVisible(off is not None)


def clock_words(off: Off, now_ms: int) -> str:
    """By how much, what time it is by the district, what follows, what to do."""
    by = say("clock.least", by=_span(off)) if off.least else _span(off)
    how = say("clock.windows" if sys.platform == "win32" else "clock.elsewhere")
    wrong = say("clock.ahead" if off.by_ms > 0 else "clock.behind", by=by)
    there = "" if off.least else say("clock.there", when=days.instant_text(now_ms - off.by_ms))
    return "".join(part for part in (wrong, there, say("clock.follows"), how) if part)


def _span(off: Off) -> str:
    minutes = abs(off.by_ms) // 60_000
    if minutes < HOUR_MIN:
        return say("clock.minutes", n=minutes)
    if minutes < DAY_MIN:
        return say("clock.hours", n=minutes // HOUR_MIN, m=minutes % HOUR_MIN)
    return say("clock.days", n=minutes // DAY_MIN)
