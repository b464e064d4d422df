"""The posts: the system administrator sets them up and enrols their PCs, the security administrator says what they may."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from baiyun_desktop.kernel.role import Duty
from baiyun_desktop.registry.post import ROLES
from baiyun_desktop.replica.admin_line import Answer
from baiyun_desktop.replica.admin_messages import (
    OFFICERS_PATH,
    ORGANISATIONS_PATH,
    POSTS_PATH,
    OfficerRow,
    OrganisationRow,
    PostRow,
)
from baiyun_desktop.ui.admin.enrol_sheet import EnrolSheet
from baiyun_desktop.ui.admin.post_sheet import PostSheet
from baiyun_desktop.ui.admin.rights_sheet import RightsSheet
from baiyun_desktop.ui.admin.table_page import TablePage, divide, facts
from baiyun_desktop.ui.parts import button, text
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import language, say


class PostsPage(TablePage):
    """Which buttons there are follows from the duties of this desk's post."""

    place = "posts"
    spare = ("organisation", "officers", "holds", "desks")
    columns = (
        ("need", 9), ("post", 20), ("role", 14), ("holds", 16), ("desks", 5), ("officers", 14), ("organisation", 18)
    )  # fmt: skip

    def __init__(self, shell: Shell) -> None:
        self._duties = shell.desk.replica.duties
        self._places: list[OrganisationRow] = []
        self._staff: list[OfficerRow] = []
        super().__init__(shell)

    def extras(self) -> list[QWidget]:
        new = button(say("admin.new_post"), self.new, look="primary", picture="plus")
        return [self.filter, *([new] if Duty.OFFICES in self._duties else [])]

    def question(self) -> Answer[Any]:
        posts = self.line.read(POSTS_PATH, list[PostRow])
        places = self.line.read(ORGANISATIONS_PATH, list[OrganisationRow])
        staff = self.line.read(OFFICERS_PATH, list[OfficerRow]).what if Duty.OFFICERS in self._duties else []
        return Answer((posts.what, places.what, staff), posts.at, posts.why)

    def show_answer(self, what: Any) -> None:
        posts, self._places, self._staff = what
        super().show_answer(sorted(posts, key=lambda one: not self.lit(one)))

    def nothing(self) -> str:
        return say("admin.posts_none")

    def key(self, one: PostRow) -> str:
        return one.name

    def lit(self, one: PostRow) -> bool:
        """A post without rights is what the security administrator has to do something about, and nobody else."""
        return not one.grants and Duty.RIGHTS in self._duties

    def cells(self, one: PostRow) -> tuple[str, ...]:
        need = "" if one.grants else say("admin.no_rights")
        role = ROLES.label(one.role, language()) if one.role else ""
        desks = str(one.desks) if one.desks else ""
        return need, one.name, role, "、".join(one.holds), desks, "、".join(one.officers), one.place

    def beside(self, one: PostRow) -> list[QWidget | int]:
        role = ROLES.label(one.role, language()) if one.role else say("admin.no_role")
        things: list[QWidget | int] = [text(one.name, "heading", wrap=True)]
        if not one.grants:
            words = "admin.do_rights" if Duty.RIGHTS in self._duties else "admin.wait_for_rights"
            things.append(text(say(words), tone="warn" if Duty.RIGHTS in self._duties else "", wrap=True))
        things += [divide(), *facts(
            ("organisation", one.place), ("role", role), ("holds", "、".join(one.holds) or say("admin.zero")),
            ("desks", str(one.desks)), ("officers", "、".join(one.officers) or say("admin.zero")),
        ), 8]  # fmt: skip
        if Duty.DESKS in self._duties:
            enrol = self.deed(button(say("admin.enrol"), lambda: self.enrol(one)))
            enrol.setEnabled(bool(one.grants))
            things.append(enrol)
        if Duty.RIGHTS in self._duties:
            things.append(self.deed(button(say("admin.rights"), lambda: self.rights(one))))
        return things

    def new(self) -> None:
        """Set a post up."""
        self.do(lambda: PostSheet(self.shell, self.line, self._places, self.window()))

    def enrol(self, one: PostRow) -> None:
        """A code for one more PC of the post."""
        self.do(lambda: EnrolSheet(self.shell, self.line, one.name, self.window()))

    def rights(self, one: PostRow) -> None:
        """Say what the post may do and hold."""
        about = (one, self.rows, self._places, self._staff)
        self.do(lambda: RightsSheet(self.shell, self.line, *about, self.window()))
