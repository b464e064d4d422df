"""The top of a record's page: who or what it is, how it stands, and the steps it may take next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from baiyun_desktop.kernel.record import RecordInfo
from baiyun_desktop.kernel.step import Reason, Step
from baiyun_desktop.ui.days import today
from baiyun_desktop.ui.due_lines import DueLines
from baiyun_desktop.ui.due_words import DueShown
from baiyun_desktop.ui.parts import PAGE_PX, Elided, badge, clear, column, row
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.step_sheet import StepSheet
from baiyun_desktop.ui.steps_bar import StepsBar
from baiyun_desktop.ui.words import say


class RecordHead(QFrame):
    """`values(name)` gives what stands in the form, which the step's own sheet starts from; `advice` what it says first."""

    taken = Signal(object, str, str, object, str)
    """Step, stated date, reason, values of the step's own fields, code of why it is late."""
    jump = Signal(str)
    """A field that a step demands."""

    def __init__(
        self,
        shell: Shell,
        kind: RecordInfo,
        values: Callable[[str], Any],
        advice: Callable[[Step], Sequence[Reason]] = lambda step: (),
    ) -> None:
        super().__init__()
        self._shell, self._kind, self._values, self._advice = shell, kind, values, advice
        self.sheet: StepSheet | None = None
        self.setProperty("band", True)
        self._title = Elided("", "title")
        self._badges = row(gap=6)
        self.steps = StepsBar()
        self.steps.asked.connect(self.ask)
        self.steps.jump.connect(self.jump)
        self._place = QVBoxLayout()
        self.dues = DueLines()
        self._shown_dues: Sequence[DueShown] = ()
        head = row(self._title, self._badges, None)
        self.setLayout(column(head, self.dues, self.steps, self._place, gap=8, margins=(PAGE_PX, 14, PAGE_PX, 12)))

    def show_title(self, title: str, marks: Sequence[tuple[str, str]]) -> None:
        """`marks` are (words, tone) each."""
        self._title.setText(title)
        self._title.setToolTip(title)
        clear(self._badges)
        for words, tone in marks:
            self._badges.addWidget(badge(words, tone))

    def show_steps(self, state: str, possible: Sequence[tuple[Step, Reason | None]]) -> None:
        """Where the record stands and where it may go."""
        self.steps.show_steps(state, possible)

    def show_dues(self, dues: Sequence[DueShown]) -> None:
        """The time limits that run."""
        self._shown_dues = dues
        self.dues.show_dues(dues)

    def _late(self, day: str) -> str:
        """Why a step of that day must say that it is late; "" where it need not."""
        late = (one for one in self._shown_dues if one.asks_why_after and day > one.asks_why_after)
        return next((say("due.why", label=one.label, day=one.asks_why_after) for one in late), "")

    def ask(self, step: Step) -> None:
        """Open the step's own sheet."""
        self.drop()
        day, advice = today().isoformat(), self._advice(step)
        late = self._late if step.asks_why else _never
        self.sheet = StepSheet(self._shell, self._kind, step, day, self._values, late, advice)
        self.sheet.taken.connect(self.taken)
        self.sheet.dropped.connect(self.drop)
        self._place.addWidget(self.sheet)
        self.sheet.setFocus()

    def drop(self) -> None:
        """Close it again."""
        if self.sheet is not None:
            self.sheet.hide()
            self.sheet.deleteLater()
            self.sheet = None


def _never(_day: str) -> str:
    """For a step that owes no reason for being late."""
    return ""
