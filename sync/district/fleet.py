"""How each desk stands, seen from the district: who has not come for long, what waits where, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from ..act import Outcome
from .tables import ACT, DESK, EPOCH, META


@dataclass(frozen=True, slots=True)
class Seen:
    """One desk. Ages in milliseconds; None where it has never come.

    `behind` is how many positions its cursor lay behind at its last contact; `waiting` and `oldest_ms` are what it said of
    its own unanswered acts then, the time since added; `held` acts wait at the district, `oldest_held_ms` the oldest.
    `epochs` above 1 say that its file was copied.
    """

    replica: str
    post: str
    officer: str
    level: int
    silent_ms: int | None
    behind: int
    waiting: int
    oldest_ms: int
    held: int
    oldest_held_ms: int
    faults: int
    epochs: int
    revoked: bool


def fleet(conn: Connection, now_ms: int) -> list[Seen]:
    """All desks, those that have been silent longest first."""
    pos = conn.execute(select(META.c.pos)).scalar_one()
    oldest, count = func.min(ACT.c.arrived_at), func.count()
    query = select(ACT.c.replica, count, oldest, func.count(ACT.c.waits_for)).group_by(ACT.c.replica)
    query = query.where(ACT.c.outcome == Outcome.HELD.value)
    held = {replica: (n, now_ms - at, n - named) for replica, n, at, named in conn.execute(query)}
    epochs = conn.execute(select(EPOCH.c.replica, func.count()).group_by(EPOCH.c.replica))
    lines: dict[str, int] = {row[0]: row[1] for row in epochs}
    found = []
    for row in conn.execute(select(DESK)):
        silent = None if row.last_contact is None else now_ms - row.last_contact
        waits, age, faults = held.get(row.replica, (0, 0, 0))
        oldest_ms = row.oldest_ms + (silent or 0) if row.waiting else 0
        seen = Seen(
            row.replica, row.post, row.officer, row.level, silent, pos - row.cursor, row.waiting, oldest_ms, waits, age,
            faults, lines.get(row.replica, 0), row.revoked_at is not None,
        )  # fmt: skip
        found.append(seen)
    return sorted(found, key=lambda s: (s.silent_ms is not None, -(s.silent_ms or 0), s.replica))
