"""Says what a file holds, so that an upgrade can prove that its copy holds the same, value for value."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from baiyun_desktop.replica import schema
from baiyun_desktop.replica.layout import Layout
from sync.canon import add_hash, row_hash
from sync.desk import tables as journal_tables
from sync.desk.rows import RowStore

DERIVED = frozenset({"door", "due", "meta", "search_doc", "search_key", "sync_unknown"})
"""Made anew by an upgrade, or moved: rows kept as unknown go to their tables once the program knows them."""
VERBATIM = {
    "sync_journal": ("number", "body", "outcome"),
    "sync_pristine": ("collection", "record", "body"),
    "unsaved": ("id", "at", "body"),
    "identity": ("body",),
    "number_block": ("pattern", "unit", "year", "first", "next"),
    "sync_state": ("replica", "epoch", "pos", "tag", "fence", "next_number", "digest", "rows"),
}
"""What no migration ever changes: what is unsent or not even saved, who this desk is, which numbers it gave, how far it has heard."""


@dataclass(frozen=True, slots=True)
class Content:
    """`rows` by table, those kept as unknown counted where they belong; `digest` as sync adds it up."""

    rows: dict[str, int]
    digest: int
    verbatim: dict[str, int]


def content(conn: Connection) -> Content:
    """What the file of either schema holds."""
    tables = sorted(t for t in schema.table_names(conn) if not t.startswith("sqlite_"))
    rows = {t: int(conn.exec_driver_sql(f'SELECT count(*) FROM "{t}"').scalar_one()) for t in tables}
    digest = 0
    for table in tables:
        if "rowhash" in columns_of(conn, table):
            digest = add_hash(digest, *conn.exec_driver_sql(f'SELECT rowhash FROM "{table}"').scalars())
    unknown = "SELECT collection, count(*) FROM sync_unknown GROUP BY collection"
    for collection, count in conn.exec_driver_sql(unknown):
        rows[collection] = rows.get(collection, 0) + count
    kept = {t: n for t, n in rows.items() if t not in DERIVED and n}
    return Content(kept, digest, {t: _sum(conn, t, c) for t, c in VERBATIM.items() if t in rows})


def differences(before: Content, after: Content) -> list[str]:
    """What of the old file the new one does not hold, by table; empty where all of it is there."""
    wrong = [t for t in {*before.rows, *after.rows} if before.rows.get(t, 0) != after.rows.get(t, 0)]
    wrong += [t for t, total in before.verbatim.items() if after.verbatim.get(t) != total]
    return sorted({*wrong, *(["sync digest"] if before.digest != after.digest else [])})


def unsound(conn: Connection, layout: Layout) -> set[tuple[str, str]]:
    """Rows that do not hash to what the district said of them; fields that the file lacks are left out."""
    wrong = set()
    covered = {(c, r) for c, r in conn.exec_driver_sql("SELECT collection, record FROM sync_pristine")}
    present = schema.table_names(conn)
    for spec in layout.schema.collections.values():
        if spec.name not in present:
            continue
        columns = columns_of(conn, spec.name)
        store = RowStore(replace(spec, fields=tuple(f for f in spec.fields if f.name in columns)))
        for record, stored in store.all(conn):
            key = (spec.name, record)
            counts = stored.rowhash and key not in covered
            if counts and row_hash(*key, stored.voided, stored.row) != stored.rowhash:
                wrong.add(key)
    for collection, record, rowhash, body in conn.exec_driver_sql(
        "SELECT collection, id, rowhash, body FROM sync_unknown"
    ):
        voided, row = msgspec.msgpack.decode(body)
        if rowhash and (collection, record) not in covered and row_hash(collection, record, voided, row) != rowhash:
            wrong.add((collection, record))
    return wrong


def own(conn: Connection) -> dict[str, int]:
    """All that this desk alone keeps, as far as this program knows it: equal where nothing was written since."""
    tables = [*journal_tables.METADATA.sorted_tables, *schema.LOCAL.sorted_tables]
    return {t.name: _sum(conn, t.name, tuple(c.name for c in t.columns)) for t in tables if t.name not in DERIVED}


def columns_of(conn: Connection, table: str) -> set[str]:
    """The columns that a table of the file has."""
    return {row[1] for row in conn.exec_driver_sql(f'PRAGMA table_info("{table}")')}


def _sum(conn: Connection, table: str, columns: tuple[str, ...]) -> int:
    """The same whatever the order of the rows."""
    quoted = ", ".join(f'"{c}"' for c in columns)
    rows = conn.exec_driver_sql(f'SELECT {quoted} FROM "{table}"')
    return add_hash(0, *(_hash(tuple(row)) for row in rows))


def _hash(row: tuple[Any, ...]) -> int:
    digest = hashlib.blake2b(msgspec.msgpack.encode(row), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
