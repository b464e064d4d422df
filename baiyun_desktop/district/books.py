"""Follows every desk's audit book from its last entry to its first, and says where it breaks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from baiyun_desktop.kernel.audit import BOOK, ENTRY, Chain, examine
from sync.district.tables import ERASED, HEAD

_ROWS_AT_ONCE = 1_000


def chains(conn: Connection) -> list[Chain]:
    """What was found of each desk's book, by its id; entries of a book that nobody opened are told as one without post."""
    books = {record: str(row.get("post") or "") for record, _, row in _rows(conn, BOOK)}
    erased = set(conn.execute(select(ERASED.c.record).where(ERASED.c.collection == ENTRY)).scalars())
    entries: dict[str, list[dict[str, Any]]] = {book: [] for book in books}
    for record, voided, row in _rows(conn, ENTRY):
        if record not in erased:
            entries.setdefault(str(row.get("book")), []).append({**row, "id": record, "voided": voided})
    return [examine(book, books.get(book, ""), entries[book]) for book in sorted(entries)]


def wrong_books(found: list[Chain]) -> list[str]:
    """Each place at which a chain breaks, with the desk."""
    return [f"audit of {c.post or 'a desk'} ({c.book}): {wrong}" for c in found for wrong in c.wrongs]


def forks(found: list[Chain]) -> list[str]:
    """Where a chain parts: lawful, since a restored or copied file goes on from an older entry, and told."""
    return [
        f"audit of {c.post or 'a desk'} ({c.book}) parts at entry {seq}: a restored or copied file went on from there"
        for c in found
        for seq in c.forks
    ]


def _rows(conn: Connection, collection: str) -> Iterator[tuple[str, bool, dict[str, Any]]]:
    query = select(HEAD.c.record, HEAD.c.voided, HEAD.c.payload).where(HEAD.c.collection == collection)
    for record, voided, payload in conn.execute(query.execution_options(yield_per=_ROWS_AT_ONCE)):
        yield record, bool(voided), msgspec.msgpack.decode(payload)
