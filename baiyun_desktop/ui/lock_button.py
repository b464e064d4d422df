"""Who sits here, in the toolbar: lock, let another officer in, change the password, or go to another post of this PC."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QMenu, QPushButton

from baiyun_desktop.ui.icons import icon
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say

POST_PX, NAME_PX = 190, 120
"""Room for the post's name and for the officer's; what is longer ends in an ellipsis and is told whole in the tip."""


class OfficerButton(QPushButton):
    """Says post and officer; pressed, it says what there is to do. Without officers or other posts it is not shown."""

    lock_wanted = Signal()
    switch_wanted = Signal()
    password_wanted = Signal()

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self.setObjectName("officer")
        self.setProperty("flat", True)
        self.setIcon(icon("person", "muted"))
        self.setIconSize(QSize(16, 16))
        self.setToolTip(say("log_in.button"))
        menu = QMenu(self)
        menu.aboutToShow.connect(self._fill)
        self.setMenu(menu)
        self.refresh()

    def _fill(self) -> None:
        """Anew each time: other posts open and close while this one is open."""
        menu = self.menu()
        menu.clear()
        accounts = self._shell.desk.accounts
        if accounts is not None and accounts.current is not None:
            menu.addAction(say("log_in.lock") + "\tCtrl+L", self.lock_wanted.emit)
            menu.addAction(say("log_in.switch"), self.switch_wanted.emit)
            menu.addAction(say("password.change"), self.password_wanted.emit)
            menu.addSeparator()
        for name, go in self._shell.desk.other_posts():
            menu.addAction(say("log_in.other", post=name), go)

    @property
    def wanted(self) -> bool:
        """Whether there is anything to press it for."""
        accounts = self._shell.desk.accounts
        return bool(self._shell.desk.other_posts()) or (accounts is not None and accounts.current is not None)

    def refresh(self) -> None:
        """Somebody else may sit here by now."""
        desk = self._shell.desk
        parts = [(desk.identity.post, POST_PX), (desk.replica.officer, NAME_PX)]
        words = " · ".join(part for part, _ in parts if part)
        name = say("log_in.button_name", who=words)
        if name != self.accessibleName():
            short = (self.fontMetrics().elidedText(part, Qt.TextElideMode.ElideRight, px) for part, px in parts if part)
            self.setText(" · ".join(short))
            self.setToolTip(f"{say('log_in.button')}\n{words}")
            self.setAccessibleName(name)
