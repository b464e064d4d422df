"""Tells the officer that the district has ended this desk and has all of its work, and closes the window over it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from baiyun_desktop.ui.words import say


class Ending(QObject):
    """`look` is for the courier's thread, after each round; what follows happens in the window's.

    The window closes as ever, so that typing that is not saved is asked about: what is saved then goes up first. Whoever
    opened the desk wipes it when the window is gone, if it is still over then.
    """

    _over = Signal()

    def __init__(self, window: QWidget, is_over: Callable[[], bool]) -> None:
        super().__init__(window)
        self._window, self._is_over = window, is_over
        self._told = False
        self._over.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def look(self) -> None:
        """Asks whether it is over; told once."""
        if not self._told and self._is_over():
            self._told = True
            self._over.emit()

    def _tell(self) -> None:
        QMessageBox.information(self._window, say("shell.title"), say("ending.over"))
        self._window.close()
