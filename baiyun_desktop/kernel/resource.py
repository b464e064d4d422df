"""Where the files under resources/ are, also inside a packaged program."""

from __future__ import annotations

import sys
from pathlib import Path

_HOME = Path(getattr(sys, "_MEIPASS", Path(__file__).resolve().parents[2]))


def resource(*parts: str) -> Path:
    """The path of a file under resources/."""
    return _HOME.joinpath("resources", *parts)
