"""Keeps the search index in step with the rows: the keys of one record, written as a difference."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.field import Key as Found
from baiyun_desktop.kernel.record import RecordInfo
from baiyun_desktop.registry.pinyin import SPELLED_CHARS_MAX
from baiyun_desktop.replica.keys_of_text import (
    KEY_CHARS_MAX,
    Key,
    Route,
    aligned,
    door_keys,
    fold,
    name_keys,
    number_keys,
    text_keys,
    units,
)
from baiyun_desktop.replica.plain import many, one, run

VERSION = "1"
"""Goes up whenever the same row gets other keys; an older index is made again when the file is opened."""


def keys_of(info: RecordInfo, values: Mapping[str, Any]) -> set[Key]:
    """Every key of one row; `values` are its facts and projections."""
    texts: list[str] = []
    readings: list[str] = []
    keys: set[Key] = set()
    for way, text in info.search_keys(values):
        match way:
            case Found.CHARACTERS:
                texts.append(text)
            case Found.PINYIN:
                readings.append(text)
            case Found.ID_TAIL:
                keys |= number_keys(text, tail=Route.ID_TAIL, head=Route.ID_HEAD)
            case Found.PHONE_TAIL:
                keys |= number_keys(text, tail=Route.PHONE_TAIL, head=Route.PHONE_HEAD)
            case Found.DOOR:
                keys |= door_keys(text)
            case Found.INITIALS:
                keys.add(Route.INITIALS.value + fold(text)[:KEY_CHARS_MAX])
    texts = [text[:SPELLED_CHARS_MAX] for text in texts]
    called = next((text for text in texts if not text[:1].isdigit()), None)
    for text in texts:
        # A former name has readings of its own or none; those given belong to what the record is called by.
        keys |= _called(text, tuple(readings)) if text is called else _mentioned(text)
    return keys


@lru_cache(maxsize=50_000)
def _called(text: str, readings: tuple[str, ...]) -> frozenset[Key]:
    parts = units(text)
    if not parts:
        return frozenset()
    spellings = (aligned(parts, reading.casefold().split()) for reading in readings)
    return frozenset(name_keys(parts, [spelling for spelling in spellings if spelling]))


@lru_cache(maxsize=50_000)
def _mentioned(text: str) -> frozenset[Key]:
    return frozenset(text_keys(units(text)))


def put(conn: Connection, kind: str, record: str, keys: set[Key]) -> None:
    """Makes the index say exactly `keys` of the record; no keys takes it out."""
    found = one(conn, "SELECT doc, keys FROM search_doc WHERE record = ? AND kind = ?", (record, kind))
    old = set(found[1].split("\n")) if found else set()
    if old == keys:
        return
    if not keys:
        remove(conn, kind, record)
        return
    text = "\n".join(sorted(keys))
    if found is None:
        sql = "INSERT INTO search_doc (kind, record, keys) VALUES (?, ?, ?)"
        doc = run(conn, sql, (kind, record, text)).lastrowid
    else:
        doc = found[0]
        run(conn, "UPDATE search_doc SET keys = ? WHERE doc = ?", (text, doc))
    gone = [(key, doc) for key in old - keys]
    new = [(key, doc) for key in sorted(keys - old)]
    if gone:
        many(conn, "DELETE FROM search_key WHERE key = ? AND doc = ?", gone)
    if new:
        many(conn, "INSERT INTO search_key (key, doc) VALUES (?, ?)", new)


def remove(conn: Connection, kind: str, record: str) -> None:
    """Takes a record out of the index."""
    found = one(conn, "SELECT doc, keys FROM search_doc WHERE record = ? AND kind = ?", (record, kind))
    if found is None:
        return
    doc, keys = found
    many(conn, "DELETE FROM search_key WHERE key = ? AND doc = ?", [(key, doc) for key in keys.split("\n")])
    run(conn, "DELETE FROM search_doc WHERE doc = ?", (doc,))


KEYS_AT_ONCE = 50_000


class Documents:
    """Collects the keys of many records, lets SQLite sort them, and writes them in order: several times faster than
    one by one, and without holding millions of them as Python values."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._next = int(conn.exec_driver_sql("SELECT coalesce(max(doc), 0) + 1 FROM search_doc").scalar_one())
        self._docs: list[tuple[int, str, str, str]] = []
        self._keys: list[tuple[str, int]] = []
        conn.exec_driver_sql("CREATE TEMP TABLE IF NOT EXISTS search_stage (key TEXT, doc INTEGER)")
        conn.exec_driver_sql("DELETE FROM search_stage")

    def add(self, kind: str, record: str, keys: set[Key]) -> None:
        """One record that the index does not have yet; no keys keep it out."""
        if not keys:
            return
        self._docs.append((self._next, kind, record, "\n".join(sorted(keys))))
        self._keys += [(key, self._next) for key in keys]
        self._next += 1
        if len(self._keys) > KEYS_AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        if self._docs:
            sql = "INSERT INTO search_doc (doc, kind, record, keys) VALUES (?, ?, ?, ?)"
            many(self._conn, sql, self._docs)
            many(self._conn, "INSERT INTO search_stage VALUES (?, ?)", self._keys)
        self._docs, self._keys = [], []

    def write(self) -> None:
        """Puts everything collected into the index."""
        self._flush()
        self._conn.exec_driver_sql("INSERT INTO search_key (key, doc) SELECT key, doc FROM search_stage ORDER BY 1, 2")
        self._conn.exec_driver_sql("DROP TABLE search_stage")
        for remembered in (_called, _mentioned):  # tens of megabytes that only a fill has use for
            remembered.cache_clear()
