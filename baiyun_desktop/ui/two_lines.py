"""A list whose entries have a title and, muted below it, what it is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from baiyun_desktop.ui.colours import current

ENTRY_PX = 48
_MORE = Qt.ItemDataRole.UserRole + 1


class _Entry(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Any) -> QSize:
        return QSize(100, ENTRY_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        colours, rect = current(), QRect(option.rect)  # type: ignore[attr-defined]
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)  # type: ignore[attr-defined]
        painter.save()
        if chosen:
            painter.fillRect(rect, QColor(colours.accent_soft))
            painter.fillRect(rect.x(), rect.y(), 3, rect.height(), QColor(colours.accent))
        painter.setPen(QColor(colours.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        inner = rect.adjusted(16, 6, -12, -6)
        painter.setPen(QColor(colours.text))
        self._line(painter, inner, index.data(), Qt.AlignmentFlag.AlignTop)
        font = QFont(painter.font())
        font.setPixelSize(12)
        painter.setFont(font)
        painter.setPen(QColor(colours.muted))
        self._line(painter, inner, index.data(_MORE), Qt.AlignmentFlag.AlignBottom)
        painter.restore()

    def _line(self, painter: QPainter, rect: QRect, words: str, where: Qt.AlignmentFlag) -> None:
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | where, shown)


class TwoLines(QListWidget):
    """Arrow keys walk; the current entry is what is shown beside it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setItemDelegate(_Entry(self))
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_entries(self, entries: Sequence[tuple[str, str]]) -> None:
        """(title, more) each; tells nobody that the current entry has gone, and stays scrolled to where it was."""
        self.blockSignals(True)
        at = self.verticalScrollBar().value()
        self.clear()
        for title, more in entries:
            item = QListWidgetItem(title)
            item.setData(_MORE, more)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{title} {more}")
            item.setToolTip(f"{title}\n{more}")
            self.addItem(item)
        self.doItemsLayout()
        self.verticalScrollBar().setValue(at)
        self.blockSignals(False)
