"""A paper before it goes to the printer: what it will look like, what is odd about it, and the ways to print or keep it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from baiyun_desktop.kernel.paper import PaperSpec
from baiyun_desktop.replica.papers import EXPORT, LinedUp
from baiyun_desktop.replica.taking_out import not_kept
from baiyun_desktop.ui.days import instant_text
from baiyun_desktop.ui.paper_pages import PaperPages
from baiyun_desktop.ui.papers import Sent, Shown, look, look_issued, send
from baiyun_desktop.ui.parts import button, column, frame, row, text
from baiyun_desktop.ui.printer_choice import PrinterChoice
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.titles import about
from baiyun_desktop.ui.words import say
from baiyun_desktop.ui.work import Job, Latest

SIZE_PX = (860, 880)


class PaperWindow(QDialog):
    """Shows a paper of one record: a look at what would be issued, or one that was issued (`doc`)."""

    def __init__(
        self, shell: Shell, title: str, parent: QWidget, *, paper: PaperSpec | None = None,
        kind: str = "", record: str = "", doc: str = "",
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._shell, self._title = shell, title
        self._paper, self._kind, self._record, self._doc = paper, kind, record, doc
        self._latest = Latest(shell.work, self)
        self._busy = False
        self.shown: Shown | None = None
        self.setWindowTitle(" ".join(part for part in (paper.title if paper else "", title) if part))
        self.resize(*SIZE_PX)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._build()
        self.reload()

    def _build(self) -> None:
        self.note = text("", wrap=True, tone="warn")
        self.original = button(say("paper.original"), self._to_original, look="link")
        self._strip = frame(row(self.note, None, self.original, margins=(14, 8, 14, 8)), strip="warn")
        self._strip.hide()
        self.pages = PaperPages(self._shell.work)
        self.choice = PrinterChoice()
        self.keep_button = button(say("paper.save"), self.keep, picture="save")
        self.print_button = button(say("paper.print"), self.print, look="primary", picture="print")
        self.choice.printer.currentIndexChanged.connect(lambda _: self._name_button())
        self._kept_why = text("", "help", wrap=True)
        buttons = row(self.choice, None, self.keep_button, self.print_button)
        foot = column(buttons, self._kept_why, gap=6, margins=(14, 10, 14, 10))
        layout = column(self._strip, self.pages, frame(foot, foot=True), gap=0)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        QShortcut(QKeySequence("Ctrl+P"), self, self.print)
        self._enable(ready=False)

    @property
    def pdf(self) -> bytes:
        """The file that is shown; empty while it is being set."""
        return self.shown.pressed.pdf if self.shown is not None else b""

    def reload(self) -> None:
        """Ask for the paper again."""
        desk, paper, kind, record, doc = self._shell.desk, self._paper, self._kind, self._record, self._doc

        def question(job: Job) -> Shown:
            if doc or paper is None:
                return look_issued(desk, doc)
            return look(desk, paper, kind, record)

        self._latest.ask(question, self._show).on_error = self._fail

    def _show(self, shown: Shown) -> None:
        first = self.shown is None
        self.shown = shown
        if shown.issued is not None:
            self._doc = shown.issued.id
            parts = (shown.issued.title, self._title, shown.issued.number)
            self.setWindowTitle(" ".join(part for part in parts if part))
        if first:
            self.choice.show_choice(shown.choice)
        self._say_what_is_odd(shown)
        self.pages.show_pdf(shown.pressed.pdf)
        self._enable(ready=True)
        self._name_button()
        if first:
            self.print_button.setFocus()

    def _say_what_is_odd(self, shown: Shown) -> None:
        issued, before = shown.issued, shown.standing if shown.issued is None else None
        words = [shown.pressed.warning]
        if shown.pressed.missing:
            words.append(say("paper.missing", chars=" ".join(shown.pressed.missing)))
        if issued is not None and issued.void:
            words.append(say("paper.is_void", who=issued.voided_by, why=issued.void_reason))
        if issued is not None and issued.overtaken:
            words.append(say("paper.is_overtaken"))
        if shown.moved_on:
            words.append(say("paper.moved_on", names="、".join(shown.moved_on)))
        if issued is not None and issued.printed:
            words.append(say("paper.printed_before", n=issued.copies, when=instant_text(issued.printed_at)))
        if before is not None:
            words.append(say("paper.stands", number=before.number, when=instant_text(before.issued_at)))
        told = "\n".join(word for word in words if word)
        self.note.setText(told)
        self._strip.setVisible(bool(told))
        self.original.setVisible(before is not None)

    def _to_original(self) -> None:
        """Show the one that was issued before, to print that again."""
        if self.shown is not None and self.shown.standing is not None:
            self._doc = self.shown.standing.id
            self.reload()

    def _name_button(self) -> None:
        issued = self.shown.issued if self.shown is not None else None
        word = "line_up" if not self.choice.choice.printer else "print_now"
        if issued is not None and (issued.printed or issued.reprints):
            word = "line_up_again" if word == "line_up" else "print_again"
        self.print_button.setText(say(f"paper.{word}"))
        self.print_button.setAccessibleName(self.print_button.text())

    def _enable(self, *, ready: bool) -> None:
        void = self.shown is not None and self.shown.issued is not None and self.shown.issued.void
        for thing in (self.print_button, self.keep_button, self.choice):
            thing.setEnabled(ready and not void and not self._busy)
        issued, paper = self.shown.issued if self.shown is not None else None, self._paper
        masked = issued.masked if issued is not None else paper is not None and paper.masked
        why = not_kept(self._shell.desk.role, masked=masked) if ready else ""
        self.keep_button.setToolTip(why)
        self.keep_button.setAccessibleDescription(why)
        self._kept_why.setText(why)
        self._kept_why.setVisible(bool(why))
        if why:
            self.keep_button.setEnabled(False)

    def _fail(self, error: Exception) -> None:
        self.pages.say_instead(say("paper.failed", why=str(error)))
        self._shell.tell(say("paper.failed", why=str(error)), "bad")

    # --- out of the window --------------------------------------------------------------------------------------

    def print(self) -> None:
        """Issue it if it is not yet, and send it to the printer; with none it waits in the queue."""
        choice = self.choice.choice
        self._out(lambda lined, name: send(self._shell.desk, lined, name, self.windowTitle(), choice), self._printed)

    def keep(self) -> None:
        """Issue it if it is not yet, and save it where the officer says."""
        path, _ = QFileDialog.getSaveFileName(self, say("paper.save"), f"{self.windowTitle()}.pdf", "PDF (*.pdf)")
        if path:
            self.keep_at(Path(path))

    def keep_at(self, path: Path) -> None:
        """The same, at that path."""
        replica = self._shell.desk.replica

        def write(lined: LinedUp, name: str) -> Sent:
            path.write_bytes(replica.papers.file(lined.item))
            replica.papers.sent([lined.item], verb=EXPORT)
            return Sent(lined, printed=True)

        self._out(write, lambda sent: self._done(sent, say("paper.kept", name=path.name), "good"))

    def _out(self, then: Callable[[LinedUp, str], Sent], told: Callable[[Sent], None]) -> None:
        if self._busy or not self.print_button.isEnabled() or self.shown is None:
            return
        self._busy = True
        self._enable(ready=False)
        papers, shown, choice = self._shell.desk.replica.papers, self.shown, self.choice.choice
        paper, kind, record, whom = self._paper, self._kind, self._record, about(self._title)

        def question(job: Job) -> Sent:
            if shown.issued is not None:
                lined = papers.line_up(shown.issued.id, copies=choice.copies, about=whom)
                return then(lined, shown.issued.template)
            assert paper is not None
            return then(papers.issue(paper, kind, record, copies=choice.copies, about=whom), paper.name)

        self._shell.work.ask(self, question, told).on_error = self._not_out

    def _printed(self, sent: Sent) -> None:
        if sent.printed:
            self._done(sent, say("paper.sent", name=self.choice.choice.printer), "good")
        elif sent.why:
            self._done(sent, say("paper.waits_why", why=sent.why), "warn")
        else:
            self._done(sent, say("paper.waits"), "good")

    def _done(self, sent: Sent, words: str, tone: str) -> None:
        self._busy = False
        self._doc = sent.lined.doc
        self._shell.tell(words, tone)
        self.reload()

    def _not_out(self, error: Exception) -> None:
        self._busy = False
        self._enable(ready=True)
        self._shell.tell(say("paper.failed", why=str(error)), "bad")
        self.note.setText(say("paper.failed", why=str(error)))
        self._strip.show()
