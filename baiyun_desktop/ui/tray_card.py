"""One returned or held act: what it was, why, what was typed, and every way on from here."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QVBoxLayout

from baiyun_desktop.replica.returned import TrayItem, Typed, Wanted
from baiyun_desktop.ui import tray_words
from baiyun_desktop.ui.binding import bind
from baiyun_desktop.ui.days import instant_text
from baiyun_desktop.ui.keeping import bring_into_view
from baiyun_desktop.ui.parts import Elided, badge, button, clear, column, frame, row, rule, text
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.shown import breakable
from baiyun_desktop.ui.words import say

TONES = {"refused": "bad", "overtaken": "warn", "held": "accent", "rescued": "warn", "handed": "accent"}
COLUMNS = 3
"""Pairs of label and value side by side."""
LONG_CHARS = 26
"""A value that needs the whole line."""


class TrayCard(QFrame):
    """`aside` cards were put aside and can be taken back."""

    aside_wanted = Signal(bool)
    """True: out of the tray; False: back into it."""
    answered = Signal(str)
    """Of another desk's work: "taken" or "dismissed"."""
    online_wanted = Signal()
    """To read what only the district keeps."""

    def __init__(self, shell: Shell, item: TrayItem) -> None:
        super().__init__()
        self._shell, self.item = shell, item
        self.setProperty("card", True)
        desk = shell.desk
        self._title = tray_words.tray_title(desk, item)
        head = row(
            Elided(self._title, "heading"), badge(say(f"tray.{item.outcome}"), TONES[item.outcome]), None,
            text(" · ".join(part for part in (item.post, item.officer, instant_text(item.at)) if part), "help"),
        )  # fmt: skip
        lines = column(head, gap=6, margins=(18, 12, 18, 12))
        lines.addLayout(_said(say("tray.why"), item.reason or say("tray.no_reason")))
        for wanted in item.wants:
            lines.addLayout(self._wanted(wanted))
        lines.addLayout(_said(say("tray.now"), tray_words.what_now(item)))
        for block in tray_words.blocks(item):
            lines.addWidget(rule())
            lines.addLayout(self._block(block))
        self._asked: QPushButton | None = None
        self._question = QVBoxLayout()
        lines.addLayout(self._foot())
        lines.addLayout(self._question)
        self.setLayout(lines)
        bind(self, "Esc", self._drop, within=True)

    def _named(self, words: str, what: str = "") -> str:
        """What a screen reader says of a button: several cards have the same ones."""
        return f"{words} {what or self._title}"

    def _wanted(self, wanted: Wanted) -> QGridLayout | QVBoxLayout:
        words = tray_words.wanted_words(self._shell.desk, wanted)
        line = row(text(words, wrap=True), gap=8)
        line.setStretch(0, 1)
        if wanted.contest:
            made = button(say("tray.to_contest"), lambda: self._to_contest(wanted.contest), look="flat",
                          name=self._named(say("tray.to_contest"), words))  # fmt: skip
            line.addWidget(made)
        elif self._shell.desk.replica.read.get(wanted.kind, wanted.id) is not None:
            made = button(say("worklist.open"), lambda: self._shell.open(wanted.kind, wanted.id), look="flat",
                          name=self._named(say("worklist.open"), words))  # fmt: skip
            line.addWidget(made)
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setColumnStretch(1, 1)
        grid.addWidget(text(say("tray.waits"), "muted"), 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addLayout(line, 0, 1)
        return grid

    def _to_contest(self, contest: str) -> None:
        choose = getattr(self._shell.go("contests"), "choose", None)
        if choose is not None:
            choose(contest)

    # --- what was typed -----------------------------------------------------------------------------------------

    def _block(self, changes: Sequence[Typed]) -> QVBoxLayout:
        """What the act did to one record."""
        desk = self._shell.desk
        title = tray_words.change_title(desk, changes[0])
        head = row(text(title, "section"), None, gap=8)
        kind, record = tray_words.subject_of(changes[0])
        if kind in desk.program.kinds and desk.replica.read.get(kind, record) is not None:
            opened = button(say("worklist.open"), lambda: self._shell.open(kind, record), look="flat",
                            name=self._named(say("worklist.open"), title))  # fmt: skip
            head.addWidget(opened)
        typed = next((c for c in changes if tray_words.retyped(desk, self.item, c)), None)
        if typed is not None and self.item.outcome != "held":
            draft = button(say("tray.draft"), lambda: self._draft(typed), tip=say("tray.draft_help"),
                           name=self._named(say("tray.draft"), title))  # fmt: skip
            head.addWidget(draft)
        return column(head, self._pairs(changes), gap=4)

    def _draft(self, change: Typed) -> None:
        """Asked anew: the record may have changed since the card was made."""
        values = tray_words.retyped(self._shell.desk, self.item, change)
        if values is None:
            self._shell.tell(say("tray.no_draft"), "warn")
            return
        page = self._shell.retype(change.kind, change.id, values)
        self._shell.tell(say("tray.drafted") if page.unsaved() else say("tray.nothing_to_draft"), "good")

    def _pairs(self, changes: Sequence[Typed]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(3)
        at = 0
        said = [pair for change in changes for pair in tray_words.change_lines(self._shell.desk, change)]
        for label, words in said:
            wide = len(words) > LONG_CHARS
            if wide and at % COLUMNS:
                at += COLUMNS - at % COLUMNS
            line, side = divmod(at, COLUMNS)
            grid.addWidget(text(label, "help"), line, side * 2, Qt.AlignmentFlag.AlignTop)
            value = text(breakable(words), wrap=True, select=True)
            grid.addWidget(value, line, side * 2 + 1, 1, COLUMNS * 2 - 1 if wide else 1, Qt.AlignmentFlag.AlignTop)
            at += COLUMNS if wide else 1
        for side in range(COLUMNS):
            grid.setColumnStretch(side * 2 + 1, 1)
        return grid

    # --- ways on ------------------------------------------------------------------------------------------------

    def _foot(self) -> QVBoxLayout:
        foot = row(None, gap=8)
        if self.item.away:
            foot.addWidget(
                button(
                    say("tray.online"), self.online_wanted.emit, look="primary", name=self._named(say("tray.online"))
                )
            )
        foot.addWidget(
            button(say("tray.copy"), self._copy, tip=say("tray.copy_help"), name=self._named(say("tray.copy")))
        )
        if self.item.aside:
            foot.addWidget(
                button(say("tray.back"), lambda: self.aside_wanted.emit(False), name=self._named(say("tray.back")))
            )
        elif self.item.rescue:
            foot.addWidget(
                self._asking("tray.taken", "tray.taken_ask", "tray.taken_go", lambda: self.answered.emit("taken"))
            )
            foot.addWidget(
                self._asking(
                    "tray.dismiss", "tray.dismiss_ask", "tray.dismiss_go", lambda: self.answered.emit("dismissed")
                )
            )
        elif self.item.outcome != "held":
            foot.addWidget(
                self._asking("tray.aside", "tray.aside_ask", "tray.aside_go", lambda: self.aside_wanted.emit(True))
            )
        return column(foot)

    def _asking(self, words: str, question: str, yes: str, then: Callable[[], None]) -> QPushButton:
        """A button that asks once before it does anything."""
        made = button(say(words), tip=say(question), name=self._named(say(words)))
        made.clicked.connect(lambda: self._ask(made, question, yes, then))
        return made

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(tray_words.as_text(self._shell.desk, self.item))
        self._shell.tell(say("tray.copied"), "good")

    def _ask(self, asked: QPushButton, question: str, yes: str, then: Callable[[], None]) -> None:
        self._drop()
        self._asked = asked
        go = button(say(yes), then, look="primary", name=self._named(say(yes)))
        stay = button(say("tray.aside_no"), self._drop, name=self._named(say("tray.aside_no")))
        line = row(text(say(question), wrap=True), go, stay, margins=(14, 8, 10, 8))
        line.setStretch(0, 1)
        self._question.addWidget(frame(line, strip="warn"))
        go.setFocus(Qt.FocusReason.TabFocusReason)
        bring_into_view(go)

    def _drop(self) -> None:
        if self._question.count():
            if self._asked is not None:
                self._asked.setFocus(Qt.FocusReason.TabFocusReason)
            clear(self._question)

    @property
    def asking(self) -> bool:
        """Whether a question stands open here, which news must not take away."""
        return self._question.count() > 0


def _said(label: str, words: str) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(10)
    grid.setColumnStretch(1, 1)
    grid.addWidget(text(label, "muted"), 0, 0, Qt.AlignmentFlag.AlignTop)
    grid.addWidget(text(breakable(words), wrap=True, select=True), 0, 1)
    return grid
