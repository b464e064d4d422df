"""The rows of a planned import: what was typed, what would become of it, what is odd, and a tick to leave it out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from baiyun_desktop.intake.cells import text_of
from baiyun_desktop.intake.finding import Severity
from baiyun_desktop.intake.mapping import Column, Mapping
from baiyun_desktop.intake.plan import PlannedRow, Standing
from baiyun_desktop.ui import theme
from baiyun_desktop.ui.colours import current
from baiyun_desktop.ui.words import say

FIXED = ("tick", "row", "standing", "worst")
WIDTHS_PX = (30, 54, 108, 300)
COLUMN_PX = 130
_Index = QModelIndex | QPersistentModelIndex
TONES = {Severity.WRONG: "bad", Severity.CHECK: "warn", Severity.NOTE: "muted"}


class ImportModel(QAbstractTableModel):
    """One sheet's rows; the plan itself is never changed."""

    ticked = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: Sequence[PlannedRow] = ()
        self._mapping: Mapping | None = None
        self._columns: Sequence[Column] = ()
        self.left_out: set[tuple[str, int]] = set()

    def show(self, mapping: Mapping | None, rows: Sequence[PlannedRow]) -> None:
        """Other rows, or another sheet."""
        self.beginResetModel()
        self._mapping, self._rows = mapping, rows
        self._columns = [c for c in mapping.columns if c.meaning is not None] if mapping is not None else ()
        self.endResetModel()

    def row(self, number: int) -> PlannedRow:
        """The row shown at that place."""
        return self._rows[number]

    def wanted(self, row: PlannedRow) -> bool:
        """Whether an import takes it."""
        return row.standing is Standing.NEW and (row.sheet, row.number) not in self.left_out

    def toggle(self, number: int) -> None:
        """Take a row in or leave it out; what is there already stays out."""
        row = self._rows[number]
        if row.standing is Standing.NEW:
            self.left_out ^= {(row.sheet, row.number)}
            self.dataChanged.emit(self.index(number, 0), self.index(number, 2))
            self.ticked.emit()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(FIXED) + len(self._columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        if section < len(FIXED):
            return say(f"import.column_{FIXED[section]}") if section else ""
        return self._columns[section - len(FIXED)].title

    def flags(self, index: _Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.CheckStateRole and column == 0:
            return Qt.CheckState.Checked if self.wanted(row) else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._ink(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(str(finding) for finding in row.findings) or None
        return self._words(row, column) if role == Qt.ItemDataRole.DisplayRole else None

    def _words(self, row: PlannedRow, column: int) -> str | None:
        match column:
            case 0:
                return None
            case 1:
                return str(row.number)
            case 2:
                return (
                    row.standing.value
                    if row.standing is not Standing.NEW or self.wanted(row)
                    else say("import.left_out")
                )
            case 3:
                return "; ".join(finding.what for finding in row.findings)
        assert self._mapping is not None
        return text_of(self._mapping.sheet.rows[row.number - 1][self._columns[column - len(FIXED)].index])

    def _ink(self, row: PlannedRow, column: int) -> QColor | None:
        colours = current()
        if not self.wanted(row) and column != 3:
            return QColor(colours.faint)
        if column == 3 and row.worst is not None:
            return QColor(getattr(colours, TONES[row.worst]))
        odd = {f.column for f in row.findings if f.severity is not Severity.NOTE}
        if column >= len(FIXED) and self._columns[column - len(FIXED)].letters in odd:
            return QColor(colours.warn)
        return None


class ImportTable(QTableView):
    """Space takes a row in or leaves it out."""

    def __init__(self, model: ImportModel) -> None:
        super().__init__()
        self._rows = model
        self.setAccessibleName(say("import.rows"))
        self.setModel(model)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(theme.ROW_PX)
        self.verticalHeader().setDefaultSectionSize(theme.ROW_PX)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setMinimumSectionSize(24)
        model.modelReset.connect(self._widths)
        self.clicked.connect(lambda index: model.toggle(index.row()) if index.column() == 0 else None)

    def _widths(self) -> None:
        for column in range(self._rows.columnCount()):
            self.setColumnWidth(column, WIDTHS_PX[column] if column < len(WIDTHS_PX) else COLUMN_PX)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            self._rows.toggle(self.currentIndex().row())
        else:
            super().keyPressEvent(event)
