"""An officer's hands and eyes for a story without a person: keys pressed in the real window, pictures of what it shows."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from baiyun_desktop.ui.window import MainWindow

WAIT_S_MAX = 20.0
SETTLE_MS = 120
"""What a screen is given to finish drawing before its picture is taken."""


class StoryStuck(Exception):
    """The window did not come to what the story expects; the words say what was waited for."""


class Hands:
    """Types into one window and takes its picture."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        self.window = window
        self._folder = folder

    def front(self) -> None:
        """Brings the window before the other one: keys go to the window in front."""
        self.window.raise_()
        self.window.activateWindow()
        self.until("the window is in front", self.window.isActiveWindow)

    def until(self, what: str, done: Callable[[], bool], seconds: float = WAIT_S_MAX) -> None:
        """Lets the window work until it shows `what`. Raises StoryStuck where it does not."""
        end = time.monotonic() + seconds
        while not done():
            if time.monotonic() > end:
                raise StoryStuck(what)
            QTest.qWait(10)

    def keys(self, text: str, into: QWidget | None = None) -> None:
        """Types text where the caret is; Chinese comes in as an input method commits it."""
        target = into or self._focus()
        if text.isascii():
            QTest.keyClicks(target, text)
            return
        event = QInputMethodEvent()
        event.setCommitString(text)
        QApplication.sendEvent(target, event)

    def press(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier, into: QWidget | None = None
    ) -> None:
        """Presses one key, with Ctrl or Alt where given."""
        QTest.keyClick(into or self._focus(), key, modifier)

    def fill(self, field: QWidget, text: str, *, then: Qt.Key | None = Qt.Key.Key_Return) -> None:
        """Puts the caret into a field, types over what stands there, and goes on with `then`."""
        editor = field.focusProxy() or field
        editor.setFocus()
        self.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier, into=editor)
        self.press(Qt.Key.Key_Delete, into=editor)
        self.keys(text, into=editor)
        if then is not None:
            self.press(then, into=editor)

    def picture(self, name: str) -> Path:
        """What the window shows now, as a PNG in the story's folder."""
        self.window.refresh_status()
        self.until("the window has read all that it shows", lambda: not self.window.shell.work.busy)
        QTest.qWait(SETTLE_MS)
        QApplication.processEvents()
        path = self._folder / f"{name}.png"
        if not self.window.grab().save(str(path), "PNG"):
            raise StoryStuck(f"the picture {path} could not be written")
        return path

    def _focus(self) -> QWidget:
        return QApplication.focusWidget() or self.window
