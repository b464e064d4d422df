"""Says which role a post has and what it may hold; refuses at once what would put two administrators into one person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QComboBox, QFormLayout, QWidget

from baiyun_desktop.kernel.role import POWERS, Role, clash, role_named
from baiyun_desktop.registry.areas import OWN
from baiyun_desktop.registry.post import ROLES
from baiyun_desktop.replica.admin_line import Administration
from baiyun_desktop.replica.admin_messages import RIGHTS_PATH, Done, OfficerRow, OrganisationRow, PostRow, Rights
from baiyun_desktop.ui.admin.pick import Pick
from baiyun_desktop.ui.admin.sheet import DeedSheet, Wish, labelled
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import language, say


class RightsSheet(DeedSheet):
    """An administrator's post holds its own area and nothing else, so there is nothing to choose for it."""

    name = "rights"

    def __init__(
        self,
        shell: Shell,
        line: Administration,
        one: PostRow,
        posts: Sequence[PostRow],
        places: Sequence[OrganisationRow],
        staff: Sequence[OfficerRow],
        parent: QWidget | None = None,
    ) -> None:
        self._one, self._posts, self._places, self._staff = one, posts, places, staff
        super().__init__(shell, line, parent, post=one.name)
        self._look()

    def lines(self) -> list[QWidget | QFormLayout]:
        self.role = QComboBox()
        self.role.setAccessibleName(say("admin.role"))
        self.role.addItem(say("admin.no_role"), "")
        for code in ROLES.items:
            self.role.addItem(ROLES.label(code, language()), code)
        self.role.setCurrentIndex(max(self.role.findData(self._one.role), 0))
        homes = {powers.home for powers in POWERS.values()} - {""}
        known = [(p.code, f"{p.name}  {p.code}") for p in self._places if p.code not in homes]
        held = [g for g in self._one.grants if g.partition("|")[0] not in homes and not g.startswith(OWN)]
        odd = [(grant, grant) for grant in held if grant not in {code for code, _ in known}]
        self.areas = Pick(say("admin.holds"), [*odd, *known], many=True, chosen=held)
        self.role.currentIndexChanged.connect(lambda _: self._look())
        return [labelled(("role", self.role), ("holds", self.areas))]

    @property
    def chosen(self) -> Role | None:
        return role_named(str(self.role.currentData() or ""))

    def _look(self) -> None:
        role = self.chosen
        self.areas.setEnabled(role is None or not POWERS[role].home)
        self.check() if role is not None else None

    def hindrance(self) -> str:
        role = self.chosen
        if role is None:
            return say("admin.choose_role")
        for officer in self._staff:
            if self._one.name in officer.posts and officer.state != "left":
                others = [
                    role_named(p.role) for p in self._posts if p.name in officer.posts and p.name != self._one.name
                ]
                if why := clash([role, *others]):
                    return say("admin.clash_of", who=officer.name, why=why)
        return "" if POWERS[role].home or self.areas.chosen else say("admin.choose_areas")

    def wish(self) -> Wish:
        role = self.chosen
        assert role is not None
        grants = [] if POWERS[role].home else self.areas.chosen
        return RIGHTS_PATH, Rights(self._one.name, role.name, grants), Done

    def carried_out(self, answer: Any) -> None:
        self.shell.tell(say("admin.rights_done", n=answer.desks), "good")
        self.accept()
