"""Gives a one-time code for one more PC of a post, to be read out over the telephone."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QFormLayout, QWidget

from baiyun_desktop.replica.admin_line import Administration
from baiyun_desktop.replica.admin_messages import CODES_PATH, CodeGiven, CodeWanted
from baiyun_desktop.ui.admin.sheet import DeedSheet, Wish, labelled
from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say


class EnrolSheet(DeedSheet):
    """Asks who will sit there first, and shows the code large."""

    name = "enrol"

    def __init__(self, shell: Shell, line: Administration, post: str, parent: QWidget | None = None) -> None:
        self._post = post
        super().__init__(shell, line, parent, post=post)

    def lines(self) -> list[QWidget | QFormLayout]:
        self.officer = Edit(say("admin.first_officer"))
        self.officer.setPlaceholderText(say("admin.first_officer_help"))
        self.officer.went_on.connect(self.try_it)
        return [labelled(("first_officer", self.officer))]

    def wish(self) -> Wish:
        return CODES_PATH, CodeWanted(self._post, self.officer.text().strip()), CodeGiven

    def carried_out(self, answer: Any) -> None:
        self.show_secret(
            answer.code,
            say("admin.code_for", post=self._post, holds=answer.holds, days=answer.days),
            say("admin.code_where", url=self.shell.desk.identity.url.removeprefix("https://")),
            say("admin.code_fingerprint", fingerprint=answer.fingerprint),
        )
