"""Projections and search keys of many rows at once: for a new desk's load and after an upgrade."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy.engine import Connection

from baiyun_desktop.replica import index, reckoning
from baiyun_desktop.replica.layout import Layout, filled
from baiyun_desktop.replica.plain import every, many

ROWS_AT_ONCE = 2_000
Folded = dict[str, dict[str, Any]]
"""By record of one kind, the projections that follow from its movements: its state, and how many minutes it took."""


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
        updates, moved = [], folded(conn, layout, kind, [row[0] for row in part])
        for row in part:
            values = reader.values(row)
            derived = derive(layout, kind, row[0], values, moved)
            if any(values[name] != derived[name] for name in names):
                updates.append((*(reader.to_storage(name, derived[name]) for name in names), row[0]))
            if kind in layout.searchable and not row[2]:
                documents.add(kind, row[0], index.keys_of(info, {**values, **derived}))
        if updates:
            conn.exec_driver_sql(f'UPDATE "{kind}" SET {sets} WHERE id = ?', updates)


def derive(layout: Layout, kind: str, record: str, values: dict[str, Any], moved: Folded) -> dict[str, Any]:
    """All projections of one row, where what the movements of records come to is known."""
    info, procedure = layout.program.kind(kind), layout.program.procedure(kind)
    given = info.derive(filled(values))
    derived = {field.name: given.get(field.name) for field in layout.projections[kind]}
    state_field = layout.state_field(kind)
    if state_field is not None and procedure is not None:
        derived[state_field] = procedure.initial.name
    return {**derived, **moved.get(record, {})}


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
    """Writes what follows from the movements of each record of a kind, once its rows and movements are there."""
    last = ""
    while part := every(conn, f'SELECT id FROM "{kind}" WHERE id > ? ORDER BY id LIMIT {ROWS_AT_ONCE}', (last,)):
        last = part[-1][0]
        moved = folded(conn, layout, kind, [row[0] for row in part])
        names = list(next(iter(moved.values()), ()))
        if names:
            sets = ", ".join(f'"{name}" = ?' for name in names)
            rows = [(*(values[name] for name in names), record) for record, values in moved.items()]
            many(conn, f'UPDATE "{kind}" SET {sets} WHERE id = ?', rows)


def folded(conn: Connection, layout: Layout, kind: str, records: Sequence[str]) -> Folded:
    """What movements come to for each of some records that has any; those of all at once would fill an office PC's memory."""
    procedure, name = layout.program.procedure(kind), layout.state_field(kind)
    if procedure is None or (name is None and not procedure.minutes):
        return {}
    found: Folded = {}
    for record, movements in reckoning.movements_of(conn, layout, records).items():
        state = {name: procedure.state(movements).name} if name is not None else {}
        found[record] = {**state, **procedure.took(record, movements)}
    return found
