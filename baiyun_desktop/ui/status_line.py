"""The line at the bottom: the state of the line in plain words, one message that takes no focus, and a count."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QSizePolicy

from baiyun_desktop.ui.parts import button, retone, row, text
from baiyun_desktop.ui.sync_badge import SyncWords
from baiyun_desktop.ui.words import say

MESSAGE_S = 8


class StatusLine(QFrame):
    """Pressing the state asks for a round at once."""

    round_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("status")
        self._sync = button("", self.round_wanted.emit, look="flat", name=say("sync.name"))
        self._message = text()
        self._message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._count = text("", "muted")
        self._timer = QTimer(self, singleShot=True, interval=MESSAGE_S * 1000)
        self._timer.timeout.connect(lambda: self._message.setText(""))
        self._dot = text("●")
        self.setLayout(
            row(self._dot, self._sync, 12, (self._message), None, self._count, gap=2, margins=(14, 3, 14, 3))
        )
        self.layout().setStretchFactor(self._message, 1)  # type: ignore[union-attr]

    def show_sync(self, words: SyncWords) -> None:
        """The state of the line."""
        self._sync.setText(words.text)
        self._sync.setAccessibleName(say("sync.name") + " " + words.text)
        self._sync.setToolTip(words.more + " " + say("sync.now"))
        retone(self._dot, "tone", words.tone)

    @property
    def sync_text(self) -> str:
        return self._sync.text()

    @property
    def message(self) -> str:
        return self._message.text()

    def tell(self, words: str, tone: str) -> None:
        """One line for a few seconds; trouble stays until the next message."""
        self._message.setText(words)
        retone(self._message, "tone", "" if tone == "plain" else tone)
        self._timer.stop()
        if tone != "bad":
            self._timer.start()

    def count(self, words: str) -> None:
        """What the page shows of how many."""
        self._count.setText(words)
