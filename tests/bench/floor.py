"""What no protocol needs to beat: the same rows as plain columns under zstd, and inserted with nothing around them.

The encoding is the obvious one. Per collection: ids as 16 raw bytes each, end to end; per field one list with the
row's value or nil, references as 16 raw bytes; all of it as one msgpack message under zstd at level 19. Rows stand in
id order; changes in the order in which they were saved, edits as (record, field, value) with a column a field.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import zstandard

from baiyun_desktop.replica import schema
from baiyun_desktop.replica.engine import bulk_engine, open_raw
from baiyun_desktop.replica.layout import Layout
from sync.act import Change

LEVEL = 19


def rows_bytes(rows: Sequence[Change]) -> int:
    """Rows in id order as columns under zstd."""
    return _size([_columns(sorted(part, key=lambda c: c.id)) for part in _by_collection(rows).values()])


def changes_bytes(changes: Sequence[Change]) -> int:
    """Edits and creations, in the order of their saving, as columns under zstd."""
    parts: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        parts.setdefault((change.collection, change.op.value), []).append(change)
    return _size([[*key, _columns(part)] for key, part in sorted(parts.items())])


def _by_collection(rows: Sequence[Change]) -> dict[str, list[Change]]:
    parts: dict[str, list[Change]] = {}
    for row in sorted(rows, key=lambda c: c.collection):
        parts.setdefault(row.collection, []).append(row)
    return parts


def _columns(rows: Sequence[Change]) -> list[Any]:
    names = sorted({name for row in rows for name in row.fields})
    columns = {name: [_plain(row.fields.get(name)) for row in rows] for name in names}
    return [b"".join(bytes.fromhex(row.id) for row in rows), columns]


def _plain(value: Any) -> Any:
    if type(value) is str and len(value) == 32 and all(c in "0123456789abcdef" for c in value):
        return bytes.fromhex(value)
    return value


def _size(message: Any) -> int:
    return len(zstandard.ZstdCompressor(level=LEVEL).compress(msgspec.msgpack.encode(message)))


# --- inserting ------------------------------------------------------------------------------------------------------


def insert_s(source: Path, target: Path, key: bytes, layout: Layout) -> float:
    """Seconds to insert what the file `source` holds into a new file: sorted, one transaction, 128 MB cache.

    The same tables, derived columns, search keys and indexes, all worked out beforehand, on a connection as the
    replica's own filling uses it; the commit is in the time.
    """
    held = _everything(source, key, layout)
    engine = bulk_engine(target, key)
    raw: Any = engine.raw_connection().driver_connection
    started = time.perf_counter()
    raw.execute("BEGIN EXCLUSIVE")
    for name, statement in _statements(source, key, "table"):
        raw.execute(statement)
        columns, rows = held.get(name, ([], []))
        if rows:
            names, marks = ", ".join(f'"{c}"' for c in columns), ", ".join("?" * len(columns))
            raw.executemany(f'INSERT INTO "{name}" ({names}) VALUES ({marks})', rows)
    for _, statement in _statements(source, key, "index"):
        raw.execute(statement)
    raw.execute("COMMIT")
    seconds = time.perf_counter() - started
    raw.close()
    engine.dispose()
    return seconds


def _everything(path: Path, key: bytes, layout: Layout) -> dict[str, tuple[list[str], list[tuple[Any, ...]]]]:
    """The rows of the synced tables and of the search index, sorted by their primary keys."""
    raw = open_raw(path, key, read_only=True)
    found = {}
    for table in (*layout.tables, schema.SEARCH_DOC, schema.SEARCH_KEY):
        order = ", ".join(f'"{column.name}"' for column in table.primary_key.columns)
        cursor = raw.execute(f'SELECT * FROM "{table.name}" ORDER BY {order}')
        found[table.name] = ([d[0] for d in cursor.description], cursor.fetchall())
    raw.close()
    return found


def _statements(path: Path, key: bytes, kind: str) -> list[tuple[str, str]]:
    raw = open_raw(path, key, read_only=True)
    sql = "SELECT name, sql FROM sqlite_master WHERE type = ? AND sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
    found = raw.execute(sql, (kind,)).fetchall()
    raw.close()
    return [(str(name), str(statement)) for name, statement in found]
