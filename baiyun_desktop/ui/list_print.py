"""A list before it goes to the printer: the marked rows, or all of them, with the columns as they stand on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from baiyun_desktop.documents.list_paper import ListPaper, list_pdf
from baiyun_desktop.kernel.audit import Doing
from baiyun_desktop.kernel.listing import ListSpec
from baiyun_desktop.ui import printers
from baiyun_desktop.ui.list_copy import rows_at
from baiyun_desktop.ui.paper_pages import PaperPages
from baiyun_desktop.ui.papers import heading
from baiyun_desktop.ui.parts import button, column, frame, row
from baiyun_desktop.ui.placing import sized
from baiyun_desktop.ui.printer_choice import PrinterChoice
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.table_model import Fetch
from baiyun_desktop.ui.words import say
from baiyun_desktop.ui.work import Job

SIZE_PX = (1100, 820)


class ListPrint(QDialog):
    """`paper` lacks its lines: they are asked for here, by `fetch` at `rows`."""

    def __init__(
        self, shell: Shell, spec: ListSpec, paper: ListPaper, fetch: Fetch, rows: Sequence[int], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._shell, self._spec, self._paper = shell, spec, paper
        self.pdf = b""
        self._rows = 0
        self.setWindowTitle(say("list.print_title", title=paper.title))
        sized(self, SIZE_PX)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.pages = PaperPages(shell.work)
        self.choice = PrinterChoice()
        self._no_queue()
        self.keep_button = button(say("paper.save"), self.keep, picture="save")
        self.print_button = button(say("paper.print"), self.print, look="primary", picture="print")
        foot = row(self.choice, None, self.keep_button, self.print_button, margins=(14, 10, 14, 10))
        layout = column(self.pages, frame(foot, foot=True), gap=0)
        layout.setStretch(0, 1)
        self.setLayout(layout)
        QShortcut(QKeySequence("Ctrl+P"), self, self.print)
        for made in (self.keep_button, self.print_button):
            made.setEnabled(False)
        self._set(fetch, rows)

    def _no_queue(self) -> None:
        """A list is no numbered paper: it waits in no queue, and without a printer it can only be saved."""
        printer = self.choice.printer
        at = printer.findData("")
        if printer.count() > 1:
            printer.removeItem(at)
        else:
            printer.setItemText(at, say("list.no_printer_here"))

    def _set(self, fetch: Fetch, rows: Sequence[int]) -> None:
        desk, paper = self._shell.desk, self._paper

        def question(job: Job) -> tuple[bytes, int]:
            chosen = rows_at(fetch, job, rows)
            job.check()
            whole = ListPaper(paper.title, paper.heads, paper.widths, [line.cells for line in chosen], paper.narrowed)
            return list_pdf(whole, heading(desk)), len(chosen)

        job = self._shell.work.ask(self, question, lambda answer: self._show(*answer))
        job.on_error = lambda error: self.pages.say_instead(say("paper.failed", why=str(error)))

    def _show(self, pdf: bytes, rows: int) -> None:
        self.pdf, self._rows = pdf, rows
        self.pages.show_pdf(pdf)
        self.keep_button.setEnabled(True)
        self.print_button.setEnabled(True)
        self.print_button.setFocus()

    def print(self) -> None:
        """To the printer; with none it can only be saved."""
        if not self.print_button.isEnabled():
            return
        choice, pdf, title = self.choice.choice, self.pdf, self.windowTitle()
        if not choice.printer:
            self._shell.tell(say("list.no_printer"), "warn")
            return

        def question(job: Job) -> None:
            self._note(Doing.PRINT)
            printers.current().send(pdf, title, choice)

        self._out(question, say("paper.sent", name=choice.printer))

    def keep(self) -> None:
        """As a file, where the officer says."""
        path, _ = QFileDialog.getSaveFileName(self, say("paper.save"), f"{self._paper.title}.pdf", "PDF (*.pdf)")
        if path:
            self.keep_at(Path(path))

    def keep_at(self, path: Path) -> None:
        """The same, at that path."""
        pdf = self.pdf

        def question(job: Job) -> None:
            self._note(Doing.EXPORT)
            path.write_bytes(pdf)

        self._out(question, say("paper.kept", name=path.name))

    def _note(self, doing: Doing) -> None:
        """In a thread, before anything leaves: what nobody noted never went."""
        fields = (self._paper.title, say("export.rows", n=self._rows), say("export.masked"))
        self._shell.desk.audit.note(doing, kind=self._spec.kind, record=self._spec.name, fields=fields)

    def _out(self, question: object, done: str) -> None:
        self.print_button.setEnabled(False)
        job = self._shell.work.ask(self, question, lambda _: self._gone(done))  # type: ignore[arg-type]
        job.on_error = lambda error: self._gone(say("paper.failed", why=str(error)), "bad")

    def _gone(self, words: str, tone: str = "good") -> None:
        self.print_button.setEnabled(True)
        self._shell.tell(words, tone)
