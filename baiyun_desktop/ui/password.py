"""Choosing a password: two lines that are typed alike, in the log-in sheet and in the sheet for whoever is logged in."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFormLayout, QLineEdit, QWidget

from baiyun_desktop.keys.errors import KeyTrouble
from baiyun_desktop.replica.accounts import Accounts
from baiyun_desktop.replica.errors import DoorRefusal, ReplicaError
from baiyun_desktop.ui.parts import button, column, retone, row, text
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say

WIDTH_PX = 400
TROUBLE = (DoorRefusal, KeyTrouble, ReplicaError)
"""What is told in the sheet, in its own words; anything else is a bug."""


def secret(name: str) -> QLineEdit:
    """A line whose characters are not shown."""
    edit = QLineEdit()
    edit.setEchoMode(QLineEdit.EchoMode.Password)
    edit.setAccessibleName(say(name))
    return edit


def form(*lines: tuple[str, QWidget]) -> QFormLayout:
    """Labels at the left, inputs at the right."""
    made = QFormLayout()
    made.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
    made.setHorizontalSpacing(10)
    made.setVerticalSpacing(8)
    for name, edit in lines:
        made.addRow(say(name), edit)
    return made


class PasswordSheet(QDialog):
    """Another password for whoever is logged in; the old one is asked for, since the PC may have been left alone."""

    def __init__(self, shell: Shell, accounts: Accounts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shell, self._accounts = shell, accounts
        self.setWindowTitle(say("password.title"))
        self.setMinimumWidth(WIDTH_PX)
        self.old, self.new, self.again = secret("password.old"), secret("password.new"), secret("password.again")
        self.message = text(say("password.rule"), "help", wrap=True)
        self.go = button(say("password.go"), self.try_it, look="primary")
        later = button(say("password.later"), self.reject)
        fields = form(("password.old", self.old), ("password.new", self.new), ("password.again", self.again))
        self._body = QWidget()
        self._body.setLayout(column(fields, self.message, row(None, later, self.go), gap=12))
        self.setLayout(column(self._body, margins=(18, 16, 18, 16)))
        self.old.returnPressed.connect(self.new.setFocus)
        self.new.returnPressed.connect(self.again.setFocus)
        self.again.returnPressed.connect(self.try_it)

    def try_it(self) -> None:
        """Ask the desk to take it; in a thread, since checking a password is meant to be slow."""
        typed = self.old.text(), self.new.text(), self.again.text()
        self._body.setEnabled(False)
        job = self._shell.work.ask(self, lambda _: self._accounts.change(*typed), lambda _: self._done())
        job.on_error = self._refused

    def _done(self) -> None:
        self.accept()
        self._shell.tell(say("password.done"), "good")

    def _refused(self, error: Exception) -> None:
        self._body.setEnabled(True)
        if not isinstance(error, TROUBLE):
            self._shell.work.trouble.emit(error)
        self.message.setText(str(error))
        retone(self.message, "tone", "bad")
        (self.old if isinstance(error, DoorRefusal) else self.new).setFocus()
