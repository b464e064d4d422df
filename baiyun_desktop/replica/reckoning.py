"""Reckons what is due for many records at once: for a new desk's load, after an upgrade, by another calendar."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy.engine import Connection

from baiyun_desktop.kernel import calendar_year
from baiyun_desktop.kernel.calendar import Calendar
from baiyun_desktop.kernel.movement import COLLECTION as MOVEMENT
from baiyun_desktop.replica import dues
from baiyun_desktop.replica.layout import Layout
from baiyun_desktop.replica.plain import every, many, one, run

ROWS_AT_ONCE = 2_000
_META = "calendar"
"""By which calendar the table was reckoned."""
_REACHED = "calendar/reached"
"""How far it is by another one: calendar, kind and the last record."""


def rebuild(conn: Connection, layout: Layout) -> None:
    """Reckons all records anew, once rows and movements are there."""
    calendar = dues.calendar_of(conn, layout)
    run(conn, "DELETE FROM due")
    for kind in layout.limited:
        last = ""
        while part := part_of(conn, layout, kind, last, ROWS_AT_ONCE):
            settle(conn, layout, kind, part, calendar)
            last = part[-1][0]
    mark(conn, print_of(conn))


def part_of(conn: Connection, layout: Layout, kind: str, last: str, limit: int) -> list[Any]:
    """The next rows of a kind after an id."""
    columns = layout.readers[kind].columns
    return every(conn, f'SELECT {columns} FROM "{kind}" WHERE id > ? ORDER BY id LIMIT {limit}', (last,))


def settle(conn: Connection, layout: Layout, kind: str, part: Sequence[Any], calendar: Calendar) -> list[str]:
    """Brings some records of a kind in line; returns those for which something else is due now."""
    procedure, reader, field = layout.limited[kind], layout.readers[kind], layout.due_field(kind)
    ids = [row[0] for row in part]
    moved, held = movements_of(conn, layout, ids), dues.held_by(conn, ids)
    changed = {}
    for row in part:
        values = reader.values(row)
        rows = [] if row[2] else dues.reckoned(procedure, row[0], values, moved[row[0]], calendar)
        day = rows[0].last_day if rows else None
        if rows != held.get(row[0], []) or (field is not None and values[field] != day):
            changed[row[0]] = rows
    many(conn, "DELETE FROM due WHERE record = ?", [(record,) for record in changed])
    dues.add(conn, [one_row for rows in changed.values() for one_row in rows])
    if field is not None:
        days = [(rows[0].last_day if rows else None, record) for record, rows in changed.items()]
        many(conn, f'UPDATE "{kind}" SET "{field}" = ? WHERE id = ?', days)
    return list(changed)


def movements_of(conn: Connection, layout: Layout, records: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """The movements of some records, by record; one that has none gives an empty list."""
    reader = layout.readers[MOVEMENT]
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    sql = f'SELECT {reader.columns} FROM "{MOVEMENT}" WHERE subject IN ({", ".join("?" * len(records))})'
    for row in every(conn, sql, records):
        values = {**reader.values(row), "id": row[0], "pos": row[1], "voided": bool(row[2])}
        found[str(values["subject"])].append(values)
    return found


def print_of(conn: Connection) -> str:
    """What tells the calendar that the replica holds from another one."""
    rows = every(conn, f"SELECT id, days FROM {calendar_year.COLLECTION} WHERE voided IS 0 ORDER BY id")
    return hashlib.blake2b(repr(rows).encode(), digest_size=8).hexdigest()


_NONE = hashlib.blake2b(repr([]).encode(), digest_size=8).hexdigest()


def marked(conn: Connection) -> str:
    """The calendar that the table was reckoned by."""
    found = one(conn, "SELECT value FROM meta WHERE name = ?", (_META,))
    return _NONE if found is None else str(found[0])


def mark(conn: Connection, calendar: str) -> None:
    """Writes down by which calendar it is now."""
    run(conn, "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (_META, calendar))
    run(conn, "DELETE FROM meta WHERE name = ?", (_REACHED,))


def note(conn: Connection, calendar: str, kind: str, record: str) -> None:
    """Writes down how far it is."""
    run(conn, "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (_REACHED, f"{calendar}/{kind}/{record}"))


def reached(conn: Connection, calendar: str) -> tuple[str, str]:
    """(kind, record) up to which the table is by that calendar; empty where none is."""
    found = one(conn, "SELECT value FROM meta WHERE name = ?", (_REACHED,))
    known, kind, record = str(found[0]).split("/") if found is not None else ("", "", "")
    return (kind, record) if known == calendar else ("", "")
