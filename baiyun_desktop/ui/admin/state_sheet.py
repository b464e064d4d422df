"""Keeps an officer out, lets him in again or says that he has left, after saying what that means."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from baiyun_desktop.registry.officer import OfficerState
from baiyun_desktop.replica.admin_line import Administration
from baiyun_desktop.replica.admin_messages import STATES_PATH, Done, NewState, OfficerRow
from baiyun_desktop.ui.admin.sheet import DeedSheet, Wish
from baiyun_desktop.ui.shell import Shell


class StateSheet(DeedSheet):
    """Nothing to fill in; what happens is said."""

    def __init__(
        self, shell: Shell, line: Administration, one: OfficerRow, state: OfficerState, parent: QWidget | None = None
    ) -> None:
        self._one, self._state = one, state
        self.name = f"state_{state.value}"
        super().__init__(shell, line, parent, name=one.name)
        self.go.setFocus()

    def wish(self) -> Wish:
        return STATES_PATH, NewState(self._one.login, self._state.value), Done
