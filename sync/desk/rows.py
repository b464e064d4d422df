"""Reading and writing the typed tables of a replica as plain rows, unknown fields and unknown collections included."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, Integer, LargeBinary, Table, Text

from ..act import Change, Op
from ..schema import CollectionSpec, FieldSpec, Kind, Policy, Schema
from .tables import METADATA

UNKNOWN = Table(
    "sync_unknown",
    METADATA,
    Column("collection", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("pos", Integer, nullable=False),
    Column("rowhash", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""Rows of collections that only a newer version knows: kept, moved and removed like the others, never shown."""


@dataclass(slots=True)
class Stored:
    """A row as it stands in the replica; `pos` and `rowhash` are those of its pristine copy."""

    row: dict[str, Any]
    voided: bool = False
    pos: int = 0
    rowhash: int = 0


def _same(value: Any) -> Any:
    return value


_text = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


def _dump(value: Any) -> Any:
    return None if value is None else _text(value)


def _load(value: Any) -> Any:
    return None if value is None else msgspec.json.decode(value)


def _bool_in(value: Any) -> Any:
    return None if value is None else int(value)


def _bool_out(value: Any) -> Any:
    return None if value is None else bool(value)


def to_column(field: FieldSpec) -> Callable[[Any], Any]:
    """How a field's travelling value becomes what SQLite stores."""
    if field.kind in (Kind.CODES, Kind.JSON):
        return _dump
    return _bool_in if field.kind is Kind.BOOL else _same


def from_column(field: FieldSpec) -> Callable[[Any], Any]:
    """How what SQLite stores becomes the field's travelling value."""
    if field.kind in (Kind.CODES, Kind.JSON):
        return _load
    return _bool_out if field.kind is Kind.BOOL else _same


class RowStore:
    """One collection's rows. All statements go through the caller's connection, in the caller's transaction."""

    def __init__(self, spec: CollectionSpec) -> None:
        self.spec = spec
        self._names = names = spec.names
        quoted = ", ".join(f'"{n}"' for n in names)
        marks = ", ".join("?" for _ in range(len(names) + 5))
        sets = ", ".join(f'"{n}"=excluded."{n}"' for n in ("pos", "voided", "extra", "rowhash", *names))
        comma = ", " if names else ""
        self._all = f'SELECT id, pos, voided, extra, rowhash{comma}{quoted} FROM "{spec.name}"'
        self._select = f'SELECT pos, voided, extra, rowhash{comma}{quoted} FROM "{spec.name}" WHERE id=?'
        self._insert = f'INSERT INTO "{spec.name}" (id, pos, voided, extra, rowhash{comma}{quoted}) VALUES ({marks})'
        self._upsert = f"{self._insert} ON CONFLICT(id) DO UPDATE SET {sets}"
        self._delete = f'DELETE FROM "{spec.name}" WHERE id=?'
        self._known = frozenset(names)
        self._in = [(n, f) for n, f in enumerate(map(to_column, spec.fields)) if f is not _same]
        self._out = [(f.name, out) for f in spec.fields if (out := from_column(f)) is not _same]

    def get(self, conn: Connection, record: str) -> Stored | None:
        """The row, without the fields that are None, or None where there is none."""
        found = conn.exec_driver_sql(self._select, (record,)).first()
        return None if found is None else self._stored(found)

    def all(self, conn: Connection) -> Iterator[tuple[str, Stored]]:
        """Every row with its id."""
        for record, *found in conn.exec_driver_sql(self._all).all():
            yield record, self._stored(found)

    def _stored(self, found: Sequence[Any]) -> Stored:
        pos, voided, extra, rowhash, *values = found
        row = {name: value for name, value in zip(self._names, values, strict=True) if value is not None}
        for name, convert in self._out:  # of most collections few fields, if any
            if name in row:
                row[name] = convert(row[name])
        if extra:
            row.update(msgspec.json.decode(extra))
        return Stored(row, bool(voided), pos, rowhash)

    def _params(self, record: str, stored: Stored) -> tuple[Any, ...]:
        row = stored.row
        values = list(map(row.get, self._names))
        for n, convert in self._in:
            values[n] = convert(values[n])
        extra = {k: row[k] for k in row.keys() - self._known if row[k] is not None}
        text = _text(extra) if extra else None
        return (record, stored.pos, int(stored.voided), text, stored.rowhash, *values)

    def put(self, conn: Connection, record: str, stored: Stored) -> None:
        """Writes the row; derived columns of a row that is there are left alone."""
        conn.exec_driver_sql(self._upsert, self._params(record, stored))

    def add_many(self, conn: Connection, rows: Iterable[tuple[str, Stored]]) -> None:
        """Inserts rows that are known to be new."""
        params = [self._params(record, stored) for record, stored in rows]
        if params:
            conn.exec_driver_sql(self._insert, params)

    def remove(self, conn: Connection, record: str) -> None:
        conn.exec_driver_sql(self._delete, (record,))


