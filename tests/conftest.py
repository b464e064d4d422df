"""Makes every test run the same anywhere: no display, no key store, no folders of the person at the machine."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from hypothesis import settings

# Before Qt, keyring or platformdirs are imported: they read these once.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
os.environ.pop("DBUS_SESSION_BUS_ADDRESS", None)
_HOME = Path(tempfile.gettempdir()) / f"baiyun-tests-{os.getpid()}"
for _name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "LOCALAPPDATA", "APPDATA"):
    os.environ[_name] = str(_HOME / _name.lower())

# Some machines are told to keep no compiled modules: each of some hundred processes would compile all of ours again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A shared machine is slow at times, which is no failure; a failing case prints what repeats it.
settings.register_profile("project", deadline=None, print_blob=True)
settings.load_profile("project")
