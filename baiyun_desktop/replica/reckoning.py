"""Reckons what is due for many records: for a new desk's load, after an upgrade, and when the district enters a calendar."""

from __future__ import annotations

import hashlib
import threading
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy.engine import Connection

from baiyun_desktop.kernel import calendar_year
from baiyun_desktop.kernel.calendar import Calendar
from baiyun_desktop.kernel.movement import COLLECTION as MOVEMENT
from baiyun_desktop.replica import dues
from baiyun_desktop.replica.changes import Changes
from baiyun_desktop.replica.layout import Layout
from baiyun_desktop.replica.lock import Priority
from baiyun_desktop.replica.plain import every, many, one, run
from baiyun_desktop.replica.store import Store

ROWS_AT_ONCE = 2_000
SLICE_ROWS = 100
"""Records of one transaction while people work: a waiting save goes in between."""
_META = "calendar"
"""By which calendar the table was reckoned."""


def rebuild(conn: Connection, layout: Layout) -> None:
    """Reckons all records anew, once rows and movements are there."""
    calendar = dues.calendar_of(conn, layout)
    run(conn, "DELETE FROM due")
    for kind in layout.limited:
        last = ""
        while part := _part(conn, layout, kind, last, ROWS_AT_ONCE):
            _settle(conn, layout, kind, part, calendar)
            last = part[-1][0]
    _mark(conn, _print_of(conn))


class Reckoning:
    """Brings what is due in line with another calendar, some records a transaction, so that nobody waits."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._one_at_a_time = threading.Lock()  # or one of two that were heard of would be marked for the other
        store.publisher.subscribe(self._heard)

    def _heard(self, changes: Changes) -> None:
        if calendar_year.COLLECTION in changes.kinds:
            self.catch_up()

    def catch_up(self) -> None:
        """Does nothing where the table is of the calendar that the replica holds. Interrupted, it starts again."""
        layout = self._store.layout
        with self._one_at_a_time:
            with self._store.reading() as conn:
                held = _print_of(conn)
                if _marked(conn) == held:
                    return
                calendar = dues.calendar_of(conn, layout)
            for kind in layout.limited:
                last: str | None = ""
                while last is not None:
                    last = self._slice(kind, last, calendar)
            with self._store.aside() as conn:
                _mark(conn, held)

    def _slice(self, kind: str, last: str, calendar: Calendar) -> str | None:
        """The next records after one; the last of them, or None where there are no more."""
        layout = self._store.layout
        with self._store.transaction(Priority.COURIER) as txn:
            part = _part(txn.conn, layout, kind, last, SLICE_ROWS)
            changed = _settle(txn.conn, layout, kind, part, calendar)
            txn.touch((kind, record) for record in changed)
        return part[-1][0] if part else None


def _part(conn: Connection, layout: Layout, kind: str, last: str, limit: int) -> list[Any]:
    columns = layout.readers[kind].columns
    return every(conn, f'SELECT {columns} FROM "{kind}" WHERE id > ? ORDER BY id LIMIT {limit}', (last,))


def _settle(conn: Connection, layout: Layout, kind: str, part: Sequence[Any], calendar: Calendar) -> list[str]:
    """Brings some records of a kind in line; returns those for which something else is due now."""
    procedure, reader, field = layout.limited[kind], layout.readers[kind], layout.due_field(kind)
    ids = [row[0] for row in part]
    moved, held = _movements(conn, layout, ids), dues.held_by(conn, ids)
    changed = {}
    for row in part:
        values = reader.values(row)
        rows = [] if row[2] else dues.reckoned(procedure, row[0], values, moved[row[0]], calendar)
        day = rows[0].day if rows else None
        if rows != held.get(row[0], []) or (field is not None and values[field] != day):
            changed[row[0]] = rows
    many(conn, "DELETE FROM due WHERE record = ?", [(record,) for record in changed])
    dues.add(conn, [one_row for rows in changed.values() for one_row in rows])
    if field is not None:
        days = [(rows[0].day if rows else None, record) for record, rows in changed.items()]
        many(conn, f'UPDATE "{kind}" SET "{field}" = ? WHERE id = ?', days)
    return list(changed)


def _movements(conn: Connection, layout: Layout, records: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    reader = layout.readers[MOVEMENT]
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    sql = f'SELECT {reader.columns} FROM "{MOVEMENT}" WHERE subject IN ({", ".join("?" * len(records))})'
    for row in every(conn, sql, records):
        values = {**reader.values(row), "id": row[0], "pos": row[1], "voided": bool(row[2])}
        found[str(values["subject"])].append(values)
    return found


def _print_of(conn: Connection) -> str:
    rows = every(conn, f"SELECT id, days FROM {calendar_year.COLLECTION} WHERE voided IS 0 ORDER BY id")
    return hashlib.blake2b(repr(rows).encode(), digest_size=8).hexdigest()


_NONE = hashlib.blake2b(repr([]).encode(), digest_size=8).hexdigest()


def _marked(conn: Connection) -> str:
    found = one(conn, "SELECT value FROM meta WHERE name = ?", (_META,))
    return _NONE if found is None else str(found[0])


def _mark(conn: Connection, calendar: str) -> None:
    run(conn, "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (_META, calendar))
