"""Keeps the search index in step with the rows: the keys of one record, written as a difference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.field import Key as Found
from baiyun_desktop.kernel.record import RecordInfo
from baiyun_desktop.replica.keys_of_text import Key, Route, aligned, door_keys, fold, name_keys, number_keys, units

VERSION = "1"
"""Goes up whenever the same row gets other keys; an older index is made again when the file is opened."""


def keys_of(info: RecordInfo, values: Mapping[str, Any]) -> set[Key]:
    """Every key of one row; `values` are its facts and projections."""
    names: list[list[str]] = []
    readings: list[list[str]] = []
    keys: set[Key] = set()
    for way, text in info.search_keys(values):
        match way:
            case Found.CHARACTERS:
                names.append(units(text))
            case Found.PINYIN:
                readings.append(text.casefold().split())
            case Found.ID_TAIL:
                keys |= number_keys(text, tail=Route.ID_TAIL, head=Route.ID_HEAD)
            case Found.PHONE_TAIL:
                keys |= number_keys(text, tail=Route.PHONE_TAIL, head=Route.PHONE_HEAD)
            case Found.DOOR:
                keys |= door_keys(text)
            case Found.INITIALS:
                keys.add(Route.INITIALS.value + fold(text))
    for number, parts in enumerate(names):
        # A former name has readings of its own or none; those of the name belong to the first that they fit.
        fitting = [spelling for r in readings if (spelling := aligned(parts, r))] if number == 0 else []
        keys |= name_keys(parts, fitting)
    return keys


def put(conn: Connection, kind: str, record: str, keys: set[Key]) -> None:
    """Makes the index say exactly `keys` of the record; no keys takes it out."""
    found = conn.exec_driver_sql(
        "SELECT doc, keys FROM search_doc WHERE record = ? AND kind = ?", (record, kind)
    ).first()
    old = set(found[1].split("\n")) if found else set()
    if old == keys:
        return
    if not keys:
        remove(conn, kind, record)
        return
    text = "\n".join(sorted(keys))
    if found is None:
        row = conn.exec_driver_sql(
            "INSERT INTO search_doc (kind, record, keys) VALUES (?, ?, ?) RETURNING doc", (kind, record, text)
        )
        doc = row.scalar_one()
    else:
        doc = found[0]
        conn.exec_driver_sql("UPDATE search_doc SET keys = ? WHERE doc = ?", (text, doc))
    gone = [(key, doc) for key in old - keys]
    new = [(key, doc) for key in sorted(keys - old)]
    if gone:
        conn.exec_driver_sql("DELETE FROM search_key WHERE key = ? AND doc = ?", gone)
    if new:
        conn.exec_driver_sql("INSERT INTO search_key (key, doc) VALUES (?, ?)", new)


def remove(conn: Connection, kind: str, record: str) -> None:
    """Takes a record out of the index."""
    found = conn.exec_driver_sql(
        "SELECT doc, keys FROM search_doc WHERE record = ? AND kind = ?", (record, kind)
    ).first()
    if found is None:
        return
    doc, keys = found
    conn.exec_driver_sql("DELETE FROM search_key WHERE key = ? AND doc = ?", [(key, doc) for key in keys.split("\n")])
    conn.exec_driver_sql("DELETE FROM search_doc WHERE doc = ?", (doc,))


class Documents:
    """Collects the keys of many records and writes them sorted, which is several times faster than one by one."""

    def __init__(self, first: int = 1) -> None:
        self._next = first
        self._docs: list[tuple[int, str, str, str]] = []
        self._keys: list[tuple[str, int]] = []

    def add(self, kind: str, record: str, keys: set[Key]) -> None:
        """One record; no keys keep it out."""
        if not keys:
            return
        self._docs.append((self._next, kind, record, "\n".join(sorted(keys))))
        self._keys += [(key, self._next) for key in keys]
        self._next += 1

    def write(self, conn: Connection) -> None:
        """Into tables that hold none of these records yet."""
        self._keys.sort()
        if self._docs:
            conn.exec_driver_sql("INSERT INTO search_doc (doc, kind, record, keys) VALUES (?, ?, ?, ?)", self._docs)
            conn.exec_driver_sql("INSERT INTO search_key (key, doc) VALUES (?, ?)", self._keys)
        self._docs, self._keys = [], []
