"""What an officer sees when the key of this PC's data is lost: a request for the district, and a place for its answer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from baiyun_desktop.keys.recovery import number_of
from baiyun_desktop.keys.wraps import check_new_passphrase
from baiyun_desktop.ui import parts
from baiyun_desktop.ui.placing import tall_enough
from baiyun_desktop.ui.words import say

LINES_SHOWN = 6


class KeyRecovery(QDialog):
    """Makes a request, shows it until its answer comes, today or after a restart, and takes the answer.

    `ask(passphrase)` gives a new request, `take(answer, passphrase)` raises one of `trouble` where it is not the right
    answer; both wrap the key by the passphrase, or by the system's key store where none is wanted. `trouble` has KeyTrouble.
    """

    def __init__(
        self,
        ask: Callable[[str], str],
        take: Callable[[str, str], None],
        trouble: tuple[type[Exception], ...],
        *,
        why: str,
        waiting: str | None,
        passphrase: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._ask, self._take, self._trouble = ask, take, trouble
        self._wants_passphrase = passphrase
        self.setWindowTitle(say("recovery.title"))
        self.setMinimumWidth(560)
        self.message = parts.text(why, wrap=True)
        self.secret, self.again = self._secret("recovery.passphrase"), self._secret("recovery.again")
        self.make = QPushButton(say("recovery.make"))
        self.make.clicked.connect(self._make)
        self.number = parts.text("", "heading", select=True)
        self.request = self._text("recovery.request", read_only=True)
        self.copy = QPushButton(say("recovery.copy"))
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.request.toPlainText()))
        self.answer = self._text("recovery.answer", read_only=False)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.go = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.go.setText(say("recovery.open"))
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(say("recovery.later"))
        buttons.accepted.connect(self._try)
        buttons.rejected.connect(self.reject)
        self._lay_out(buttons)
        self._show(waiting)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        tall_enough(self)

    @property
    def passphrase(self) -> str:
        """What wraps the key now; empty where the system's key store does."""
        return self.secret.text() if self._wants_passphrase else ""

    def _lay_out(self, buttons: QDialogButtonBox) -> None:
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addWidget(self.message)
        layout.addWidget(parts.text(say("recovery.explain"), "help", wrap=True))
        if self._wants_passphrase:
            form = QFormLayout()
            form.addRow(say("recovery.passphrase"), self.secret)
            form.addRow(say("recovery.again"), self.again)
            layout.addLayout(form)
        for widget in (self.make, self.number, self.request, self.copy):
            layout.addWidget(widget)
        layout.addWidget(parts.text(say("recovery.answer"), "section"))
        layout.addWidget(self.answer)
        layout.addWidget(buttons)

    def _secret(self, name: str) -> QLineEdit:
        edit = QLineEdit()
        edit.setEchoMode(QLineEdit.EchoMode.Password)
        edit.setAccessibleName(say(name))
        return edit

    def _text(self, name: str, *, read_only: bool) -> QPlainTextEdit:
        edit = QPlainTextEdit()
        edit.setAccessibleName(say(name))
        edit.setReadOnly(read_only)
        edit.setTabChangesFocus(True)
        edit.setFixedHeight(edit.fontMetrics().lineSpacing() * LINES_SHOWN)
        return edit

    def _show(self, request: str | None) -> None:
        self.request.setPlainText(request or "")
        self.number.setText(say("recovery.number", number=number_of(request)) if request else "")
        for widget in (self.number, self.request, self.copy, self.answer, self.go):
            widget.setEnabled(request is not None)

    def _make(self) -> None:
        try:
            if self._wants_passphrase:
                check_new_passphrase(self.secret.text(), self.again.text())
            self._show(self._ask(self.passphrase))
        except self._trouble as error:
            self.message.setText(str(error))
            return
        self.message.setText(say("recovery.made"))

    def _try(self) -> None:
        try:
            self._take(self.answer.toPlainText(), self.passphrase)
        except self._trouble as error:
            self.message.setText(str(error))
            return
        self.accept()
