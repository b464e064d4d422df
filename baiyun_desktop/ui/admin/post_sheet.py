"""Sets a post up: its name and its organisation; what it may do and hold is the security administrator's to say."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFormLayout, QWidget

from baiyun_desktop.kernel.role import by_home
from baiyun_desktop.replica.admin_line import Administration
from baiyun_desktop.replica.admin_messages import POSTS_PATH, Done, NewPost, OrganisationRow
from baiyun_desktop.ui.admin.pick import Pick
from baiyun_desktop.ui.admin.sheet import DeedSheet, Wish, labelled
from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say


class PostSheet(DeedSheet):
    """Name, organisation, and the short name in its numbers."""

    name = "new_post"

    def __init__(
        self, shell: Shell, line: Administration, places: Sequence[OrganisationRow], parent: QWidget | None = None
    ) -> None:
        self._places = places
        super().__init__(shell, line, parent)

    def lines(self) -> list[QWidget | QFormLayout]:
        self.post = Edit(say("admin.post"))
        self.post.setPlaceholderText(say("admin.post_help"))
        # What the three administrators' own posts hold is no office: the commands set those posts up.
        offices = [(p.code, f"{p.name}  {p.code}") for p in self._places if not by_home([p.code])]
        self.place = Pick(say("admin.organisation"), offices, many=False)
        self.unit = Edit(say("admin.unit"))
        self.unit.setPlaceholderText(say("admin.unit_help"))
        self.post.went_on.connect(self.place.filter.setFocus)
        self.unit.went_on.connect(self.try_it)
        return [labelled(("post", self.post), ("organisation", self.place), ("unit", self.unit))]

    def hindrance(self) -> str:
        if not self.post.text().strip():
            return say("admin.name_it")
        return "" if self.place.chosen else say("admin.choose_place")

    def wish(self) -> Wish:
        wanted = NewPost(self.post.text().strip(), self.place.chosen[0], self.unit.text().strip())
        return POSTS_PATH, wanted, Done
