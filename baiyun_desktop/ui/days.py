"""Days and instants as an office reads them: +08:00 whatever the PC's zone says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))


def today() -> date:
    """The day it is in Baiyun."""
    return datetime.now(BEIJING).date()


def instant_text(value_ms: int | None) -> str:
    """Milliseconds UTC as date and time."""
    return _local(value_ms).strftime("%Y-%m-%d %H:%M") if value_ms is not None else ""


def clock_text(value_ms: int, now_ms: int) -> str:
    """The time of day; with the date where it was another day."""
    then, now = _local(value_ms), _local(now_ms)
    return then.strftime("%H:%M") if then.date() == now.date() else then.strftime("%m-%d %H:%M")


def _local(value_ms: int) -> datetime:
    return datetime.fromtimestamp(value_ms / 1000, UTC).astimezone(BEIJING)
