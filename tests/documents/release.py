"""Puts today's layouts with those that went out: `python -m tests.documents.release`, whenever one of them changes.

What was issued by a layout is printed again by it, so a released one is never changed and never removed.
"""

from __future__ import annotations

import hashlib

from baiyun_desktop.documents.templates import FOLDER, RELEASED, closed

PIECES = {"house"}
"""Imported by layouts, and none by itself."""


def name_of(stem: str, source: str) -> str:
    """A released layout is called by its contents, so that nobody changes it unnoticed."""
    return f"{stem}-{hashlib.sha256(source.encode()).hexdigest()[:16]}.typ"


def today() -> dict[str, str]:
    """The layouts of this version, closed, by the name they are released under."""
    found = {path.stem: closed(path.read_text("utf-8")) for path in FOLDER.glob("*.typ") if path.stem not in PIECES}
    return {name_of(stem, source): source for stem, source in found.items()}


if __name__ == "__main__":
    RELEASED.mkdir(exist_ok=True)
    for name, source in today().items():
        (RELEASED / name).write_text(source, "utf-8")
