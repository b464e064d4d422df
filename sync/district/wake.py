"""The long poll's bell: idle desks learn within two seconds that there is news, and hold nothing while they wait."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable

LOOK_S = 0.5
"""How often the database is asked for news while anyone waits: other workers commit there too."""
LOOK_S_MIN = 0.1
"""Between two looks, however much is committed here."""
JITTER_S = 0.5
"""Each desk is woken at its own moment within this span, so that one commit does not bring 300 rounds at once."""

Stirred = tuple[int, dict[str, int]]
"""The newest position of all, and for each desk that something concerns, the newest that does."""


class Bell:
    """Wakes the waiting requests of one process.

    `head` reads the district's newest position, `head_of` the newest that concerns one replica, and `stirred` whom all
    that came after a position concerns: one look for all who wait. Each runs in a thread and takes a database connection
    only for that moment.
    """

    def __init__(
        self,
        head: Callable[[], Awaitable[int]],
        head_of: Callable[[str], Awaitable[int]],
        stirred: Callable[[int], Awaitable[Stirred]],
        *,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._head = head
        self._head_of = head_of
        self._stirred = stirred
        self._jitter = jitter
        self._rung = asyncio.Event()
        self._told = asyncio.Event()
        self._begun = asyncio.Event()
        self._waiting: Counter[str] = Counter()
        self._heads: dict[str, int] = {}
        self._closed = False
        self._watch: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def ring(self) -> None:
        """News came in; callable from any thread."""
        if self._loop is not None and not self._closed:
            self._loop.call_soon_threadsafe(self._rung.set)

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
        self._waiting[replica] += 1
        try:
            self._start_watch()
            # What comes after this look the watch hears of: it has begun, and keeps it for whoever waits.
            await _set_within(self._begun, seconds)
            found = await self._head_of(replica)
            while found <= pos:
                told = self._told
                found = self._heads.get(replica, 0)
                left = until - self._loop.time()
                if found > pos:
                    await asyncio.sleep(min(self._jitter() * JITTER_S, max(0.0, left)))
                    found = self._heads.get(replica, found)
                elif left <= 0 or self._closed or not await _set_within(told, left) or self._closed:
                    return 0
            return found
        finally:
            self._waiting[replica] -= 1
            if not self._waiting[replica]:
                del self._waiting[replica]

    def _wake(self) -> None:
        old, self._told = self._told, asyncio.Event()
        old.set()

    def _start_watch(self) -> None:
        if self._watch is None or self._watch.done():
            self._begun.clear()
            self._heads.clear()
            self._watch = asyncio.create_task(self._look())

    async def _look(self) -> None:
        """Looks for what this process or another has committed; ends when nobody waits."""
        seen = await self._head()
        self._begun.set()
        while self._waiting and not self._closed:
            await _set_within(self._rung, LOOK_S)
            self._rung.clear()
            seen, heads = await self._stirred(seen)
            concerned = heads.keys() & self._waiting.keys()
            if concerned:
                self._heads.update((replica, heads[replica]) for replica in concerned)
                self._wake()
            await asyncio.sleep(LOOK_S_MIN)


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True
