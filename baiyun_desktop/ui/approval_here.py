"""Lets a second officer say yes at this PC: his name, his own password, nothing of it kept."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from baiyun_desktop.kernel.approval import APPROVAL
from baiyun_desktop.ui.approval_words import asked_for
from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.parts import button, column, retone, row, rule, text
from baiyun_desktop.ui.password import form
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say


class ApproveHere(QDialog):
    """For one approval; stays open after a wrong password."""

    given = Signal()

    def __init__(self, shell: Shell, record: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._shell, self._record = shell, record
        self.setWindowTitle(say("approval.here"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(420)
        self.officer, self.password = Edit(say("approval.officer")), Edit(say("approval.password"))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.officer.went_on.connect(self.password.setFocus)
        self.password.went_on.connect(self._give)
        self.password.committed.connect(self._give)
        self.said = text(say("approval.here_help"), "help", wrap=True)
        self.yes = button(say("approval.give"), self._give, look="primary")
        self.setLayout(column(
            *asked_for(shell.desk.replica.read.get(APPROVAL, record)), rule(),
            form(("approval.officer", self.officer), ("approval.password", self.password)), self.said,
            row(None, button(say("form.cancel"), self.reject, look="flat"), self.yes), gap=8, margins=(18, 16, 18, 14),
        ))  # fmt: skip
        self.officer.setFocus()

    def _give(self) -> None:
        desk, officer, password = self._shell.desk, self.officer.text().strip(), self.password.text()
        prove, record = desk.second, self._record
        if prove is None or not officer or not password:
            return
        self.yes.setEnabled(False)
        job = self._shell.work.ask(
            self, lambda job: desk.approvals.give_here(record, officer, password, prove), lambda _: self._done()
        )
        job.on_error = self._refused

    def _done(self) -> None:
        self.given.emit()
        self.accept()

    def _refused(self, error: Exception) -> None:
        self.yes.setEnabled(True)
        self.password.clear()
        self.password.setFocus()
        self.said.setText(str(error))
        retone(self.said, "tone", "bad")
