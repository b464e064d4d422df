"""Works sheets of figures out in a thread: how far it is, a way to stop, and the last result kept with its time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QProgressBar, QWidget

from baiyun_desktop.ui.days import clock_text
from baiyun_desktop.ui.figure_lines import FigureTable, Question, worked_out
from baiyun_desktop.ui.parts import button, row, text
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say
from baiyun_desktop.ui.work import Job

KEPT_MAX = 24
"""Results: a few thousand words each."""
SOON_MS = 400
"""What comes quicker than that needs no bar."""
BAR_PX = 120


@dataclass(frozen=True, slots=True)
class _Kept:
    table: FigureTable
    at_ms: int


class FigureAsking(QWidget):
    """One line that says of when the figures are, or how far they are; `show` is given each result that is wanted."""

    def __init__(self, shell: Shell, show: Callable[[FigureTable], None], blank: Callable[[], None]) -> None:
        super().__init__()
        self._shell, self._show_table, self._blank = shell, show, blank
        self._kept: OrderedDict[Question, _Kept] = OrderedDict()
        self._question: Question | None = None
        self._job: Job | None = None
        self._again = False
        self.said = text("", "muted")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(BAR_PX)
        self._bar.setAccessibleName(say("figures.working"))
        self.stop_button = button(say("progress.stop"), self.stop)
        self.setLayout(row(self.said, self._bar, self.stop_button, gap=8))
        self._late = QTimer(self, singleShot=True, interval=SOON_MS)
        self._late.timeout.connect(self._show_bar)
        self._rest()

    def ask(self, question: Question) -> None:
        """The last result of the same question at once, and a new one as soon as it is there.

        Asked the same while it is at it, it finishes first and asks once more: news that come in all day would
        otherwise keep any result from ever being there.
        """
        if self._job is not None and question == self._question:
            self._again = True
            return
        self.drop()
        same, self._question = question == self._question, question
        kept = self._kept.get(question)
        if kept is not None and not same:
            self._show_table(kept.table)
        self._say_when()
        self._start(question)

    def drop(self) -> None:
        """Want no answer any more."""
        if self._job is not None:
            self._job.cancel()
        self._job, self._again = None, False
        self._rest()

    def stop(self) -> None:
        """The officer wants no answer any more; what is shown stays, with its time."""
        self.drop()
        self._say_when(say("figures.stopped"))

    def _start(self, question: Question) -> None:
        desk = self._shell.desk
        self._job = self._shell.work.ask(self, lambda job: worked_out(desk, question, job.progress), self._take)
        self._job.on_progress = self._count
        self._job.on_error = self._fail
        self._bar.setRange(0, 0)
        self._late.start()

    def _take(self, table: FigureTable) -> None:
        again, question = self._again, table.question
        self._job, self._again = None, False
        self._kept[question] = _Kept(table, self._shell.desk.now_ms())
        self._kept.move_to_end(question)
        while len(self._kept) > KEPT_MAX:
            self._kept.popitem(last=False)
        self._rest()
        self._show_table(table)
        self._say_when()
        if again:
            self.ask(question)

    def _fail(self, error: Exception) -> None:
        self.drop()
        self._say_when(say("figures.failed", why=str(error)))

    def _count(self, done: int, total: int) -> None:
        self._bar.setRange(0, total)
        self._bar.setValue(done)

    def _show_bar(self) -> None:
        if self._question not in self._kept:
            self._blank()  # what stands there answers another question
        self.said.setText(say("figures.working"))
        self._bar.show()
        self.stop_button.show()

    def _rest(self) -> None:
        self._late.stop()
        self._bar.hide()
        self.stop_button.hide()

    def _say_when(self, before: str = "") -> None:
        kept = self._kept.get(self._question) if self._question is not None else None
        when = say("figures.as_of", at=clock_text(kept.at_ms, self._shell.desk.now_ms())) if kept is not None else ""
        self.said.setText(" · ".join(part for part in (before, when) if part))
