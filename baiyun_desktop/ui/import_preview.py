"""Before anything is written: the rows with what would become of them, what is odd, and what each column means."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QTabBar, QWidget

from baiyun_desktop.intake.finding import Severity
from baiyun_desktop.intake.plan import ImportPlan, PlannedRow, Standing
from baiyun_desktop.ui.import_columns import ColumnsPanel
from baiyun_desktop.ui.import_table import ImportModel, ImportTable
from baiyun_desktop.ui.parts import PAGE_PX, button, column, frame, row, text
from baiyun_desktop.ui.words import say

_FILTERS: tuple[tuple[str, Callable[[PlannedRow], bool]], ...] = (
    ("all", lambda row: True),
    ("odd", lambda row: row.worst in (Severity.WRONG, Severity.CHECK)),
    ("wrong", lambda row: row.worst is Severity.WRONG),
    ("new", lambda row: row.standing is Standing.NEW),
)


class ImportPreview(QWidget):
    """Table at the left, meanings at the right, the odd things of the marked row below."""

    settled = Signal(int, int, object)
    """(sheet, column's index, meaning or None)"""
    accepted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._plan: ImportPlan | None = None
        self._sheets = QTabBar()
        self.model = ImportModel(self)
        self.model.ticked.connect(self._count)
        self.table = ImportTable(self.model)
        self.table.selectionModel().currentRowChanged.connect(lambda now, _: self._show_findings(now.row()))
        self.columns = ColumnsPanel()
        self.columns.settled.connect(
            lambda index, meaning: self.settled.emit(self._sheets.currentIndex(), index, meaning)
        )
        self._sheets.setAccessibleName(say("import.sheets"))
        self._sheets.setExpanding(False)
        self._sheets.setDrawBase(False)
        self._sheets.currentChanged.connect(lambda _: self._show_rows())
        self._which = QComboBox()
        self._which.setAccessibleName(say("import.which"))
        for name, _ in _FILTERS:
            self._which.addItem(say(f"import.which_{name}"), name)
        self._which.currentIndexChanged.connect(lambda _: self._show_rows())
        self._figures = text("", "muted")
        self._notes = text("", "help", wrap=True)
        self._findings = text("", wrap=True, select=True)
        self._findings.setMinimumHeight(44)
        self.go = button("", self.accepted.emit, look="primary", picture="import")
        head = frame(
            row(self._figures, None, text(say("import.which"), "muted"), self._which, margins=(PAGE_PX, 8, PAGE_PX, 8)),
            band=True,
        )
        foot_row = row(column(self._findings, self._notes, gap=2), self.go, gap=16, margins=(PAGE_PX, 8, PAGE_PX, 8))
        foot_row.setStretch(0, 1)
        foot = frame(foot_row, foot=True)
        left = column(self._sheets, self.table, gap=0)
        left.setStretch(1, 1)
        middle = row(left, self.columns, gap=0)
        middle.setStretch(0, 1)
        layout = column(head, middle, foot, gap=0)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.setFocusProxy(self.table)

    def show_plan(self, plan: ImportPlan) -> None:
        """Show a plan; ticks stay where the rows are the same."""
        self._plan = plan
        at = max(0, self._sheets.currentIndex())
        self._sheets.blockSignals(True)
        while self._sheets.count():
            self._sheets.removeTab(0)
        for mapping in plan.mappings:
            self._sheets.addTab(f"{mapping.sheet.name} {len(mapping.data)}")
        self._sheets.setCurrentIndex(min(at, len(plan.mappings) - 1))
        self._sheets.blockSignals(False)
        self._sheets.setVisible(len(plan.mappings) > 1)
        counts = plan.counts()
        self._figures.setText(say("import.figures", where=plan.origin.community_name or plan.origin.community, rows=counts["rows"],
                                  new=counts["new_rows"], double=counts["duplicate_rows"], known=counts["known_rows"]))  # fmt: skip
        self._notes.setText("\n".join(plan.notes[:2]))
        self._show_rows()
        self._count()

    def _show_rows(self) -> None:
        if self._plan is None or not self._plan.mappings:
            return
        mapping = self._plan.mappings[self._sheets.currentIndex()]
        test = _FILTERS[self._which.currentIndex()][1]
        rows = [row for row in self._plan.rows if row.sheet == mapping.sheet.name and test(row)]
        self.model.show(mapping, rows)
        self.columns.show_mapping(mapping)
        if rows:
            self.table.setCurrentIndex(self.model.index(0, 1))
        self._show_findings(0 if rows else -1)

    def _show_findings(self, at: int) -> None:
        if not 0 <= at < self.model.rowCount():
            self._findings.setText("")
            return
        planned = self.model.row(at)
        lines = [f"{f.severity.value} · {f}" for f in planned.findings]
        self._findings.setText("\n".join(lines[:3]) or say("import.row_fine", n=planned.number, title=planned.title))

    def wanted(self) -> list[PlannedRow]:
        """The rows that an import takes."""
        return [row for row in self._plan.rows if self.model.wanted(row)] if self._plan is not None else []

    def _count(self) -> None:
        n = len(self.wanted())
        self.go.setText(say("import.go", n=n))
        self.go.setAccessibleName(say("import.go", n=n))
        self.go.setEnabled(n > 0)
