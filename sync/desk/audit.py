"""What a replica holds, row by row, as the district last said it: for comparing both sides and for nothing else."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection

from ..schema import Schema
from .journal import Key
from .rows import Rows

Held = dict[Key, tuple[bool, dict[str, object]]]
"""(collection, id) to (voided, row without empty fields)."""


def pristine_rows(conn: Connection, schema: Schema) -> Held:
    """Every row that the district has given this replica, without what own acts put on top."""
    rows, found = Rows(schema), Held()
    for name in [*schema.collections]:
        for record, stored in rows.known(name).all(conn):
            if stored.rowhash:
                found[(name, record)] = (stored.voided, stored.row)
    for collection, record, body in conn.exec_driver_sql(
        "SELECT collection, id, body FROM sync_unknown WHERE rowhash<>0"
    ):
        voided, row = msgspec.msgpack.decode(body)
        found[(collection, record)] = (voided, row)
    for collection, record, body in conn.exec_driver_sql("SELECT collection, record, body FROM sync_pristine"):
        content = msgspec.msgpack.decode(body)
        if content is not None and (collection, record) in found:
            found[(collection, record)] = (content[0], content[1])
    return found


def shown_rows(conn: Connection, schema: Schema) -> Held:
    """Every row as an officer sees it."""
    rows, found = Rows(schema), Held()
    for name in [*schema.collections]:
        found.update(((name, record), (stored.voided, stored.row)) for record, stored in rows.known(name).all(conn))
    return found
