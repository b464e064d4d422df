"""The step at which somebody chooses who keeps the file's key, and hears how a lost one comes back."""

from __future__ import annotations

from PySide6.QtWidgets import QRadioButton, QWidget

from baiyun_desktop.keys.errors import WeakPassphrase
from baiyun_desktop.keys.wraps import check_new_passphrase
from baiyun_desktop.replica.first_run import Step
from baiyun_desktop.ui.first_run_pages import Host, StepPage
from baiyun_desktop.ui.parts import column, frame, text
from baiyun_desktop.ui.password import form, secret
from baiyun_desktop.ui.words import say


class KeyPage(StepPage):
    """Who keeps the file's key: the system's key store, or a passphrase; and how a lost one comes back."""

    back = Step.POST

    def __init__(self, run: Host) -> None:
        super().__init__(run)
        self.said = text("", wrap=True)
        self.by_system, self.by_passphrase = QRadioButton(say("setup.by_system")), QRadioButton(say("setup.by_own"))
        self.secret, self.again = secret("first.passphrase"), secret("first.again")
        self._fields = QWidget()
        fields = form(("first.passphrase", self.secret), ("first.again", self.again))
        self._fields.setLayout(column(fields, text(say("setup.passphrase_rule"), "help", wrap=True)))
        self.by_passphrase.toggled.connect(self._fields.setVisible)
        self.lay_out(
            self.said, self.by_system, self.by_passphrase, self._fields,
            frame(column(text(say("setup.lost_title"), "section"), text(say("setup.lost"), wrap=True),
                         margins=(14, 10, 14, 10)), card=True),
        )  # fmt: skip

    def enter(self) -> None:
        kept = self.setup.by_passphrase
        choice = kept is False
        for radio in (self.by_system, self.by_passphrase):
            radio.setVisible(choice)
        self.said.setText(say("setup.key_system" if choice else "setup.key_kept" if kept else "setup.key_own"))
        if choice and not self.by_passphrase.isChecked():
            self.by_system.setChecked(True)
        self._fields.setVisible(kept is None or (choice and self.by_passphrase.isChecked()))
        if self._fields.isVisibleTo(self):
            self.secret.setFocus()
        else:
            (self.by_system if choice else self.run.next).setFocus()

    def moved_on(self) -> bool:
        to = self.again if self.secret.hasFocus() else self.secret if self._chosen_just_now() else None
        if to is not None:
            to.setFocus()
        return to is not None

    def _chosen_just_now(self) -> bool:
        return self.by_passphrase.hasFocus() and not self.secret.text()

    def go(self) -> None:
        wanted = self._fields.isVisibleTo(self)
        try:
            given = check_new_passphrase(self.secret.text(), self.again.text()) if wanted else ""
        except WeakPassphrase as error:
            self.run.tell(str(error))
            self.secret.setFocus()
            self.secret.selectAll()
            return
        self.run.busy(say("setup.making"), lambda: self.setup.secure(given), lambda _: self._secured())

    def _secured(self) -> None:
        for edit in (self.secret, self.again):
            edit.clear()
        self.run.turn(Step.OFFICER)
