"""What a desk does when it hears that a record was erased by law: nothing of it stays in the file, nor in its own acts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
from sqlalchemy import Connection

from ..act import Act, Outcome
from ..erasing import ERASED_WORDS, Key, as_bytes, ids_of, mentions, without
from ..schema import Schema
from ..system import SYSTEM_NAMES
from . import blobs
from .keeping import PLAIN
from .rows import Rows

_TAKEN = (Outcome.APPLIED.value, Outcome.MERGED.value, Outcome.CONTESTED.value)
FEW = 4


def purge(conn: Connection, rows: Rows, keys: Iterable[Key]) -> set[Key]:
    """Empties the own acts of what they say about these records, and forgets what stood on them.

    Records that only this desk has and that hang on them go with them; these are returned. The rows of the records
    themselves are for the caller, who counts them. A decision stays as it was typed where its question is the district's
    and the erasure did not name it (a district that was restored may not know that there was one): what an act hangs on,
    both sides read from the act alone, or the district would not know it again.
    """
    named = set(keys)
    todo, hung, asked = set(named), set[Key](), set[Key]()
    while todo:
        own = _own_children(conn, rows, todo)
        asked |= {key for key in own if key[0] in SYSTEM_NAMES} - named
        more = _strip_journal(conn, rows.schema, named, todo) | {key for key in own if key[0] not in SYSTEM_NAMES}
        todo = more - named
        named |= todo
        hung |= todo
    hung |= asked
    for key in hung:
        stored = rows.of(key[0]).get(conn, key[1])
        if stored is not None and not stored.rowhash:
            rows.of(key[0]).remove(conn, key[1])
            blobs.forget_record(conn, rows.schema, key, stored.row)
    for table in ("sync_touch", "sync_pristine", "sync_leaving"):
        conn.exec_driver_sql(f"DELETE FROM {table} WHERE collection=? AND record=?", sorted(named | asked))
    return hung


def concerned(conn: Connection, rows: Rows, keys: Iterable[Key]) -> list[Key]:
    """Those of many records of which this desk has anything: a row, or own acts that name them."""
    wanted = set(keys)
    ids, named = as_bytes(wanted), set[bytes]()
    for (body,) in conn.exec_driver_sql("SELECT body FROM sync_journal WHERE kept=?", (PLAIN,)):
        named |= ids & ids_of(body)
    return sorted(k for k in wanted if k[1].encode() in named or rows.of(k[0]).get(conn, k[1]) is not None)


def _strip_journal(conn: Connection, schema: Schema, named: set[Key], todo: set[Key]) -> set[Key]:
    """Writes own acts again without these records; returns what they hang on them and the district never took."""
    found: set[Key] = set()
    for number, body, outcome in list(_acts_naming(conn, todo)):
        taken = outcome in _TAKEN
        old = msgspec.msgpack.decode(body, type=Act)
        act, gone = without(old, named, None if taken else schema, lambda key: _is_there(conn, schema, key))
        found |= gone
        if act is not old:
            sql = "UPDATE sync_journal SET body=?, reason=CASE WHEN ? OR outcome IS NULL THEN reason ELSE ? END WHERE number=?"
            conn.exec_driver_sql(sql, (msgspec.msgpack.encode(act), taken, ERASED_WORDS, number))
    return found


def _acts_naming(conn: Connection, keys: set[Key]) -> Iterator[tuple[int, bytes, str | None]]:
    ids = as_bytes(keys)
    if len(ids) <= FEW:  # SQLite looks faster than we do
        where = " OR ".join("instr(body, ?) > 0" for _ in ids)
        sql = f"SELECT number, body, outcome FROM sync_journal WHERE kept=? AND ({where})"
        yield from conn.exec_driver_sql(sql, (PLAIN, *ids)).all()
        return
    sql = "SELECT number, body, outcome FROM sync_journal WHERE kept=?"
    for number, body, outcome in conn.exec_driver_sql(sql, (PLAIN,)):
        if mentions(body, ids):
            yield number, body, outcome


def _is_there(conn: Connection, schema: Schema, key: Key) -> bool:
    """Whether the district has given this replica the record."""
    if schema.get(key[0]) is None:
        return False
    sql = f'SELECT 1 FROM "{key[0]}" WHERE id=? AND rowhash<>0'
    return conn.exec_driver_sql(sql, (key[1],)).first() is not None


def _own_children(conn: Connection, rows: Rows, keys: set[Key]) -> set[Key]:
    """Children that this desk has made and the district has not got."""
    found: set[Key] = set()
    for collection, record in keys:
        for spec in rows.schema.children_of(collection):
            assert spec.parent is not None
            field, kind = spec.parent
            sql = f'SELECT id FROM "{spec.name}" WHERE rowhash=0 AND "{field}"=?'
            of: tuple[str, ...] = (record,)
            if not kind:
                sql, of = f'{sql} AND "{field}_kind"=?', (record, collection)
            found.update((spec.name, child) for (child,) in conn.exec_driver_sql(sql, of))
    return found
