"""What waits for a second person's word: read by whoever may give it, and by whoever asked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from baiyun_desktop.kernel.approval import APPROVAL, Wanted, may_give
from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.replica.changes import Changes
from baiyun_desktop.ui.approval_here import ApproveHere
from baiyun_desktop.ui.approval_words import asked_for
from baiyun_desktop.ui.parts import PAGE_PX, button, clear, column, empty, frame, page_band, row, scrolled, text
from baiyun_desktop.ui.shell import Page, Shell
from baiyun_desktop.ui.words import say
from baiyun_desktop.ui.work import Job, Latest


class ApprovalPage(Page):
    """A card each, with what can be said to it."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.title = say("place.approvals")
        self.buttons: list[QPushButton] = []
        self.here: ApproveHere | None = None
        self._latest = Latest(shell.work, self)
        self._inside = QWidget()
        self._cards = QVBoxLayout(self._inside)
        self._cards.setContentsMargins(PAGE_PX, 16, PAGE_PX, 16)
        self._cards.setSpacing(10)
        layout = column(page_band(self.title, text(say("approval.help"), "muted"), None), scrolled(self._inside), gap=0)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.refresh()

    def concerned(self, changes: Changes) -> bool:
        return APPROVAL in changes.kinds or "movement" in changes.kinds

    def refresh(self) -> None:
        approvals = self.shell.desk.approvals

        def question(_: Job) -> Sequence[Snapshot]:
            return approvals.open()

        self._latest.ask(question, self._show)

    def entered(self) -> None:
        if self.buttons:
            self.buttons[0].setFocus()

    def _show(self, rows: Sequence[Snapshot]) -> None:
        clear(self._cards)
        self.buttons.clear()
        for one in rows:
            self._cards.addWidget(self._card(one))
        if not rows:
            self._cards.addWidget(empty(say("approval.none")))
        self._cards.addStretch(1)

    def _card(self, one: Snapshot) -> QWidget:
        wanted = tuple(Wanted[name] for name in one.get("wanted", ()) if name in Wanted.__members__)
        lines = column(*asked_for(one), self._answers(one, wanted), gap=6, margins=(16, 12, 16, 12))
        return frame(lines, card=True)

    def _answers(self, one: Snapshot, wanted: tuple[Wanted, ...]) -> QVBoxLayout:
        desk, role = self.shell.desk, self.shell.desk.role
        own = one.get("asked_by") == desk.replica.officer
        made: list[QPushButton] = []
        if not own and may_give(wanted, role):
            made = [
                button(say("approval.give"), lambda: self._say(one.id, yes=True), look="primary"),
                button(say("approval.deny"), lambda: self._say(one.id, yes=False)),
            ]
        elif desk.second is not None:
            made = [button(say("approval.here"), lambda: self._here(one.id))]
        self.buttons += made
        words = say("approval.own") if own else "" if made else say("approval.not_you")
        return column(row(*made, text(words, "help"), None))

    def _say(self, record: str, *, yes: bool) -> None:
        desk = self.shell.desk
        role, officer = desk.role, desk.replica.officer

        def act(_: Job) -> None:
            if yes:
                desk.approvals.give(record, officer, role)
            else:
                desk.approvals.deny(record, officer, role, "")

        words = say("approval.given" if yes else "approval.denied")
        job = self.shell.work.ask(self, act, lambda _: self.shell.tell(words, "good"))
        job.on_error = lambda error: self.shell.tell(str(error), "bad")

    def _here(self, record: str) -> None:
        self.here = ApproveHere(self.shell, record, self)
        self.here.given.connect(lambda: self.shell.tell(say("approval.given"), "good"))
        self.here.open()
