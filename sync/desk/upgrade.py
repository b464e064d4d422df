"""A newer program on an old file: what was kept because an older one could not show it is shown from now on."""

from __future__ import annotations

from sqlalchemy import Connection, Table

from .rows import Rows, RowStore, UnknownStore


def grow(conn: Connection, table: Table) -> None:
    """Makes a collection's table, or adds the columns that it lacks."""
    table.create(conn, checkfirst=True)
    present = {row[1] for row in conn.exec_driver_sql(f'PRAGMA table_info("{table.name}")')}
    for column in table.columns:
        if column.name not in present:
            kind = column.type.compile(dialect=conn.dialect)
            conn.exec_driver_sql(f'ALTER TABLE "{table.name}" ADD COLUMN "{column.name}" {kind}')


def adopt_fields(conn: Connection, store: RowStore) -> None:
    """Gives the columns of a collection what its rows kept as unknown fields; rows and their hashes stay what they are."""
    sql = f'SELECT id FROM "{store.spec.name}" WHERE extra IS NOT NULL'
    for (record,) in conn.exec_driver_sql(sql).all():
        stored = store.get(conn, record)
        assert stored is not None
        store.put(conn, record, stored)


def adopt_rows(conn: Connection, rows: Rows) -> None:
    """Moves the rows of collections that are known now from what was kept as unknown into their tables."""
    for collection, record in conn.exec_driver_sql("SELECT collection, id FROM sync_unknown").all():
        if rows.schema.get(collection) is not None:
            kept = UnknownStore(collection)
            stored = kept.get(conn, record)
            assert stored is not None
            rows.of(collection).put(conn, record, stored)
            kept.remove(conn, record)
