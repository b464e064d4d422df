"""The first minute of a new desk: the district's address and the one-time code, and a passphrase where one is needed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from baiyun_desktop.keys.errors import WeakPassphrase
from baiyun_desktop.keys.wraps import check_new_passphrase
from baiyun_desktop.ui.words import say


class FirstContact(QDialog):
    """Asks until `enrol(address, code, passphrase)` succeeds or the officer gives up; says each time what to do."""

    def __init__(
        self,
        enrol: Callable[[str, str, str], None],
        trouble: tuple[type[Exception], ...],
        *,
        passphrase: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._enrol = enrol
        self._trouble = trouble
        self.setWindowTitle(say("first.title"))
        self.setMinimumWidth(460)
        self.address = self._edit("first.address", "192.168.1.10:8443")
        self.code = self._edit("first.code", "XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX")
        self.secret = self._edit("first.passphrase", "")
        self.again = self._edit("first.again", "")
        for edit in (self.secret, self.again):
            edit.setEchoMode(QLineEdit.EchoMode.Password)
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        form.addRow(say("first.address"), self.address)
        form.addRow(say("first.code"), self.code)
        if passphrase:
            form.addRow(say("first.passphrase"), self.secret)
            form.addRow(say("first.again"), self.again)
        self.message = QLabel(say("first.hint_passphrase" if passphrase else "first.hint"))
        self.message.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.button(QDialogButtonBox.StandardButton.Ok).setText(say("first.go"))
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(say("first.later"))
        buttons.accepted.connect(self._try)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addWidget(self.message)
        layout.addLayout(form)
        layout.addWidget(buttons)
        self._passphrase = passphrase

    def _edit(self, name: str, placeholder: str) -> QLineEdit:
        edit = QLineEdit()
        edit.setAccessibleName(say(name))
        edit.setPlaceholderText(placeholder)
        return edit

    def _try(self) -> None:
        try:
            if self._passphrase:
                check_new_passphrase(self.secret.text(), self.again.text())
        except WeakPassphrase as error:
            self.message.setText(str(error))
            self.secret.setFocus()
            return
        try:
            self._enrol(self.address.text(), self.code.text(), self.secret.text())
        except self._trouble as error:
            self.message.setText(str(error))
            return
        self.accept()
