"""How long somebody waited or was worked for, told by when steps were entered: nobody states a minute.

A day is what the law counts and what an officer states. An id (UUIDv7, RFC 9562) begins with the milliseconds of its
making, wherever it is read. Only what was entered on the very day that it states is told: else it says when somebody
got round to typing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from sync.schema import Row

_DIGITS = 12
"""Hex digits of milliseconds: 48 bits."""
_MINUTE = timedelta(minutes=1)
_HERE = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Minutes:
    """Whole minutes from the making of a record, or the first of some steps, to the first of others; on one day alone."""

    until: tuple[str, ...]
    """Verbs."""
    since: tuple[str, ...] = ()
    """Verbs; empty for the making of the record."""

    def of(self, record: str, counted: Iterable[Row]) -> int | None:
        """The minutes of a record with these movements, all of which count; None where they cannot be told."""
        movements = list(counted)
        begun = _first(movements, self.since) if self.since else instant(record)
        ended = _first(movements, self.until)
        if begun is None or ended is None or begun.date() != ended.date() or ended < begun:
            return None
        return (ended - begun + _MINUTE / 2) // _MINUTE


def instant(made: str) -> datetime | None:
    """When an id was made, in Baiyun's time; None for an id of another shape."""
    try:
        ms = int(made[:_DIGITS], 16)
    except ValueError:
        return None
    return datetime.fromtimestamp(ms // 1000, _HERE) + timedelta(milliseconds=ms % 1000)


def _first(movements: Sequence[Row], verbs: Sequence[str]) -> datetime | None:
    """When the first of these steps was entered, where that was on the day that it states."""
    taken = [movement for movement in movements if movement.get("verb") in verbs]
    if not taken:
        return None
    first = min(taken, key=lambda movement: str(movement["id"]))
    at = instant(str(first["id"]))
    return at if at is not None and at.date().isoformat() == first.get("stated_date") else None
