"""A way back for who forgot a password: a code read back over the telephone, or a new first password over the line."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QFormLayout, QWidget

from baiyun_desktop.keys import telephone
from baiyun_desktop.replica.admin_line import Administration
from baiyun_desktop.replica.admin_messages import PASSWORDS_PATH, OfficerRow, PasswordWanted, Secret
from baiyun_desktop.ui.admin.sheet import DeedSheet, Wish, labelled
from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say


class PasswordSheet(DeedSheet):
    """With the eight digits of the desk's screen the code works without a line; without them a new first password."""

    name = "password"

    def __init__(self, shell: Shell, line: Administration, one: OfficerRow, parent: QWidget | None = None) -> None:
        self._one = one
        super().__init__(shell, line, parent, name=one.name)

    def lines(self) -> list[QWidget | QFormLayout]:
        self.challenge, self.desk = Edit(say("admin.challenge")), Edit(say("admin.number"))
        self.challenge.setPlaceholderText(say("admin.challenge_help"))
        self.desk.setPlaceholderText(say("admin.number_help"))
        self.challenge.went_on.connect(self.desk.setFocus)
        self.desk.went_on.connect(self.try_it)
        return [labelled(("challenge", self.challenge), ("number", self.desk))]

    def hindrance(self) -> str:
        typed = self.challenge.text().strip()
        return say("admin.challenge_odd") if typed and not telephone.read_challenge(typed) else ""

    def wish(self) -> Wish:
        wanted = PasswordWanted(self._one.login, self.challenge.text().strip(), self.desk.text().strip().lower())
        return PASSWORDS_PATH, wanted, Secret

    def carried_out(self, answer: Any) -> None:
        who = {"name": self._one.name, "login": self._one.login}
        words = say("admin.code_is", desk=answer.desk[-8:], **who) if answer.desk else say("admin.reset_is", **who)
        self.show_secret(answer.secret, words)
