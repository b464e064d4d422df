"""Follows every desk's audit from its last entry to its first, and says where it breaks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from baiyun_desktop.kernel.audit import ENTRY, Chain, examine
from sync.district.tables import ERASED, HEAD, POSITION

_ROWS_AT_ONCE = 1_000


def chains(conn: Connection) -> list[Chain]:
    """What was found of each desk that has written entries; an entry counts as of the desk that it names."""
    erased = set(conn.execute(select(ERASED.c.record).where(ERASED.c.collection == ENTRY)).scalars())
    entries: dict[str, list[dict[str, Any]]] = {}
    for entry in _entries(conn):
        if entry["id"] not in erased:
            entries.setdefault(str(entry.get("desk") or ""), []).append(entry)
    return [examine(desk, entries[desk]) for desk in sorted(entries)]


def wrong_entries(conn: Connection, found: list[Chain]) -> list[str]:
    """Each place at which a chain breaks, and each entry that another desk wrote than the one it names."""
    wrongs = [f"{_whose(c)}: {wrong}" for c in found for wrong in c.wrongs]
    strange = (e for e in _entries(conn) if e["author"] and e["author"] != e.get("desk"))
    return wrongs + [
        f"entry {e.get('seq')} of audit of {e.get('desk')} was written by desk {e['author']}" for e in strange
    ]


def forks(found: list[Chain]) -> list[str]:
    """Where a chain parts: lawful, since a restored or copied file goes on from an older entry, and told."""
    return [
        f"{_whose(c)} parts at entry {seq}: a restored or copied file went on from there"
        for c in found
        for seq in c.forks
    ]


def _whose(chain: Chain) -> str:
    return f"audit of {chain.post or 'a desk'} ({chain.desk})"


def _entries(conn: Connection) -> Iterator[dict[str, Any]]:
    """Each entry as it stands, with its id and the desk whose act brought it: empty for the district's own."""
    query = select(HEAD.c.record, HEAD.c.voided, HEAD.c.payload, POSITION.c.desk)
    query = query.outerjoin(POSITION, POSITION.c.pos == HEAD.c.created).where(HEAD.c.collection == ENTRY)
    for record, voided, payload, desk in conn.execute(query.execution_options(yield_per=_ROWS_AT_ONCE)):
        yield {**msgspec.msgpack.decode(payload), "id": record, "voided": bool(voided), "author": desk or ""}
