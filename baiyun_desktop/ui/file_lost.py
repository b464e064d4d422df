"""What an officer sees when this PC's file opens no more: another desk in its place, and what the file held sent to the district."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QProgressBar, QWidget

from baiyun_desktop.keys.errors import KeyTrouble
from baiyun_desktop.keys.wraps import check_new_passphrase
from baiyun_desktop.replica.lifeboats import Outcome
from baiyun_desktop.replica.setting_up import TROUBLE
from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.errand import Errand
from baiyun_desktop.ui.parts import button, column, retone, row, text
from baiyun_desktop.ui.password import form, secret
from baiyun_desktop.ui.placing import tall_enough
from baiyun_desktop.ui.words import say

WIDTH_PX = 600


class FileLost(QDialog):
    """Takes an enrolment code, and shows what came of the lifeboats. Accepted once there is another desk.

    `go(address, code, passphrase)` enrols and sends: (what it came to, why it waits). `held` are the acts and files that
    lie in the lifeboats of this PC.
    """

    def __init__(
        self,
        go: Callable[[str, str, str], tuple[Outcome, str]],
        held: tuple[int, int],
        *,
        why: str,
        passphrase: bool,
        address: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._go = go
        self._errand: Errand | None = None
        self._over = False
        self.setWindowTitle(say("file_lost.title"))
        self.setMinimumWidth(WIDTH_PX)
        self.address, self.code = Edit(say("setup.address")), Edit(say("setup.code"))
        self.address.setPlaceholderText("192.168.1.10:8443")
        self.address.setText(address.removeprefix("https://"))
        self.secret, self.again = secret("recovery.passphrase"), secret("recovery.again")
        self._wants_passphrase = passphrase
        self._do = text(say("file_lost.do"), wrap=True)
        self.said = text("", wrap=True)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(say("file_lost.busy"))
        self._bar.hide()
        self.send = button(say("file_lost.send"), self.begin, look="primary")
        self.later = button(say("recovery.later"), self.reject)
        self._fields = QWidget()
        asked = (("setup.address", self.address), ("setup.code", self.code))
        more = (("recovery.passphrase", self.secret), ("recovery.again", self.again)) if passphrase else ()
        self._fields.setLayout(form(*asked, *more))
        acts, files = held
        there = say("file_lost.held", n=acts, m=files) if acts or files else say("file_lost.empty")
        self.setLayout(
            column(
                text(say("file_lost.what"), "heading", wrap=True), text(why, "help", wrap=True), text(there, wrap=True),
                self._do, self._fields, self._bar, self.said, row(None, self.later, self.send),
                gap=12, margins=(24, 20, 24, 16),
            )
        )  # fmt: skip
        edits = [self.address, self.code, *((self.secret, self.again) if passphrase else ())]
        for edit, then in zip(edits, [*edits[1:], None], strict=True):
            edit.returnPressed.connect(self.begin if then is None else then.setFocus)
        for one in (self.send, self.later):
            one.setAutoDefault(False)  # Enter in a line goes to the next one
        (self.code if address else self.address).setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        tall_enough(self)

    def begin(self) -> None:
        """Enrol and send; once that is done, the same button opens the desk."""
        if self._over:
            self.accept()
            return
        try:
            if self._wants_passphrase:
                check_new_passphrase(self.secret.text(), self.again.text())
        except KeyTrouble as error:
            self._tell(str(error), "bad")
            return
        if not self.address.text().strip() or not self.code.text().strip():
            self._tell(say("file_lost.missing"), "bad")
            return
        given = self.address.text().strip(), self.code.text().strip(), self.secret.text()
        self._wait(True)
        self._errand = Errand(lambda: self._go(*given), self._sent, self._failed).start()

    def reject(self) -> None:
        """Not while it is being enrolled; and once it is, there is nothing to take back."""
        if self._errand is None:
            super().reject()

    def _sent(self, found: tuple[Outcome, str]) -> None:
        outcome, waits = found
        self._wait(False)
        self._over = True
        lines = outcome_lines(outcome)
        if waits:
            lines = [say("file_lost.waits", why=waits)]
        self._tell("\n".join([say("file_lost.enrolled"), *lines]), "warn" if waits or outcome.bad else "good")
        for one in (self._do, self._fields, self.later):
            one.hide()
        self.send.setText(say("recovery.open"))
        self.send.setFocus()

    def _failed(self, error: Exception) -> None:
        self._errand = None
        self._wait(False)
        self._tell(str(error) if isinstance(error, TROUBLE) else type(error).__name__, "bad")
        self.code.setFocus()

    def _wait(self, busy: bool) -> None:
        self._bar.setVisible(busy)
        for one in (self.send, self.later, self._fields):
            one.setEnabled(not busy)
        if busy:
            self._tell(say("file_lost.busy"), "")

    def _tell(self, words: str, tone: str) -> None:
        self.said.setText(words)
        retone(self.said, "tone", tone)


def outcome_lines(outcome: Outcome) -> list[str]:
    """What lifeboats came to, for whoever sent them."""
    if not (outcome.acts or outcome.known or outcome.files or outcome.bad):
        return [say("boat.none")]
    lines = [say("boat.sent", n=outcome.acts, m=outcome.known)]
    lines += [say("boat.files", n=outcome.files)] if outcome.files else []
    lines += [say("boat.bad", n=outcome.bad), *outcome.reasons] if outcome.bad else []
    return lines
