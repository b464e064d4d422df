"""Projections and search keys of many rows at once: for a new desk's load and after an upgrade."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.movement import COLLECTION as MOVEMENT
from baiyun_desktop.replica import index, reckoning
from baiyun_desktop.replica.layout import Layout, filled

ROWS_AT_ONCE = 2_000
Folded = dict[str, dict[str, Any]]
"""By record of one kind, the projections that follow from its movements: its state, and how many minutes it took."""


def rebuild(conn: Connection, layout: Layout) -> None:
    """Makes every projection and the whole search index again from the facts."""
    moved = folded(conn, layout)
    conn.exec_driver_sql("DELETE FROM search_key")
    conn.exec_driver_sql("DELETE FROM search_doc")
    documents = index.Documents(conn)
    for kind in layout.program.kinds:
        if layout.projections[kind] or kind in layout.searchable:
            _rebuild_kind(conn, layout, kind, moved.get(kind, {}), documents)
    documents.write()
    reckoning.rebuild(conn, layout)


def _rebuild_kind(conn: Connection, layout: Layout, kind: str, moved: Folded, documents: index.Documents) -> None:
    info, reader = layout.program.kind(kind), layout.readers[kind]
    names = [field.name for field in layout.projections[kind] if field.name != layout.due_field(kind)]
    sets = ", ".join(f'"{name}" = ?' for name in names)
    # what is due comes after, from states and calendar
    for part in _parts(conn, layout, kind):
        updates = []
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
    """All projections of one row, where what the movements of all records of its kind come to is known."""
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


def folded(conn: Connection, layout: Layout) -> dict[str, Folded]:
    """What movements come to, by kind, for each record that has any."""
    reader = layout.readers[MOVEMENT]
    by_subject: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in conn.exec_driver_sql(f'SELECT {reader.columns} FROM "{MOVEMENT}"'):
        values = {**reader.values(row), "id": row[0], "pos": row[1], "voided": bool(row[2])}
        by_subject[str(values["subject_kind"]), str(values["subject"])].append(values)
    found: dict[str, Folded] = defaultdict(dict)
    for (kind, record), movements in by_subject.items():
        procedure, name = layout.program.procedure(kind), layout.state_field(kind)
        if procedure is not None:
            state = {name: procedure.state(movements).name} if name is not None else {}
            found[kind][record] = {**state, **procedure.took(record, movements)}
    return found
