"""A clock that stands where a file says and goes on from there, so that a story can play a month in some minutes.

One file is read by every process of a story: its district and its desks live on the same stated day.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

STATED_CLOCK = "BAIYUN_STATED_CLOCK"
"""The environment's name for that file, where a district is to live by it. No district that serves offices has one."""
BEIJING = timezone(timedelta(hours=8))


class StatedClock:
    """Milliseconds since 1970 UTC as stated; waiting goes by the machine."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now_ms(self) -> int:
        return _machine_ms() + int(self._path.read_text("ascii"))

    def monotonic(self) -> float:
        return time.monotonic()

    def today(self) -> date:
        """The stated day, in Beijing."""
        return datetime.fromtimestamp(self.now_ms() / 1000, UTC).astimezone(BEIJING).date()

    def put(self, day: date, hour: int) -> None:
        """States that it is now that hour of that day in Beijing, for everybody who reads the file."""
        instant = datetime(day.year, day.month, day.day, hour, tzinfo=BEIJING)
        written = self._path.with_name(f"{self._path.name}.new")
        written.write_text(str(int(instant.timestamp() * 1000) - _machine_ms()), "ascii")
        written.replace(self._path)


class OwnClock:
    """One PC's own: the stated clock, and off by as much as somebody has set it wrong."""

    def __init__(self, stated: StatedClock) -> None:
        self._stated = stated
        self.off_ms = 0
        """Ahead; behind where negative."""

    def now_ms(self) -> int:
        return self._stated.now_ms() + self.off_ms

    def monotonic(self) -> float:
        return self._stated.monotonic()


def stated_by_environment() -> StatedClock | None:
    """The clock that this process was started to live by; None where it lives by the machine's."""
    path = os.environ.get(STATED_CLOCK)
    return StatedClock(Path(path)) if path else None


def _machine_ms() -> int:
    return time.time_ns() // 1_000_000
