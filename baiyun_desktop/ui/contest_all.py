"""Takes one office's word for all that is contested of a record, or in the whole list, after saying how many that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from baiyun_desktop.kernel.mask import Shown
from baiyun_desktop.replica.attention import ContestView, Side
from baiyun_desktop.replica.deciding import Decision
from baiyun_desktop.ui.attention_words import contest_label, contest_title
from baiyun_desktop.ui.binding import bind
from baiyun_desktop.ui.contest_words import plain_office, value_words
from baiyun_desktop.ui.keeping import bring_into_view
from baiyun_desktop.ui.parts import button, clear, column, frame, row, text
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say

LINES_MAX = 8
OFFICE_CHARS = 12
"""Two offices with names no longer than that stand side by side in the smallest window."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One office's sides of some contests; `left` are those it says nothing of, or which are decided one by one."""

    office: str
    sides: Sequence[tuple[ContestView, Side]]
    left: int

    @property
    def decisions(self) -> list[Decision]:
        return [(contest.id, dict(side.value), contest.saw) for contest, side in self.sides]


def choice_of(desk: str, office: str, contests: Sequence[ContestView]) -> Choice:
    """What a desk said in these contests. Whether a record stands at all is never decided along with others."""
    sides = []
    for contest in contests:
        own = [side for side in contest.sides if _replica(side) == desk]
        if own and not contest.whole:
            sides.append((contest, own[-1]))
    return Choice(office, sides, len(contests) - len(sides))


def _replica(side: Side) -> str:
    return side.desk.partition("#")[0]


class AllOfThem(QWidget):
    """A line for the record and one for the list; pressing an office asks once, then all are decided."""

    decided = Signal(object)
    """A list of `Decision`s."""

    def __init__(self, shell: Shell, contest: ContestView, contests: Sequence[ContestView]) -> None:
        super().__init__()
        self._shell, self._contest = shell, contest
        self.buttons: list[QPushButton] = []
        self._asked: QPushButton | None = None
        self._place = QVBoxLayout()
        lines = column(gap=6)
        record = [c for c in contests if c.record == contest.record]
        title = contest_title(shell.desk, contest, Shown.DETAIL)
        if len(record) > 1:
            lines.addLayout(self._line(say("contest.all_record", title=title, n=len(record)), record, title))
        if len(contests) > len(record):
            lines.addLayout(self._line(say("contest.all_list", n=len(contests)), contests, say("contest.the_list")))
        self.setLayout(column(lines, self._place, gap=8))
        if not self.buttons:
            self.hide()  # never shown here: without a parent yet it would be a window of its own
        bind(self, "Esc", self._drop, within=True)

    def _line(self, words: str, contests: Sequence[ContestView], where: str) -> QVBoxLayout:
        offices = {_replica(side): plain_office(self._shell.desk, side) for side in self._contest.sides}
        choices = QGridLayout()
        choices.setSpacing(8)
        a_line = 2 if all(len(office) <= OFFICE_CHARS for office in offices.values()) else 1
        for desk, office in offices.items():
            choice = choice_of(desk, office, contests)
            if not choice.sides:
                continue
            made = button(
                say("contest.all_office", office=office, n=len(choice.sides)),
                name=say("contest.all_name", office=office, n=len(choice.sides), where=where),
            )
            made.clicked.connect(lambda _=False, choice=choice, made=made: self._ask(choice, where, made))
            self.buttons.append(made)
            at = choices.count()
            choices.addWidget(made, at // a_line, at % a_line, Qt.AlignmentFlag.AlignLeft)
        choices.setColumnStretch(a_line, 1)
        return column(text(words, "help", wrap=True), choices, gap=4)

    def _ask(self, choice: Choice, where: str, asked: QPushButton) -> None:
        self._drop()
        self._asked = asked
        desk = self._shell.desk
        box = column(gap=4, margins=(14, 10, 14, 12))
        n = len(choice.sides)
        box.addWidget(text(say("contest.all_ask", where=where, office=choice.office, n=n), "heading", wrap=True))
        for contest, side in choice.sides[:LINES_MAX]:
            what = f"{contest_title(desk, contest)} · {contest_label(desk.program, contest)}"
            box.addWidget(text(f"{what}：{value_words(desk, contest, side.value)}", wrap=True))
        if n > LINES_MAX:
            box.addWidget(text(say("list.more", n=n - LINES_MAX), "help"))
        if choice.left:
            box.addWidget(text(say("contest.all_left", n=choice.left), "help", wrap=True))
        go = button(say("contest.all_go", n=n), lambda: self.decided.emit(choice.decisions), look="primary")
        box.addLayout(row(go, button(say("contest.all_no"), self._drop), None))
        self._place.addWidget(frame(box, strip="warn"))
        go.setFocus(Qt.FocusReason.TabFocusReason)
        bring_into_view(go)

    def _drop(self) -> None:
        """Nothing was decided; the caret goes back to where it came from."""
        if self._place.count():
            if self._asked is not None:
                self._asked.setFocus(Qt.FocusReason.TabFocusReason)
            clear(self._place)
