"""What time takes away: the feed behind the horizon, and desks of which nobody has heard for long."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, delete, func, select, update

from ..limits import Limits
from .feed import take_turn
from .tables import DESK, FEED, FEED_AREA, META, POSITION


def compact(engine: Engine, upto: int, limits: Limits) -> int:
    """Removes the feed up to a position, and keeps that position's tag; returns the horizon.

    A desk whose cursor lies behind it is given a pack; its unsent acts are judged as ever. What people did stays in the
    acts. The horizon moves first, so that nobody reads what is half removed; the rest goes a few positions at a time.
    """
    with engine.begin() as conn:
        take_turn(conn)
        meta = conn.execute(select(META.c.pos, META.c.horizon)).one()
        horizon = max(meta.horizon, min(upto, meta.pos))
        if horizon > meta.horizon:
            conn.execute(update(META).values(horizon=horizon))
    while _sweep(engine, horizon, limits.positions_per_sweep):
        pass
    return int(horizon)


def _sweep(engine: Engine, horizon: int, most: int) -> bool:
    """Removes some positions behind the horizon; says whether there were any."""
    with engine.begin() as conn:
        first = _first_behind(conn, horizon)
        if first is None:
            return False
        last = min(horizon, first + most)
        for table in (FEED, FEED_AREA):
            conn.execute(delete(table).where(table.c.pos >= first, table.c.pos <= last))
        conn.execute(delete(POSITION).where(POSITION.c.pos >= first, POSITION.c.pos <= min(last, horizon - 1)))
    return True


def _first_behind(conn: Connection, horizon: int) -> int | None:
    """The first position of which something is left that the horizon has passed; the tag at the horizon stays."""
    found = [
        conn.execute(select(func.min(POSITION.c.pos)).where(POSITION.c.pos < horizon)).scalar_one(),
        conn.execute(select(func.min(FEED.c.pos)).where(FEED.c.pos <= horizon)).scalar_one(),
    ]
    return min((pos for pos in found if pos is not None), default=None)


def old_positions(conn: Connection, before_ms: int) -> int:
    """The last position that the district committed before an instant of its own clock."""
    meta = conn.execute(select(META.c.pos, META.c.horizon)).one()
    query = select(POSITION.c.pos).where(POSITION.c.pos > meta.horizon, POSITION.c.committed >= before_ms)
    first = conn.execute(query.order_by(POSITION.c.pos).limit(1)).scalar()
    return int(meta.pos if first is None else first - 1)


def idle(conn: Connection, before_ms: int) -> list[str]:
    """The desks that have not been in contact since an instant."""
    seen = func.coalesce(DESK.c.last_contact, DESK.c.enrolled_at)
    query = select(DESK.c.replica).where(DESK.c.revoked_at.is_(None), seen < before_ms).order_by(DESK.c.replica)
    return list(conn.execute(query).scalars())
