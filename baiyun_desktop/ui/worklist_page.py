"""Where a clerk's day starts: what is due, overdue, waits for me or needs attention, and never an empty table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from baiyun_desktop.replica.attention import Section
from baiyun_desktop.ui.attention_words import AttentionLine, line_for
from baiyun_desktop.ui.days import today
from baiyun_desktop.ui.parts import PAGE_PX, badge, button, clear, column, frame, row, rule, scrolled, text
from baiyun_desktop.ui.shell import Page, Shell
from baiyun_desktop.ui.words import say, told
from baiyun_desktop.ui.work import Job, Latest

LINES_MAX = 8
TONES = {"overdue": "bad", "due": "warn", "tray": "bad", "contests": "warn", "doubts": "warn"}


@dataclass(frozen=True, slots=True)
class Card:
    """One section as it is shown."""

    name: str
    count: int
    lines: Sequence[AttentionLine]


class WorklistPage(Page):
    """Sections as cards, each line opens what it is about."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.title = say("place.worklist")
        self._latest = Latest(shell.work, self)
        day = today()
        weekday = say("shell.weekdays").split()[day.weekday()]
        date = text(say("shell.today_line", date=day.isoformat(), weekday=weekday), "muted")
        self._sum = text("", "muted")
        band = frame(row(text(self.title, "title"), 6, date, None, self._sum, margins=(PAGE_PX, 12, PAGE_PX, 12)), band=True)
        self._inside = QWidget()
        self._cards = QVBoxLayout(self._inside)
        self._cards.setContentsMargins(PAGE_PX, 16, PAGE_PX, 16)
        self._cards.setSpacing(14)
        layout = column(band, scrolled(self._inside), gap=0)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.refresh()

    def refresh(self) -> None:
        desk = self.shell.desk

        def question(job: Job) -> list[Card]:
            sections: Sequence[Section] = desk.replica.read.worklist()
            return [
                Card(s.name, s.count, [line_for(desk.program, s.name, item) for item in s.items[:LINES_MAX]])
                for s in sections
            ]

        self._latest.ask(question, self._show)

    def _show(self, cards: list[Card]) -> None:
        clear(self._cards)
        for card in cards:
            self._cards.addWidget(self._card(card))
        total = sum(card.count for card in cards)
        self._sum.setText(say("worklist.total", n=total) if total else "")
        if not cards:
            self._cards.addWidget(self._nothing())
        self._cards.addLayout(self._starts())
        self._cards.addStretch(1)

    def _nothing(self) -> QWidget:
        lines = column(text(say("worklist.nothing"), "heading"), text(say("worklist.nothing_more"), "muted"), gap=4, margins=(18, 16, 18, 16))
        return frame(lines, card=True)

    def _card(self, card: Card) -> QWidget:
        head = row(text(say(f"worklist.{card.name}"), "heading"), badge(str(card.count), TONES.get(card.name, "accent")),
                   text(say(f"worklist.{card.name}_help"), "help"), None, gap=10)  # fmt: skip
        box = column(head, 2, gap=4, margins=(18, 12, 14, 12))
        for line in card.lines:
            box.addWidget(rule())
            box.addLayout(self._line(line))
        if card.count > len(card.lines):
            box.addWidget(text(say("list.more", n=card.count - len(card.lines)), "help"))
        return frame(box, card=True)

    def _line(self, line: AttentionLine) -> QHBoxLayout:
        open_it = button(say("worklist.open"), lambda: self._open(line), name=f"{say('worklist.open')} {line.title}")
        title = text(line.title)
        more = text(line.more, "help")
        return row(title, more, None, open_it, gap=12)

    def _open(self, line: AttentionLine) -> None:
        page = self.shell.go(line.place) if line.place else self.shell.open(line.kind, line.record)
        choose = getattr(page, "choose", None)
        if line.place and choose is not None:
            choose(line.item)

    def _starts(self) -> QVBoxLayout:
        """What most days begin with, one press away."""
        box = column(text(say("worklist.start"), "section"), gap=6)
        buttons = row(gap=10)
        for sheet in self.shell.desk.program.sheets.values():
            buttons.addWidget(button(told(sheet.title, sheet.en), lambda kind=sheet.kind: self.shell.new(kind), picture="family"))
        buttons.addWidget(button(say("place.import"), lambda: self.shell.go("import"), picture="import"))
        buttons.addStretch(1)
        box.addLayout(buttons)
        return box

    def entered(self) -> None:
        first = self._inside.findChild(QPushButton)
        (first or self).setFocus()
