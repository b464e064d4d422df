"""Fills a new desk: rows go sorted into a staging file in one transaction, which then takes the replica's place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from baiyun_desktop.replica import index, migrations, projecting, reckoning, schema
from baiyun_desktop.replica.engine import bulk_engine
from baiyun_desktop.replica.identity import DeskIdentity, save_identity
from baiyun_desktop.replica.layout import Layout
from sync.desk.rows import Stored, to_column
from sync.schema import FieldSpec, Kind

Rows = Sequence[tuple[str, Stored]]


class Loader:
    """Takes rows of one collection after the other, each in id order, parents before children.

    Derived columns and search keys are computed on the way in; indexes and triggers are made when all rows are there.
    """

    def __init__(self, conn: Connection, layout: Layout) -> None:
        self.conn = conn
        self._layout = layout
        self._documents = index.Documents(conn)
        self._writers: dict[str, Callable[[str, Stored], tuple[Any, ...]]] = {}
        self._inserts: dict[str, str] = {}

    def add(self, collection: str, rows: Rows) -> None:
        """Rows that the staging file does not have yet; a collection that is not known is kept all the same."""
        if collection not in self._layout.readers:
            self._layout.rows.of(collection).add_many(self.conn, rows)
            return
        if collection not in self._writers:
            self._prepare(collection)
        write = self._writers[collection]
        params = [write(record, stored) for record, stored in rows]
        if params:
            self.conn.exec_driver_sql(self._inserts[collection], params)

    def _prepare(self, collection: str) -> None:
        layout, spec = self._layout, self._layout.schema[collection]
        derived = layout.projections.get(collection, ())
        fields = (*spec.fields, *derived)
        columns = ", ".join(
            f'"{name}"' for name in ("id", "pos", "voided", "extra", "rowhash", *(f.name for f in fields))
        )
        marks = ", ".join("?" * (len(fields) + 5))
        self._inserts[collection] = f'INSERT INTO "{collection}" ({columns}) VALUES ({marks})'
        known = frozenset(spec.names)
        convert = [(f.name, to_column(f)) for f in fields]
        dump = to_column(FieldSpec("extra", Kind.JSON))
        info = layout.info(collection)
        searchable = collection in layout.searchable

        def write(record: str, stored: Stored) -> tuple[Any, ...]:
            row = stored.row
            extra = {name: value for name, value in row.items() if name not in known}
            if info is not None and (derived or searchable):
                row = {**row, **projecting.derive(layout, collection, record, row, {})}
                if searchable and not stored.voided:
                    self._documents.add(collection, record, index.keys_of(info, row))
            values = [change(row.get(name)) for name, change in convert]
            return (record, stored.pos, int(stored.voided), dump(extra or None), stored.rowhash, *values)

        self._writers[collection] = write

    def finish(self) -> None:
        """States, what is due, search index, indexes and triggers, once all rows are there."""
        self._fold_states()
        reckoning.rebuild(self.conn, self._layout)
        self._documents.write()
        schema.create_indexes(self.conn, self._layout)
        schema.create_triggers(self.conn, self._layout)
        migrations.mark(self.conn, self._layout)

    def _fold_states(self) -> None:
        """States need movements, which come after the records they move."""
        states = projecting.folded_states(self.conn, self._layout)
        for kind in self._layout.program.procedures:
            name = self._layout.state_field(kind)
            if name is not None and states:
                sql = f'UPDATE "{kind}" SET "{name}" = ? WHERE id = ?'
                self.conn.exec_driver_sql(sql, [(state, record) for record, state in sorted(states.items())])


def fill(target: Path, key: bytes, layout: Layout, write: Callable[[Loader], None]) -> Path:
    """Makes a whole new file beside `target` and returns where; nothing is left of it where `write` fails."""
    path = target.with_name(target.name + ".filling")
    path.unlink(missing_ok=True)
    engine = bulk_engine(path, key)
    try:
        with engine.begin() as conn:
            schema.create_tables(conn, layout)
            loader = Loader(conn, layout)
            write(loader)
            loader.finish()
    except BaseException:
        engine.dispose()
        path.unlink(missing_ok=True)
        raise
    engine.dispose()
    return path


def begin(conn: Connection, identity: DeskIdentity) -> None:
    """The rows that an empty replica starts with."""
    save_identity(conn, identity)
    conn.exec_driver_sql(
        "INSERT INTO sync_state (one, replica, epoch, tag, seal) VALUES (1, ?, ?, ?, ?)",
        (identity.replica, identity.epoch, b"", b""),  # bytes, not the column's default of an empty text
    )


CARRIED = (
    "identity",
    "number_block",
    "meta",
    "sync_state",
    "history",
    "account",
    "duty",
    "audit_chain",
    "visit_bundle",
)
"""What a desk that holds no records may have all the same, and keeps when a filled file takes its file's place."""


def carried(conn: Connection) -> dict[str, tuple[list[str], list[tuple[Any, ...]]]]:
    """The rows of the tables that a filled file takes over: (column names, rows) by table."""
    found = {}
    for table in CARRIED:
        result = conn.exec_driver_sql(f'SELECT * FROM "{table}"')
        found[table] = (list(result.keys()), [tuple(row) for row in result])
    return found


def carry(conn: Connection, tables: dict[str, tuple[list[str], list[tuple[Any, ...]]]]) -> None:
    """Puts those rows into a staging file."""
    for table, (names, rows) in tables.items():
        columns, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
        if rows:
            conn.exec_driver_sql(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', rows)
