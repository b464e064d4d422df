"""What a desk keeps of answered acts: as typed, sealed once it may not read them any more, nothing once they are backed up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection

from ..act import Act, Op, Outcome
from ..limits import DAY_MS, LIMITS
from ..protocol import sealed_form
from ..seal import seal
from . import blobs
from .rows import Rows

PLAIN, SEALED, LET_GO = 0, 1, 2
"""How an act's body stands in the journal."""

_DONE = f"('{Outcome.APPLIED.value}', '{Outcome.MERGED.value}', '{Outcome.CONTESTED.value}', '{Outcome.RESCUED.value}')"


def seal_acts(conn: Connection, numbers: Iterable[int]) -> None:
    """Makes acts readable to the district alone; where its key is not known yet, their content is let go."""
    replica, public = conn.exec_driver_sql("SELECT replica, seal FROM sync_state").one()
    for number in numbers:
        sql = "SELECT body FROM sync_journal WHERE number=? AND kept=?"
        found = conn.exec_driver_sql(sql, (number, PLAIN)).first()
        if found is not None:
            own = msgspec.msgpack.decode(found[0], type=Act).base.own
            values: tuple[Any, ...] = (b"", LET_GO, own, number)
            if public:
                values = seal(bytes(public), sealed_form(found[0]), replica.encode()), SEALED, own, number
            conn.exec_driver_sql("UPDATE sync_journal SET body=?, kept=?, own=? WHERE number=?", values)


def seal_acts_about(conn: Connection, record: str) -> bool:
    """Seals the answered acts that name a record which has left: its journal leaves with it. Returns whether any do."""
    sql = "SELECT number FROM sync_journal WHERE kept=? AND shown=0 AND instr(body, ?)>0"
    named = conn.exec_driver_sql(sql, (PLAIN, record.encode())).all()
    seal_acts(conn, [number for (number,) in named])
    return bool(named)


def seal_what_left(conn: Connection, rows: Rows, keys: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Seals the answered acts that tell of records, just touched by an answer, which this desk does not hold.

    Returns these records. What the district never made is the officer's own still: refused work stays in the tray to be
    mended.
    """
    gone = [key for key in keys if rows.of(key[0]).get(conn, key[1]) is None and not _never_made(conn, rows, key)]
    for _, record in gone:
        seal_acts_about(conn, record)
    return gone


def seal_out_of_sight(conn: Connection, key: tuple[str, str], row: Mapping[str, Any]) -> bool:
    """Seals the answered acts that typed what a row does not show (any more); returns whether there were any.

    They were taken by what this desk saw when they were typed. What was not taken stays in the tray to be mended.
    """
    sql = f"SELECT number, body FROM sync_journal WHERE kept=? AND shown=0 AND instr(body, ?)>0 AND outcome IN {_DONE}"
    bodies = conn.exec_driver_sql(sql, (PLAIN, key[1].encode())).all()
    found = [number for number, body in bodies if not typed(msgspec.msgpack.decode(body, type=Act), key) <= row.keys()]
    seal_acts(conn, found)
    return bool(found)


def typed(act: Act, key: tuple[str, str]) -> set[str]:
    """The fields of a record to which an act gave values."""
    changes = [c for c in act.changes if (c.collection, c.id) == key and c.op is not Op.DECIDE]
    return {name for c in changes for name, value in c.fields.items() if value is not None}


def _never_made(conn: Connection, rows: Rows, key: tuple[str, str]) -> bool:
    """Whether the act of this desk that would have made a record was not taken; of an overtaken one the steps are there."""
    sql = "SELECT body FROM sync_journal WHERE kept=? AND outcome IN (?, ?) AND instr(body, ?)>0"
    spec = rows.schema.get(key[0])
    overtaken = Outcome.REFUSED if spec is not None and spec.judged else Outcome.OVERTAKEN
    fates = (Outcome.REFUSED.value, overtaken.value)
    for (body,) in conn.exec_driver_sql(sql, (PLAIN, *fates, key[1].encode())):
        for change in msgspec.msgpack.decode(body, type=Act).changes:
            if (change.collection, change.id) == key and change.op is Op.CREATE:
                return True
    return False


def let_go(conn: Connection, covered: int, now_ms: int) -> None:
    """Forgets the content of acts and sealed files that a backup of the district has held for weeks; what lies in the tray stays.

    Weeks, since the newest backup need not be the one that is restored. `now_ms` is the district's clock: a desk's may be
    wrong, and what was typed long ago may have been sent today.
    """
    known, newest, heard = conn.exec_driver_sql(
        "SELECT s.covered, coalesce(max(b.covered), 0), coalesce(max(b.at), 0) FROM sync_state s LEFT JOIN sync_backup b"
    ).one()
    if covered > max(known, newest) and now_ms >= heard + DAY_MS:
        conn.exec_driver_sql("INSERT INTO sync_backup VALUES (?, ?)", (covered, now_ms))
    sql = "SELECT max(covered) FROM sync_backup WHERE at<=?"
    for_long = conn.exec_driver_sql(sql, (now_ms - LIMITS.backed_up_act_ms,)).scalar_one()
    if for_long is None:
        return
    conn.exec_driver_sql("DELETE FROM sync_backup WHERE covered<=?", (for_long,))
    conn.exec_driver_sql("UPDATE sync_state SET covered=?", (for_long,))
    sql = f"UPDATE sync_journal SET body=x'', kept=? WHERE shown=0 AND kept<>? AND pos>0 AND pos<=? AND outcome IN {_DONE}"
    conn.exec_driver_sql(sql, (LET_GO, LET_GO, for_long))
    blobs.let_go(conn, for_long)


def forget_backups(conn: Connection, common: int) -> None:
    """The district was restored: what backups held above the common past is of a past that is lost."""
    conn.exec_driver_sql("DELETE FROM sync_backup WHERE covered>?", (common,))
    conn.exec_driver_sql("UPDATE sync_state SET covered=min(covered, ?)", (common,))
