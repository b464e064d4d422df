"""Ends a desk's right: asks why, and says beforehand what becomes of what it has not sent."""

from __future__ import annotations

from PySide6.QtWidgets import QFormLayout, QRadioButton, QWidget

from baiyun_desktop.replica.admin_line import Administration
from baiyun_desktop.replica.admin_messages import REVOCATIONS_PATH, Done, FleetRow, Revocation
from baiyun_desktop.ui.admin.ages import age_words
from baiyun_desktop.ui.admin.sheet import DeedSheet, Wish, labelled
from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.parts import text
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say

REASON_CHARS_MIN = 2


class RevokeSheet(DeedSheet):
    """Given up or lost: what the desk still has counts in the one case and not in the other."""

    name = "revoke"

    def __init__(self, shell: Shell, line: Administration, one: FleetRow, parent: QWidget | None = None) -> None:
        self._one = one
        super().__init__(shell, line, parent, post=one.post)
        self.go.setEnabled(False)
        self.given_up.setFocus()

    def lines(self) -> list[QWidget | QFormLayout]:
        self.given_up = QRadioButton(say("admin.given_up"))
        self.lost = QRadioButton(say("admin.lost"))
        self.reason = Edit(say("admin.why"))
        self.reason.setPlaceholderText(say("admin.why_help"))
        self.reason.textChanged.connect(lambda _: self._look())
        self.reason.went_on.connect(lambda: self.go.setFocus() if self.go.isEnabled() else None)
        self.fate = text("", wrap=True)
        for choice in (self.given_up, self.lost):
            choice.setAccessibleName(choice.text())
            choice.toggled.connect(lambda _: self._look())
        return [self.given_up, self.lost, labelled(("why", self.reason)), self.fate]

    def _look(self) -> None:
        one = self._one
        chosen = self.given_up.isChecked() or self.lost.isChecked()
        if chosen:
            waits = say("admin.fate_waits", n=one.waiting, age=age_words(one.oldest_ms)) if one.waiting else ""
            which = "admin.fate_lost" if self.lost.isChecked() else "admin.fate_given_up"
            self.fate.setText(waits + say(which) + say("admin.fate_rows"))
        self.go.setEnabled(chosen and len(self.reason.text().strip()) >= REASON_CHARS_MIN)
        self.fit()

    def wish(self) -> Wish:
        wanted = Revocation(self._one.replica, self.reason.text().strip(), self.lost.isChecked())
        return REVOCATIONS_PATH, wanted, Done
