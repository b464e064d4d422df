"""Things side by side that go on in the next line where the window is too narrow for all of them."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class Flow(QLayout):
    """Lines of widgets, each as wide as it likes; those of a line stand on one middle."""

    def __init__(self, things: Iterable[QWidget] = (), *, gap: int = 18, line_gap: int = 2, indent: int = 0) -> None:
        """`indent`: how far the second line and those after it begin from the left."""
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._gap, self._line_gap, self._indent = gap, line_gap, indent
        self.setContentsMargins(0, 0, 0, 0)
        for thing in things:
            self.addWidget(thing)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # type: ignore[override]
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._lay(QRect(0, 0, width, 0), move=False)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        sizes = [item.minimumSize() for item in self._items if not item.isEmpty()]
        return QSize(max((s.width() for s in sizes), default=0), max((s.height() for s in sizes), default=0))

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._lay(rect, move=True)

    def _lay(self, rect: QRect, *, move: bool) -> int:
        """Puts every item into its line; returns the height of all lines."""
        line: list[tuple[QLayoutItem, QRect]] = []
        x, y, high = rect.x(), rect.y(), 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            if line and x + size.width() > rect.right() + 1:
                self._place(line, high) if move else None
                x, y, high, line = rect.x() + self._indent, y + high + self._line_gap, 0, []
            line.append((item, QRect(QPoint(x, y), size)))
            x, high = x + size.width() + self._gap, max(high, size.height())
        self._place(line, high) if move else None
        return y + high - rect.y()

    @staticmethod
    def _place(line: list[tuple[QLayoutItem, QRect]], high: int) -> None:
        for item, at in line:
            item.setGeometry(at.translated(0, (high - at.height()) // 2))
