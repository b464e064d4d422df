"""The papers that wait for a printer, and batches that were cut off: printed in one go, exported, or gone on with."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QStackedWidget, QTableWidgetItem, QVBoxLayout, QWidget

from baiyun_desktop.replica.changes import Changes
from baiyun_desktop.replica.print_queue import Batch, Waiting
from baiyun_desktop.replica.taking_out import not_kept
from baiyun_desktop.ui.days import instant_text
from baiyun_desktop.ui.paper_batch import BatchPrint
from baiyun_desktop.ui.paper_register import plain_table
from baiyun_desktop.ui.papers import Sent, export, print_waiting
from baiyun_desktop.ui.parts import PAGE_PX, button, clear, column, empty, frame, page_band, row, text
from baiyun_desktop.ui.printer_choice import PrinterChoice
from baiyun_desktop.ui.progress import ProgressPane
from baiyun_desktop.ui.shell import Page, Shell
from baiyun_desktop.ui.words import say
from baiyun_desktop.ui.work import Job, Latest

COLUMNS = ("title", "number", "about", "copies", "lined_up")
WIDTHS_PX = (170, 240, 260, 70)
NAMES_MAX = 6


@dataclass(frozen=True, slots=True)
class Found:
    """What the page shows."""

    waiting: Sequence[Waiting]
    batches: Sequence[Batch]


class PrintQueuePage(Page):
    """One row a paper, in the order in which they were lined up."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.title = say("place.prints")
        self.waiting: Sequence[Waiting] = ()
        self.batch_shown: BatchPrint | None = None
        self._stop = threading.Event()
        self._latest = Latest(shell.work, self)
        self._build()
        self.refresh()

    def _build(self) -> None:
        self._count = text("", "muted")
        self.choice = PrinterChoice(copies=False)
        self.print_button = button(say("queue.print"), self.print, look="primary", picture="print")
        self.export_button = button(say("queue.export"), self._ask_folder, picture="export")
        self._kept_why = not_kept(self.shell.desk.role, masked=True)
        self.export_button.setToolTip(self._kept_why)
        self.export_button.setAccessibleDescription(self._kept_why)
        self.drop_button = button(say("queue.drop"), self.drop)
        band = page_band(self.title, self._count, None, self.choice, self.export_button, self.print_button)
        self._strips = QVBoxLayout()
        self._strips.setContentsMargins(PAGE_PX, 0, PAGE_PX, 0)
        self.table = plain_table(
            say("queue.name"), [say(f"queue.column_{name}") for name in COLUMNS], WIDTHS_PX, many=True
        )
        self._progress = ProgressPane()
        self._progress.cancelled.connect(self._stop.set)
        self._stack = QStackedWidget()
        for page in (self.table, empty(say("queue.none")), self._progress):
            self._stack.addWidget(page)
        foot = frame(
            row(
                self.drop_button, text(say("queue.help"), "help"), None, text(self._kept_why, "help"),
                margins=(PAGE_PX, 8, PAGE_PX, 8),
            ), foot=True,
        )  # fmt: skip
        layout = column(band, self._strips, self._stack, foot, gap=0)
        layout.setStretch(2, 1)
        self.setLayout(layout)

    def concerned(self, changes: Changes) -> bool:
        return "doc_instance" in changes.kinds

    def refresh(self) -> None:
        """Ask again what waits."""
        printing = self.shell.desk.replica.printing
        self._latest.ask(lambda job: Found(printing.waiting(), printing.batches()), self._show)

    def entered(self) -> None:
        self.refresh()
        self.table.setFocus()

    def _show(self, found: Found) -> None:
        if self._stack.currentWidget() is self._progress:
            return
        self.waiting = found.waiting
        self._count.setText(say("list.count", total=len(found.waiting)))
        self.table.setRowCount(len(found.waiting))
        for number, item in enumerate(found.waiting):
            again = say("queue.again", n=item.again) if item.again else ""
            cells = (item.title + again, item.number, item.about, str(item.copies), instant_text(item.at))
            for place, words in enumerate(cells):
                self.table.setItem(number, place, QTableWidgetItem(words))
        self._stack.setCurrentIndex(0 if found.waiting else 1)
        for thing in (self.print_button, self.export_button, self.drop_button):
            thing.setEnabled(bool(found.waiting))
        if self._kept_why:
            self.export_button.setEnabled(False)
        clear(self._strips)
        for batch in found.batches:
            self._strips.addWidget(self._strip(batch))

    def _strip(self, batch: Batch) -> QWidget:
        """A batch that was not finished: which papers are missing, by name."""
        paper = self.shell.desk.program.papers.get(batch.paper)
        names = [f"{line.about}{f'（{line.failed}）' if line.failed else ''}" for line in batch.missing]
        shown = "、".join(names[:NAMES_MAX]) + (say("queue.and_more", n=len(names)) if len(names) > NAMES_MAX else "")
        words = say(
            "queue.missing",
            paper=paper.title if paper else batch.paper,
            done=len(batch.done),
            n=len(names),
            names=shown,
        )
        go_on = button(say("queue.go_on"), lambda: self.go_on(batch))
        end = button(say("queue.end"), lambda: self._end(batch), look="flat")
        strip = frame(row(text(words, tone="warn", wrap=True), None, go_on, end, margins=(12, 6, 12, 6)), strip="warn")
        strip.setToolTip("\n".join(names))
        go_on.setVisible(paper is not None)
        return strip

    def go_on(self, batch: Batch) -> None:
        """Make the papers that a batch still lacks."""
        self.batch_shown = BatchPrint(self.shell, self, batch=batch)
        self.batch_shown.finished.connect(lambda _: self.refresh())
        self.batch_shown.show()

    def _end(self, batch: Batch) -> None:
        printing = self.shell.desk.replica.printing
        self.shell.work.ask(self, lambda job: printing.end(batch.id), lambda _: self.refresh())

    @property
    def chosen(self) -> list[Waiting]:
        """The marked papers, or all where none is marked."""
        rows = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        return [self.waiting[at] for at in rows if at < len(self.waiting)] or list(self.waiting)

    def print(self) -> None:
        """Send the marked papers, or all, to the printer that is chosen."""
        choice, desk, items = self.choice.choice, self.shell.desk, self.chosen
        if not choice.printer:
            self.shell.tell(say("queue.no_printer"), "warn")
            return
        self._run(
            say("queue.printing"), lambda job: print_waiting(desk, items, choice, self._stop, job.progress), self._went
        )

    def _went(self, outcome: Sent | int) -> None:
        if isinstance(outcome, Sent):
            self.shell.tell(say("paper.waits_why", why=outcome.why), "bad")
        else:
            self.shell.tell(say("queue.printed", n=outcome), "good")

    def _ask_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, say("queue.export"))
        if folder:
            self.export_to(Path(folder))

    def export_to(self, folder: Path) -> None:
        """Write the marked papers, or all, as files."""
        desk, items = self.shell.desk, self.chosen
        self._run(say("queue.exporting"), lambda job: len(export(desk, items, folder)),
                  lambda n: self.shell.tell(say("queue.exported", n=n), "good"))  # fmt: skip

    def drop(self) -> None:
        """Take the marked papers out; they stay issued and can be printed from their record."""
        rows = self.table.selectionModel().selectedRows()
        if not rows:
            self.shell.tell(say("queue.mark_first"), "warn")
            return
        printing, items = self.shell.desk.replica.printing, [item.id for item in self.chosen]
        self.shell.work.ask(self, lambda job: printing.drop(items), lambda _: self.refresh())

    def _run(self, words: str, question: Callable[[Job], object], told: Callable[..., None]) -> None:
        self._stop.clear()
        self._progress.start(words)
        self._stack.setCurrentWidget(self._progress)

        def done(answer: object) -> None:
            self._stack.setCurrentIndex(0)
            told(answer)
            self.refresh()

        job = self.shell.work.ask(self, question, done)
        job.on_progress = self._progress.show_progress
        job.on_error = self._failed

    def _failed(self, error: Exception) -> None:
        self._stack.setCurrentIndex(0)
        self.shell.tell(say("paper.failed", why=str(error)), "bad")
        self.refresh()
