"""Keeps a restored district shut until somebody has said that no revocation is missing.

What was revoked after the backup is in force again in what the backup restores: a stolen laptop would be let in. The
gate stands in the database, so that no worker process passes it by, and its rows stay as the record of each restore.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Table, Text, inspect, select, update

from sync.district.tables import METADATA

from .assembly import Assembly
from .errors import Unfit

RESTORE = Table(
    "restore",
    METADATA,
    Column("restored_at", BigInteger, primary_key=True, autoincrement=False),  # milliseconds since 1970 UTC
    Column("backup_at", BigInteger, nullable=False),
    Column("backup_pos", BigInteger, nullable=False),
    Column("confirmed_at", BigInteger, nullable=True),
    Column("confirmed_by", Text, nullable=False, server_default=""),
)


def unconfirmed(conn: Connection) -> Any | None:
    """The last restore where nobody has confirmed it; None where the district may serve."""
    if not inspect(conn).has_table(RESTORE.name):  # founded before there was a gate, and never restored since
        return None
    return conn.execute(
        select(RESTORE).where(RESTORE.c.confirmed_at.is_(None)).order_by(RESTORE.c.restored_at.desc())
    ).first()


def refuse_unconfirmed(assembly: Assembly) -> None:
    """Raises Unfit where the district waits for its administrator."""
    with assembly.snapshot() as conn:
        row = unconfirmed(conn)
    if row is not None:
        raise Unfit(
            f"this district was restored from the backup of {minute(row.backup_at)}, and who was revoked since may come "
            f"in again: run 'baiyun-district confirm {assembly.folder}' first"
        )


def open_gate(conn: Connection, by: str, now_ms: int) -> None:
    """Lets the district serve."""
    conn.execute(update(RESTORE).where(RESTORE.c.confirmed_at.is_(None)).values(confirmed_at=now_ms, confirmed_by=by))


def minute(at_ms: int) -> str:
    """An instant for people, by the machine's own zone."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M")
