"""A clock that never goes back, kept in the file: how long a desk has been without the district, whatever the PC's says."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from baiyun_desktop.replica.lock import Priority
from baiyun_desktop.replica.store import Store

OFFLINE_MS_MAX = 7 * 24 * 3600 * 1000
"""Since the last round with the district; then log-in waits for one, or for the administrator's word."""
KEEP_EVERY_MS = 60_000


@dataclass(frozen=True, slots=True)
class Duty:
    """What the file says of time: see `schema.DUTY`."""

    seen_ms: int = 0
    round_ms: int = 0
    renewed_ms: int = 0
    last: str = ""


class SteadyClock:
    """The highest instant seen, which goes on with the time that the program runs where the PC's clock was set back.

    A round with the district sets it to the PC's clock again: one that stood in the future once would count for ever.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._one = threading.Lock()
        with store.reading() as conn:
            self._duty = duty_of(conn)
        self._kept = self._duty.seen_ms
        self._monotonic = store.clock.monotonic()

    @property
    def last(self) -> str:
        """Who logged in last, by id."""
        return self._duty.last

    def now(self) -> int:
        """Milliseconds since 1970 UTC, never less than before."""
        with self._one:
            self._duty = self._advanced()
            now = self._duty.seen_ms
        if now - self._kept >= KEEP_EVERY_MS:
            self.keep()
        return now

    def offline_ms(self) -> int:
        """How long ago the district was heard of, or the administrator gave his word."""
        now = self.now()
        return now - max(self._duty.round_ms, self._duty.renewed_ms)

    def keep(self, *, last: str = "", renewed: bool = False) -> None:
        """Writes down how late it is, and who has just logged in or been let in by the administrator's word."""
        with self._one:
            was = self._advanced()
            self._duty = Duty(was.seen_ms, was.round_ms, was.seen_ms if renewed else was.renewed_ms, last or was.last)
            duty = self._duty
        with self._store.transaction(Priority.CLERK) as txn:
            txn.conn.exec_driver_sql(
                "INSERT OR REPLACE INTO duty (one, seen_ms, round_ms, renewed_ms, last) VALUES (1, ?, ?, ?, ?)",
                (duty.seen_ms, duty.round_ms, duty.renewed_ms, duty.last),
            )
        self._kept = duty.seen_ms

    def _advanced(self) -> Duty:
        clock, was = self._store.clock, self._duty
        monotonic, wall = clock.monotonic(), clock.now_ms()
        passed, self._monotonic = max(0, int((monotonic - self._monotonic) * 1000)), monotonic
        with self._store.reading() as conn:
            at = int(conn.exec_driver_sql("SELECT last_round_at FROM sync_state").scalar() or 0)
        if at and at != was.round_ms:
            return Duty(max(wall, at), at, 0, was.last)
        return Duty(max(wall, was.seen_ms + passed), was.round_ms, was.renewed_ms, was.last)


def duty_of(conn: Connection) -> Duty:
    """What the file says; nothing yet in a new one."""
    row = conn.exec_driver_sql("SELECT seen_ms, round_ms, renewed_ms, last FROM duty").first()
    return Duty() if row is None else Duty(*row)
