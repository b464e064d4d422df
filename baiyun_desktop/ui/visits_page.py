"""Walks from door to door: prepared in the office, walked with one key a door, looked through when one is back."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QWidget

from baiyun_desktop.replica.changes import Changes
from baiyun_desktop.ui.parts import column
from baiyun_desktop.ui.shell import Page, Shell
from baiyun_desktop.ui.visit_back import BackPane
from baiyun_desktop.ui.visit_start import StartPane
from baiyun_desktop.ui.visit_walk import WalkPane
from baiyun_desktop.ui.words import say


class VisitsPage(Page):
    """One place with three panes; Alt+Left leaves it as it is, Escape goes from a pane to the first."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.title = say("place.visits")
        self.start, self.walking, self.back = StartPane(shell), WalkPane(shell), BackPane(shell)
        self.stack = QStackedWidget()
        for pane in (self.start, self.walking, self.back):
            self.stack.addWidget(pane)
        self.start.walk.connect(self.walk)
        self.start.look.connect(self.look)
        self.walking.left.connect(self.leave)
        self.walking.look.connect(self.look)
        self.back.left.connect(self.leave)
        self.back.walk.connect(self.walk)
        self.setLayout(column(self.stack, gap=0))
        self.refresh()

    def walk(self, bundle: str) -> None:
        """The walk, door by door."""
        self.walking.show_bundle(bundle)
        self._turn_to(self.walking)

    def look(self, bundle: str) -> None:
        """What has changed since."""
        self.back.show_bundle(bundle)
        self._turn_to(self.back)

    def leave(self) -> None:
        """To the walks that are under way."""
        self.start.reload()
        self._turn_to(self.start)

    def _turn_to(self, pane: QWidget) -> None:
        self.stack.setCurrentWidget(pane)
        pane.setFocus()

    def entered(self) -> None:
        self.stack.currentWidget().setFocus()
        self.refresh()

    def unsaved(self) -> bool:
        """For half a second after a key: then the bundle has it."""
        return self.walking.unkept

    def concerned(self, changes: Changes) -> bool:
        return self.stack.currentWidget() is not self.start or bool(changes.kinds & {"organisation"})

    def refresh(self) -> None:
        """What is shown may have changed, or have locked meanwhile."""
        pane = self.stack.currentWidget()
        if isinstance(pane, (StartPane, WalkPane, BackPane)):
            pane.reload()
