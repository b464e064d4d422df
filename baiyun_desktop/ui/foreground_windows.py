"""Windows alone: lets the program that is already open come forward, which only the one in front may allow."""

from __future__ import annotations

import sys
from collections.abc import Callable


def _allow(pid: int) -> None:
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.AllowSetForegroundWindow(pid)


def allow_foreground(pid: int | None, allow: Callable[[int], None] = _allow) -> None:
    """Passes the foreground on to a process, where it is known which."""
    if pid:
        allow(pid)
