"""Windows alone: asks the system whether a drive letter is a network drive."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import PureWindowsPath

DRIVE_REMOTE = 4
"""`GetDriveTypeW`'s answer for a drive that another machine holds."""


def _drive_type(root: str) -> int:
    if sys.platform == "win32":
        import ctypes

        return int(ctypes.windll.kernel32.GetDriveTypeW(root))
    raise RuntimeError("drive letters are a matter of Windows")


def network_letter(path: str, drive_type: Callable[[str], int] = _drive_type) -> str | None:
    """The share or letter of a network drive, or None. A path with `\\\\server\\share` needs no question."""
    plain = path.removeprefix("\\\\?\\")  # the prefix of paths that may be long
    if plain.startswith("\\\\"):
        return PureWindowsPath(plain).drive
    if plain.startswith("UNC\\") and plain != path:
        return PureWindowsPath("\\\\" + plain.removeprefix("UNC\\")).drive
    letter = PureWindowsPath(plain).drive
    return letter if drive_type(letter + "\\") == DRIVE_REMOTE else None
