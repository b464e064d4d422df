"""The table of figures: numbers to the right, a cell at a time, Enter shows the rows behind it, copying takes a table."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from baiyun_desktop.ui import theme
from baiyun_desktop.ui.figure_lines import FigureTable
from baiyun_desktop.ui.precedence import acted

LABEL_PX, NUMBER_PX = 160, 80
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class FigureView(QTableWidget):
    """`opened` carries the line's number and the figure's; `pointed` the figure that the caret is at."""

    opened = Signal(int, int)
    pointed = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(theme.ROW_PX + 4)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setFixedHeight(30)
        self.table: FigureTable | None = None
        self.doubleClicked.connect(lambda index: self._open(index.row(), index.column()))
        self.currentCellChanged.connect(lambda _row, column, *_: self._point(column))

    def fill(self, table: FigureTable) -> None:
        """Show these lines; the caret stays where it was."""
        place, same = (
            (self.currentRow(), self.currentColumn()),
            self.table is not None and self.table.sheet is table.sheet,
        )
        self.table = table
        self.clear()
        self.setRowCount(len(table.lines))
        self.setColumnCount(len(table.heads))
        for column, head in enumerate(table.heads):
            item = QTableWidgetItem(head)
            item.setTextAlignment(_RIGHT if column else Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            item.setToolTip(table.sheet.figures[column - 1].said if column else "")
            self.setHorizontalHeaderItem(column, item)
            wide = self.fontMetrics().horizontalAdvance(head) + 24
            self.setColumnWidth(column, max(NUMBER_PX, wide) if column else LABEL_PX)
        for row, line in enumerate(table.lines):
            for column, words in enumerate((line.label, *line.cells)):
                self.setItem(row, column, _item(words, line.tips[column - 1] if column else "", column > 0, row == 0))
        row, column = place if same else (0, 1)
        self.setCurrentCell(max(0, min(row, self.rowCount() - 1)), max(1, column))

    def empty(self) -> None:
        """Show nothing, until there is something again."""
        self.table = None
        self.setRowCount(0)

    def _point(self, column: int) -> None:
        if column > 0:
            self.pointed.emit(column - 1)

    def words(self, row: int, column: int) -> str:
        """What a cell says."""
        item = self.item(row, column)
        return item.text() if item is not None else ""

    def _open(self, row: int, column: int) -> None:
        if row >= 0 and column > 0:
            self.opened.emit(row, column - 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        acted()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentRow(), self.currentColumn())
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        """What is marked, or the whole where that is one cell, as a table of text with its heads."""
        if self.table is None:
            return
        rows, columns = range(self.rowCount()), range(self.columnCount())
        marked = self.selectedRanges()
        if marked and (marked[0].rowCount() > 1 or marked[0].columnCount() > 1):
            rows = range(marked[0].topRow(), marked[0].bottomRow() + 1)
            columns = range(marked[0].leftColumn(), marked[0].rightColumn() + 1)
        lines = [[self.table.heads[column] for column in columns]]
        lines += [[self.words(row, column) for column in columns] for row in rows]
        QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))


def _item(words: str, tip: str, number: bool, whole: bool) -> QTableWidgetItem:
    item = QTableWidgetItem(words)
    if number:
        item.setTextAlignment(_RIGHT)
    item.setToolTip(tip or words)
    if whole:
        font = QFont()
        font.setBold(True)
        item.setFont(font)
    return item
