"""Which machine this is, by the mark that its system was given when it was installed; for what must not travel to another."""

from __future__ import annotations

import hashlib
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

from baiyun_desktop.replica.machine_macos import platform_id
from baiyun_desktop.replica.machine_windows import machine_guid

LINUX = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))
PURPOSE = b"baiyun desktop/numbers"


@cache
def machine_mark() -> str:
    """The same on one machine as long as its system is not installed anew; empty where the system has no mark.

    Nobody learns the system's own mark from it. Disk images that were copied with it have the same.
    """
    found = {"win32": machine_guid, "darwin": platform_id}.get(sys.platform, _linux)()
    return hashlib.blake2b(found.encode(), key=PURPOSE, digest_size=8).hexdigest() if found else ""


def _linux() -> str:
    for path in LINUX:
        with suppress(OSError, UnicodeDecodeError):
            if found := path.read_text("ascii").strip():
                return found
    return ""
