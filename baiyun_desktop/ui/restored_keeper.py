"""Hands what is typed to the disk while nobody notices: half a second after a key, at once when a field is left."""

from __future__ import annotations

from collections.abc import Iterable

import shiboken6
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from baiyun_desktop.replica.unsaved import KeptForm, UnsavedWriter
from baiyun_desktop.ui.restored_form import typed_in
from baiyun_desktop.ui.shell import Page, Shell

AFTER_MS = 500
"""From the first key after a rest: somebody who types without a pause is kept twice a second."""


class TypingKeeper(QObject):
    """One per window. It reads pages and never writes to one, so that no input method is disturbed."""

    failed = Signal(object)
    """The disk did not take it; told once until it does."""
    gone = Signal(str)
    """What was kept under that id is saved or discarded."""

    def __init__(self, shell: Shell, parent: QObject) -> None:
        super().__init__(parent)
        self._shell = shell
        self._dirty: dict[Page, None] = {}
        self._stopped = False
        self._timer = QTimer(self, singleShot=True, interval=AFTER_MS)
        self._timer.timeout.connect(self.keep_now)
        self.writer = UnsavedWriter(shell.desk.replica.unsaved, self.failed.emit)
        shell.typed.connect(self._typed)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._left)

    def _typed(self, page: Page) -> None:
        if page.unsaved():
            self._dirty[page] = None
            if not self._timer.isActive():
                self._timer.start()
        elif page.kept_as:
            self.let_go(page)

    def _left(self, *_: object) -> None:
        if self._dirty:
            self.keep_now()

    def keep_now(self) -> None:
        """What was typed since the last time goes to the thread that writes."""
        dirty, self._dirty = self._dirty, {}
        self._timer.stop()
        desk = self._shell.desk
        for page in dirty:
            body = typed_in(page) if shiboken6.isValid(page) and page.unsaved() else None
            if body is not None:
                page.kept_as = page.kept_as or desk.replica.ids.new()
                self.writer.keep(KeptForm(page.kept_as, desk.now_ms(), body))

    def touch(self, page: Page) -> None:
        """The page came on screen: where a restart shows several, it is this one in front."""
        if page.kept_as and page.unsaved():
            self._typed(page)

    def let_go(self, page: Page) -> None:
        """What the page held is saved, or discarded on purpose."""
        self._dirty.pop(page, None)
        if page.kept_as:
            self.forget(page.kept_as)
            page.kept_as = ""

    def forget(self, form: str) -> None:
        """The same for a form that no page shows."""
        self.writer.let_go(form)
        self.gone.emit(form)

    def stop(self, discarded: Iterable[Page]) -> None:
        """The window closes: the last keys are written; what was left on purpose goes."""
        if self._stopped:
            return
        self._stopped = True
        self.keep_now()
        for page in discarded:
            self.let_go(page)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.disconnect(self._left)
        self.writer.stop()
