"""What one desk may push in an hour and in a day: more than any office types, less than a desk gone wrong would."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, bindparam, update

from ..errors import Busy
from ..limits import DAY_MS, HOUR_MS, Limits
from .tables import DESK

WORDS = "本机短时间内上传的内容很多，稍后自动继续；内容都在本机，不会丢失"

_SPEND = update(DESK).where(DESK.c.replica == bindparam("of")).values(spent=bindparam("after"))


class Spent(msgspec.Struct, array_like=True):
    """What a desk has pushed in the hour and in the day that are named by their numbers since 1970."""

    hour: int = 0
    acts: int = 0
    day: int = 0
    size: int = 0
    files: int = 0


def charge(spent: str, now_ms: int, acts: int, size: int, limits: Limits, files: int = 0) -> str:
    """What is spent after another request of so many acts and bytes, or bytes of files; raises Busy where that is too much."""
    before = msgspec.json.decode(spent, type=Spent)
    hour, day = now_ms // HOUR_MS, now_ms // DAY_MS
    after = Spent(hour, acts, day, size, files)
    after.acts += before.acts if before.hour == hour else 0
    after.size += before.size if before.day == day else 0
    after.files += before.files if before.day == day else 0
    if after.acts > limits.acts_per_hour:
        raise _busy((hour + 1) * HOUR_MS - now_ms, limits)
    if after.size > limits.bytes_per_day or after.files > limits.files_per_day:
        raise _busy((day + 1) * DAY_MS - now_ms, limits)
    return msgspec.json.encode(after).decode()


def spend(
    conn: Connection,
    replica: str,
    spent: str,
    now_ms: int,
    limits: Limits,
    *,
    acts: int = 0,
    size: int = 0,
    files: int = 0,
) -> None:
    """`charge`, written down; the caller has locked the desk's row and read what was `spent`."""
    after = charge(spent, now_ms, acts, size, limits, files)
    conn.execute(_SPEND, {"of": replica, "after": after})


def _busy(ms: int, limits: Limits) -> Busy:
    return Busy(WORDS, max(limits.retry_after_s_min, min(limits.quota_retry_s_max, -(-ms // 1000))))
