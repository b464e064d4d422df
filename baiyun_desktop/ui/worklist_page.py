"""Where a clerk's day starts: what is due, overdue, waits for me or needs attention, and never an empty table."""

from __future__ import annotations

from functools import partial

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from baiyun_desktop.ui.attention_words import AttentionLine
from baiyun_desktop.ui.days import today
from baiyun_desktop.ui.due_read import gap_of
from baiyun_desktop.ui.flow import Flow
from baiyun_desktop.ui.keeping import kept_place
from baiyun_desktop.ui.parts import (
    PAGE_PX,
    Elided,
    badge,
    button,
    clear,
    column,
    frame,
    page_band,
    row,
    rule,
    scrolled,
    text,
)
from baiyun_desktop.ui.shell import Page, Shell
from baiyun_desktop.ui.words import say, told
from baiyun_desktop.ui.work import Job, Latest
from baiyun_desktop.ui.worklist_cards import Card, Tally, cards

Answer = tuple[list[Card], list[Tally], str]
"""Cards, what the lists hold, and what is missing of the calendar."""
HEADING_PX = 76
LAMP_PX = 52
SHORT = 3
"""So many cards are seen at a glance and need no summary."""
TONES = {
    "overdue": "bad",
    "due": "warn",
    "soon": "warn",
    "tray": "bad",
    "contests": "warn",
    "doubts": "warn",
    "waiting": "accent",
}


