"""A sheet on which an administrator asks the district to do one thing, with the reason where it may not be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFormLayout, QWidget

from baiyun_desktop.replica.admin_line import Administration
from baiyun_desktop.replica.errors import DoorRefusal
from baiyun_desktop.ui.parts import button, column, retone, row, text
from baiyun_desktop.ui.password import form
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say

WIDTH_PX = 460
Wish = tuple[str, msgspec.Struct, type[Any]]
"""(path, what is asked for, what is answered)."""


class DeedSheet(QDialog):
    """Subclasses lay out their fields, say what is wished for or why not yet, and what to show once it is done."""

    name = ""
    """Of its words: `admin.NAME_title`, `admin.NAME_go` and, where there is one, `admin.NAME_help`."""

    def __init__(self, shell: Shell, line: Administration, parent: QWidget | None = None, **said: object) -> None:
        super().__init__(parent)
        self.shell, self.line = shell, line
        self.setWindowTitle(say(f"admin.{self.name}_title", **said))
        self.setMinimumWidth(WIDTH_PX)
        self._help = say(f"admin.{self.name}_help", **said)
        self.message = text(self._help, "help", wrap=True)
        self.go = button(say(f"admin.{self.name}_go"), self.try_it, look="primary")
        self._cancel = button(say("admin.cancel"), self.reject)
        self._body = QWidget()
        self._body.setLayout(column(*self.lines(), self.message, row(None, self._cancel, self.go), gap=12))
        self.setLayout(column(self._body, margins=(18, 16, 18, 16)))

    # --- what a sheet is made of ------------------------------------------------------------------------------------

    def lines(self) -> list[QWidget | QFormLayout]:
        """The fields."""
        return []

    def hindrance(self) -> str:
        """Why it cannot be asked for as it stands; empty where it can."""
        return ""

    def wish(self) -> Wish:
        """What the district is to do."""
        raise NotImplementedError

    def carried_out(self, answer: Any) -> None:
        """Subclasses that were given something to be read out show it; the others are done."""
        self.shell.tell(say("admin.is_done"), "good")
        self.accept()

    # --- asking -----------------------------------------------------------------------------------------------------

    def check(self) -> bool:
        """Says at once what stands in the way."""
        why = self.hindrance()
        self.say(why)
        return not why

    def say(self, why: str) -> None:
        """A reason, or what the sheet is for."""
        self.message.setText(why or self._help)
        retone(self.message, "tone", "bad" if why else "")
        self.fit()

    def fit(self) -> None:
        """As tall as its words need, which may have become more; once the layout has heard of them."""
        QTimer.singleShot(0, self, self._fit)

    def _fit(self) -> None:
        layout = self.layout()
        assert layout is not None
        layout.activate()
        width = max(self.width(), layout.minimumSize().width())
        self.resize(width, max(layout.totalHeightForWidth(width), layout.minimumSize().height()))

    def try_it(self) -> None:
        """Ask the district, in a thread."""
        if not self.check():
            return
        path, wanted, kind = self.wish()
        self._body.setEnabled(False)
        job = self.shell.work.ask(self, lambda _: self.line.do(path, wanted, kind), self._answered)
        job.on_error = self._refused

    def _answered(self, answer: Any) -> None:
        self._body.setEnabled(True)
        self.carried_out(answer)

    def _refused(self, error: Exception) -> None:
        self._body.setEnabled(True)
        if not isinstance(error, DoorRefusal):
            self.shell.work.trouble.emit(error)
        self.say(str(error))
        self.go.setFocus()

    def show_secret(self, secret: str, *more: str) -> None:
        """What is to be read out or handed over, large, until the sheet is closed: it is never shown again."""
        self._body.hide()
        self.secret = text(secret, "big", select=True)
        self.secret.setAccessibleName(secret)
        copy = button(say("admin.copy"), _copying(secret))
        self.close_button = button(say("admin.close"), self.accept, look="primary")
        said = [text(words, "", wrap=True, select=True) for words in more if words]
        made = QWidget()
        made.setLayout(column(self.secret, *said, row(None, copy, self.close_button), gap=12))
        layout = self.layout()
        assert layout is not None
        layout.addWidget(made)
        self.fit()
        self.close_button.setFocus()


def _copying(secret: str) -> Callable[[], None]:
    return lambda: QGuiApplication.clipboard().setText(secret)


def labelled(*pairs: tuple[str, QWidget]) -> QFormLayout:
    """Labels at the left, inputs at the right."""
    return form(*((f"admin.{name}", widget) for name, widget in pairs))