class UnknownStore:
    """Rows of a collection that this version does not know."""

    def __init__(self, collection: str) -> None:
        self.collection = collection

    def get(self, conn: Connection, record: str) -> Stored | None:
        sql = "SELECT pos, rowhash, body FROM sync_unknown WHERE collection=? AND id=?"
        found = conn.exec_driver_sql(sql, (self.collection, record)).first()
        if found is None:
            return None
        voided, row = msgspec.msgpack.decode(found[2])
        return Stored(row, voided, found[0], found[1])

    def put(self, conn: Connection, record: str, stored: Stored) -> None:
        body = msgspec.msgpack.encode((stored.voided, stored.row))
        sql = "INSERT OR REPLACE INTO sync_unknown VALUES (?, ?, ?, ?, ?)"
        conn.exec_driver_sql(sql, (self.collection, record, stored.pos, stored.rowhash, body))

    def add_many(self, conn: Connection, rows: Iterable[tuple[str, Stored]]) -> None:
        for record, stored in rows:
            self.put(conn, record, stored)

    def remove(self, conn: Connection, record: str) -> None:
        conn.exec_driver_sql("DELETE FROM sync_unknown WHERE collection=? AND id=?", (self.collection, record))


@lru_cache(maxsize=4)
def _stores(schema: Schema) -> dict[str, RowStore]:
    """Made once a schema: a store keeps nothing but its statements."""
    return {name: RowStore(spec) for name, spec in schema.collections.items()}


class Rows:
    """The stores of all collections of a schema."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._stores = _stores(schema)
        self._unknown = lru_cache(maxsize=None)(UnknownStore)

    def known(self, collection: str) -> RowStore:
        """The store of a collection of the schema."""
        return self._stores[collection]

    def of(self, collection: str) -> RowStore | UnknownStore:
        """The store of a collection, also of one that only a newer version knows."""
        return self._stores.get(collection) or self._unknown(collection)


def apply_change(spec: CollectionSpec | None, stored: Stored | None, change: Change) -> Stored:
    """A row with one own change on it, as the desk shows it before the district has answered."""
    now = Stored(dict(stored.row), stored.voided, stored.pos, stored.rowhash) if stored else Stored({})
    if change.op is Op.VOID:
        now.voided = True
        return now
    for name, value in change.fields.items():
        field = spec.field(name) if spec else None
        policy = field.policy if field else Policy.ASK
        if policy is Policy.UNION and isinstance(value, dict):
            current = set(now.row.get(name) or [])
            value = sorted((current | set(value.get("+", []))) - set(value.get("-", [])))
        elif policy is Policy.ADD and change.op is not Op.CREATE:
            value = (now.row.get(name) or 0) + (value or 0)
        if value is None:
            now.row.pop(name, None)
        else:
            now.row[name] = value
    return now
