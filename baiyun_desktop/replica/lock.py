"""Who may write now: one process per replica file, and within it one writer at a time with the clerk first."""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import IO

from baiyun_desktop.replica.errors import ReplicaInUse


class Priority(Enum):
    """Who asks for the writer lock."""

    CLERK = "clerk"
    COURIER = "courier"


class WriterLock:
    """One writer per process. A waiting clerk always goes before a waiting courier, and clerks' saves in the order they
    came: an import that saves on and on keeps nobody's single save waiting.

    SQLite's own busy timeout lets writers race: beside a courier the worst save measured was 659 ms, with this
    lock and slices of about 20 ms it is 75 ms.
    """

    def __init__(self) -> None:
        self._free = threading.Condition()
        self._holder: int | None = None
        self._clerks: deque[object] = deque()
        self._couriers = 0

    @property
    def waiting(self) -> int:
        """How many wait for the lock."""
        return len(self._clerks) + self._couriers

    @property
    def clerk_waits(self) -> bool:
        """Whether a courier should end its slice now."""
        return bool(self._clerks)

    @contextmanager
    def hold(self, priority: Priority) -> Iterator[None]:
        """Wait for the lock and keep it inside the block.

        Raises RuntimeError where the thread already holds it: a save inside a save would wait for itself.
        """
        me = threading.get_ident()
        if self._holder == me:
            raise RuntimeError("this thread is already writing to the replica")
        with self._free:
            if priority is Priority.CLERK:
                self._wait_as_clerk()
            else:
                self._wait_as_courier()
            self._holder = me
        try:
            yield
        finally:
            with self._free:
                self._holder = None
                self._free.notify_all()

    def _wait_as_clerk(self) -> None:
        ticket = object()
        self._clerks.append(ticket)
        try:
            self._free.wait_for(lambda: self._holder is None and self._clerks[0] is ticket)
        finally:
            self._clerks.remove(ticket)

    def _wait_as_courier(self) -> None:
        self._couriers += 1
        try:
            self._free.wait_for(lambda: self._holder is None and not self._clerks)
        finally:
            self._couriers -= 1


class InstanceLock:
    """A lock file beside the replica that the operating system drops when the process dies, however it dies."""

    def __init__(self, replica: Path) -> None:
        self.path = replica.with_name(replica.name + ".lock")
        self._file: IO[bytes] | None = None

    def acquire(self) -> None:
        """Raises ReplicaInUse where another process, or another open replica of this one, holds it."""
        file = open(self.path, "a+b")  # noqa: SIM115  (held until release)
        try:
            _lock(file)
        except OSError as error:
            holder = self.holder()
            file.close()
            raise ReplicaInUse(f"the replica {self.path.stem} is open in process {holder or 'unknown'}") from error
        file.seek(1)
        file.truncate()
        file.write(b"%d" % os.getpid())
        file.flush()
        self._file = file

    def holder(self) -> int | None:
        """The process id written by whoever holds the lock."""
        try:
            with open(self.path, "rb") as file:
                file.seek(1)
                return int(file.read(20) or b"0") or None
        except (OSError, ValueError):
            return None

    def release(self) -> None:
        if self._file is not None:
            _unlock(self._file)
            self._file.close()
            self._file = None


# Byte 0 is the locked byte and never written: Windows forbids reading a locked one, and the holder's id must be read.
if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

    def _unlock(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(file: IO[bytes]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_UN)
