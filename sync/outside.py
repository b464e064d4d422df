"""Everything random or outside the program, as small protocols, so that a simulator can stand in for the world."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable
from typing import Protocol


class Clock(Protocol):
    """Wall time for showing, a monotonic one for waiting."""

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC, as this machine believes."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back."""
        ...


class Ids(Protocol):
    """Where ids of records come from."""

    def new(self) -> str:
        """A fresh id: 32 hex digits of a UUIDv7."""
        ...


Random = Callable[[int], bytes]
"""So many bytes that nobody can foretell."""


def system_random(size: int) -> bytes:
    """The operating system's own."""
    return os.urandom(size)


class SystemClock:
    """The machine's own clock."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        return time.monotonic()


class SystemIds:
    """UUIDv7 (RFC 9562): time first, so that new rows stand together in an index and compress well."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()

    def new(self) -> str:
        random = int.from_bytes(os.urandom(10), "big")
        value = (self._clock.now_ms() & (1 << 48) - 1) << 80 | random
        value = value & ~(0xF << 76) | 0x7 << 76
        value = value & ~(0x3 << 62) | 0x2 << 62
        return uuid.UUID(int=value).hex
