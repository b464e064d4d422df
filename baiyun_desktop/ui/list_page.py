"""A list made from its declaration: a band with the count and a filter, the table, and words where it is empty."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QPushButton, QStackedWidget, QWidget

from baiyun_desktop.documents.list_paper import ListPaper
from baiyun_desktop.kernel.approval import ROWS_FREE_MAX
from baiyun_desktop.kernel.listing import ListSpec
from baiyun_desktop.kernel.role import may_export
from baiyun_desktop.replica.changes import Changes
from baiyun_desktop.replica.filters import Either, Ids, OneOf, Where
from baiyun_desktop.replica.narrowing import Narrow
from baiyun_desktop.replica.paging import Paging
from baiyun_desktop.ui.binding import bind
from baiyun_desktop.ui.columns_dialog import ColumnsDialog
from baiyun_desktop.ui.days import today
from baiyun_desktop.ui.due_read import lamps_of
from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.export_dialog import ExportDialog
from baiyun_desktop.ui.exporting import Export, export
from baiyun_desktop.ui.list_copy import ListCopy, rows_at
from baiyun_desktop.ui.list_filters import ListFilters
from baiyun_desktop.ui.list_head import ListHead
from baiyun_desktop.ui.list_look import ListLook
from baiyun_desktop.ui.list_print import ListPrint
from baiyun_desktop.ui.listing import columns_of, has_lamps, line_of, to_load
from baiyun_desktop.ui.paper_batch import BatchPrint
from baiyun_desktop.ui.papers import papers_of
from baiyun_desktop.ui.parts import button, column, empty, page_band, row, text
from baiyun_desktop.ui.shell import Page, Shell
from baiyun_desktop.ui.table_model import Fetch, Line, Portion, TableModel
from baiyun_desktop.ui.table_view import TableView
from baiyun_desktop.ui.words import language, say, told
from baiyun_desktop.ui.work import Job

FILTER_PAUSE_MS = 120
FOUND_MAX = 500
BATCH_MAX = 500
"""Papers that are made in one go."""


class ListPage(Page):
    """Its place in the navigation, its columns and its order come from a `ListSpec`."""

    def __init__(self, shell: Shell, spec: ListSpec, within: Sequence[Where] | None = None) -> None:
        super().__init__(shell)
        self.spec = spec
        self._within = within
        """What it is narrowed to besides, where it shows the rows behind something; none are made there."""
        self.kind = shell.desk.program.kind(spec.kind)
        self.title = told(spec.title, spec.en)
        self.look = ListLook(shell, spec, self)
        self._asked: object = None
        self.dialog: ExportDialog | None = None
        self.batch_shown: BatchPrint | None = None
        self.printed: ListPrint | None = None
        self.columns: ColumnsDialog | None = None
        self._again = False
        """Whether the same rows were asked for as before: it is news, and the list stays where it is."""
        self._model = TableModel(shell.work, columns_of(shell.desk.program, self.look.spec), self)
        self._model.counted.connect(self._counted)
        self.table = TableView(self.title, self._model)
        self.table.opened.connect(self._open)
        self.head = ListHead(shell, self.table, self.look)
        self.copier = ListCopy(shell, self.table, lambda: self.look.spec)
        self.filters = ListFilters(shell, self.look)
        self.look.asked.connect(self._look_again)
        self.look.worn.connect(self._wear)
        self._build()
        self.refresh()

    def _build(self) -> None:
        self._count = text(say("list.loading"), "muted")
        self.filter = Edit(say("list.filter"))
        self.filter.setPlaceholderText(say("list.filter"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMinimumWidth(110)
        self.filter.setMaximumWidth(240)
        self._pause = QTimer(self, singleShot=True, interval=FILTER_PAUSE_MS)
        self._pause.timeout.connect(self.refresh)
        self.filter.textChanged.connect(lambda _: self._pause.start())
        self.filter.went_on.connect(self.table.setFocus)
        self.extras = row(gap=8)
        self._makes = self._within is None and self.shell.desk.may_create(self.spec.kind)
        new = button(say("list.new"), self.new, look="primary", picture="plus", tip=say("list.new_help"))
        if not self._makes:
            new.hide()
        QShortcut(QKeySequence("Ctrl+N"), self, self.new, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        band = page_band(self.title, self._count, None, self.extras, self.filters.opener, self.filter, new)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._nothing = QWidget()
        self._stack.addWidget(self._nothing)
        layout = column(band, self.filters, self._stack, gap=0)
        layout.setStretch(2, 1)
        self.setLayout(layout)
        self._bind()

        if self.spec.ledger is not None and may_export(self.shell.desk.role):
            self.add_action(button(say("list.export"), self.ask_export, picture="export"))
        if papers_of(self.shell.desk, self.spec.kind):
            self.add_action(button(say("batch.open"), self.print_marked, picture="print", tip=say("batch.open_help")))
        QShortcut(
            QKeySequence("Ctrl+F"), self, self.filter.setFocus, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
        )

    def _bind(self) -> None:
        bind(self, "Ctrl+Shift+F", self.filters.open_menu, within=True)
        bind(self, "F3", self.head.sort_here, within=True)
        bind(self, "Shift+F3", lambda: self.head.sort_here(further=True), within=True)
        bind(self, "F4", self.choose_columns, within=True)
        bind(self, "Ctrl+P", self.print_list, within=True)
        bind(self, "Ctrl+E", self.ask_export, within=True)
        head = self.table.horizontalHeader()
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head.customContextMenuRequested.connect(lambda _: self.choose_columns())

    def show_only(self, narrows: Sequence[Narrow]) -> None:
        """Somebody comes here for these rows: what was narrowed before gives way, and the strip says by what."""
        self.filter.clear()
        self.filters.show_only(narrows)

    def choose_columns(self) -> None:
        """Which columns there are, in which order, and what they are sorted by."""
        self.columns = ColumnsDialog(self.shell, self.look, self)
        self.columns.open()

    def print_list(self) -> None:
        """The marked rows where several are, else all: as many as one officer may take out by himself."""
        marked, fetch = self.table.marked, self._model.fetch
        rows = marked if len(marked) > 1 else range(self._model.rowCount())
        if fetch is None or not rows:
            return
        if len(rows) > ROWS_FREE_MAX:
            self.shell.tell(say("list.print_too_many", n=ROWS_FREE_MAX), "warn")
            return
        heads = [c.title for c in self._model.columns]
        widths = [float(c.chars) for c in self._model.columns]
        paper = ListPaper(self.title, heads, widths, (), self.filters.words(self.filter.text().strip()))
        self.printed = ListPrint(self.shell, self.spec, paper, fetch, rows, self)
        self.printed.show()

    def ask_export(self) -> None:
        """How it is to leave is asked first, then where to; the file has the rows that the screen has, in its order."""
        if self.spec.ledger is None or not may_export(self.shell.desk.role):
            self.shell.tell(say("list.no_ledger"), "warn")
            return
        narrowed, typed = self.look.where(), self.filter.text().strip()
        if not typed:
            self._ask_export(narrowed)
            return
        self.shell.work.ask(self, lambda job: [*narrowed, *self._found(typed)], self._ask_export)

    def _ask_export(self, narrowed: list[Where]) -> None:
        self.dialog = ExportDialog(self.shell, self.spec, self, narrowed=narrowed, sort=self.look.order())
        self.dialog.wanted.connect(self._place_export)
        self.dialog.open()

    def _place_export(self, wish: Export) -> None:
        assert self.spec.ledger is not None
        ending, kind = (".zip", "ZIP (*.zip)") if wish.unmasked else (".xlsx", "Excel (*.xlsx)")
        name = f"{self.shell.desk.program.ledgers[self.spec.ledger].title}_{today().isoformat()}{ending}"
        path, _ = QFileDialog.getSaveFileName(self, say("list.export"), name, kind)
        if path:
            self.export_to(Path(path), wish)

    def export_to(self, path: Path, wish: Export | None = None) -> None:
        """File the whole list as its ledger, masked as it is shown unless something else was asked for and allowed."""
        desk, asked = self.shell.desk, wish or Export(self.spec)
        self.shell.tell(say("list.exporting"))
        job = self.shell.work.ask(self, lambda job: export(desk, asked, path),
                                  lambda made: self.shell.tell(say("list.exported", name=made.name), "good"))  # fmt: skip
        job.on_error = lambda error: self.shell.tell(say("list.not_exported", why=str(error)), "bad")

    def print_marked(self) -> None:
        """One paper for each of the marked rows, also those that were never scrolled into sight."""
        marked = self.table.marked[:BATCH_MAX]
        if not marked:
            self.shell.tell(say("batch.mark_first"), "warn")
            return
        fetch = self._question(self.filter.text().strip())

        def question(job: Job) -> list[str]:
            return [line.record for line in rows_at(fetch, job, marked)]

        self.shell.work.ask(self, question, self._print_records)

    def _print_records(self, records: list[str]) -> None:
        self.batch_shown = BatchPrint(self.shell, self, kind=self.spec.kind, records=records)
        self.batch_shown.show()

    def add_action(self, made: QPushButton) -> None:
        """A button of this list's own, such as the export of its ledger."""
        self.extras.addWidget(made)

    def _look_again(self) -> None:
        self.head.mark()
        self.refresh()

    def _wear(self) -> None:
        """Other columns: the same rows are read for them."""
        self.head.wear()
        self._asked = None
        self.refresh()

    def concerned(self, changes: Changes) -> bool:
        program, kinds = self.shell.desk.program, {self.spec.kind}
        for path in self.look.spec.columns:
            if "." in path:
                kinds.add(program.kind(self.spec.kind).field(path.partition(".")[0]).ref or "")
        return bool(kinds & changes.kinds) or "movement" in changes.kinds

    def refresh(self) -> None:
        asked = (self.filter.text().strip(), self.look.sort, self.look.narrows)
        self._again, self._asked = asked == self._asked, asked
        self._model.ask(self._question(asked[0]))

    def _question(self, typed: str) -> Fetch:
        desk, spec, sort = self.shell.desk, self.look.spec, self.look.order()
        columns, lit = to_load(desk.program, spec), has_lamps(desk.program, spec)
        within, narrowed = self._within or (), self.look.where()

        def where() -> list[Where]:
            return [*spec.where, *within, *narrowed, *self._found(typed)]

        paging = Paging(desk.replica.read, spec.kind, where, sort, columns)

        def fetch(job: Job, offset: int, limit: int) -> Portion:
            job.check()
            page = paging.page(offset, limit)
            lamps = lamps_of(desk, [snap.id for snap in page.rows]) if lit else {}
            lines = [line_of(desk.program, spec, s, page.linked, lamps.get(s.id, ())) for s in page.rows]
            return Portion(lines, page.total)

        return fetch

    def _found(self, typed: str) -> list[Where]:
        """In a thread: what was typed, by the search box's own rules, also through the list's references."""
        if not typed:
            return []
        hits = self.shell.desk.replica.search.find(typed, limit=FOUND_MAX).hits
        by_kind: dict[str, list[str]] = {}
        for hit in hits:
            by_kind.setdefault(hit.kind, []).append(hit.id)
        ways: list[Where] = [Ids(tuple(by_kind.get(self.spec.kind, ())))]
        for name in dict.fromkeys(path.partition(".")[0] for path in self.spec.columns):
            ref = self.kind.field(name).ref
            if ref is not None and ref in by_kind:
                ways.append(OneOf(name, tuple(by_kind[ref])))
        return [Either(tuple(ways))]

    def _counted(self, total: int) -> None:
        self._count.setText(say("list.count", total=f"{total:,}"))
        if total:
            self._stack.setCurrentIndex(0)
            self.table.stay() if self._again else self.table.start()
            return
        caret = self.table.hasFocus() or self._nothing.isAncestorOf(self.focusWidget() or self)
        self._stack.removeWidget(self._nothing)
        self._nothing.deleteLater()
        self._nothing = self._why_nothing()
        self._stack.addWidget(self._nothing)
        self._stack.setCurrentWidget(self._nothing)
        if caret:
            self._begin().setFocus()

    def _begin(self) -> QWidget:
        """Where the caret belongs: the rows, or else what there is to do about their absence."""
        if self._stack.currentWidget() is self.table:
            return self.table
        return self._nothing.focusProxy() or self.filter

    def _why_nothing(self) -> QWidget:
        """Why there are no rows, with the one thing to do about it; what is made anew stands in no list of some state."""
        typed, kind = self.filter.text().strip(), told(self.kind.title, self.kind.en)
        if self.look.narrows:
            all_again = button(say("narrow.clear"), partial(self.show_only, ()), look="primary")
            return empty(say("list.none_narrowed", words=self.filters.words(typed), kind=kind), all_again)
        some = bool(self.spec.where) and self.title != kind
        gap, new = " " if language() == "en" else "", None
        if self._makes and not some:
            new = button(f"{say('list.new')}{gap}{kind}", self.new, look="primary", picture="plus")
        if typed:
            return empty(say("list.none_found", typed=typed, kind=kind), new)
        return empty(say("list.none_in", title=self.title, kind=kind) if some else say("list.none", kind=kind), new)

    def _open(self, line: Line) -> None:
        self.shell.open(line.kind, line.record)

    def new(self) -> None:
        """An empty form of this list's kind, where records of it are made at this post."""
        if not self._makes:
            self.shell.tell(say("list.not_made_here", kind=told(self.kind.title, self.kind.en)), "warn")
            return
        self.shell.new(self.spec.kind)

    def entered(self) -> None:
        self._begin().setFocus()
        self.table.start()
