"""Opens a desk beside the event loop, and shows how far it is where an old file has to be upgraded first."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEventLoop, QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QProgressBar

from baiyun_desktop.ui.parts import column, text
from baiyun_desktop.ui.words import say

T = TypeVar("T")
Tell = Callable[[str, int, int], None]
_MB = 10**6


class Ready(QObject):
    """Takes word of a version that lies ready from the thread that fetched it to the window's."""

    said = Signal(str)


class UpgradeNote(QDialog):
    """Words and a bar. It cannot be closed: whoever switches the PC off finds the old file or the new one, whole."""

    told = Signal(str, int, int)
    ended = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle(say("shell.title"))
        self.setWindowFlag(Qt.WindowType.WindowCloseButtonHint, False)
        self.setModal(True)
        self._part = text("", "heading")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setMinimumWidth(380)
        self._bar.setAccessibleName(say("upgrade.title"))
        self._count = text("", "help")
        layout = column(self._part, self._bar, self._count, text(say("upgrade.safe"), "help"), gap=12)
        layout.setContentsMargins(28, 22, 28, 22)
        self.setLayout(layout)
        self.told.connect(self.show_part)

    def show_part(self, part: str, done: int, of: int) -> None:
        """What is done now; bytes where they are known."""
        self._part.setText(say(f"upgrade.{part}"))
        self._bar.setRange(0, max(of // 1024, 1) if of else 0)
        self._bar.setValue(done // 1024)
        self._count.setText(say("upgrade.count", done=f"{done / _MB:.0f}", total=f"{of / _MB:.0f}") if of else "")
        self.show()

    def reject(self) -> None:
        """Escape does nothing."""


def opened_beside(open_desk: Callable[[Tell], T]) -> T:
    """What `open_desk` returns or raises. It runs in a thread, so that an upgrade of minutes does not look like a hang."""
    note, loop = UpgradeNote(), QEventLoop()
    found: list[T] = []
    wrong: list[BaseException] = []

    def work() -> None:
        try:
            found.append(open_desk(note.told.emit))
        except BaseException as error:  # noqa: BLE001 - handed over to the window's thread, which raises it
            wrong.append(error)
        finally:
            note.ended.emit()

    note.ended.connect(loop.quit)
    thread = threading.Thread(target=work, name="opening")
    thread.start()
    loop.exec()
    thread.join()
    note.hide()
    note.deleteLater()
    if wrong:
        raise wrong[0]
    return found[0]
