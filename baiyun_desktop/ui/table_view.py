"""A dense zebra table: 22 px rows, no grid, the whole row marked, and copying takes what is shown."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from baiyun_desktop.ui import theme
from baiyun_desktop.ui.colours import current
from baiyun_desktop.ui.precedence import acted
from baiyun_desktop.ui.table_model import Column, TableModel

CHAR_PX = 8
WIDTH_MAX_PX = 420


@dataclass(frozen=True, slots=True)
class Place:
    """A row, the record in it, and how far the list was scrolled both ways."""

    row: int
    record: str
    down: int
    across: int


def width_of(column: Column) -> int:
    """In pixels, as a column is shown first."""
    return min(WIDTH_MAX_PX, column.chars * CHAR_PX + 20)


class TableView(QTableView):
    """`opened` carries the line that Enter or a double click meant."""

    opened = Signal(object)

    def __init__(self, name: str, model: TableModel) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setModel(model)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        rows = self.verticalHeader()
        rows.setVisible(False)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(theme.ROW_PX)
        rows.setDefaultSectionSize(theme.ROW_PX)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setStretchLastSection(True)
        head.setFixedHeight(28)
        for number, column in enumerate(model.columns):
            self.setColumnWidth(number, width_of(column))
        self.doubleClicked.connect(lambda index: self._open(index.row()))
        self._place: Place | None = None
        """Where the caret was before the rows were read anew."""
        model.modelAboutToBeReset.connect(self._remember)
        model.dataChanged.connect(lambda *_: self._follow())

    @property
    def rows(self) -> TableModel:
        """The model."""
        model = self.model()
        assert isinstance(model, TableModel)
        return model

    def paintEvent(self, event: QPaintEvent) -> None:
        """The cells as Qt draws them, then a mark at each row on its way and a frame round the row with the caret.

        A delegate of ours would be asked for each of two hundred cells; this is one look a row.
        """
        super().paintEvent(event)
        if not self.rows.rowCount():
            return
        painter = QPainter(self.viewport())
        width, left = self.viewport().width(), self.columnViewportPosition(0)
        last = self.rowAt(self.viewport().height() - 1)
        for row in range(self.rowAt(0), (last if last >= 0 else self.rows.rowCount() - 1) + 1):
            line = self.rows.line(row)
            if line is not None and line.pending:
                painter.fillRect(left, self.rowViewportPosition(row) + 3, 3, theme.ROW_PX - 6, QColor(current().warn))
        if self.hasFocus() and self.currentIndex().isValid():
            top = self.rowViewportPosition(self.currentIndex().row())
            painter.setPen(QColor(current().accent))
            painter.drawLine(0, top, width, top)
            painter.drawLine(0, top + theme.ROW_PX - 1, width, top + theme.ROW_PX - 1)

    def _open(self, row: int) -> None:
        line = self.rows.line(row) if row >= 0 else None
        if line is not None:
            self.opened.emit(line)

    def start(self) -> None:
        """Mark the first row if none is, so that the arrow keys work at once."""
        if not self.currentIndex().isValid() and self.rows.rowCount():
            self._mark(0)

    def _remember(self) -> None:
        row = self.currentIndex().row()
        line = self.rows.line(row) if row >= 0 else None
        bars = (self.verticalScrollBar().value(), self.horizontalScrollBar().value())
        self._place = Place(row, line.record if line is not None else "", *bars) if row >= 0 else None

    def stay(self) -> None:
        """After news: the caret where it was, and nothing scrolled away under the eyes."""
        place = self._place
        if place is None or self.currentIndex().isValid() or not self.rows.rowCount():
            self.start()
            return
        self._mark(min(place.row, self.rows.rowCount() - 1))
        self.verticalScrollBar().setValue(place.down)
        self.horizontalScrollBar().setValue(place.across)
        self._follow()

    def _follow(self) -> None:
        """The caret stays on its record, which may have moved by some rows: its page comes a moment later."""
        place = self._place
        if place is None or self.currentIndex().row() != min(place.row, self.rows.rowCount() - 1):
            return  # the officer has moved on
        at = self.rows.row_of(place.record)
        if at is None:
            self.rows.line(self.currentIndex().row())
            return
        self._place = None
        if at != self.currentIndex().row():
            self._mark(at)
            self.verticalScrollBar().setValue(place.down + at - place.row)

    def _mark(self, row: int) -> None:
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(self.rows.index(row, 0), flags)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        acted()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        """The marked rows as a table of text, masked as they are shown."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        lines = [line for row in rows if (line := self.rows.line(row)) is not None]
        QGuiApplication.clipboard().setText("\n".join("\t".join(line.cells) for line in lines))
