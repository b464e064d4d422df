"""Projections and search keys of many rows at once: for a new desk's load and after an upgrade."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy.engine import Connection

from baiyun_desktop.replica import index, reckoning
from baiyun_desktop.replica.layout import Layout, filled
from baiyun_desktop.replica.plain import every, many

ROWS_AT_ONCE = 2_000


def rebuild(conn: Connection, layout: Layout) -> None:
    """Makes every projection and the whole search index again from the facts."""
    conn.exec_driver_sql("DELETE FROM search_key")
    conn.exec_driver_sql("DELETE FROM search_doc")
    documents = index.Documents(conn)
    for kind in layout.program.kinds:
        if layout.projections[kind] or kind in layout.searchable:
            _rebuild_kind(conn, layout, kind, documents)
    documents.write()
    reckoning.rebuild(conn, layout)


def _rebuild_kind(conn: Connection, layout: Layout, kind: str, documents: index.Documents) -> None:
    info, reader = layout.program.kind(kind), layout.readers[kind]
    names = [field.name for field in layout.projections[kind] if field.name != layout.due_field(kind)]
    sets = ", ".join(f'"{name}" = ?' for name in names)
    # what is due comes after, from states and calendar
    for part in _parts(conn, layout, kind):
        updates, states = [], states_of(conn, layout, kind, [row[0] for row in part])
        for row in part:
            values = reader.values(row)
            derived = derive(layout, kind, row[0], values, states)
            if any(values[name] != derived[name] for name in names):
                updates.append((*(reader.to_storage(name, derived[name]) for name in names), row[0]))
            if kind in layout.searchable and not row[2]:
                documents.add(kind, row[0], index.keys_of(info, {**values, **derived}))
        if updates:
            conn.exec_driver_sql(f'UPDATE "{kind}" SET {sets} WHERE id = ?', updates)


def derive(layout: Layout, kind: str, record: str, values: dict[str, Any], states: dict[str, str]) -> dict[str, Any]:
    """All projections of one row, where the states of records are known."""
    info, procedure = layout.program.kind(kind), layout.program.procedure(kind)
    given = info.derive(filled(values))
    derived = {field.name: given.get(field.name) for field in layout.projections[kind]}
    state_field = layout.state_field(kind)
    if state_field is not None and procedure is not None:
        derived[state_field] = states.get(record, procedure.initial.name)
    return derived


def _parts(conn: Connection, layout: Layout, kind: str) -> Iterator[list[Any]]:
    reader, last = layout.readers[kind], ""
    while True:
        sql = f'SELECT {reader.columns} FROM "{kind}" WHERE id > ? ORDER BY id LIMIT {ROWS_AT_ONCE}'
        part = list(conn.exec_driver_sql(sql, (last,)))
        if not part:
            return
        yield part
        last = part[-1][0]


def fold(conn: Connection, layout: Layout, kind: str) -> None:
    """Writes the state of each record of a kind, once its rows and movements are there."""
    name, last = layout.state_field(kind), ""
    while part := every(conn, f'SELECT id FROM "{kind}" WHERE id > ? ORDER BY id LIMIT {ROWS_AT_ONCE}', (last,)):
        last = part[-1][0]
        states = states_of(conn, layout, kind, [row[0] for row in part])
        many(
            conn,
            f'UPDATE "{kind}" SET "{name}" = ? WHERE id = ?',
            [(state, record) for record, state in states.items()],
        )


def states_of(conn: Connection, layout: Layout, kind: str, records: Sequence[str]) -> dict[str, str]:
    """The state of each of some records that has movements; those of all at once would fill an office PC's memory."""
    procedure = layout.program.procedure(kind)
    if procedure is None or layout.state_field(kind) is None:
        return {}
    moved = reckoning.movements_of(conn, layout, records)
    return {record: procedure.state(movements).name for record, movements in moved.items()}
