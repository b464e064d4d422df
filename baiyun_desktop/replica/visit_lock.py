"""When a prepared walk has run out: it locks with its desk until the district was heard of, and deletes nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.paper import HERE
from baiyun_desktop.replica.accounts_clock import duty_of

AWAY_MS = 10 * 60 * 1000
"""Without a round for so long a desk is out: with a line it has one every two minutes."""
LOCKED = (
    "走访离线包已于 {when} 到期，先锁住了；走访记录和没上传的内容都在，一条没丢。"
    "回到办公室接通网络，同步一次就能打开；没有网络，请打电话向区管理员要一次性代码"
)


def end_of(day: date) -> int:
    """The instant at which that day is over in Baiyun."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=HERE) + timedelta(days=1)
    return int(midnight.timestamp() * 1000)


def times(conn: Connection, wall_ms: int) -> tuple[int, int]:
    """How late it is and when the district was last heard of, or its administrator gave his word.

    A PC's clock that was set back does not go behind what the file has seen, but for a round that has come since.
    """
    duty = duty_of(conn)
    at = int(conn.exec_driver_sql("SELECT last_round_at FROM sync_state").scalar() or 0)
    if at != duty.round_ms:
        return max(wall_ms, at), at
    return max(wall_ms, duty.seen_ms), max(at, duty.renewed_ms)


def has_locked(until_ms: int, now_ms: int, heard_ms: int) -> bool:
    """Whether a walk that was prepared until then is locked now."""
    return heard_ms < until_ms < now_ms and now_ms - heard_ms > AWAY_MS


def ended(conn: Connection, now_ms: int, heard_ms: int) -> str:
    """Words for a desk whose walk has run out while the district was out of reach; nothing while there is none."""
    sql = "SELECT min(until) FROM visit_bundle WHERE finished = 0 AND until > ? AND until < ?"
    until = conn.exec_driver_sql(sql, (heard_ms, now_ms)).scalar()
    return locked_words(int(until)) if until and has_locked(int(until), now_ms, heard_ms) else ""


def locked_words(until_ms: int) -> str:
    """What a locked walk says instead of itself."""
    last = datetime.fromtimestamp(until_ms / 1000 - 1, HERE)
    return LOCKED.format(when=f"{last:%Y-%m-%d} 24:00")
