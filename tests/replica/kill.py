"""Starts a process and has it killed at a named point, as a power cut would; it must have come that far."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path


def killed(work: str, point: str, home: Path, backups: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.replica.victim_keys", work, point, str(home), str(backups)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
