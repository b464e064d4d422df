"""Windows alone: the mark that the system gave a machine when it was installed."""

from __future__ import annotations

import sys
from collections.abc import Callable

KEY, NAME = r"SOFTWARE\Microsoft\Cryptography", "MachineGuid"


def _read(key: str, name: str) -> str:
    if sys.platform == "win32":
        import winreg

        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as opened:
            return str(winreg.QueryValueEx(opened, name)[0])
    raise RuntimeError("the registry is a matter of Windows")


def machine_guid(read: Callable[[str, str], str] = _read) -> str:
    """Empty where the registry does not say."""
    try:
        return read(KEY, NAME).strip()
    except OSError:
        return ""
