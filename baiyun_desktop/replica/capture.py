"""Sees what a transaction does to synced rows, whoever writes them, so that history and projections miss nothing.

Triggers of the writer's own connection keep each row as it stood before its first change in a transaction. They cost a
few microseconds a row, and neither the journal nor the courier has to tell what a row was before.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table
from sqlalchemy.engine import Connection

from baiyun_desktop.replica.plain import every, run


@dataclass(frozen=True, slots=True)
class Before:
    """A record that a transaction touched: `row` is what it was, None where it was not there."""

    kind: str
    id: str
    row: dict[str, Any] | None


def watch(conn: Connection, tables: Iterable[tuple[Table, tuple[str, ...]]]) -> None:
    """Begin to keep the first state of rows of these tables; the columns named are the facts of each.

    A change of other columns (positions, projections) is not one of the record. Once a connection.
    """
    conn.exec_driver_sql(
        "CREATE TEMP TABLE IF NOT EXISTS before_image"
        " (kind TEXT, id TEXT, body TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID"
    )
    for table, facts in tables:
        for statement in _triggers(table.name, ("voided", "extra", *facts)):
            conn.exec_driver_sql(statement)


def _triggers(name: str, facts: tuple[str, ...]) -> list[str]:
    def keep(values: str, record: str) -> str:
        # OR IGNORE would take over the conflict policy of the statement that fires the trigger
        return (
            f"INSERT INTO before_image SELECT '{name}', {record}, ({values})"
            f" WHERE NOT EXISTS (SELECT 1 FROM before_image WHERE kind = '{name}' AND id = {record});"
        )

    columns = ", ".join(f'"{fact}"' for fact in facts)
    old = "json_array(" + ", ".join(f'OLD."{fact}"' for fact in facts) + ")"
    there = f'SELECT json_array({columns}) FROM main."{name}" WHERE id = NEW.id'  # an upsert fires INSERT first
    make = "CREATE TEMP TRIGGER IF NOT EXISTS"
    return [
        f'{make} "before_{name}_i" BEFORE INSERT ON main."{name}" BEGIN {keep(there, "NEW.id")} END',
        f'{make} "before_{name}_u" BEFORE UPDATE OF {columns} ON main."{name}" BEGIN {keep(f"SELECT {old}", "OLD.id")} END',
        f'{make} "before_{name}_d" BEFORE DELETE ON main."{name}" BEGIN {keep(f"SELECT {old}", "OLD.id")} END',
    ]


def start(conn: Connection) -> None:
    """Forget what an earlier transaction left."""
    run(conn, "DELETE FROM before_image")


def seen(conn: Connection, facts: dict[str, tuple[str, ...]]) -> list[Before]:
    """What this transaction has touched so far; `facts` are the columns given to `watch`, by table."""
    found = []
    for kind, record, body in every(conn, "SELECT kind, id, body FROM before_image ORDER BY kind, id"):
        row = None
        if body is not None:
            row = dict(zip(("voided", "extra", *facts[kind]), json.loads(body), strict=True))
        found.append(Before(kind, record, row))
    return found
