"""A real Secret Service on a message bus of its own, in which a test runs a piece of code as a logged-in officer would."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_UNLOCKED = 'printf %s "$KEYRING_PASSWORD" | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$@"'


def in_session(profile: Path, code: str, *arguments: str, password: str = "log-in", seconds_max: float = 60) -> str:
    """What `code` prints, run with the key store of the profile in that folder; another folder is another profile.

    Raises AssertionError with what it complained about.
    """
    profile.mkdir(parents=True, exist_ok=True)
    environment = {
        **{k: v for k, v in os.environ.items() if k not in ("PYTHON_KEYRING_BACKEND", "DISPLAY", "WAYLAND_DISPLAY")},
        "HOME": str(profile),
        "XDG_DATA_HOME": str(profile / "share"),
        "XDG_CONFIG_HOME": str(profile / "config"),
        "XDG_RUNTIME_DIR": str(profile),
        "KEYRING_PASSWORD": password,
        "PYTHONPATH": str(ROOT),
    }
    python = [sys.executable, "-c", code, *arguments]
    command = ["dbus-run-session", "--", "sh", "-c", _UNLOCKED, "sh", *python]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=seconds_max, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()
