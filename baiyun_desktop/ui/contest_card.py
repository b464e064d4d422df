"""The sides of a contest next to each other: each value with who, when and where, and a way to give another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from baiyun_desktop.kernel.mask import Shown
from baiyun_desktop.replica.attention import ContestView, Side
from baiyun_desktop.ui import contest_words
from baiyun_desktop.ui.attention_words import contest_label, contest_title, differing
from baiyun_desktop.ui.binding import bind
from baiyun_desktop.ui.contest_all import AllOfThem
from baiyun_desktop.ui.contest_other import OtherValue
from baiyun_desktop.ui.parts import Elided, badge, button, clear, column, frame, row, text
from baiyun_desktop.ui.reveal import KEY, SHOWN_S, Covered, ReasonDialog, ask
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.shown import breakable
from baiyun_desktop.ui.words import language, say

SIDE_PX, AROUND_PX = 150, 140
"""What a side needs so that its button and a date fit, and what stands at the left of them and around."""
LETTERS = {"zh": "甲乙丙丁戊己庚辛", "en": "ABCDEFGH"}


def sides_in(width_px: int) -> int:
    """How many sides stand side by side in so much room."""
    return max(2, min(4, (width_px - AROUND_PX) // SIDE_PX))


class ContestCard(QWidget):
    """One contest, waiting for a decision; `contests` are all that are open, `a_line` is how many sides fit side by side."""

    decided = Signal(object)
    """{field: value}"""
    all_decided = Signal(object)
    """A list of `Decision`s."""
    next_wanted = Signal()
    latest_wanted = Signal()

    def __init__(self, shell: Shell, contest: ContestView, contests: Sequence[ContestView], a_line: int = 2) -> None:
        super().__init__()
        self._a_line = a_line
        self._shell, self.contest = shell, contest
        self.buttons: list[QPushButton] = []
        self.revealed = False
        self._ended = False
        """Whether nothing may be decided here any more."""
        self.dialog: ReasonDialog | None = None
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_S * 1000)
        self._timer.timeout.connect(self._hide_again)
        bind(self, KEY, self.reveal)
        self.other: OtherValue | None = None
        self._news = QVBoxLayout()
        self._all = AllOfThem(shell, contest, contests)
        self._all.decided.connect(self.all_decided)
        lines = column(self._head(), self._news, gap=6)
        lines.addWidget(text(contest_words.why_asked(shell.desk, contest), "muted", wrap=True))
        again = contest_words.why_again(shell.desk, contest)
        if again:
            lines.addWidget(frame(row(text(again, tone="warn", wrap=True), margins=(12, 6, 12, 6)), strip="warn"))
        lines.addSpacing(4)
        self._place = column(gap=6)
        lines.addLayout(self._place)
        self._fill()
        if not contest.whole and contest.kind in shell.desk.program.kinds:
            self.other = OtherValue(shell, contest)
            self.other.given.connect(self.decided)
            lines.addWidget(self.other)
        leave = row(text(say("contest.leave"), "help", wrap=True), self._next(), gap=10)
        leave.setStretch(0, 1)
        lines.addLayout(leave)
        lines.addWidget(self._all)
        lines.addStretch(1)
        self.setLayout(lines)

    def _head(self) -> Any:
        desk, contest = self._shell.desk, self.contest
        head = row(
            Elided(contest_title(desk, contest, Shown.DETAIL), "title"),
            badge(contest_label(desk.program, contest), "warn"),
            None,
        )
        if contest.subject is not None:
            head.addWidget(
                button(
                    say("contest.open"), lambda: self._shell.open(contest.kind, contest.record), look="flat",
                    name=say("contest.open_name", title=contest_title(desk, contest)),
                )
            )  # fmt: skip
        return head

    def _next(self) -> QPushButton:
        return button(say("contest.next"), self.next_wanted.emit, look="flat", tip=say("contest.next_key"))

    # --- what is covered ----------------------------------------------------------------------------------------

    def _fill(self) -> None:
        focus = QApplication.focusWidget()
        at = next((n for n, made in enumerate(self.buttons) if made is focus), None)
        clear(self._place)
        self.buttons.clear()
        for start in range(0, len(self.contest.sides), self._a_line):
            self._place.addWidget(self._sides(start))
        if contest_words.covered_fields(self._shell.desk, self.contest) and not self.revealed:
            words = say("reveal.on_card", press=KEY)
            self._place.addLayout(row(button(words, self.reveal, look="link", name=words), None))
        for made in self.buttons:
            made.setEnabled(not self._ended)
        if at is not None and at < len(self.buttons):
            self.buttons[at].setFocus()

    def reveal(self) -> None:
        """Whole numbers, once it is said why: two that are masked alike may be two."""
        names = contest_words.covered_fields(self._shell.desk, self.contest)
        if names and not self.revealed:
            about = Covered(self.contest.kind, self.contest.record, names, say("reveal.title_card"))
            self.dialog = ask(self._shell, self, about, self._uncover)

    def _uncover(self) -> None:
        self.revealed = True
        self._fill()
        if self.other is not None:
            self.other.uncover()
        self._timer.start()

    def _hide_again(self) -> None:
        self.revealed = False
        self._fill()
        if self.other is not None:
            self.other.revealed = False

    # --- the sides ----------------------------------------------------------------------------------------------

    def _sides(self, start: int) -> QFrame:
        """Some sides as columns: what they say line by line, so that the same field stands on the same height."""
        grid = QGridLayout()
        grid.setContentsMargins(16, 12, 16, 14)
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(6)
        sides = list(enumerate(self.contest.sides))[start : start + self._a_line]
        apart = set(differing(self._shell.desk.program, self.contest)) | {"voided", "changed"}
        for at, (number, side) in enumerate(sides, start=1):
            grid.setColumnStretch(at, 1)
            grid.setColumnMinimumWidth(at, 120)
            grid.addLayout(self._side_head(number, side), 0, at)
            words = contest_words.side_words(self._shell.desk, self.contest, side, revealed=self.revealed)
            for line, (name, label, value) in enumerate(words, start=1):
                if at == 1 or grid.itemAtPosition(line, 0) is None:
                    grid.addWidget(text(label, "muted"), line, 0, Qt.AlignmentFlag.AlignTop)
                grid.addWidget(self._value(value, differs=name in apart), line, at, Qt.AlignmentFlag.AlignTop)
        below = grid.rowCount() + 1
        grid.setRowMinimumHeight(below - 1, 2)
        for at, (number, side) in enumerate(sides, start=1):
            self._side_foot(grid, below, at, number, side)
        return frame(grid, card=True)

    def _side_head(self, number: int, side: Side) -> Any:
        head = row(text(say("contest.side", letter=LETTERS[language()][number % 8]), "heading"), gap=8)
        if number == 0:
            head.addWidget(badge(say("contest.shown_now"), "accent"))
        if side.decided:
            head.addWidget(badge(say("contest.side_decided"), "warn"))
        head.addStretch(1)
        return head

    def _value(self, words: str, *, differs: bool) -> QLabel:
        label = text(
            breakable(words) or say("contest.empty"), "heading" if differs else "muted", wrap=True, select=True
        )
        if differs:
            label.setProperty("tone", "accent" if words else "")
        return label

    def _side_foot(self, grid: QGridLayout, line: int, at: int, number: int, side: Side) -> None:
        desk = self._shell.desk
        said = (
            ("who", side.officer or "–"),
            ("where", contest_words.office_of(desk, side)),
            ("when", contest_words.when_text(side)),
        )
        for step, (key, words) in enumerate(said):
            if at == 1:
                grid.addWidget(text(say(f"contest.{key}"), "help"), line + step, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(text(breakable(words), "help", wrap=True), line + step, at, Qt.AlignmentFlag.AlignTop)
        key = f"   Ctrl+{number + 1}" if number < 9 else ""
        words = contest_words.choice_words(self.contest, side)
        name = say("contest.use_name", n=number + 1, what=words, who=contest_words.author_of(desk, side))
        choose = button(f"{words}{key}", lambda: self.decided.emit(dict(side.value)), name=name)
        self.buttons.append(choose)
        grid.addWidget(choose, line + len(said), at)

    # --- what happens meanwhile ---------------------------------------------------------------------------------

    def settled(self, words: str) -> None:
        """Somebody else has settled it: says so and stays, since nobody likes a page that moves under the eyes."""
        self._tell(words, "accent", button(say("contest.go_on"), self.next_wanted.emit, name=say("contest.go_on")))

    def moved(self) -> None:
        """A side has changed: nothing is decided on what nobody has seen."""
        self._tell(say("contest.moved"), "warn", button(say("contest.show_latest"), self.latest_wanted.emit))

    def _tell(self, words: str, tone: str, action: QPushButton) -> None:
        focus = QApplication.focusWidget()
        self._ended = True
        had = focus is not None and (focus in self.buttons or self._all.isAncestorOf(focus))
        clear(self._news)
        label = text(words, wrap=True, select=True)
        strip = row(label, action, margins=(12, 6, 8, 6))
        strip.setStretch(0, 1)
        self._news.addWidget(frame(strip, strip=tone))
        for made in self.buttons:
            made.setEnabled(False)
        self._all.setEnabled(False)
        if self.other is not None and tone == "accent":
            self.other.setEnabled(False)
        if had:
            action.setFocus()

    def open_other(self, values: Mapping[str, Any] | None = None) -> None:
        """Type another value, or go on with what was typed before."""
        if self.other is not None and self.other.isEnabled():
            self.other.open(values)
