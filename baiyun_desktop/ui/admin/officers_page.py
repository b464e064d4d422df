"""The officers: who may log in at which posts, kept out or let in again, and a way back for who forgot a password."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from baiyun_desktop.registry.officer import STATES, OfficerState
from baiyun_desktop.replica.admin_line import Answer
from baiyun_desktop.replica.admin_messages import OFFICERS_PATH, POSTS_PATH, OfficerRow, PostRow
from baiyun_desktop.ui.admin.officer_sheet import HoldingSheet, OfficerSheet
from baiyun_desktop.ui.admin.password_sheet import PasswordSheet
from baiyun_desktop.ui.admin.state_sheet import StateSheet
from baiyun_desktop.ui.admin.table_page import TablePage, divide, facts
from baiyun_desktop.ui.parts import button, text
from baiyun_desktop.ui.words import language, say


class OfficersPage(TablePage):
    """Each officer a row; who left comes last."""

    place = "officers"
    spare = ("secret", "state")
    columns = (("login", 12), ("name", 12), ("posts", 32), ("state", 7), ("secret", 14))

    def extras(self) -> list[QWidget]:
        return [self.filter, button(say("admin.new_officer"), self.new, look="primary", picture="plus")]

    def question(self) -> Answer[Any]:
        staff = self.line.read(OFFICERS_PATH, list[OfficerRow])
        posts = self.line.read(POSTS_PATH, list[PostRow])
        return Answer((staff.what, posts.what), staff.at, staff.why)

    def show_answer(self, what: Any) -> None:
        staff, self._posts = what
        super().show_answer(staff)

    def nothing(self) -> str:
        return say("admin.officers_none")

    def key(self, one: OfficerRow) -> str:
        return one.login

    def void(self, one: OfficerRow) -> bool:
        return one.state == OfficerState.LEFT.value

    def cells(self, one: OfficerRow) -> tuple[str, ...]:
        first = say("admin.first_password") if one.first else ""
        return one.login, one.name, "、".join(one.posts), STATES.label(one.state, language()), first

    def beside(self, one: OfficerRow) -> list[QWidget | int]:
        things: list[QWidget | int] = [text(one.name, "heading", wrap=True)]
        things += [divide(), *facts(
            ("login", one.login), ("posts", "、".join(one.posts) or say("admin.zero")),
            ("state", STATES.label(one.state, language())), ("secret", say("admin.first_password") if one.first else ""),
        ), 8]  # fmt: skip
        if one.state == OfficerState.ACTIVE.value:
            things += [self.deed(button(say("admin.password"), lambda: self.password(one)))]
        if one.state != OfficerState.LEFT.value:
            things += [self.deed(button(say("admin.holding"), lambda: self.hold(one)))]
        for state in OfficerState:
            if state.value != one.state:
                things += [self.deed(button(say(f"admin.state_{state.value}"), partial(self.turn, one, state)))]
        return things

    def new(self) -> None:
        """Enter an officer."""
        self.do(lambda: OfficerSheet(self.shell, self.line, self._posts, self.window()))

    def hold(self, one: OfficerRow) -> None:
        """Give an officer other posts."""
        self.do(lambda: HoldingSheet(self.shell, self.line, one, self._posts, self.window()))

    def turn(self, one: OfficerRow, state: OfficerState) -> None:
        """Keep an officer out, let him in again, or say that he has left."""
        self.do(lambda: StateSheet(self.shell, self.line, one, state, self.window()))

    def password(self, one: OfficerRow) -> None:
        """A way back in."""
        self.do(lambda: PasswordSheet(self.shell, self.line, one, self.window()))
