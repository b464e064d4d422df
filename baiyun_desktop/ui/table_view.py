"""A dense zebra table: 22 px rows, no grid, the whole row marked, and copying takes what is shown."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from baiyun_desktop.ui import theme
from baiyun_desktop.ui.colours import current
from baiyun_desktop.ui.table_model import Line, TableModel

CHAR_PX = 8
WIDTH_MAX_PX = 420


class _Cell(QStyledItemDelegate):
    """Draws a cell without a frame round it; a row on its way is marked at its left edge, a void one is struck out."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: object) -> None:
        super().initStyleOption(option, index)  # type: ignore[arg-type]
        option.state &= ~QStyle.StateFlag.State_HasFocus  # type: ignore[attr-defined]
        line = index.data(Qt.ItemDataRole.UserRole)  # type: ignore[attr-defined]
        if isinstance(line, Line) and line.voided:
            option.font.setStrikeOut(True)  # type: ignore[attr-defined]
        option.textElideMode = Qt.TextElideMode.ElideRight  # type: ignore[attr-defined]

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: object) -> None:
        super().paint(painter, option, index)  # type: ignore[arg-type]
        view = self.parent()
        line = index.data(Qt.ItemDataRole.UserRole)  # type: ignore[attr-defined]
        if index.column() == 0 and isinstance(line, Line) and line.pending:  # type: ignore[attr-defined]
            rect = option.rect  # type: ignore[attr-defined]
            painter.fillRect(rect.x(), rect.y() + 3, 3, rect.height() - 6, QColor(current().warn))
        if isinstance(view, QTableView) and view.hasFocus() and index.row() == view.currentIndex().row():  # type: ignore[attr-defined]
            rect = option.rect  # type: ignore[attr-defined]
            painter.setPen(QColor(current().accent))
            painter.drawLine(rect.topLeft(), rect.topRight())
            painter.drawLine(rect.bottomLeft(), rect.bottomRight())


class TableView(QTableView):
    """`opened` carries the line that Enter or a double click meant."""

    opened = Signal(object)

    def __init__(self, name: str, model: TableModel) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setModel(model)
        self.setItemDelegate(_Cell(self))
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
            self.setColumnWidth(number, min(WIDTH_MAX_PX, column.chars * CHAR_PX + 20))
        self.doubleClicked.connect(lambda index: self._open(index.row()))

    @property
    def rows(self) -> TableModel:
        """The model."""
        model = self.model()
        assert isinstance(model, TableModel)
        return model

    def _open(self, row: int) -> None:
        line = self.rows.line(row) if row >= 0 else None
        if line is not None:
            self.opened.emit(line)

    def start(self) -> None:
        """Mark the first row if none is, so that the arrow keys work at once."""
        if not self.currentIndex().isValid() and self.rows.rowCount():
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.selectionModel().setCurrentIndex(self.rows.index(0, 0), flags)

    def keyPressEvent(self, event: QKeyEvent) -> None:
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
