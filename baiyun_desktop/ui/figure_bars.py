"""Bars of one figure by group, for who would rather look than read; the table beside it says the same in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from baiyun_desktop.ui.colours import current
from baiyun_desktop.ui.words import say

BARS_MAX = 12
"""More of them nobody compares at a glance; the table has them all."""
LINE_PX, BAR_PX, GAP_PX = 24, 13, 10
LABEL_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Bar:
    """One group: its words, how long, and the number as the table shows it."""

    label: str
    value: float
    shown: str
    line: int
    """Which line of the table it is."""


class FigureBars(QWidget):
    """The longest first; what is less than nothing is drawn in the colour of a warning. `opened` carries a bar's line."""

    opened = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.bars: tuple[Bar, ...] = ()
        self._left = 0
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_bars(self, title: str, bars: Sequence[Bar]) -> None:
        """What is drawn, and what a screen reader says of it."""
        self.bars = tuple(sorted(bars, key=lambda bar: -abs(bar.value))[:BARS_MAX])
        self._left = len(bars) - len(self.bars)
        self.setAccessibleName(say("figures.chart_of", what=title))
        self.setAccessibleDescription("; ".join(f"{bar.label} {bar.shown}" for bar in self.bars))
        self.setVisible(len(self.bars) > 1)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        lines = len(self.bars) + (1 if self._left else 0)
        return QSize(480, self._line_px() * lines + GAP_PX)

    def _line_px(self) -> int:
        return max(LINE_PX, self.fontMetrics().height() + GAP_PX // 2)

    def _at(self, y: float) -> Bar | None:
        number = int(y // self._line_px())
        return self.bars[number] if 0 <= number < len(self.bars) else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        bar = self._at(event.position().y())
        self.setCursor(Qt.CursorShape.PointingHandCursor if bar is not None else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        bar = self._at(event.position().y())
        if bar is not None and event.button() is Qt.MouseButton.LeftButton:
            self.opened.emit(bar.line)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        longest = max((abs(bar.value) for bar in self.bars), default=0) or 1
        shown_px = max((self.fontMetrics().horizontalAdvance(bar.shown) for bar in self.bars), default=0) + GAP_PX
        label_px = min(self._label_px(), round(self.width() * LABEL_SHARE))
        room = max(1, self.width() - label_px - shown_px - 2 * GAP_PX)
        for number, bar in enumerate(self.bars):
            self._draw(painter, bar, number * self._line_px(), label_px, room * abs(bar.value) / longest)
        if self._left:
            painter.setPen(QColor(current().muted))
            below = QRectF(label_px, len(self.bars) * self._line_px(), self.width(), self._line_px())
            words = say("figures.longest", n=len(self.bars), left=self._left)
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)

    def _label_px(self) -> int:
        return max((self.fontMetrics().horizontalAdvance(bar.label) for bar in self.bars), default=0) + GAP_PX

    def _draw(self, painter: QPainter, bar: Bar, top: float, label_px: int, length: float) -> None:
        colours, middle, tall = current(), Qt.AlignmentFlag.AlignVCenter, self._line_px()
        painter.setPen(QColor(colours.text))
        label = self.fontMetrics().elidedText(bar.label, Qt.TextElideMode.ElideRight, label_px - GAP_PX)
        painter.drawText(QRectF(0, top, label_px - GAP_PX, tall), Qt.AlignmentFlag.AlignRight | middle, label)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.warn if bar.value < 0 else colours.accent))
        painter.drawRoundedRect(QRectF(label_px, top + (tall - BAR_PX) / 2, max(length, 1), BAR_PX), 2, 2)
        painter.setPen(QColor(colours.text))
        beside = QRectF(label_px + length + GAP_PX, top, self.width(), tall)
        painter.drawText(beside, Qt.AlignmentFlag.AlignLeft | middle, bar.shown)
