"""Keeps how an officer left each list and the filters that were given a name, for the post that this file is of."""

from __future__ import annotations

import msgspec

from baiyun_desktop.replica.narrowing import Look
from baiyun_desktop.replica.store import Store

LEFT = ""
"""The name that stands for how a list was left; no saved filter has it."""
NAME_CHARS_MAX = 30
SAVED_MAX = 40
"""Filters of one list: more than a menu shows are found by nobody."""


class TooMany(ValueError):
    """A list has all the saved filters that it may have."""


class KeptLists:
    """They are no records: they stay on this desk, and go nowhere but into its backups."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def left(self, name: str) -> Look:
        """How a list was left; as it was declared where nobody changed anything or nobody can read it any more."""
        with self._store.reading() as conn:
            row = conn.exec_driver_sql("SELECT body FROM list_kept WHERE list = ? AND name = ?", (name, LEFT)).first()
        return _read(row[0]) if row is not None else Look()

    def leave(self, name: str, look: Look) -> None:
        """Remember how a list is left. Raises DiskTrouble."""
        self._put(name, LEFT, look)

    def saved(self, name: str) -> dict[str, Look]:
        """The filters of a list that were given a name, in the order of their names."""
        sql = "SELECT name, body FROM list_kept WHERE list = ? AND name <> ? ORDER BY name"
        with self._store.reading() as conn:
            return {row[0]: _read(row[1]) for row in conn.exec_driver_sql(sql, (name, LEFT))}

    def save(self, name: str, saved_as: str, look: Look) -> None:
        """Give a filter a name; one that had it before is replaced. Raises TooMany, ValueError, DiskTrouble."""
        called = " ".join(saved_as.split())[:NAME_CHARS_MAX]
        if not called:
            raise ValueError("a saved filter needs a name")
        held = self.saved(name)
        if called not in held and len(held) >= SAVED_MAX:
            raise TooMany
        self._put(name, called, look)

    def remove(self, name: str, saved_as: str) -> None:
        """Forget a saved filter. Raises DiskTrouble."""
        with self._store.aside() as conn:
            conn.exec_driver_sql("DELETE FROM list_kept WHERE list = ? AND name = ?", (name, saved_as))

    def _put(self, name: str, saved_as: str, look: Look) -> None:
        body = msgspec.json.encode(look)
        with self._store.aside() as conn:
            conn.exec_driver_sql(
                "INSERT OR REPLACE INTO list_kept (list, name, body) VALUES (?, ?, ?)", (name, saved_as, body)
            )


def _read(body: bytes) -> Look:
    """A newer program may have kept what this one does not know; the list is then as it was declared."""
    try:
        return msgspec.json.decode(body, type=Look)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return Look()
