"""Everything that two people said differently, one beside the other, until somebody decides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica.attention import ContestView, DoubtView
from baiyun_desktop.ui.attention_words import line_for
from baiyun_desktop.ui.contest_card import ContestCard
from baiyun_desktop.ui.doubt_card import DoubtCard
from baiyun_desktop.ui.parts import PAGE_PX, clear, column, empty, page_band, row, scrolled, text
from baiyun_desktop.ui.shell import Page, Shell
from baiyun_desktop.ui.two_lines import TwoLines
from baiyun_desktop.ui.words import say
from baiyun_desktop.ui.work import Job, Latest

LIST_PX = 264
Item = ContestView | DoubtView
DECIDE = "裁决"


class ContestsPage(Page):
    """At the left what waits, at the right the one chosen."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.title = say("place.contests")
        self.items: Sequence[Item] = ()
        self.card: ContestCard | DoubtCard | None = None
        self._shown: Item | None = None
        self._wanted = ""
        self._latest = Latest(shell.work, self)
        self._count = text("", "muted")
        band = page_band(self.title, self._count, None)
        self.list = TwoLines(self.title)
        self.list.setFixedWidth(LIST_PX)
        self.list.hide()
        self.list.currentRowChanged.connect(self._show_row)
        self._inside = QWidget()
        self._detail = QVBoxLayout(self._inside)
        self._detail.setContentsMargins(PAGE_PX, 16, PAGE_PX, 16)
        middle = row(self.list, scrolled(self._inside), gap=0)
        middle.setStretch(1, 1)
        layout = column(band, middle, gap=0)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        for number in range(4):
            QShortcut(QKeySequence(f"Ctrl+{number + 1}"), self, lambda number=number: self._press(number),
                      context=Qt.ShortcutContext.WidgetWithChildrenShortcut)  # fmt: skip
        self.refresh()

    def refresh(self) -> None:
        read = self.shell.desk.replica.read

        def question(job: Job) -> list[Item]:
            return [*read.contests(), *read.doubts()]

        self._latest.ask(question, self._fill)

    def choose(self, item: str) -> None:
        """Show the contest or doubt of that id, now or as soon as it has been read."""
        self._wanted = item
        self._mark()

    def _fill(self, items: list[Item]) -> None:
        keep = self._wanted or (self._shown.id if self._shown is not None else "")
        self.items = items
        lines = [line_for(self.shell.desk, item) for item in items]
        self.list.show_entries([(line.title, line.more) for line in lines])
        self.list.setVisible(bool(items))
        self._count.setText(say("contest.count", n=len(items)) if items else "")
        self._wanted = keep
        self._mark()
        if not items:
            self._show(None)

    def _mark(self) -> None:
        ids = [item.id for item in self.items]
        if not ids:
            return
        at = ids.index(self._wanted) if self._wanted in ids else 0
        self.list.setCurrentRow(at)
        self._show(self.items[at])

    def _show_row(self, at: int) -> None:
        if 0 <= at < len(self.items):
            self._wanted = self.items[at].id
            self._show(self.items[at])

    def _show(self, item: Item | None) -> None:
        if item is not None and item == self._shown and self.card is not None:
            return
        clear(self._detail)
        self._shown, self.card = item, None
        if item is None:
            self._detail.addWidget(empty(say("contest.none")))
            return
        self.card = self._contest(item) if isinstance(item, ContestView) else self._doubt(item)
        self._detail.addWidget(self.card)

    def _contest(self, item: ContestView) -> ContestCard:
        card = ContestCard(self.shell, item)
        card.decided.connect(lambda value: self._do(lambda: self.shell.desk.replica.door.decide(item.id, value)))
        return card

    def _doubt(self, item: DoubtView) -> DoubtCard:
        card = DoubtCard(self.shell, item)
        card.answered.connect(
            lambda answer: self._do(lambda: self.shell.desk.replica.door.decide_doubt(item.id, answer))
        )
        card.settled.connect(lambda right: self._settle(item, right))
        return card

    def _settle(self, item: DoubtView, right: str) -> None:
        """One member's facts are right: the others that are held here take them over."""
        source = item.members[right]
        facts = {name: source.get(name) for name in item.facts}
        drafts = [Draft.of(member, **facts) for key, member in item.members.items() if key != right]
        self._do(lambda: self.shell.desk.replica.door.save([d for d in drafts if d], DECIDE))

    def _press(self, number: int) -> None:
        if self.card is not None and number < len(self.card.buttons):
            self.card.buttons[number].click()

    def _do(self, write: Any) -> None:
        job = self.shell.work.ask(self, lambda job: write(), lambda changes: self._done())
        job.on_error = lambda error: self.shell.tell(say("form.not_saved", why=str(error)), "bad")

    def _done(self) -> None:
        self.shell.tell(say("contest.done"), "good")
        self.refresh()

    def entered(self) -> None:
        (self.list if self.items else self).setFocus()
