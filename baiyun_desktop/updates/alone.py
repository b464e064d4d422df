"""One launcher at a time tries a new version, so that an impatient second click does not count as a failed start."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """Whether nobody else is inside; the system lets go with the process, however that ends."""
    with open(folder / "launcher.lock", "a+b") as file:
        try:
            _lock(file.fileno())
        except OSError:
            yield False
        else:
            yield True
