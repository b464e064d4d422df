"""Enters an officer, or gives one other posts; two administrators' posts for one person are refused as they are ticked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QFormLayout, QWidget

from baiyun_desktop.kernel.role import clash, role_named
from baiyun_desktop.replica.admin_line import Administration
from baiyun_desktop.replica.admin_messages import (
    HOLDINGS_PATH,
    OFFICERS_PATH,
    Done,
    Holding,
    NewOfficer,
    OfficerRow,
    PostRow,
    Secret,
)
from baiyun_desktop.ui.admin.pick import Pick
from baiyun_desktop.ui.admin.sheet import DeedSheet, Wish, labelled
from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say


class _Posted(DeedSheet):
    """A sheet with posts to tick."""

    def __init__(
        self, shell: Shell, line: Administration, posts: Sequence[PostRow], parent: QWidget | None, **said: object
    ) -> None:
        self._posts = posts
        super().__init__(shell, line, parent, **said)

    def pick(self, chosen: Sequence[str] = ()) -> Pick:
        """The posts, ticked as they are held now."""
        made = Pick(say("admin.posts"), [(p.name, p.name) for p in self._posts], many=True, chosen=chosen)
        made.picked.connect(self._ticked)
        return made

    def _ticked(self) -> None:
        """The reason stands there before anybody asks the district."""
        if hasattr(self, "posts"):
            why = self.clash()
            if why or self.message.property("tone"):
                self.say(why)

    def clash(self) -> str:
        """Why nobody may hold all that is ticked."""
        ticked = set(self.posts.chosen)
        return clash(role_named(post.role) for post in self._posts if post.name in ticked)

    posts: Pick


class OfficerSheet(_Posted):
    """Name, log-in name, posts; then the first password, to be handed over in person."""

    name = "new_officer"

    def __init__(
        self, shell: Shell, line: Administration, posts: Sequence[PostRow], parent: QWidget | None = None
    ) -> None:
        super().__init__(shell, line, posts, parent)

    def lines(self) -> list[QWidget | QFormLayout]:
        self.called, self.login = Edit(say("admin.name")), Edit(say("admin.login"))
        self.login.setPlaceholderText(say("admin.login_help"))
        self.posts = self.pick()
        self.called.went_on.connect(self.login.setFocus)
        self.login.went_on.connect(self.posts.filter.setFocus)
        return [labelled(("name", self.called), ("login", self.login), ("posts", self.posts))]

    def hindrance(self) -> str:
        if not self.called.text().strip() or not self.login.text().strip():
            return say("admin.name_and_login")
        return self.clash() if self.posts.chosen else say("admin.choose_posts")

    def wish(self) -> Wish:
        wanted = NewOfficer(self.called.text().strip(), self.login.text().strip(), self.posts.chosen)
        return OFFICERS_PATH, wanted, Secret

    def carried_out(self, answer: Any) -> None:
        who = {"name": self.called.text().strip(), "login": self.login.text().strip()}
        self.show_secret(answer.secret, say("admin.first_is", **who))


class HoldingSheet(_Posted):
    """All that an officer is to hold from now on."""

    name = "holding"

    def __init__(
        self,
        shell: Shell,
        line: Administration,
        one: OfficerRow,
        posts: Sequence[PostRow],
        parent: QWidget | None = None,
    ) -> None:
        self._one = one
        super().__init__(shell, line, posts, parent, name=one.name)

    def lines(self) -> list[QWidget | QFormLayout]:
        self.posts = self.pick(self._one.posts)
        return [labelled(("posts", self.posts))]

    def hindrance(self) -> str:
        return self.clash() if self.posts.chosen else say("admin.choose_posts")

    def wish(self) -> Wish:
        return HOLDINGS_PATH, Holding(self._one.login, self.posts.chosen), Done
