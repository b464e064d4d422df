"""The mark that Windows gave a machine when it was installed."""

from __future__ import annotations

import importlib
from typing import Any

KEY, NAME = r"SOFTWARE\Microsoft\Cryptography", "MachineGuid"


def machine_guid() -> str:
    """Empty where the registry does not say."""
    registry: Any = importlib.import_module("winreg")
    try:
        access = registry.KEY_READ | registry.KEY_WOW64_64KEY
        with registry.OpenKey(registry.HKEY_LOCAL_MACHINE, KEY, 0, access) as key:
            return str(registry.QueryValueEx(key, NAME)[0])
    except OSError:
        return ""
