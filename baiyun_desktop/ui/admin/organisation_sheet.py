"""Enters an organisation or changes one: the form is the one that its record declares, the district writes it."""

from __future__ import annotations

from PySide6.QtWidgets import QFormLayout, QWidget

from baiyun_desktop.registry.organisation import FOR_GOOD, Organisation
from baiyun_desktop.replica.admin_line import Administration
from baiyun_desktop.replica.admin_messages import ORGANISATIONS_PATH, Done, OrganisationRow, OrganisationWanted
from baiyun_desktop.ui.admin.sheet import DeedSheet, Wish
from baiyun_desktop.ui.form_body import FormBody
from baiyun_desktop.ui.parts import scrolled
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say

WIDTH_PX, HEIGHT_PX = 680, 430
ROUND_PX = 150
"""The sheet's own words and buttons, and what the system puts round it."""


class OrganisationSheet(DeedSheet):
    """`one` is what is changed; where it is None a new one is entered, below `above` to begin with."""

    def __init__(
        self,
        shell: Shell,
        line: Administration,
        one: OrganisationRow | None,
        above: OrganisationRow | None,
        parent: QWidget | None = None,
    ) -> None:
        self._one, self._above = one, above
        self.name = "new_organisation" if one is None else "organisation"
        super().__init__(shell, line, parent, name=f"{one.name} {one.code}" if one is not None else "")
        self.setMinimumWidth(WIDTH_PX)

    def lines(self) -> list[QWidget | QFormLayout]:
        kind = self.shell.desk.program.kind(str(Organisation.__tablename__))
        said = {f.name for f in kind.fields} - set(FOR_GOOD if self._one is not None else ())
        self.form = FormBody(self.shell, kind, only=said)
        self._before = dict(self._one.values) if self._one is not None else {}
        below = self._above.code if self._above is not None and self._above.level else ""
        self.form.show_values(self._before or ({"parent_code": below} if below else {}))
        self.form.committed.connect(self.try_it)
        area = scrolled(self.form)
        area.setMinimumHeight(min(HEIGHT_PX, self.screen().availableGeometry().height() - ROUND_PX))
        area.setFocusProxy(self.form.rows["name" if self._one is not None else "code"].field)
        return [area]

    def hindrance(self) -> str:
        self.form.settle()
        names = [self.form.rows[name].field.name for name in self.form.odd()]
        return say("admin.odd_fields", names="、".join(names)) if names else ""

    def wish(self) -> Wish:
        values = {name: str(value) if value else None for name, value in self.form.values().items()}
        if self._one is None:
            code = str(values.pop("code") or "-")  # whether it is one is for the district to say
            return ORGANISATIONS_PATH, OrganisationWanted(code, values, new=True), Done
        said = {name: value for name, value in values.items() if value != self._before.get(name)}
        return ORGANISATIONS_PATH, OrganisationWanted(self._one.code, said), Done
