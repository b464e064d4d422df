"""What stands between the web and the database: who is speaking, how many at once, and what is said when too many."""

from __future__ import annotations

import logging
import random
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, Protocol, TypeVar

from anyio import CapacityLimiter, to_thread
from sqlalchemy import Engine, select

from sync.enrolment import Enrolment, EnrolRequest
from sync.errors import Busy, Refused
from sync.limits import LIMITS, Limits
from sync.protocol import News

from . import tokens
from .enrol import Enroller
from .tables import META
from .wake import Bell, Stirred

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


class Overloaded(Busy):
    """Too many at once; come back later, each at another moment."""

    def __init__(self, message: str) -> None:
        after = random.randint(LIMITS.retry_after_s_min, LIMITS.retry_after_s_max)  # noqa: S311 - spread, not secrecy
        super().__init__(message, after)


class TooManyGuesses(Overloaded):
    """An address has sent wrong codes too often."""


class Rounds(Protocol):
    """The district as the web application sees it: bytes in, bytes out, called from several threads."""

    listeners: list[Callable[[], None]]
    """Called after each commit that desks may want to hear of."""

    def round(self, replica_id: str, body: bytes) -> bytes: ...

    def pack(self, replica_id: str, name: str) -> Path: ...

    def take_blob(
        self, replica_id: str, name: str, at: int, size: int, piece: bytes, *, sealed: bool = False
    ) -> int: ...

    def blob(self, replica_id: str, name: str, at: int) -> bytes: ...

    def rescued(self, replica_id: str, epoch: int, number: int) -> bytes: ...

    def lifeboat(self, replica_id: str, body: bytes) -> bytes: ...

    def head_pos(self, replica_id: str) -> int: ...

    def stirred(self, since: int) -> Stirred: ...

    def news(self, replica_id: str, since: int) -> News: ...

    def tend(self) -> None: ...


class Service:
    """One process's part of a district: runs its blocking work in threads and knows each caller."""

    def __init__(self, engine: Engine, rounds: Rounds, enroller: Enroller, ca_pem: str, limits: Limits) -> None:
        self.rounds = rounds
        self.limits = limits
        self.ca_pem = ca_pem
        self.bell = Bell(self._head, self._head_of, self._stirred)
        self._engine = engine
        self._enroller = enroller
        self._work = CapacityLimiter(limits.rounds_at_once)
        # Looks and log-ins have threads of their own, so that a queue of rounds delays no wake-up.
        self._look = CapacityLimiter(2)
        self._tending = CapacityLimiter(1)
        self._queued = 0
        self._waiting = 0
        self._guesses = Guesses(limits.wrong_codes_max, limits.wrong_codes_s)
        rounds.listeners.append(self.bell.ring)

    async def replica(self, token: str) -> str:
        """Whose token this is; raises Refused."""
        return await to_thread.run_sync(self._replica_of, token, limiter=self._look)

    async def work(self, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a piece of the district's work in a thread; raises Overloaded where the queue is full."""
        if self._queued >= self.limits.rounds_queued_max:
            raise Overloaded("区服务器繁忙，稍后自动重试")
        self._queued += 1
        try:
            return await to_thread.run_sync(lambda: task(*args, **kwargs), limiter=self._work)
        finally:
            self._queued -= 1

    async def wait(self, replica: str, pos: int, seconds: float) -> int:
        """The long poll: see `Bell.wait`."""
        if self._waiting >= self.limits.waiting_max:
            raise Overloaded("区服务器繁忙，稍后自动重试")
        self._waiting += 1
        try:
            return await self.bell.wait(replica, pos, seconds)
        finally:
            self._waiting -= 1

    async def enrol(self, address: str, request: EnrolRequest) -> Enrolment:
        """Enrol a desk; an address that keeps guessing is made to wait."""
        if self._guesses.spent(address):
            raise TooManyGuesses("注册码多次有误，请稍后再试")
        try:
            return await self.work(self._enroller.enrol, request)
        except Refused:
            self._guesses.note(address)
            log.warning("an enrolment from %s was refused", address)
            raise

    async def tend(self) -> None:
        """What time alone brings."""
        await to_thread.run_sync(self.rounds.tend, limiter=self._tending)

    async def health(self) -> int:
        """The district's newest position, read from the database just now."""
        return await self._head()

    async def _head(self) -> int:
        return await to_thread.run_sync(self._read_head, limiter=self._look)

    async def _head_of(self, replica: str) -> int:
        return await to_thread.run_sync(self.rounds.head_pos, replica, limiter=self._look)

    async def _stirred(self, since: int) -> Stirred:
        return await to_thread.run_sync(self.rounds.stirred, since, limiter=self._look)

    def _replica_of(self, token: str) -> str:
        with self._engine.connect().execution_options(reads=True) as conn:
            return tokens.replica_of(conn, token)

    def _read_head(self) -> int:
        with self._engine.connect().execution_options(reads=True) as conn:
            return int(conn.execute(select(META.c.pos)).scalar_one())


class Guesses:
    """Who has sent wrong codes lately; bounded in memory, since addresses are free to an attacker."""

    ADDRESSES_MAX = 10_000

    def __init__(self, most: int, within_s: float) -> None:
        self._most = most
        self._within_s = within_s
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def note(self, address: str) -> None:
        times = self._seen.setdefault(address, deque(maxlen=self._most))
        times.append(time.monotonic())
        self._seen.move_to_end(address)
        if len(self._seen) > self.ADDRESSES_MAX:
            self._seen.popitem(last=False)

    def spent(self, address: str) -> bool:
        times = self._seen.get(address)
        return times is not None and len(times) == self._most and time.monotonic() - times[0] < self._within_s