class WorklistPage(Page):
    """Sections as cards, each line opens what it is about."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.title = say("place.worklist")
        self._latest = Latest(shell.work, self)
        self._shown: object = None
        self._first_of: dict[str, QWidget] = {}
        """The first card of each section, by its name."""
        day = today()
        weekday = say("shell.weekdays").split()[day.weekday()]
        date = text(say("shell.today_line", date=day.isoformat(), weekday=weekday), "muted")
        self._sum = text("", "muted")
        band = page_band(self.title, date, None, self._sum)
        self._gap_words = text("", wrap=True)
        self._gap = frame(row(self._gap_words, margins=(14, 6, 14, 6)), strip="warn")
        self._gap.hide()
        self._inside = QWidget()
        self._cards = QVBoxLayout()
        self._cards.setSpacing(12)
        self._inside.setLayout(
            column(self._gap, self._starts(), self._cards, gap=12, margins=(PAGE_PX, 16, PAGE_PX, 16))
        )
        self._area = scrolled(self._inside)
        layout = column(band, self._area, gap=0)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.refresh()

    def refresh(self) -> None:
        desk = self.shell.desk

        def question(job: Job) -> Answer:
            return (*cards(desk, job), gap_of(desk))

        self._latest.ask(question, self._show)

    def _show(self, answer: Answer) -> None:
        if answer == self._shown:
            return
        self._shown = answer
        found, tallies, gap = answer
        self._gap_words.setText(gap)
        self._gap.setVisible(bool(gap))
        with kept_place(self._area, self._first):
            self._fill(found, tallies)

    def _fill(self, found: list[Card], tallies: list[Tally]) -> None:
        clear(self._cards)
        self._first_of = {}
        if len(found) > SHORT:
            self._cards.addLayout(self._summary(found))
        for card in found:
            made = self._card(card)
            self._first_of.setdefault(card.name, made)
            self._cards.addWidget(made)
        total = sum(card.count for card in found)
        self._sum.setText(say("worklist.total", n=total) if total else "")
        if not found:
            self._cards.addWidget(self._nothing())
        self._cards.addLayout(self._tallies(tallies))
        self._cards.addStretch(1)

    def _summary(self, found: list[Card]) -> QHBoxLayout:
        """How many of what, the most urgent first; pressing one brings its first card up."""
        counts: dict[str, int] = {}
        for card in found:
            counts[card.name] = counts.get(card.name, 0) + card.count
        things = row(gap=6)
        for name, count in counts.items():
            section = say(f"worklist.{name}")
            things.addWidget(button(section, partial(self._jump, name), look="link", name=f"{section} {count}"))
            things.addWidget(badge(str(count), TONES.get(name, "plain")))
            things.addSpacing(14)
        things.addStretch(1)
        return things

    def _jump(self, name: str) -> None:
        card = self._first_of.get(name)
        if card is not None and shiboken6.isValid(card):
            self._area.verticalScrollBar().setValue(card.y())
            opener = next((b for b in card.findChildren(QPushButton) if b.isEnabled()), None)
            if opener is not None:
                opener.setFocus(Qt.FocusReason.TabFocusReason)

    def _nothing(self) -> QWidget:
        lines = column(
            text(say("worklist.nothing"), "heading"),
            text(say("worklist.nothing_more"), "muted"),
            gap=4,
            margins=(18, 16, 18, 16),
        )
        return frame(lines, card=True)

    def _card(self, card: Card) -> QWidget:
        title, section = card.title or say(f"worklist.{card.name}"), say(f"worklist.{card.name}")
        more = section if card.title else say(f"worklist.{card.name}_help")
        head = row(
            text(title, "heading"),
            badge(str(card.count), TONES.get(card.name, "plain")),
            text(more, "" if card.title else "help", tone=TONES.get(card.name, "") if card.title else ""),
            None,
            gap=10,
        )
        if card.place:
            head.addWidget(
                button(
                    say("worklist.all"),
                    partial(self._all, card),
                    look="flat",
                    name=f"{say('worklist.all')} {title}",
                )
            )
        box = column(head, gap=3, margins=(18, 8, 10, 8))
        for line in card.lines:
            box.addWidget(rule())
            box.addLayout(self._line(line))
        if card.count > len(card.lines):
            box.addWidget(text(say("list.more", n=card.count - len(card.lines)), "help"))
        return frame(box, card=True)

    def _line(self, line: AttentionLine) -> QHBoxLayout:
        open_it = button(
            say("worklist.open"),
            lambda: self._open(line),
            look="flat",
            name=f"{say('worklist.open')} {line.title} {line.more}".rstrip(),
        )
        more = Elided(line.more, "help")
        more.setToolTip(line.tip or line.more)
        if not line.lamp:
            return row(Elided(line.title), more, None, open_it, gap=14)
        lamp = text(line.lamp, tone=line.tone)
        lamp.setMinimumWidth(max(LAMP_PX, lamp.sizeHint().width()))
        return row(lamp, Elided(line.title), more, None, open_it, gap=14)

    def _all(self, card: Card) -> None:
        """The list that it comes from, with what the card counts and nothing else."""
        page = self.shell.go(card.place)
        show_only = getattr(page, "show_only", None)
        if show_only is not None:
            show_only(card.narrows)

    def _open(self, line: AttentionLine) -> None:
        page = self.shell.go(line.place) if line.place else self.shell.open(line.kind, line.record)
        choose = getattr(page, "choose", None)
        if line.place and choose is not None:
            choose(line.item)

    def _starts(self) -> QHBoxLayout:
        """What most days begin with, one press away; always there, so that the focus has a place."""
        buttons = [
            button(told(s.title, s.en), partial(self.shell.new, s.kind), look="primary", picture="family")
            for s in self.shell.desk.program.sheets.values()
        ]
        buttons.append(button(say("worklist.import"), partial(self.shell.go, "import"), picture="import"))
        self._first = buttons[0]
        return row(*buttons, None, gap=10)

    def _tallies(self, tallies: list[Tally]) -> QVBoxLayout:
        """What this desk holds, each figure a way to its rows: a line for what stands by itself, and one a heading.

        A list without rows is left out: three dozen noughts hide what is there, and the navigation leads to all lists.
        """
        by_group: dict[str, list[Tally]] = {}
        for tally in sorted((tally for tally in tallies if tally.count), key=lambda tally: bool(tally.group)):
            by_group.setdefault(tally.group, []).append(tally)
        lines = column(gap=2)
        for group, held in by_group.items():
            heading = text(group or say("worklist.held"), "muted")
            heading.setMinimumWidth(HEADING_PX)
            figures = [button(f"{t.title} {t.count:,}", partial(self.shell.go, t.place), look="link") for t in held]
            lines.addLayout(Flow([heading, *figures], indent=HEADING_PX + 18))
        return lines

    def entered(self) -> None:
        self._first.setFocus()
