"""The papers that a record can be printed as, a button each; the PDF is made in a thread and shown before it prints."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from baiyun_desktop.documents.issue import Issued
from baiyun_desktop.kernel.paper import PaperSpec
from baiyun_desktop.ui.paper_window import PaperWindow
from baiyun_desktop.ui.papers import papers_of, print_paper
from baiyun_desktop.ui.parts import button, row
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say


class PaperButtons(QWidget):
    """`window` is the last paper shown."""

    def __init__(self, shell: Shell, kind: str) -> None:
        super().__init__()
        self._shell, self._kind = shell, kind
        self._record = ""
        self._title = ""
        self.window_shown: PaperWindow | None = None
        papers = papers_of(shell.desk, kind)
        self.setLayout(row(*[button(p.title, partial(self.print, p), look="flat", picture="print") for p in papers]))
        self.hide()

    def show_for(self, record: str, title: str, *, saved: bool) -> None:
        """Papers are of what is saved; there are none of a record that is not."""
        self._record, self._title = record, title
        self.setVisible(bool(record))
        self.setEnabled(saved)
        self.setToolTip("" if saved else say("paper.save_first"))

    def print(self, paper: PaperSpec) -> None:
        """Make a paper of the record and show it."""
        desk, kind, record = self._shell.desk, self._kind, self._record
        job = self._shell.work.ask(
            self, lambda job: print_paper(desk, paper, kind, record), lambda made: self._show(paper, made)
        )
        job.on_error = lambda error: self._shell.tell(say("paper.failed", why=str(error)), "bad")

    def _show(self, paper: PaperSpec, made: Issued) -> None:
        title = f"{paper.title} {self._title}"
        self.window_shown = PaperWindow(title, made.printed.pdf, made.printed.missing, self)
        self.window_shown.show()
