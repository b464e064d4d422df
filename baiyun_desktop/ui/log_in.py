"""The log-in sheet: who sits down and his password; from here too a first password, and a code over the telephone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QComboBox, QDialog, QLabel, QLineEdit, QPushButton, QWidget

from baiyun_desktop.keys.telephone import spoken
from baiyun_desktop.replica.accounts import Accounts, Member
from baiyun_desktop.replica.errors import DoorRefusal
from baiyun_desktop.ui.icons import icon
from baiyun_desktop.ui.parts import button, column, retone, row, rule, text
from baiyun_desktop.ui.password import TROUBLE, WIDTH_PX, form, secret
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say

_TIP = Qt.ItemDataRole.ToolTipRole
NAME_CHARS = 14
"""Of a name that the list of officers keeps room for; a longer one is told whole in the tip and in the open list."""


class LogIn(QDialog):
    """Stays until somebody is in; whatever is behind it, it neither shows nor loses."""

    entered = Signal(object)
    """The `Member` who is in now."""
    quit_wanted = Signal()

    def __init__(self, shell: Shell, accounts: Accounts, why: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self._shell, self._accounts = shell, accounts
        self._over = self._expired = False
        self.setObjectName("log_in")
        self.setWindowTitle(say("log_in.title"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setFixedWidth(WIDTH_PX)
        self.message = text("", wrap=True)
        self.officer, self.password = QComboBox(), secret("log_in.password")
        self.officer.setAccessibleName(say("log_in.officer"))
        self.officer.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.officer.setMinimumContentsLength(NAME_CHARS)
        self.officer.currentTextChanged.connect(self.officer.setToolTip)
        self.new, self.again = secret("password.new"), secret("password.again")
        self.code = QLineEdit()
        self.code.setAccessibleName(say("log_in.code"))
        self.code.setPlaceholderText("XXXXX-XXXXX")
        self.digits, self.said = text("", "big", select=True), text("", wrap=True, select=True)
        self.pages = QWidget()
        self._proving, self._choosing, self._calling = self._prove_page(), self._choose_page(), self._call_page()
        self.pages.setLayout(column(self._proving, self._choosing, self._calling, gap=0))
        self._lay_out()
        self._offer()
        if why:
            self.tell(why)

    # --- what it looks like -----------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        picture = QLabel()
        picture.setPixmap(icon("lock", "accent").pixmap(QSize(22, 22)))
        post = text(self._shell.desk.identity.post, "heading", wrap=True)
        self._quit = button(say("log_in.quit"), self.quit_wanted.emit, look="link")
        head = row(picture, post)
        head.setStretch(1, 1)
        self.setLayout(column(head, rule(), self.message, self.pages, rule(), row(None, self._quit), gap=12,
                              margins=(22, 18, 22, 12)))  # fmt: skip
        for edit, then in ((self.password, self.log_in), (self.again, self.choose), (self.code, self.take_code)):
            edit.returnPressed.connect(then)
        self.new.returnPressed.connect(self.again.setFocus)

    def _prove_page(self) -> QWidget:
        self.go = button(say("log_in.go"), self.log_in, look="primary")
        self.forgot = button(say("log_in.forgot"), self.call, look="link")
        fields = form(("log_in.officer", self.officer), ("log_in.password", self.password))
        return _page(fields, row(self.forgot, None, self.go))

    def _choose_page(self) -> QWidget:
        self.save = button(say("password.go"), self.choose, look="primary")
        fields = form(("password.new", self.new), ("password.again", self.again))
        return _page(fields, text(say("password.rule"), "help", wrap=True), row(self._back(), None, self.save))

    def _call_page(self) -> QWidget:
        self.take = button(say("log_in.take"), self.take_code, look="primary")
        fields = form(("log_in.code", self.code))
        return _page(self.said, self.digits, fields, row(self._back(), None, self.take))

    def _back(self) -> QPushButton:
        return button(say("log_in.back"), self._offer, look="link")

    def _offer(self) -> None:
        """The first page, with whoever was here last chosen."""
        chosen = self.officer.currentData() or self._accounts.last
        self.officer.blockSignals(True)
        self.officer.clear()
        for member in self._accounts.members():
            self.officer.addItem(f"{member.name}（{member.login}）", member.id)
            self.officer.setItemData(self.officer.count() - 1, self.officer.itemText(self.officer.count() - 1), _TIP)
        self.officer.setCurrentIndex(max(0, self.officer.findData(chosen)))
        self.officer.blockSignals(False)
        self.officer.setToolTip(self.officer.currentText())
        for edit in (self.password, self.new, self.again, self.code):
            edit.clear()
        expired = self._accounts.expired()
        self._expired = bool(expired)
        self.tell(expired or ("" if self.officer.count() else say("log_in.nobody")))
        self._turn(self._proving, self.password)

    def _turn(self, page: QWidget, focus: QWidget) -> None:
        for one in (self._proving, self._choosing, self._calling):
            one.setVisible(one is page)
        QTimer.singleShot(0, self, self._fit)
        focus.setFocus()

    def _fit(self) -> None:
        layout = self.layout()
        assert layout is not None
        layout.activate()
        self.setFixedHeight(layout.totalHeightForWidth(self.width()))
        parent = self.parentWidget()
        if parent is not None:
            self.move(parent.mapToGlobal(parent.rect().center()) - self.rect().center())

    def look_again(self) -> None:
        """A round may have ended what kept everybody out."""
        if self._expired:
            self._shell.work.ask(self, lambda _: self._accounts.expired(), self._heard)

    def _heard(self, why: str) -> None:
        if not why:
            self._offer()

    def tell(self, words: str, tone: str = "warn") -> None:
        """Why it is here, or what was wrong."""
        self.message.setText(words or say("log_in.hint"))
        retone(self.message, "tone", tone if words else "")
        QTimer.singleShot(0, self, self._fit)

    # --- what it does -----------------------------------------------------------------------------------------------

    @property
    def chosen(self) -> str:
        return str(self.officer.currentData() or "")

    def log_in(self) -> None:
        """Prove who sits here."""
        record, typed = self.chosen, self.password.text()
        self._ask(lambda: self._accounts.log_in(record, typed), self._proved, self.password)

    def _proved(self, member: Member) -> None:
        if not member.must_change:
            self._enter(member)
            return
        self.tell(say("log_in.first"), "")
        self._turn(self._choosing, self.new)

    def choose(self) -> None:
        """Take the new password of whoever has just proved himself."""
        record, typed = self.chosen, (self.new.text(), self.again.text())
        self._ask(lambda: self._accounts.choose(record, *typed), self._enter, self.new)

    def call(self) -> None:
        """Show what is to be read out over the telephone."""
        try:
            call = self._accounts.call(self.chosen)
        except DoorRefusal as reason:
            self.tell(str(reason), "bad")
            return
        self.said.setText(say("log_in.said", desk=call.desk, login=call.login))
        self.digits.setText(spoken(call.challenge))
        self.tell(say("log_in.call"), "")
        self._turn(self._calling, self.code)

    def take_code(self) -> None:
        """Take what the administrator has read back."""
        record, typed = self.chosen, self.code.text()
        self._ask(lambda: self._accounts.take_code(record, typed), self._let_in, self.code)

    def _let_in(self, _: Member) -> None:
        self.tell(say("log_in.coded"), "")
        self._turn(self._choosing, self.new)

    def _ask(self, question: Callable[[], Member], then: Callable[[Any], None], again: QLineEdit) -> None:
        """In a thread: checking a password is meant to be slow."""

        def refused(error: Exception) -> None:
            self.pages.setEnabled(True)
            if not isinstance(error, TROUBLE):
                self._shell.work.trouble.emit(error)
            self.tell(str(error), "bad")
            again.selectAll()
            again.setFocus()

        def done(member: Member) -> None:
            self.pages.setEnabled(True)
            then(member)

        self.pages.setEnabled(False)
        self._shell.work.ask(self, lambda _: question(), done, typed=True).on_error = refused

    def _enter(self, member: Member) -> None:
        self._over = True
        self.entered.emit(member)
        self.accept()

    # --- it does not go away ----------------------------------------------------------------------------------------

    def leave(self) -> None:
        """The window itself is closed, or nobody has to log in any more."""
        self._over = True
        self.reject()

    def reject(self) -> None:
        if self._over:
            super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            event.accept()
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._over:
            event.ignore()


def _page(*things: Any) -> QWidget:
    made = QWidget()
    made.setLayout(column(*things, gap=10))
    return made
