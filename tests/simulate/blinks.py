"""Read your writes: what an officer saved is shown until what the district made of it has taken its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from sync.act import Act, Op, Outcome
from sync.desk.journal import Journal
from sync.desk.keeping import PLAIN, SEALED

from .ledger import as_saved
from .store import MemoryStore


def blinks(store: MemoryStore, journal: Journal) -> Iterator[str]:
    """Own values that are not shown though neither a pull nor a pack has passed their act's position."""
    with store.reading() as conn:
        pos, scope = conn.exec_driver_sql("SELECT pos, scope FROM sync_state").one()
        sql = (
            "SELECT body, outcome, pos FROM sync_journal"
            " WHERE kept=0 AND (outcome IS NULL OR outcome='held' OR pos>?) ORDER BY number"
        )
        last: dict[tuple[str, str, str], tuple[Any, int]] = {}
        for body, outcome, at in conn.exec_driver_sql(sql, (pos,)).all():
            answered = at if outcome not in (None, Outcome.HELD.value) else 2**62
            for c in msgspec.msgpack.decode(body, type=Act).changes:
                if c.op is Op.FIELDS and c.collection in ("person", "reg", "line"):
                    plain = {n: v for n, v in c.fields.items() if n not in ("tags", "visits")}
                    last.update({(c.collection, c.id, n): (v, answered) for n, v in plain.items()})
                if c.op is Op.DECIDE:
                    gone = [k for k in last if k[1] == c.fields.get("subject")]
                    for k in gone:
                        del last[k]
        unmade = _unmade(conn) if last else set()
        for (collection, record, name), (value, answered) in last.items():
            if record in unmade:
                continue
            stored = journal.rows.of(collection).get(conn, record)
            # While a pack is being laid, rows stand at its position, which the cursor has yet to reach; some have left.
            packed = answered < 2**62 and not scope
            if not packed and (stored is None or stored.row.get(name) != value):
                yield f"I1 own value not shown: {collection} {record[-3:]} {name}={value!r}, not {stored}"


def _unmade(conn: Any) -> set[str]:
    """Records that were not made, or whose making this desk may not read any more: there is nothing to show edits on."""
    sql = (
        "SELECT number, body, kept, own, (SELECT replica FROM sync_state) FROM sync_journal"
        " WHERE kept=? OR kept=? AND outcome IN ('refused', 'overtaken', 'rescued')"
    )
    found = conn.exec_driver_sql(sql, (SEALED, PLAIN)).all()
    return {c.id for written in found for c in as_saved(*written).changes if c.op is Op.CREATE}
