"""Long work shows how far it is and can be stopped."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from baiyun_desktop.ui.parts import button, column, row, text
from baiyun_desktop.ui.words import say


class ProgressPane(QWidget):
    """Words, a bar, and a way to stop."""

    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._words = text("", "heading")
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(360)
        self._count = text("", "help")
        self._stop = button(say("progress.stop"), self._cancel)
        self.setLayout(
            column(
                None,
                self._words,
                row(None, self._bar, None),
                row(None, self._count, None),
                row(None, self._stop, None),
                None,
                gap=12,
            )
        )
        self.setFocusProxy(self._stop)

    def start(self, words: str) -> None:
        """Begin to show something whose end is not known yet."""
        self._words.setText(words)
        self._bar.setRange(0, 0)
        self._count.setText("")
        self._stop.setEnabled(True)

    def show_progress(self, done: int, total: int) -> None:
        """So far."""
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._count.setText(say("progress.count", done=done, total=total))

    def _cancel(self) -> None:
        self._stop.setEnabled(False)
        self._words.setText(say("progress.stopping"))
        self.cancelled.emit()
