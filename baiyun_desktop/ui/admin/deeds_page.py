"""What administrators have done, for the auditor to read: who, when, what, about which post, officer or desk."""

from __future__ import annotations

from typing import Any

from baiyun_desktop.replica.admin_line import Answer
from baiyun_desktop.replica.admin_messages import DEEDS_PATH, DeedRow
from baiyun_desktop.ui.admin.table_page import TablePage
from baiyun_desktop.ui.days import instant_text
from baiyun_desktop.ui.words import say


class DeedsPage(TablePage):
    """The newest first; nothing can be changed."""

    place = "deeds"
    columns = (("when", 17), ("by", 14), ("what", 14), ("about", 20), ("said", 20))
    has_side = False

    def question(self) -> Answer[Any]:
        return self.line.read(DEEDS_PATH, list[DeedRow])

    def key(self, one: DeedRow) -> str:
        return str(one.number)

    def cells(self, one: DeedRow) -> tuple[str, ...]:
        return instant_text(one.at), one.by, one.what, one.about, one.reason

    def nothing(self) -> str:
        return say("admin.deeds_none")
