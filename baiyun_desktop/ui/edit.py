"""A line edit that knows when an input method is composing, so that Enter goes on only when a person means it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from baiyun_desktop.ui.precedence import acted

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_WALK = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_OF_COMPOSING = (*_ENTER, *_WALK, Qt.Key.Key_Escape)
"""Keys that choose among an input method's candidates or drop them; some pass them on all the same."""


class Edit(QLineEdit):
    """`went_on` says Enter outside composition; the caller moves the focus."""

    went_on = Signal()
    committed = Signal()
    """Enter with Ctrl: the whole form is meant."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._composing = False
        self.takes_paste: Callable[[str], bool] | None = None
        """Who is asked first what was pasted here: it may be more than this one value."""

    @property
    def composing(self) -> bool:
        """Whether an input method shows characters that are not chosen yet."""
        return self._composing

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        acted()
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def focusOutEvent(self, event: object) -> None:
        self._composing = False
        super().focusOutEvent(event)  # type: ignore[arg-type]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        acted()
        if self._composing and event.key() in _OF_COMPOSING:
            event.accept()
            return
        if self.takes_paste is not None and event.matches(QKeySequence.StandardKey.Paste) and not self.isReadOnly():
            self._paste(QGuiApplication.clipboard().text(), self.takes_paste)
            return
        if event.key() not in _ENTER:
            super().keyPressEvent(event)
            return
        event.accept()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.committed.emit()
        else:
            self.went_on.emit()

    def _paste(self, words: str, taken: Callable[[str], bool]) -> None:
        if not taken(words):
            self.insert(" ".join(words.split("\n")))
            self.textEdited.emit(self.text())

    def set_tone(self, tone: str) -> None:
        """ "", "proposed", "warn" or "bad": the colour of its frame."""
        if (self.property("tone") or "") != tone:
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)


def tone_of(editor: QWidget, tone: str) -> None:
    """Give an editor's line that colour, where it has one."""
    edit = editor if isinstance(editor, Edit) else editor.focusProxy()
    if isinstance(edit, Edit):
        edit.set_tone(tone)
