"""Read your writes: what an officer saved is shown until a pull has passed the answer to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from sync.act import Act, Op
from sync.desk.journal import Journal

from .store import MemoryStore


def blinks(store: MemoryStore, journal: Journal) -> Iterator[str]:
    """Own values that are not shown though no pull has passed their act's position (read your writes)."""
    with store.reading() as conn:
        pos = conn.exec_driver_sql("SELECT pos FROM sync_state").one()[0]
        sql = "SELECT body FROM sync_journal WHERE kept=0 AND (outcome IS NULL OR outcome='held' OR pos>?) ORDER BY number"
        last: dict[tuple[str, str, str], Any] = {}
        for (body,) in conn.exec_driver_sql(sql, (pos,)).all():
            for c in msgspec.msgpack.decode(body, type=Act).changes:
                if c.op is Op.FIELDS and c.collection in ("person", "reg", "line"):
                    plain = {n: v for n, v in c.fields.items() if n not in ("tags", "visits")}
                    last.update({(c.collection, c.id, n): v for n, v in plain.items()})
                if c.op is Op.DECIDE:
                    gone = [k for k in last if k[1] == c.fields.get("subject")]
                    for k in gone:
                        del last[k]
        for (collection, record, name), value in last.items():
            stored = journal.rows.of(collection).get(conn, record)
            if stored is None or stored.row.get(name) != value:
                yield f"I1 own value not shown: {collection} {record[-3:]} {name}={value!r}, not {stored}"
