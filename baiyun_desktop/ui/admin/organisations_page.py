"""The organisations of the district, with whom to call in each: entered and changed by the form that they declare."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from baiyun_desktop.replica.admin_line import Answer
from baiyun_desktop.replica.admin_messages import ORGANISATIONS_PATH, OrganisationRow
from baiyun_desktop.ui.admin.organisation_sheet import OrganisationSheet
from baiyun_desktop.ui.admin.table_page import TablePage, divide, facts
from baiyun_desktop.ui.parts import button, text
from baiyun_desktop.ui.words import language, say


class OrganisationsPage(TablePage):
    """Each organisation a row."""

    place = "organisations"
    spare = ("posts", "phone", "leader", "above", "kind")
    columns = (
        ("organisation", 26),
        ("code", 16),
        ("kind", 10),
        ("above", 20),
        ("leader", 12),
        ("phone", 16),
        ("posts", 8),
    )

    def extras(self) -> list[QWidget]:
        return [self.filter, button(say("admin.new_organisation"), self.new, look="primary", picture="plus")]

    def question(self) -> Answer[Any]:
        return self.line.read(ORGANISATIONS_PATH, list[OrganisationRow])

    def key(self, one: OrganisationRow) -> str:
        return one.code

    def cells(self, one: OrganisationRow) -> tuple[str, ...]:
        levels = self.shell.desk.program.codes("ORG_LEVEL")
        level = levels.label(one.level, language()) if one.level else ""
        posts = str(one.posts) if one.posts else ""
        return one.name, one.code, level, one.parent, one.leader, one.phone, posts

    def beside(self, one: OrganisationRow) -> list[QWidget | int]:
        things: list[QWidget | int] = [text(one.name, "heading", wrap=True), divide()]
        things += facts(("code", one.code), ("above", one.parent), ("leader", one.leader), ("phone", one.phone))
        if one.level:  # an administrators' area is nobody's to change
            things += [8, self.deed(button(say("admin.organisation_change"), lambda: self.change(one)))]
        return things

    def new(self) -> None:
        """One more, below the marked one unless something else is typed."""
        marked = self.marked
        self.do(lambda: OrganisationSheet(self.shell, self.line, None, marked, self.window()))

    def change(self, one: OrganisationRow) -> None:
        """Other facts of one."""
        self.do(lambda: OrganisationSheet(self.shell, self.line, one, None, self.window()))

    def nothing(self) -> str:
        return say("admin.organisations_none")
