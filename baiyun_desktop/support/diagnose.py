"""One zip for an administrator far away: what runs here and how it stands, without a value of anybody's record."""

from __future__ import annotations

import importlib.metadata
import json
import locale
import os
import platform
import shutil
import sys
import urllib.request
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from baiyun_desktop.support.logs import tail
from baiyun_desktop.support.privacy import scrub

LOG_LINES = 2_000
PACKAGES = (
    "baiyun-desktop PySide6-Essentials sqlalchemy sqlcipher3 requests urllib3 keyring cryptography PyNaCl msgspec"
    " zstandard platformdirs python-calamine openpyxl pypinyin rapidfuzz typst pypdfium2"
).split()
_ENVIRONMENT = (
    "LANG LC_ALL QT_QPA_PLATFORM QT_IM_MODULE QT_IM_MODULES XMODIFIERS XDG_SESSION_TYPE XDG_CURRENT_DESKTOP".split()
)
"""Of these the words are told; of all others nothing."""


def write_diagnostic(
    out: Path, logs: Path, inventory: Mapping[str, Any] | None, fonts: Sequence[str], *, why: str = ""
) -> None:
    """Writes the zip whole or not at all. `inventory` is None where the desk could not be opened, `why` says so.

    Raises OSError.
    """
    parts: dict[str, Any] = {
        "versions.json": versions(),
        "platform.json": system(),
        "fonts.json": list(fonts),
        "desk.json": dict(inventory) if inventory is not None else {"not_opened": why},
    }
    schema = parts["desk.json"].pop("schema", [])
    making = out.with_name(out.name + ".making")
    try:
        with zipfile.ZipFile(making, "w", zipfile.ZIP_DEFLATED) as zipped:
            for name, content in parts.items():
                zipped.writestr(name, json.dumps(content, ensure_ascii=False, indent=1, default=str))
            zipped.writestr("schema.sql", "\n".join(f"{sql};" for sql in schema))
            zipped.writestr("log.txt", "\n".join(tail(logs, LOG_LINES)))
        os.replace(making, out)
    finally:
        making.unlink(missing_ok=True)


def versions() -> dict[str, str]:
    """What is installed."""
    found = {"python": platform.python_version(), "packaged": str(bool(getattr(sys, "frozen", False)))}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "?"
    return found


def system() -> dict[str, Any]:
    """The machine without its name and its user."""
    home = Path.home()
    return {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "system": platform.system(),
        "release": platform.release(),
        "version": platform.version(),
        "machine": platform.machine(),
        "libc": " ".join(platform.libc_ver()),
        "encoding": locale.getpreferredencoding(do_setlocale=False),
        "cpus": os.cpu_count(),
        "disk_free_mb": shutil.disk_usage(home).free // 2**20 if home.exists() else None,
        "proxies": sorted(urllib.request.getproxies()),
        "environment": {name: scrub(os.environ[name]) for name in _ENVIRONMENT if name in os.environ},
    }
