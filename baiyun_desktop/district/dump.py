"""The district's tables as messages of a backup and back, on either kind of database."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import Connection, Table, func, insert, inspect, select

from sync.district.tables import METADATA, PIECE

from .editions import WORKER
from .errors import Unfit
from .messages import Rows, Tally

ROWS_AT_ONCE = 500
PIECES_AT_ONCE = 8
"""Pieces of files are large: so many are in memory at a time."""


def tables_there(conn: Connection) -> list[Table]:
    """The tables of ours that a database has; a table of a later program is made by its next `init`."""
    names = set(inspect(conn).get_table_names()) - {WORKER.name}  # who serves now is nothing to come back to
    return [table for table in METADATA.sorted_tables if table.name in names]


def strangers(conn: Connection) -> list[str]:
    """Tables that this program does not know, and so cannot back up: a later program's, or somebody else's."""
    return sorted(set(inspect(conn).get_table_names()) - set(METADATA.tables))


def dump(conn: Connection, add: Callable[[Rows], None]) -> dict[str, tuple[int, str]]:
    """Adds every row of every table; returns what the tables add up to."""
    return {str(table.name): _dump_table(conn, table, add) for table in tables_there(conn)}


def _dump_table(conn: Connection, table: Table, add: Callable[[Rows], None]) -> tuple[int, str]:
    there = {column["name"] for column in inspect(conn).get_columns(str(table.name))}  # a later program has more
    tally, columns = Tally(), [str(column.name) for column in table.columns if column.name in there]
    for rows in _parts(conn, table, columns):
        for row in rows:
            tally.add(row)
        add(Rows(str(table.name), columns, rows))
    return tally.said()


def load(conn: Connection, message: Rows) -> None:
    """Writes rows into tables made for them; raises Unfit where a later program made the backup."""
    table = METADATA.tables.get(message.table)
    if table is None or not set(message.columns) <= set(table.columns.keys()):
        raise Unfit(f"the backup holds what this program does not know ({message.table}): install the newer program")
    conn.execute(insert(table), [dict(zip(message.columns, row, strict=True)) for row in message.rows])


def count_on(conn: Connection) -> None:
    """Lets columns that the database counts go on behind the rows that were loaded; SQLite does so by itself."""
    if conn.dialect.name != "postgresql":
        return
    for table in METADATA.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            conn.execute(select(func.setval(sequence, func.coalesce(func.max(column), 0) + 1, False)))


def tally_of(conn: Connection, table: str, columns: list[str]) -> tuple[int, str]:
    """What a table's rows add up to, read from the database."""
    tally = Tally()
    for rows in _parts(conn, METADATA.tables[table], columns):
        for row in rows:
            tally.add(row)
    return tally.said()


def _parts(conn: Connection, table: Table, columns: list[str]) -> Iterator[list[list[object]]]:
    """A table's rows, a bounded number at a time."""
    size = PIECES_AT_ONCE if table is PIECE else ROWS_AT_ONCE
    query = select(*(table.c[name] for name in columns)).execution_options(yield_per=size)
    for part in conn.execute(query).partitions():
        yield [list(row) for row in part]
