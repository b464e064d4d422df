"""Everything that two people said differently, one beside the other, until somebody decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica.attention import ContestView, DoubtView
from baiyun_desktop.replica.deciding import DECIDE
from baiyun_desktop.replica.errors import DoorRefusal, ReplicaError
from baiyun_desktop.ui.attention_words import AttentionLine, line_for
from baiyun_desktop.ui.binding import bind
from baiyun_desktop.ui.contest_card import ContestCard, sides_in
from baiyun_desktop.ui.contest_words import settled_words
from baiyun_desktop.ui.doubt_card import DoubtCard
from baiyun_desktop.ui.doubt_words import answered_words
from baiyun_desktop.ui.parts import PAGE_PX, clear, column, empty, page_band, row, scrolled, text
from baiyun_desktop.ui.shell import Page, Shell
from baiyun_desktop.ui.two_lines import TwoLines
from baiyun_desktop.ui.words import say
from baiyun_desktop.ui.work import Job, Latest

LIST_PX = 264
SIDES_BY_KEY = 9
Item = ContestView | DoubtView


@dataclass(frozen=True, slots=True)
class Waiting:
    """What was read in one go: the open items with their lines, and what became of the one on screen if it is not open."""

    items: list[Item] = field(default_factory=list)
    lines: list[AttentionLine] = field(default_factory=list)
    ended: str = ""


class ContestsPage(Page):
    """At the left what waits, at the right the one chosen."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.title = say("place.contests")
        self.items: Sequence[Item] = ()
        self.card: ContestCard | DoubtCard | None = None
        self._shown: Item | None = None
        self._ended = False
        """Whether somebody else has settled what is on screen."""
        self._wanted = ""
        self._mine: set[str] = set()
        """What was decided on this page, and so may leave it without a word."""
        self._a_line = 2
        self._typed: dict[str, Mapping[str, Any]] = {}
        """Other values that were begun and left, by contest."""
        self._latest = Latest(shell.work, self)
        self._build()
        self.refresh()

    def _build(self) -> None:
        self._count = text("", "muted")
        band = page_band(self.title, self._count, None, text(say("contest.keys"), "help"))
        self.list = TwoLines(self.title)
        self.list.setFixedWidth(LIST_PX)
        self.list.hide()
        self.list.currentRowChanged.connect(self._show_row)
        self.list.itemActivated.connect(lambda _: self._enter_card())
        self._inside = QWidget()
        self._detail = QVBoxLayout(self._inside)
        self._detail.setContentsMargins(PAGE_PX, 16, PAGE_PX, 16)
        self._area = scrolled(self._inside)
        middle = row(self.list, self._area, gap=0)
        middle.setStretch(1, 1)
        layout = column(band, middle, gap=0)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        for number in range(SIDES_BY_KEY):
            bind(self, f"Ctrl+{number + 1}", partial(self._press, number))
        bind(self, "Ctrl+0", self._open_other)
        bind(self, "Ctrl+Down", lambda: self._step(1))
        bind(self, "Ctrl+Up", lambda: self._step(-1))

    # --- reading ------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        desk, looked_at = self.shell.desk, self._shown

        def question(job: Job) -> Waiting:
            read = desk.replica.read
            items: list[Item] = [*read.contests(), *read.doubts()]
            job.check()
            lines = [line_for(desk, item) for item in items]
            if looked_at is None or any(item.id == looked_at.id for item in items):
                return Waiting(items, lines)
            if isinstance(looked_at, ContestView):
                return Waiting(items, lines, settled_words(desk, read.contest(looked_at.id)))
            return Waiting(items, lines, answered_words(desk, looked_at, read.doubt(looked_at.id)))

        self._latest.ask(question, self._fill)

    def _fill(self, found: Waiting) -> None:
        items, lines = list(found.items), list(found.lines)
        at = self._at()
        ids = [item.id for item in items]
        stays = self._shown is not None and self._shown.id not in ids and self._shown.id not in self._mine
        if stays and found.ended and self._shown is not None:
            at = min(at, len(items))
            items.insert(at, self._shown)
            ended = line_for(self.shell.desk, self._shown)
            lines.insert(at, AttentionLine(ended.title, say("contest.ended"), item=ended.item))
        self._mine &= set(ids)
        self.items = items
        waiting = len(found.items)
        self.list.show_entries([(line.title, line.more) for line in lines])
        self.list.setVisible(bool(items))
        self._count.setText(say("contest.count", n=waiting) if waiting else "")
        if items and self.hasFocus():
            self.list.setFocus()  # it was entered before there was anything to choose
        if not items:
            self._show(None)
        elif stays and found.ended:
            self._end(found.ended, at)
        else:
            self._mark(at)

    def _at(self) -> int:
        """The line of what is on screen."""
        ids = [item.id for item in self.items]
        return ids.index(self._shown.id) if self._shown is not None and self._shown.id in ids else 0

    def _end(self, words: str, at: int) -> None:
        self._select(at)
        if not self._ended and self.card is not None:
            self._ended = True
            self.card.settled(words)

    def _mark(self, at: int) -> None:
        """Shows what is wanted, else what was on screen, else what has moved up into its place."""
        ids = [item.id for item in self.items]
        for wanted in (self._wanted, self._shown.id if self._shown is not None else ""):
            if wanted in ids:
                at = ids.index(wanted)
                break
        at = min(at, len(ids) - 1)
        self._select(at)
        now = self.items[at]
        if self._shown is not None and now.id == self._shown.id and self.card is not None and not self._ended:
            if alike(now, self._shown):
                return
            if now.id not in self._mine:
                self.card.moved()
                return
        self._show(now)

    def _select(self, at: int) -> None:
        self.list.blockSignals(True)
        self.list.setCurrentRow(at)
        self.list.blockSignals(False)

    # --- choosing -----------------------------------------------------------------------------------------------

    def choose(self, item: str) -> None:
        """Show the contest or doubt of that id, now or as soon as it has been read."""
        self._wanted = item
        if any(known.id == item for known in self.items):
            self._mark(0)

    def _show_row(self, at: int) -> None:
        if 0 <= at < len(self.items):
            self._wanted = self.items[at].id
            self._show(self.items[at])

    def _show(self, item: Item | None) -> None:
        self._keep_typed()
        focus = QApplication.focusWidget()
        within = focus is not None and self._inside.isAncestorOf(focus)
        if within:
            self.list.setFocus() if item is not None else self.setFocus()
        clear(self._detail)
        self._shown, self.card, self._ended = item, None, False
        if item is None:
            self._detail.addWidget(empty(say("contest.none")))
            return
        self.card = self._contest(item) if isinstance(item, ContestView) else self._doubt(item)
        self.card.next_wanted.connect(lambda: self._step(1))
        self.card.latest_wanted.connect(self._show_latest)
        self._detail.addWidget(self.card)
        self._area.verticalScrollBar().setValue(0)
        if isinstance(self.card, ContestCard) and item.id in self._typed:
            self.card.open_other(self._typed.pop(item.id))

    def _keep_typed(self) -> None:
        """Leaving something undecided writes nothing; what was begun in the other value is there on coming back."""
        if isinstance(self.card, ContestCard) and self._shown is not None and self.card.other is not None:
            typed = self.card.other.typed
            if typed is not None and self._shown.id not in self._mine:
                self._typed[self._shown.id] = typed

    def _show_latest(self) -> None:
        at = self._at()
        self._show(self.items[at])
        self._enter_card()

    def _step(self, by: int) -> None:
        """The next one, nothing being decided; what somebody else has settled leaves the list now."""
        if self._ended:
            ids = [item.id for item in self.items]
            at = self._at() + by
            self._wanted = ids[at] if 0 <= at < len(ids) else ""
            if self._shown is not None:
                self._mine.add(self._shown.id)
            self.refresh()
            return
        at = self._at() + by
        if 0 <= at < len(self.items):
            self.list.setCurrentRow(at)

    def _enter_card(self) -> None:
        """Enter in the list: the caret goes to the first thing that can be pressed."""
        first = next((b for b in self.card.buttons if b.isEnabled()), None) if self.card is not None else None
        if first is not None:
            first.setFocus(Qt.FocusReason.TabFocusReason)

    # --- deciding -----------------------------------------------------------------------------------------------

    def _contest(self, item: ContestView) -> ContestCard:
        door = self.shell.desk.replica.door
        self._a_line = sides_in(self._area.viewport().width())
        card = ContestCard(self.shell, item, [c for c in self.items if isinstance(c, ContestView)], self._a_line)
        card.decided.connect(lambda value: self._do([item.id], lambda: door.decide(item.id, value, saw=item.saw)))
        card.all_decided.connect(
            lambda decisions: self._do([d[0] for d in decisions], lambda: door.decide_all(decisions))
        )
        return card

    def _doubt(self, item: DoubtView) -> DoubtCard:
        door = self.shell.desk.replica.door
        card = DoubtCard(self.shell, item)
        card.answered.connect(lambda answer: self._do([item.id], lambda: door.decide_doubt(item.id, answer)))
        card.settled_by.connect(lambda right, names: self._settle(item, right, names))
        return card

    def _settle(self, item: DoubtView, right: str, names: Sequence[str]) -> None:
        """One member's facts are right: the others that are held here take them over."""
        facts = {name: item.members[right].get(name) for name in names}
        drafts = [Draft.of(member, **facts) for key, member in item.members.items() if key != right]
        written = [draft for draft in drafts if draft]
        if written:
            self._do([item.id], lambda: self.shell.desk.replica.door.save(written, DECIDE))

    def _press(self, number: int) -> None:
        if self.card is not None and number < len(self.card.buttons):
            self.card.buttons[number].click()

    def _open_other(self) -> None:
        if isinstance(self.card, ContestCard):
            self.card.open_other()

    def _do(self, ids: Sequence[str], write: Callable[[], Any]) -> None:
        self._mine.update(ids)  # before the news of it comes back
        job = self.shell.work.ask(self, lambda job: write(), lambda changes: self._done(ids))
        job.on_error = lambda error: self._not_done(ids, error)

    def _done(self, ids: Sequence[str]) -> None:
        self._wanted = ""
        for item in ids:
            self._typed.pop(item, None)
        self.shell.tell(say("contest.done") if len(ids) == 1 else say("contest.done_all", n=len(ids)), "good")
        self.refresh()

    def _not_done(self, ids: Sequence[str], error: Exception) -> None:
        """In the door's own words where it has some; a bug is not for clerks to read."""
        self._mine.difference_update(ids)
        why = str(error) if isinstance(error, DoorRefusal | ReplicaError) else say("contest.trouble")
        self.shell.tell(say("contest.not_done", why=why), "bad")
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where more or fewer sides fit side by side, they are set anew."""
        super().resizeEvent(event)
        many = isinstance(self._shown, ContestView) and len(self._shown.sides) > 2
        if many and not self._ended and sides_in(self._area.viewport().width()) != self._a_line:
            self._show(self._shown)

    def entered(self) -> None:
        (self.list if self.items else self).setFocus()


def alike(now: Item, seen: Item) -> bool:
    """Whether what a decision would stand on is still what was seen."""
    if isinstance(now, ContestView) and isinstance(seen, ContestView):
        return now.saw == seen.saw and [s.value for s in now.sides] == [s.value for s in seen.sides]
    if isinstance(now, DoubtView) and isinstance(seen, DoubtView):
        facts = [{key: dict(member.values) for key, member in item.members.items()} for item in (now, seen)]
        return facts[0] == facts[1] and now.facts == seen.facts
    return False
