"""What the district removes from its feed, kept aside: at the end its whole history is read from the beginning."""

from __future__ import annotations

import sqlite3
from typing import Any

TABLES = ("feed", "position")
"""Whose rows are kept; the first two columns tell them apart, the first says at which position they stand."""


class Archive:
    """The rows behind the horizon of one district in memory."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw
        self._rows: dict[str, dict[tuple[Any, ...], tuple[Any, ...]]] = {name: {} for name in TABLES}

    def keep(self, upto: int) -> None:
        """Before the feed is cut short there."""
        for name, rows in self._rows.items():
            for row in self._raw.execute(f"SELECT * FROM {name} WHERE pos<=?", (upto,)):
                rows.setdefault(row[:2], row)

    def copy(self) -> Archive:
        """What has been kept so far, to go back to when the district does."""
        other = Archive(self._raw)
        other._rows = {name: dict(rows) for name, rows in self._rows.items()}
        return other

    def unroll(self, raw: sqlite3.Connection) -> None:
        """Gives a copy of the district its whole feed, as if it had never been cut short; what was erased stays away."""
        for name, rows in self._rows.items():
            for row in rows.values():
                marks = ",".join("?" * len(row))
                raw.execute(f"INSERT OR IGNORE INTO {name} VALUES ({marks})", row)
        raw.execute("UPDATE meta SET horizon=0")
        about = "e.record=feed.record AND e.collection=feed.collection"
        raw.execute(f"DELETE FROM feed WHERE pos<=(SELECT max(pos) FROM erased e WHERE {about})")
