"""Takes an administrator's token, once: pasted, or from the file that the command wrote."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from baiyun_desktop.replica.admin_line import Administration
from baiyun_desktop.replica.admin_messages import Oneself
from baiyun_desktop.replica.errors import DoorRefusal
from baiyun_desktop.ui.parts import button, column, retone, row, text
from baiyun_desktop.ui.password import form, secret
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say

WIDTH_PX = 460
FILE_BYTES_MAX = 1_000


class TokenSheet(QDialog):
    """Asks the district whose token it is before it is kept in this desk's encrypted file."""

    def __init__(self, shell: Shell, line: Administration, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shell, self._line = shell, line
        self.setWindowTitle(say("admin.token_title"))
        self.setMinimumWidth(WIDTH_PX)
        self.token = secret("admin.token")
        self.token.returnPressed.connect(self.try_it)
        self.message = text(say("admin.token_help"), "help", wrap=True)
        self.go = button(say("admin.token_go"), self.try_it, look="primary")
        lines = form(("admin.token", self.token))
        buttons = row(
            button(say("admin.token_file"), self._pick), None, button(say("admin.cancel"), self.reject), self.go
        )
        self._body = QWidget()
        self._body.setLayout(column(lines, self.message, buttons, gap=12))
        self.setLayout(column(self._body, margins=(18, 16, 18, 16)))

    def _pick(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, say("admin.token_file"))
        if path:
            self.token.setText(Path(path).read_bytes()[:FILE_BYTES_MAX].decode("utf-8", "replace").strip())

    def try_it(self) -> None:
        """Ask the district."""
        typed = self.token.text()
        self._body.setEnabled(False)
        self._shell.work.ask(self, lambda _: self._line.enter(typed), self._taken).on_error = self._refused

    def _taken(self, who: Oneself) -> None:
        self.accept()
        self._shell.tell(say("admin.token_taken", who=who.holder), "good")

    def _refused(self, error: Exception) -> None:
        self._body.setEnabled(True)
        if not isinstance(error, DoorRefusal):
            self._shell.work.trouble.emit(error)
        self.message.setText(str(error))
        retone(self.message, "tone", "bad")
        self.token.setFocus()
        self.token.selectAll()
