"""Notices a card reader that types like a keyboard, and takes its line out of whatever field happened to have the caret."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from baiyun_desktop.intake.pasted import BAR, is_readers

GAP_MS = 150
"""Between two characters of one line. Devices take some 5 to 20 ms; a slow PC hands them on in heaps."""
HOLD_FROM = 5
HOLD_GAP_MS = 40
"""From the fifth of a run this fast, and from the first bar on, keys do nothing where there is no text to be typed."""
TWICE_MS = 200
"""Some devices end a line with two Enters; the second must press no button."""
_HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


@dataclass
class _Before:
    """What stood in an editor when the run came to it."""

    editor: QWidget
    words: str
    at: int

    @classmethod
    def of(cls, widget: QWidget) -> _Before:
        if isinstance(widget, QLineEdit):
            return cls(widget, widget.text(), widget.cursorPosition())
        if isinstance(widget, QPlainTextEdit | QTextEdit):
            return cls(widget, widget.toPlainText(), widget.textCursor().position())
        return cls(widget, "", 0)

    def put_back(self) -> None:
        if not shiboken6.isValid(self.editor):
            return
        if isinstance(self.editor, QLineEdit) and self.editor.text() != self.words:
            self.editor.setText(self.words)
            self.editor.setCursorPosition(self.at)
            self.editor.textEdited.emit(self.words)
        if isinstance(self.editor, QPlainTextEdit | QTextEdit) and self.editor.toPlainText() != self.words:
            cursor = self.editor.textCursor()
            cursor.select(QTextCursor.SelectionType.Document)
            cursor.insertText(self.words)  # as an edit: it can be undone, and whoever listens hears of it
            cursor.setPosition(self.at)
            self.editor.setTextCursor(cursor)


@dataclass
class _Run:
    """Characters that came one right after the other."""

    words: str = ""
    last_ms: float = 0.0
    slowest_ms: float = 0.0
    before: list[_Before] = field(default_factory=list)


class ReaderKeys(QObject):
    """Looks only at the widget that has the caret: a filter on the whole program would be asked for every paint."""

    def __init__(
        self,
        hear: Callable[[str], object],
        window: QWidget,
        now_ms: Callable[[], float] = lambda: time.monotonic() * 1000,
    ) -> None:
        super().__init__(window)
        self._hear, self._window, self.now_ms = hear, window, now_ms
        self._watched: QWidget | None = None
        self._run = _Run()
        self._heard_ms = float("-inf")
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._moved)
        self._moved(None, QApplication.focusWidget())

    def _moved(self, _old: QWidget | None, now: QWidget | None) -> None:
        if self._watched is not None and shiboken6.isValid(self._watched):
            self._watched.removeEventFilter(self)
        self._watched = now if now is not None and self._is_mine(now) else None
        if self._watched is not None:
            self._watched.installEventFilter(self)

    def _is_mine(self, widget: QWidget | None) -> bool:
        """Whether it stands in this window or in a dialog of it: a PC with several posts has several windows."""
        while widget is not None and widget is not self._window:
            widget = widget.parentWidget()
        return widget is not None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(watched, QWidget):
            return False
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(watched, event)
        if event.type() == QEvent.Type.InputMethod and isinstance(event, QInputMethodEvent) and event.commitString():
            self._add(watched, event.commitString())
        return False

    def _key(self, widget: QWidget, event: QKeyEvent) -> bool:
        """Whether the key goes no further."""
        words = event.text()
        if words in ("\r", "\n"):
            return self._end()
        if event.modifiers() & _HELD or event.isAutoRepeat():
            self._run = _Run()
            return False
        if not words.isprintable() or not words:
            if words:  # Tab, Backspace, Escape: hands
                self._run = _Run()
            return False
        self._add(widget, words)
        typed = isinstance(widget, QLineEdit | QPlainTextEdit | QTextEdit)
        run = self._run
        by_device = len(run.words) >= HOLD_FROM and run.slowest_ms <= HOLD_GAP_MS
        return not typed and (by_device or BAR in run.words)

    def _add(self, widget: QWidget, words: str) -> None:
        now, run = self.now_ms(), self._run
        if now - run.last_ms > GAP_MS:
            run = self._run = _Run(last_ms=now)
        if all(before.editor is not widget for before in run.before):
            run.before.append(_Before.of(widget))
        run.words += words
        run.slowest_ms = max(run.slowest_ms, now - run.last_ms)
        run.last_ms = now

    def _end(self) -> bool:
        run, self._run, now = self._run, _Run(), self.now_ms()
        if not run.words:
            return now - self._heard_ms < TWICE_MS
        if now - run.last_ms > GAP_MS or not is_readers(run.words):
            return False
        for before in reversed(run.before):
            before.put_back()
        self._heard_ms = now
        self._hear(run.words)
        return True
