"""Has a desk's upkeep killed at a named point, as a power cut would; it must have come that far."""

from __future__ import annotations

from pathlib import Path

from tests import born


def killed(work: str, point: str, home: Path, backups: Path) -> None:
    born.killed("tests.replica.victim_keys", work, point, home, backups)
