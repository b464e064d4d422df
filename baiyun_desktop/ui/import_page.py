"""An office's workbook on its way into the books: looked at, put right, taken in in part, and taken back whole."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QWidget

from baiyun_desktop.intake.command import FORMS_FILE, planned, recognised, remember
from baiyun_desktop.intake.commit import ImportReport, commit
from baiyun_desktop.intake.earlier import Earlier, earlier, number_the_rest
from baiyun_desktop.intake.errors import IntakeError
from baiyun_desktop.intake.mapping import Mapping
from baiyun_desktop.intake.memory import FileMappings
from baiyun_desktop.intake.plan import ImportPlan
from baiyun_desktop.intake.undo import UndoReport, undo
from baiyun_desktop.ui.import_done import ImportDone
from baiyun_desktop.ui.import_earlier import EarlierImports
from baiyun_desktop.ui.import_preview import ImportPreview
from baiyun_desktop.ui.parts import button, column, empty, page_band, text
from baiyun_desktop.ui.progress import ProgressPane
from baiyun_desktop.ui.shell import Page, Shell
from baiyun_desktop.ui.words import say
from baiyun_desktop.ui.work import Job

SUFFIXES = "*.xlsx *.xls *.xlsm *.et *.ods *.csv *.txt"


class ImportPage(Page):
    """One pane at a time: choose, wait, look, wait, done."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.title = say("place.import")
        self.setAcceptDrops(True)
        self.path: Path | None = None
        self.plan: ImportPlan | None = None
        self.report: ImportReport | None = None
        self._mappings: list[Mapping] = []
        self._stop = threading.Event()
        self._store = FileMappings(shell.desk.replica.path.with_name(FORMS_FILE))
        self._name = text("", "muted")
        choose = button(say("import.choose"), self.choose_file, picture="import", tip="Ctrl+O")
        band = page_band(self.title, self._name, None, choose)
        QShortcut(QKeySequence("Ctrl+O"), self, self.choose_file, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._panes = QStackedWidget()
        explain = empty(
            say("import.explain"), button(say("import.choose"), self.choose_file, look="primary", picture="import")
        )
        self.earlier = EarlierImports()
        self.earlier.undo_wanted.connect(lambda one: self._take_back(one.batch))
        self.earlier.number_wanted.connect(self.number_rest)
        beginning = column(explain, self.earlier, gap=0)
        beginning.setStretch(0, 1)
        self._start = QWidget()
        self._start.setLayout(beginning)
        self._start.setFocusProxy(explain)
        self._progress = ProgressPane()
        self._progress.cancelled.connect(self._stop.set)
        self.preview = ImportPreview()
        self.preview.settled.connect(self._settle)
        self.preview.accepted.connect(self.take_in)
        self.done = ImportDone(shell)
        self.done.undo_wanted.connect(self.take_back)
        self.done.again_wanted.connect(self.choose_file)
        self.done.earlier_wanted.connect(self._begin_again)
        for pane in (self._start, self._progress, self.preview, self.done):
            self._panes.addWidget(pane)
        layout = column(band, self._panes, gap=0)
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def concerned(self, changes: object) -> bool:
        return False

    def choose_file(self) -> None:
        """Ask for a workbook."""
        path, _ = QFileDialog.getOpenFileName(self, say("import.choose"), "", f"{say('import.files')} ({SUFFIXES})")
        if path:
            self.read_file(Path(path))

    def read_file(self, path: Path) -> None:
        """Read a workbook and show what would become of it. Nothing is written."""
        self.path = path
        self._name.setText(path.name)
        desk = self.shell.desk

        def question(job: Job) -> tuple[list[Mapping], ImportPlan]:
            mappings = recognised(path, desk.program, self._store)
            return mappings, planned(desk.replica, desk.program, mappings)

        self._wait(say("import.reading", name=path.name), question, self._show_plan)

    def _settle(self, sheet: int, index: int, meaning: str | None) -> None:
        """The clerk says what a column means: the plan is made anew."""
        desk = self.shell.desk
        mappings = [m.choose(index, meaning) if at == sheet else m for at, m in enumerate(self._mappings)]

        def question(job: Job) -> tuple[list[Mapping], ImportPlan]:
            return mappings, planned(desk.replica, desk.program, mappings)

        self._wait(say("import.planning"), question, self._show_plan)

    def _wait(self, words: str, question: Callable[[Job], Any], then: Callable[[Any], None]) -> None:
        self._stop.clear()
        before = self._panes.currentWidget()
        self._progress.start(words)
        self._panes.setCurrentWidget(self._progress)
        job = self.shell.work.ask(self, question, then)
        job.on_progress = self._progress.show_progress
        job.on_error = lambda error: self._failed(error, before)

    def _failed(self, error: Exception, before: QWidget) -> None:
        self._panes.setCurrentWidget(before)
        words = (
            str(error)
            if isinstance(error, IntakeError)
            else say("shell.trouble", what=str(error) or type(error).__name__)
        )
        self.shell.tell(words, "bad")

    def _show_plan(self, answer: tuple[list[Mapping], ImportPlan]) -> None:
        self._mappings, self.plan = answer
        self.preview.show_plan(self.plan)
        self._panes.setCurrentWidget(self.preview)
        self.preview.setFocus()

    def take_in(self) -> None:
        """Import the rows that are ticked; what was done before a cancel stands."""
        plan, replica, stop = self.plan, self.shell.desk.replica, self._stop
        assert plan is not None
        rows = self.preview.wanted()

        def question(job: Job) -> ImportReport:
            report = commit(plan, replica, rows, progress=job.progress, cancelled=stop.is_set)
            remember(self._store, self._mappings)
            return report

        self._wait(say("import.importing", n=len(rows)), question, self._imported)

    def _imported(self, report: ImportReport) -> None:
        self.report = report
        self.done.show_report(report, self.path)
        self._panes.setCurrentWidget(self.done)
        self.shell.tell(say("import.done", n=report.imported), "good")
        self.done.setFocus()

    def take_back(self) -> None:
        """Undo the whole import, but for what somebody has worked on since."""
        assert self.report is not None
        self._take_back(self.report.batch)

    def _take_back(self, batch: str) -> None:
        replica = self.shell.desk.replica

        def question(job: Job) -> UndoReport:
            return undo(replica, batch, progress=job.progress)

        self._wait(say("import.undoing"), question, self._taken_back)

    def _taken_back(self, report: UndoReport) -> None:
        self.done.show_undone(report)
        self._panes.setCurrentWidget(self.done)
        self.shell.tell(say("import.undone", n=report.voided), "good")

    def number_rest(self, one: Earlier) -> None:
        """Give numbers to what an import left without one."""
        replica = self.shell.desk.replica
        begin = self._panes.currentWidget()

        def numbered(count: int) -> None:
            self._panes.setCurrentWidget(begin)
            left = len(one.unnumbered) - count
            words = say("import.numbered_some", n=count, left=left) if left else say("import.numbered", n=count)
            self.shell.tell(words, "warn" if left else "good")
            self._look_back()

        self._wait(say("import.numbering"), lambda job: number_the_rest(replica, one), numbered)

    def _begin_again(self) -> None:
        self._panes.setCurrentWidget(self._start)
        self.entered()

    def _look_back(self) -> None:
        replica = self.shell.desk.replica
        self.shell.work.ask(self, lambda job: earlier(replica), self.earlier.show_all)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            self.read_file(paths[0])

    def entered(self) -> None:
        first = self._start if self._panes.currentWidget() is self._start else self._panes.currentWidget()
        if first is not None:
            first.setFocus()
        if first is self._start:
            self._look_back()
