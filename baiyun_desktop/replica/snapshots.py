"""From result rows to the frozen values that leave the replica."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.replica.layout import Layout
from baiyun_desktop.replica.plain import every, one
from sync.act import Base

IDS_AT_ONCE = 500


def snapshots_by_id(conn: Connection, layout: Layout, base: Base, kind: str, ids: Iterable[str]) -> dict[str, Snapshot]:
    """Records by id, asked for some hundred at a time."""
    reader = layout.readers[kind]
    wanted = list(dict.fromkeys(ids))
    found: dict[str, Snapshot] = {}
    for start in range(0, len(wanted), IDS_AT_ONCE):
        part = wanted[start : start + IDS_AT_ONCE]
        marks = ", ".join("?" * len(part))
        rows = every(conn, f'SELECT {reader.columns} FROM "{kind}" WHERE id IN ({marks})', tuple(part))
        found.update((snap.id, snap) for snap in snapshots(conn, layout, base, kind, rows))
    return found


def snapshots(conn: Connection, layout: Layout, base: Base, kind: str, rows: Iterable[Any]) -> list[Snapshot]:
    """Result rows as frozen values, with whether acts of this desk on them are still under way."""
    reader = layout.readers[kind]
    held = list(rows)
    pending = _pending(conn, kind, [row[0] for row in held])
    return [
        Snapshot(kind, row[0], reader.values(row), base, voided=bool(row[2]), pending=row[0] in pending) for row in held
    ]


def _pending(conn: Connection, kind: str, ids: Sequence[str]) -> frozenset[str]:
    if not ids or one(conn, "SELECT 1 FROM sync_touch LIMIT 1") is None:
        return frozenset()
    marks = ", ".join("?" * len(ids))
    rows = every(
        conn, f"SELECT DISTINCT record FROM sync_touch WHERE collection = ? AND record IN ({marks})", (kind, *ids)
    )
    return frozenset(row[0] for row in rows)
