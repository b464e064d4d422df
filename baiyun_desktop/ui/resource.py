"""Where the files under resources/ are, also inside a packaged program."""

from __future__ import annotations

from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2] / "resources"


def resource(*parts: str) -> Path:
    """The path of a file under resources/."""
    return _ROOT.joinpath(*parts)
