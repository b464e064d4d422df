"""What a replica is made of and how it stands, in counts and names of tables alone: for whoever looks for a fault."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy.engine import Connection

from baiyun_desktop.replica import migrations
from baiyun_desktop.replica.replica import Replica

_PRAGMAS = ("user_version", "page_count", "page_size", "freelist_count", "journal_mode")


def inventory_of(replica: Replica) -> dict[str, Any]:
    """Schema, rows per table, the state of the sync and the file; no value of any row, and not the alarm's words."""
    identity = replica.identity
    with replica.store.reading() as conn:
        names = [name for name, _ in _objects(conn, "table")]
        return {
            "schema": [sql for kind in ("table", "index", "trigger") for _, sql in _objects(conn, kind)],
            "fingerprint": migrations.fingerprint(replica.layout),
            "file": {name: conn.exec_driver_sql(f"PRAGMA {name}").scalar() for name in _PRAGMAS},
            "rows": {name: conn.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one() for name in names},
            "sync": _sync(replica, conn),
            "settings": {
                "areas": len(identity.areas),
                "number_blocks": len(identity.blocks),
                "epoch": identity.epoch,
                "enrolled": bool(identity.url),
                "log_bytes": _size(replica),
            },
        }


def _objects(conn: Connection, kind: str) -> list[tuple[str, str]]:
    rows = conn.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = ? AND sql IS NOT NULL ORDER BY name", (kind,)
    )
    return [(str(name), str(sql)) for name, sql in rows if not str(name).startswith("sqlite_")]


def _sync(replica: Replica, conn: Connection) -> dict[str, Any]:
    found = asdict(replica.status())
    found["alarm"], found["revoked"] = bool(found["alarm"]), bool(found["revoked"])
    outcomes = conn.exec_driver_sql("SELECT coalesce(outcome, 'unsent'), count(*) FROM sync_journal GROUP BY 1")
    return {**found, "acts": {str(outcome): count for outcome, count in outcomes}}


def _size(replica: Replica) -> int:
    log = replica.path.with_name(replica.path.name + "-wal")
    return log.stat().st_size if log.exists() else 0
