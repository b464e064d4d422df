"""What somebody chose of how the desk looks, and where its windows stood, kept on this PC from one day to the next.

Nothing in it is about a resident, so it lies beside the encrypted file and not in it: the log-in sheet comes up in the
chosen colours and size too.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings

from baiyun_desktop.ui.colours import BY_NAME
from baiyun_desktop.ui.words import LANGUAGES

FILE = "looks.ini"
THEMES = tuple(BY_NAME)
ZOOMS = (100, 115, 125, 150, 175, 200)
"""Per cent, on top of what the system says of the screen."""


class Looks:
    """Without a path nothing is kept: a story or a test looks the same each time."""

    def __init__(self, path: Path | None = None) -> None:
        self._kept = QSettings(str(path), QSettings.Format.IniFormat) if path is not None else None

    def get(self, key: str) -> str:
        """What was put there; empty where nothing was, or somebody wrote what is no text into the file."""
        found = self._kept.value(key) if self._kept is not None else None
        return found if isinstance(found, str) else ""

    def put(self, key: str, value: str) -> None:
        """Keep it, and have it on the disk before the PC may lose its power."""
        if self._kept is not None:
            self._kept.setValue(key, value)
            self._kept.sync()

    @property
    def theme(self) -> str:
        """The colours by name; light ones where nobody chose."""
        chosen = self.get("look/theme")
        return chosen if chosen in THEMES else THEMES[0]

    @property
    def language(self) -> str:
        """Chinese where nobody chose."""
        chosen = self.get("look/language")
        return chosen if chosen in LANGUAGES else LANGUAGES[0]

    @property
    def zoom(self) -> int:
        """Of the letters and all round them, in per cent."""
        chosen = self.get("look/zoom")
        return int(chosen) if chosen in map(str, ZOOMS) else ZOOMS[0]

    def choose(self, *, theme: str = "", language: str = "", zoom: int = 0) -> None:
        """Keep what is given of the three."""
        for key, value in (("theme", theme), ("language", language), ("zoom", str(zoom) if zoom else "")):
            if value:
                self.put(f"look/{key}", value)


class _Now:
    looks = Looks()


def current() -> Looks:
    """Those in use in this process."""
    return _Now.looks


def use(path: Path | None) -> Looks:
    """Keep them in a file from now on, or nowhere."""
    _Now.looks = Looks(path)
    return _Now.looks
