"""The long poll's bell: idle desks learn within two seconds that there is news, and hold nothing while they wait."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

LOOK_S = 0.5
"""How often the database is asked for its head while anyone waits: other workers commit there too."""
JITTER_S = 0.5
"""Each desk is woken at its own moment within this span, so that one commit does not bring 300 rounds at once."""


class Bell:
    """Wakes the waiting requests of one process.

    `head` reads the district's newest position and `head_of` the newest that concerns one replica; both run in a thread
    and take a database connection only for that moment.
    """

    def __init__(
        self,
        head: Callable[[], Awaitable[int]],
        head_of: Callable[[str], Awaitable[int]],
        *,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._head = head
        self._head_of = head_of
        self._jitter = jitter
        self._rung = asyncio.Event()
        self._seen = -1
        self._waiting = 0
        self._closed = False
        self._watch: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def ring(self) -> None:
        """News came in; callable from any thread."""
        if self._loop is not None and not self._closed:
            self._loop.call_soon_threadsafe(self._wake)

    def close(self) -> None:
        """Let everyone go home: the server stops. Called on the server's own loop."""
        self._closed = True
        self._wake()
        if self._watch is not None:
            self._watch.cancel()

    async def wait(self, replica: str, pos: int, seconds: float) -> int:
        """The newest position that concerns `replica`, as soon as it is beyond `pos`, else 0 after `seconds`."""
        self._loop = asyncio.get_running_loop()
        until = self._loop.time() + seconds
        self._waiting += 1
        try:
            self._start_watch()
            while True:
                rung = self._rung  # taken before looking, so that a commit during the look is not missed
                found = await self._head_of(replica)
                left = until - self._loop.time()
                if found > pos:
                    return found
                if left <= 0 or self._closed or not await _set_within(rung, left) or self._closed:
                    return 0
                await asyncio.sleep(min(self._jitter() * JITTER_S, max(0.0, until - self._loop.time())))
        finally:
            self._waiting -= 1

    def _wake(self) -> None:
        old, self._rung = self._rung, asyncio.Event()
        old.set()

    def _start_watch(self) -> None:
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._look())

    async def _look(self) -> None:
        """Rings for what other processes commit; ends when nobody waits."""
        while self._waiting and not self._closed:
            head = await self._head()
            if head != self._seen:
                self._seen = head
                self._wake()
            await asyncio.sleep(LOOK_S)


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True
