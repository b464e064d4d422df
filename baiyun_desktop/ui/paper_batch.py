"""One paper for several records in one go, with how far it is, a way to stop, and by name what failed."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QStackedWidget, QVBoxLayout, QWidget

from baiyun_desktop.kernel.paper import PaperSpec
from baiyun_desktop.replica.print_queue import Batch
from baiyun_desktop.ui.desk import DeskContext
from baiyun_desktop.ui.papers import Sent, issue_batch, papers_of, print_waiting
from baiyun_desktop.ui.parts import button, clear, column, frame, row, scrolled, text
from baiyun_desktop.ui.placing import sized
from baiyun_desktop.ui.printer_choice import PrinterChoice
from baiyun_desktop.ui.progress import ProgressPane
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.titles import about, full_title
from baiyun_desktop.ui.words import say
from baiyun_desktop.ui.work import Job

SIZE_PX = (620, 420)


class BatchPrint(QDialog):
    """Asks which paper, makes one for each record, and sends them; `batch` goes on with one that was cut off."""

    def __init__(
        self, shell: Shell, parent: QWidget, *, kind: str = "", records: Sequence[str] = (), batch: Batch | None = None
    ) -> None:
        super().__init__(parent)
        self._shell, self._kind, self._records, self.batch = shell, kind, list(records), batch
        self._stop = threading.Event()
        self._busy = False
        self.setWindowTitle(say("batch.title"))
        sized(self, SIZE_PX)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._build()

    def _build(self) -> None:
        self.papers = QComboBox()
        self.papers.setAccessibleName(say("batch.paper"))
        program = self._shell.desk.program
        known = (
            [program.papers[self.batch.paper]] if self.batch is not None else papers_of(self._shell.desk, self._kind)
        )
        for paper in known:
            self.papers.addItem(paper.title, paper.name)
        self.choice = PrinterChoice()
        if self.batch is not None:
            self.choice.copies.setValue(self.batch.copies)
        count = len(self.batch.missing) if self.batch is not None else len(self._records)
        self._question = text(say("batch.question", n=count), wrap=True)
        self._lines = QVBoxLayout()
        inside = QWidget()
        inside.setLayout(column(self._question, row(text(say("batch.paper"), "muted"), self.papers, None), self._lines,
                                None, margins=(20, 16, 20, 16), gap=12))  # fmt: skip
        self.progress = ProgressPane()
        self.progress.cancelled.connect(self._stop.set)
        self._stack = QStackedWidget()
        self._stack.addWidget(scrolled(inside))
        self._stack.addWidget(self.progress)
        self.start_button = button(say("batch.start"), self.start, look="primary", picture="print")
        self.close_button = button(say("batch.close"), self.close, look="flat")
        foot = frame(row(self.choice, None, self.close_button, self.start_button, margins=(14, 10, 14, 10)), foot=True)
        layout = column(self._stack, foot, gap=0)
        layout.setStretch(0, 1)
        self.setLayout(layout)

    @property
    def paper(self) -> PaperSpec:
        """The paper that is chosen."""
        return self._shell.desk.program.papers[str(self.papers.currentData())]

    def start(self) -> None:
        """Make the papers, and send those that are whole."""
        if self._busy:
            return
        self._busy = True
        self._stop.clear()
        self.progress.start(say("batch.making", paper=self.paper.title))
        self._stack.setCurrentWidget(self.progress)
        self.start_button.setEnabled(False)
        desk, paper, choice = self._shell.desk, self.paper, self.choice.choice
        kind, records, batch, stop = self._kind, self._records, self.batch, self._stop

        def question(job: Job) -> Batch:
            under_way = batch or _begun(desk, paper, kind, records, choice.copies)
            issue_batch(desk, under_way.id, paper, under_way.missing, choice.copies, stop, job.progress)
            return _now(desk, under_way.id)

        job = self._shell.work.ask(self, question, self._made)
        job.on_progress = self.progress.show_progress
        job.on_error = self._failed

    def _made(self, batch: Batch) -> None:
        """The papers are issued and wait in the queue; now the printer."""
        self.batch = batch
        desk, choice, stop = self._shell.desk, self.choice.choice, self._stop
        if stop.is_set() or not choice.printer or not batch.done:
            self._end(0)
            return
        self.progress.start(say("queue.printing"))

        def question(job: Job) -> Sent | int:
            items = [item for item in desk.replica.printing.waiting() if item.batch == batch.id]
            return print_waiting(desk, items, choice, stop, job.progress)

        job = self._shell.work.ask(self, question, self._end)
        job.on_progress = self.progress.show_progress
        job.on_error = self._failed

    def _end(self, outcome: Sent | int) -> None:
        """Says what came of it; a batch that lacks nothing is over, another stays listed with the queue."""
        self._busy = False
        assert self.batch is not None
        batch, printing = self.batch, self._shell.desk.replica.printing
        sent = outcome if isinstance(outcome, int) else 0
        words = [say("batch.done", n=len(batch.done), sent=sent)]
        words += [say("paper.waits_why", why=outcome.why)] if isinstance(outcome, Sent) else []
        if not batch.missing:
            self._shell.work.ask(self, lambda job: printing.end(batch.id), lambda _: None)
        else:
            words.append(say("batch.missing", n=len(batch.missing)))
        self._question.setText("\n".join(words))
        clear(self._lines)
        for line in batch.missing:
            self._lines.addWidget(text(f"{line.about}  {line.failed or say('batch.not_made')}", tone="warn", wrap=True))
        self.papers.setEnabled(False)
        self.start_button.setText(say("batch.again"))
        self.start_button.setVisible(bool(batch.missing))
        self.start_button.setEnabled(True)
        self._stack.setCurrentIndex(0)
        self._shell.tell(words[0], "warn" if batch.missing else "good")

    def _failed(self, error: Exception) -> None:
        self._busy = False
        self._stack.setCurrentIndex(0)
        self.start_button.setEnabled(True)
        self._question.setText(say("paper.failed", why=str(error)))

    def reject(self) -> None:
        """Closing stops after the paper that is being made; the others stay listed as missing."""
        self._stop.set()
        super().reject()


def _begun(desk: DeskContext, paper: PaperSpec, kind: str, records: Sequence[str], copies: int) -> Batch:
    """In a thread: writes down what is to be made, by name, before the first is."""
    held = desk.replica.read.many(kind, records)
    named = [(kind, r, about(full_title(desk.program, desk.replica, held[r])) if r in held else r) for r in records]
    return _now(desk, desk.replica.printing.begin(paper.name, named, copies))


def _now(desk: DeskContext, batch: str) -> Batch:
    return next(each for each in desk.replica.printing.batches() if each.id == batch)
