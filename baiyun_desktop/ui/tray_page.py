"""What the district did not take, with its reason and what was typed, so that nothing vanishes without a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from baiyun_desktop.replica.errors import DoorRefusal, ReplicaError
from baiyun_desktop.replica.returned import TrayItem
from baiyun_desktop.ui.keeping import can_be_pressed, kept_place
from baiyun_desktop.ui.parts import PAGE_PX, button, clear, column, empty, page_band, scrolled, text
from baiyun_desktop.ui.shell import Page, Shell
from baiyun_desktop.ui.tray_card import TrayCard
from baiyun_desktop.ui.words import say
from baiyun_desktop.ui.work import Job, Latest


@dataclass(frozen=True, slots=True)
class Tray:
    """What was read in one go."""

    items: Sequence[TrayItem]
    aside: int


class TrayPage(Page):
    """One card an act; the other half of it shows those that were put aside."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.title = say("place.tray")
        self.cards: list[TrayCard] = []
        self._aside = False
        self._wanted = ""
        self._shown: Tray | None = None
        self._latest = Latest(shell.work, self)
        self._explain = text("", "muted")
        self._other = button("", self._turn)
        band = page_band(self.title, self._explain, None, self._other)
        self._inside = QWidget()
        self._lines = QVBoxLayout(self._inside)
        self._lines.setContentsMargins(PAGE_PX, 16, PAGE_PX, 16)
        self._lines.setSpacing(12)
        self._area = scrolled(self._inside)
        layout = column(band, self._area, gap=0)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.refresh()

    def refresh(self) -> None:
        read, aside = self.shell.desk.replica.read, self._aside

        def question(job: Job) -> Tray:
            return Tray(read.tray(aside=aside), read.aside_count())

        self._latest.ask(question, self._show)

    def _turn(self) -> None:
        """The tray, or what was put aside."""
        self._aside = not self._aside
        self._shown = None
        self._area.verticalScrollBar().setValue(0)
        self.refresh()

    def _show(self, found: Tray) -> None:
        """News that changes nothing here changes nothing here; a question that stands open is left alone."""
        if found == self._shown or any(card.asking for card in self.cards):
            return
        self._shown = found
        self._explain.setText(say("tray.explain_aside" if self._aside else "tray.explain"))
        self._other.setText(say("tray.to_tray") if self._aside else say("tray.to_aside", n=found.aside))
        self._other.setAccessibleName(self._other.text())
        self._other.setVisible(self._aside or bool(found.aside))
        with kept_place(self._area, self._other if not self._other.isHidden() else self):
            self._fill(found.items)
        if self.hasFocus():  # it was entered before there was anything to press
            QTimer.singleShot(0, self, self.entered)
        self._find()

    def _fill(self, items: Sequence[TrayItem]) -> None:
        clear(self._lines)
        self.cards = [self._card(item) for item in items]
        for card in self.cards:
            self._lines.addWidget(card)
        if not items:
            self._lines.addWidget(empty(say("tray.none_aside" if self._aside else "tray.none")))
        self._lines.addStretch(1)

    def _card(self, item: TrayItem) -> TrayCard:
        card = TrayCard(self.shell, item)
        card.aside_wanted.connect(lambda aside: self._put_aside(item.number, aside))
        card.answered.connect(lambda answer: self._answer(item.rescue, answer))
        card.online_wanted.connect(lambda: self._read_online(item.number))
        return card

    def _read_online(self, number: int) -> None:
        """What this desk may not keep is shown while the page stands and written nowhere."""
        rescued = self.shell.desk.rescued
        if rescued is None:
            self.shell.tell(say("tray.not_online"), "warn")
            return
        self.shell.tell(say("tray.reading"))
        job = self.shell.work.ask(self, lambda job: rescued(number), self._read)
        job.on_error = lambda error: self.shell.tell(say("tray.not_online"), "warn")

    def _read(self, item: TrayItem) -> None:
        at = next((n for n, card in enumerate(self.cards) if card.item.number == item.number), None)
        if at is None:
            return
        old = self.cards[at]
        new = self._card(replace(item, outcome=old.item.outcome, reason=old.item.reason, aside=old.item.aside))
        self.cards[at] = new
        self._lines.replaceWidget(old, new)
        old.hide()
        old.deleteLater()
        self.shell.tell(say("tray.was_read"), "good")
        QTimer.singleShot(0, new, lambda: _first(new).setFocus())

    def _put_aside(self, number: int, aside: bool) -> None:
        door = self.shell.desk.replica.door
        self.shell.work.ask(self, lambda job: door.put_aside(number, aside=aside), lambda _: self._moved(aside))

    def _answer(self, rescue: str, answer: str) -> None:
        door = self.shell.desk.replica.door
        job = self.shell.work.ask(
            self, lambda job: door.decide_rescue(rescue, answer), lambda _: self._done(say(f"tray.was_{answer}"))
        )
        job.on_error = self._not_done

    def _not_done(self, error: Exception) -> None:
        why = str(error) if isinstance(error, DoorRefusal | ReplicaError) else say("contest.trouble")
        self.shell.tell(say("contest.not_done", why=why), "bad")

    def _moved(self, aside: bool) -> None:
        self._done(say("tray.went_aside" if aside else "tray.came_back"))

    def _done(self, words: str) -> None:
        self.cards = []
        self.shell.tell(words, "good")
        self.refresh()

    # --- finding ------------------------------------------------------------------------------------------------

    def choose(self, item: str) -> None:
        """Show the act of that number, now or as soon as it has been read."""
        self._wanted = item
        self._find()

    def _find(self) -> None:
        card = next((c for c in self.cards if str(c.item.number) == self._wanted), None)
        if card is None:
            return
        self._wanted = ""
        _first(card).setFocus()
        QTimer.singleShot(0, card, lambda: self._area.ensureWidgetVisible(card, 0, 0))

    def entered(self) -> None:
        (_first(self.cards[0]) if self.cards else self).setFocus()


def _first(card: TrayCard) -> QWidget:
    """What the caret goes to in a card."""
    return next((b for b in card.findChildren(QAbstractButton) if can_be_pressed(b)), card)
