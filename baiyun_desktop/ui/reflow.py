"""A card of labels with their editors in as many pairs side by side as the window has room for."""

from __future__ import annotations

from typing import cast

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

PAIR_PX = 270
"""A label and an editor that shows a day or a short address whole."""


class Pairs(QFrame):
    """Takes a grid whose first line is its heading and whose others hold at most `most` pairs each."""

    def __init__(self, grid: QGridLayout, most: int) -> None:
        super().__init__()
        self.setProperty("card", True)
        self._grid, self._most, self._now = grid, most, most
        self.setLayout(grid)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wanted = max(1, min(self._most, event.size().width() // PAIR_PX))
        if wanted != self._now:
            self._now = wanted
            self._place()

    def _place(self) -> None:
        """The order in which Tab goes stays: it is that of making."""
        for at, (label, editor) in enumerate(self._taken()):
            line, side = at // self._now + 1, at % self._now * 2
            self._grid.addWidget(label, line, side)
            self._grid.addWidget(editor, line, side + 1)
        for side in range(self._most):
            self._grid.setColumnStretch(side * 2 + 1, int(side < self._now))

    def _taken(self) -> list[tuple[QWidget, QWidget]]:
        """All pairs in their order, out of the grid; the heading stays in it."""
        found: dict[tuple[int, int], QWidget] = {}
        for number in reversed(range(self._grid.count())):
            line, side = cast("tuple[int, int, int, int]", self._grid.getItemPosition(number))[:2]
            if line:
                widget = self._grid.takeAt(number).widget()
                assert widget is not None
                found[line, side] = widget
        widgets = [found[place] for place in sorted(found)]
        return list(zip(widgets[::2], widgets[1::2], strict=True))
