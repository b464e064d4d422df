"""The papers that were issued of a record: number, when, by whom, how they stand; printed again or declared void here."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QDialog, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from baiyun_desktop.kernel.issued import COLLECTION, Sealed, Signed
from baiyun_desktop.replica.changes import Changes
from baiyun_desktop.replica.issued import IssuedPaper
from baiyun_desktop.ui import theme
from baiyun_desktop.ui.days import instant_text
from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.paper_window import PaperWindow
from baiyun_desktop.ui.parts import button, column, frame, row, text
from baiyun_desktop.ui.placing import sized
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say
from baiyun_desktop.ui.work import Latest

SIZE_PX = (940, 420)
COLUMNS = ("number", "title", "issued", "by", "copies", "state")
WIDTHS_PX = (230, 140, 130, 90, 110)


def state_words(paper: IssuedPaper) -> str:
    """How a paper stands, in words."""
    if paper.void:
        return say("paper.state_void", why=paper.void_reason)
    words = [say("paper.state_overtaken")] if paper.overtaken else []
    words += [say("paper.state_printed" if paper.printed else "paper.state_unprinted")]
    words += [say("paper.signed")] if paper.signed_state == Signed.RETURNED.name else []
    words += [say("paper.sealed")] if paper.seal_state == Sealed.SEALED.name else []
    return " · ".join(words)


def copies_words(paper: IssuedPaper) -> str:
    """How often it was printed."""
    return say("paper.copies_again", n=paper.copies, again=paper.reprints) if paper.reprints else str(paper.copies)


class PaperRegister(QDialog):
    """`table` has a row a paper, the latest first."""

    def __init__(self, shell: Shell, record: str, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._shell, self._record, self._title = shell, record, title
        self._latest = Latest(shell.work, self)
        self.papers: Sequence[IssuedPaper] = ()
        self.window_shown: PaperWindow | None = None
        self.setWindowTitle(say("paper.register_title", title=title))
        sized(self, SIZE_PX)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._build()
        shell.changed.connect(self._heard)
        self.reload()

    def _build(self) -> None:
        heads = [say(f"paper.column_{name}") for name in COLUMNS]
        self.table = plain_table(say("paper.register_name"), heads, WIDTHS_PX)
        self.table.itemSelectionChanged.connect(self._offer)
        self.table.doubleClicked.connect(lambda _: self.look())
        self.look_button = button(say("paper.look"), self.look, look="primary", picture="print")
        self.sign_button = button(say("paper.sign"), lambda: self._sign(signed=True))
        self.seal_button = button(say("paper.seal"), lambda: self._sign(signed=False))
        self.void_button = button(say("paper.void"), self._ask_reason)
        self.reason = Edit(say("paper.void_reason"))
        self.reason.setPlaceholderText(say("paper.void_reason"))
        self.reason.went_on.connect(self.void)
        self.confirm = button(say("paper.void_now"), self.void, look="primary")
        cancel = button(say("form.cancel"), lambda: self._asking(on=False), look="flat")
        self._question = frame(row(self.reason, self.confirm, cancel, margins=(14, 8, 14, 8)), strip="warn")
        self._question.hide()
        self.help = text(say("paper.register_help"), "help", wrap=True)
        foot = row(self.void_button, None, self.sign_button, self.seal_button, self.look_button)
        foot.setContentsMargins(14, 10, 14, 10)
        head = row(self.help, margins=(14, 10, 14, 10))
        layout = column(head, self.table, self._question, frame(foot, foot=True), gap=0)
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def _heard(self, changes: Changes) -> None:
        if COLLECTION in changes.kinds:
            self.reload()

    def reload(self) -> None:
        """Ask again what was issued."""
        papers, record = self._shell.desk.replica.papers, self._record
        self._latest.ask(lambda job: papers.issued(record), self._show)

    def _show(self, found: Sequence[IssuedPaper]) -> None:
        at = max(self.table.currentRow(), 0)
        self.papers = found
        self.table.setRowCount(len(found))
        for number, paper in enumerate(found):
            cells = (
                paper.number, paper.title, instant_text(paper.issued_at), paper.issued_by, copies_words(paper),
                state_words(paper),
            )  # fmt: skip
            for place, words in enumerate(cells):
                item = QTableWidgetItem(words)
                item.setToolTip(words)
                self.table.setItem(number, place, item)
        self.table.selectRow(min(at, len(found) - 1))
        self._offer()

    @property
    def chosen(self) -> IssuedPaper | None:
        """The paper of the marked row."""
        at = self.table.currentRow()
        return self.papers[at] if 0 <= at < len(self.papers) else None

    def _offer(self) -> None:
        paper = self.chosen
        stands = paper is not None and not paper.void
        self.look_button.setEnabled(paper is not None)
        self.look_button.setText(say("paper.look_again" if paper is not None and paper.printed else "paper.look"))
        for thing in (self.void_button, self.sign_button, self.seal_button):
            thing.setEnabled(stands)
        self._asking(on=False)

    def look(self) -> None:
        """Show the marked paper, to print it or print it again."""
        paper = self.chosen
        if paper is not None:
            self.window_shown = PaperWindow(self._shell, self._title, self, doc=paper.id)
            self.window_shown.show()

    def _ask_reason(self) -> None:
        self._asking(on=True)
        self.reason.setFocus()

    def _asking(self, *, on: bool) -> None:
        self._question.setVisible(on)
        if not on:
            self.reason.clear()

    def void(self) -> None:
        """Declare the marked paper void, for the reason that was typed."""
        paper, reason = self.chosen, self.reason.text().strip()
        if paper is None:
            return
        if not reason:
            self.reason.set_tone("bad")
            self.reason.setFocus()
            return
        papers, doc = self._shell.desk.replica.papers, paper.id
        self._do(lambda: papers.void(doc, reason), say("paper.voided", number=paper.number or paper.title))

    def _sign(self, *, signed: bool) -> None:
        paper = self.chosen
        if paper is None:
            return
        papers, doc = self._shell.desk.replica.papers, paper.id
        if signed:
            self._do(lambda: papers.sign(doc, signed=Signed.RETURNED), say("paper.signed"))
        else:
            self._do(lambda: papers.sign(doc, sealed=Sealed.SEALED), say("paper.sealed"))

    def _do(self, what: Callable[[], None], words: str) -> None:
        job = self._shell.work.ask(self, lambda job: what(), lambda _: self._shell.tell(words, "good"))
        job.on_error = lambda error: self._shell.tell(str(error), "bad")


def plain_table(name: str, heads: Sequence[str], widths: Sequence[int], *, many: bool = False) -> QTableWidget:
    """A dense table of a few hundred rows at most, all of which are there; a whole row is marked."""
    table = QTableWidget(0, len(heads))
    table.setAccessibleName(name)
    table.setHorizontalHeaderLabels(list(heads))
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    modes = QAbstractItemView.SelectionMode
    table.setSelectionMode(modes.ExtendedSelection if many else modes.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setAlternatingRowColors(True)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.verticalHeader().setVisible(False)
    table.verticalHeader().setDefaultSectionSize(theme.ROW_PX + 4)
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    head = table.horizontalHeader()
    head.setStretchLastSection(True)
    head.setHighlightSections(False)
    head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    for place, width in enumerate(widths):
        table.setColumnWidth(place, width)
    return table
