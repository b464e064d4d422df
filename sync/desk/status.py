"""The state of a replica in numbers: what waits, since when, and what somebody must look at."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

_TRAY = "outcome IN ('refused', 'overtaken', 'rescued') AND dismissed=0"


@dataclass(frozen=True, slots=True)
class Status:
    """Counts and instants (milliseconds since 1970 UTC). `skew_ms` is how far this clock is ahead of the district's."""

    unsent: int
    oldest_unsent_at: int | None
    held: int
    contests: int
    doubts: int
    tray: int
    last_round_at: int | None
    pos: int
    skew_ms: int | None
    alarm: str | None
    revoked: str = ""
    rescues: int = 0


def status(conn: Connection) -> Status:
    """How this replica stands; a handful of indexed counts."""
    unsent, oldest = conn.exec_driver_sql("SELECT count(*), min(at) FROM sync_journal WHERE outcome IS NULL").one()
    held = conn.exec_driver_sql("SELECT count(*) FROM sync_journal WHERE shown=1 AND outcome='held'").scalar_one()
    tray = conn.exec_driver_sql(f"SELECT count(*) FROM sync_journal WHERE {_TRAY}").scalar_one()
    contests = conn.exec_driver_sql("SELECT count(*) FROM contest WHERE state='open'").scalar_one()
    doubts = conn.exec_driver_sql("SELECT count(*) FROM doubt WHERE state='open'").scalar_one()
    rescues = conn.exec_driver_sql("SELECT count(*) FROM rescue WHERE state='open'").scalar_one()
    last, pos, skew, alarm, revoked = conn.exec_driver_sql(
        "SELECT last_round_at, pos, skew_ms, alarm, revoked FROM sync_state"
    ).one()
    return Status(unsent, oldest, held, contests, doubts, tray, last, pos, skew, alarm, revoked, rescues)
