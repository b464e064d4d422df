"""What time it is as far as the district has told, for numbers and validities that must not hang on this PC's clock."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.engine import Connection

from baiyun_desktop.replica.numbers import CHINA

_SQL = "SELECT last_round_at, skew_ms FROM sync_state"


def told_ms(conn: Connection, now_ms: int) -> int:
    """Milliseconds since 1970 UTC; `now_ms` is what this PC's clock says.

    It was so much off at the last round, or has been put right since: of the two the earlier that is not before that
    round. Where both are, the clock was put back, and it is at least as late as then. One that was put ahead since
    nobody sees without a line; then there is no block of such a year, and a number is provisional until contact.
    """
    at, skew = conn.exec_driver_sql(_SQL).one()
    heard = at - (skew or 0) if at else 0
    return min((moment for moment in (now_ms - (skew or 0), now_ms) if moment >= heard), default=heard)


def told_day(conn: Connection, now_ms: int) -> date:
    """The day it is in Baiyun, by the same."""
    return datetime.fromtimestamp(told_ms(conn, now_ms) / 1000, CHINA).date()
