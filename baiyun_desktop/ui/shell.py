"""What a page may ask of the window it stands in: data changed, go there, open that, tell the officer."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, Protocol

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from baiyun_desktop.replica.changes import Changes, merge
from baiyun_desktop.ui.desk import DeskContext
from baiyun_desktop.ui.precedence import stand_aside
from baiyun_desktop.ui.work import Work

GATHER_MS = 40
"""Commits this close together are one refresh: a courier's slices would repaint the list fifty times a second."""
GATHER_OFTEN_MS = 400
"""And while commit follows on commit: nobody reads faster, and each look costs the typist time."""


class Navigator(Protocol):
    """The part of the window that changes pages."""

    def go(self, place: str) -> Page: ...
    def open(self, kind: str, record: str) -> Page: ...
    def new(self, kind: str, values: Mapping[str, Any]) -> Page: ...
    def retype(self, kind: str, record: str, values: Mapping[str, Any]) -> Page: ...
    def back(self) -> None: ...
    def tell(self, text: str, tone: str) -> None: ...


class Shell(QObject):
    """One per window, given to each page."""

    changed = Signal(object)
    """`Changes`, in the window's thread, gathered over a few milliseconds."""
    typed = Signal(object)
    """A `Page` on which somebody typed, or that was saved or emptied."""
    hindered = Signal(object, object)
    """An error that kept something from being saved, and what tries it again."""
    _arrived = Signal()

    def __init__(self, desk: DeskContext, navigator: Navigator, parent: QObject) -> None:
        super().__init__(parent)
        self.desk = desk
        self.work = Work(self)
        self._navigator = navigator
        self._lock = threading.Lock()
        self._waiting: list[Changes] = []
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._publish)
        self._since = QElapsedTimer()
        self._arrived.connect(self._gather, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = desk.replica.subscribe(self._hear)

    def _hear(self, changes: Changes) -> None:
        """In the thread that committed."""
        with self._lock:
            self._waiting.append(changes)
        self._arrived.emit()
        if not changes.act:  # a courier's, who has just let go of the file
            stand_aside()

    def _gather(self) -> None:
        if not self._timer.isActive():
            often = self._since.isValid() and self._since.elapsed() < GATHER_OFTEN_MS
            self._timer.start(GATHER_OFTEN_MS if often else GATHER_MS)

    def _publish(self) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, []
        if waiting:
            self.changed.emit(merge(waiting))
            self._since.start()

    def close(self) -> None:
        """Hear and do nothing more; waits for what runs."""
        self._unsubscribe()
        self._timer.stop()
        self.work.stop()

    def go(self, place: str) -> Page:
        """Show a place of the navigation by its key."""
        return self._navigator.go(place)

    def open(self, kind: str, record: str) -> Page:
        """Show one record."""
        return self._navigator.open(kind, record)

    def new(self, kind: str, values: Mapping[str, Any] | None = None) -> Page:
        """Show an empty form of that kind, with what is already known filled in."""
        return self._navigator.new(kind, values or {})

    def retype(self, kind: str, record: str, values: Mapping[str, Any]) -> Page:
        """Show a record's form with values typed into it and not saved; the record need not be there yet."""
        return self._navigator.retype(kind, record, values)

    def back(self) -> None:
        """Show what was shown before."""
        self._navigator.back()

    def tell(self, text: str, tone: str = "plain") -> None:
        """One line at the bottom that does not take the focus; `tone` is plain, good, warn or bad."""
        self._navigator.tell(text, tone)


class Page(QWidget):
    """One screen in the middle of the window."""

    title = ""
    kept_as = ""
    """Under which id what is typed here is kept for the case of a crash."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.shell = shell
        self.setProperty("page", True)
        self._stale = False
        shell.changed.connect(self._heard)

    def _heard(self, changes: Changes) -> None:
        """A page that nobody sees looks again when it is seen: a dozen of them would hold up the one in sight."""
        if not self.concerned(changes):
            return
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._stale = False
            self.refresh()

    def concerned(self, changes: Changes) -> bool:
        """Whether what changed could look different here."""
        return True

    def refresh(self) -> None:
        """Ask again for what is shown."""

    def entered(self) -> None:
        """The page has come on screen: put the caret where work starts."""

    def begin(self, verb: str) -> None:
        """Ask for what a step needs, where the page shows a record that may take it."""

    def take_words(self, words: str, *, walk: bool = True) -> bool:
        """Fill in whom a pasted line or a card reader's names, where this page has a place for somebody; whether it had.

        Where `walk` is false the caret stays where it is: somebody may be typing.
        """
        return False

    def unsaved(self) -> bool:
        """Whether leaving for good would lose typing."""
        return False
