"""How often each desk has looked somebody up lately, kept in the database: one count for all workers, and for the next start."""

from __future__ import annotations

from sqlalchemy import Engine, delete, func, insert, select

from sync.district.tables import DESK

from .editions import now_of
from .lookup_tables import LOOKED_UP


def counts(engine: Engine, replica: str, most: int, within_ms: int) -> bool:
    """Counts one more question of a desk; False, and not counted, where it has asked so often within that time.

    The desk's row is locked meanwhile: of two questions at two workers the second one sees the first.
    """
    with engine.begin() as conn:
        conn.execute(select(DESK.c.replica).where(DESK.c.replica == replica).with_for_update())
        now, of_desk = now_of(conn), LOOKED_UP.c.replica == replica
        conn.execute(delete(LOOKED_UP).where(of_desk, LOOKED_UP.c.at <= now - within_ms))
        asked = conn.execute(select(func.count()).select_from(LOOKED_UP).where(of_desk)).scalar_one()
        if asked >= most:
            return False
        conn.execute(insert(LOOKED_UP).values(replica=replica, at=now))
    return True
