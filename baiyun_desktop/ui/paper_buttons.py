"""The papers that a record can be printed as, and those that were issued of it, in one line of buttons."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QMenu, QWidget

from baiyun_desktop.kernel.paper import PaperSpec
from baiyun_desktop.ui.paper_register import PaperRegister
from baiyun_desktop.ui.paper_window import PaperWindow
from baiyun_desktop.ui.papers import papers_of
from baiyun_desktop.ui.parts import button, row
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say
from baiyun_desktop.ui.work import Latest

BUTTONS_MAX = 2
"""More papers than these stand in a menu: a line of fifteen would push the save button out of the window."""


class PaperButtons(QWidget):
    """`window_shown` is the last paper shown."""

    def __init__(self, shell: Shell, kind: str) -> None:
        super().__init__()
        self._shell, self._kind = shell, kind
        self._record = ""
        self._title = ""
        self._latest = Latest(shell.work, self)
        self.window_shown: PaperWindow | None = None
        self.register_shown: PaperRegister | None = None
        papers = list(papers_of(shell.desk, kind))
        made = [button(p.title, partial(self.print, p), look="flat", picture="print") for p in papers[:BUTTONS_MAX]]
        self.register_button = button("", self.show_register, look="flat", picture="history")
        self.register_button.hide()
        more = [self._more(papers[BUTTONS_MAX:])] if papers[BUTTONS_MAX:] else []
        self.setLayout(row(*made, *more, self.register_button))
        self._printable = bool(papers)
        self.hide()

    def _more(self, papers: list[PaperSpec]) -> QWidget:
        opener = button(say("paper.more"), look="flat", picture="print")
        menu = QMenu(opener)
        for paper in papers:
            menu.addAction(paper.title, partial(self.print, paper))
        opener.setMenu(menu)
        return opener

    def show_for(self, record: str, title: str, *, saved: bool) -> None:
        """Papers are of what is saved; there are none of a record that is not."""
        if record != self._record:
            self.register_button.hide()
        self._record, self._title = record, title
        self.setVisible(bool(record) and self._printable)
        self.setEnabled(saved)
        self.setToolTip("" if saved else say("paper.save_first"))
        if record and self._printable:
            papers = self._shell.desk.replica.papers
            self._latest.ask(lambda job: papers.issued(record), lambda found: self._count(len(found)))

    def _count(self, issued: int) -> None:
        self.register_button.setText(say("paper.register", n=issued))
        self.register_button.setAccessibleName(self.register_button.text())
        self.register_button.setVisible(bool(issued))

    def print(self, paper: PaperSpec) -> None:
        """Show a paper of the record, before anything is issued."""
        self.window_shown = PaperWindow(
            self._shell, self._title, self, paper=paper, kind=self._kind, record=self._record
        )
        self.window_shown.show()

    def show_register(self) -> None:
        """The papers that were issued of the record."""
        self.register_shown = PaperRegister(self._shell, self._record, self._title, self)
        self.register_shown.show()
