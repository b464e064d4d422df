"""Whether this PC's clock can be believed, as far as the district's time in its replies and the program's own age tell."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from baiyun_desktop import RELEASED_ON

OFF_MS = 5 * 60_000
"""What a clock may be off by without a word: a wall clock's care, and far beyond a slow reply."""
RELEASED_MS = int(datetime.fromisoformat(RELEASED_ON).replace(tzinfo=UTC).timestamp() * 1000)
"""When this program was made. A clock that stands before it is wrong, also with no line."""


def elapsed_s() -> float:
    """Seconds that never go back and go on while the PC sleeps, where the system counts so."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.clock_gettime(clock) if clock is not None else time.monotonic()


@dataclass(frozen=True, slots=True)
class Off:
    """How a clock is wrong: ahead by so many milliseconds (behind where negative); `least` where it may be more."""

    by_ms: int
    least: bool = False


class ClockWatch:
    """Fed with what the replica knows of the last round; holds on to the district's time by a clock nobody can set."""

    def __init__(self, released_ms: int = RELEASED_MS) -> None:
        self._released_ms = released_ms
        self._round: tuple[int | None, int | None] | None = None
        self._anchor: tuple[float, int] | None = None
        """Seconds of `elapsed_s`, and the district's time then."""

    def heard(self, last_round_at: int | None, skew_ms: int | None, now_ms: int, now_s: float) -> None:
        """What stands in the replica now. A round that ended while we looked gives the district's time at this moment."""
        known = self._round
        self._round = (last_round_at, skew_ms)
        if known is not None and known != self._round and skew_ms is not None:
            self._anchor = (now_s, now_ms - skew_ms)

    def district_ms(self, now_s: float) -> int | None:
        """The district's time now; None before the first round of this start."""
        if self._anchor is None:
            return None
        at_s, then_ms = self._anchor
        return then_ms + int((now_s - at_s) * 1000)

    def off(self, now_ms: int, now_s: float) -> Off | None:
        """How the clock is wrong by more than a few minutes, or None as far as anybody knows."""
        district = self.district_ms(now_s)
        if district is not None:
            return Off(now_ms - district) if abs(now_ms - district) > OFF_MS else None
        last, skew = self._round or (None, None)
        heard = last - skew if last is not None and skew is not None else 0
        earliest = max(heard, self._released_ms)
        if earliest - now_ms > OFF_MS:
            return Off(now_ms - earliest, least=True)
        return Off(skew) if skew is not None and abs(skew) > OFF_MS else None
