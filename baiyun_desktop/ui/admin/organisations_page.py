"""The organisations of the district, with whom to call in each; read only, since they follow the published codes."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from baiyun_desktop.replica.admin_line import Answer
from baiyun_desktop.replica.admin_messages import ORGANISATIONS_PATH, OrganisationRow
from baiyun_desktop.ui.admin.table_page import TablePage
from baiyun_desktop.ui.words import language, say


class OrganisationsPage(TablePage):
    """Each organisation a row."""

    place = "organisations"
    columns = (
        ("organisation", 26),
        ("code", 16),
        ("kind", 10),
        ("above", 20),
        ("leader", 12),
        ("phone", 16),
        ("posts", 8),
    )
    has_side = False

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
        return []

    def nothing(self) -> str:
        return say("admin.organisations_none")
