"""Days and instants as an office reads them: +08:00 whatever the PC's zone says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))


class _Clock:
    """How far this PC's clock is known to be ahead; one per process, as the clock is."""

    ahead = timedelta(0)


def set_ahead(ahead_ms: int) -> None:
    """What the district's time says of this PC's clock: whatever is filled in as today is the district's day."""
    _Clock.ahead = timedelta(milliseconds=ahead_ms)


def today() -> date:
    """The day it is in Baiyun."""
    return now().date()


def now() -> datetime:
    """The moment it is there, by which limits in hours are told."""
    return datetime.now(BEIJING) - _Clock.ahead


def instant_text(value_ms: int | None) -> str:
    """Milliseconds UTC as date and time."""
    return _local(value_ms).strftime("%Y-%m-%d %H:%M") if value_ms is not None else ""


def clock_text(value_ms: int, now_ms: int) -> str:
    """The time of day; with the date where it was another day."""
    then, now = _local(value_ms), _local(now_ms)
    return then.strftime("%H:%M") if then.date() == now.date() else then.strftime("%m-%d %H:%M")


def _local(value_ms: int) -> datetime:
    return datetime.fromtimestamp(value_ms / 1000, UTC).astimezone(BEIJING)
