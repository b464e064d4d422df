"""Which column of a file means what: recognised, shown, and settled by the clerk where the guess is wrong."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QVBoxLayout, QWidget

from baiyun_desktop.intake.labels import How
from baiyun_desktop.intake.mapping import Column, Mapping
from baiyun_desktop.intake.meaning import TITLES, Meaning
from baiyun_desktop.ui.parts import Elided, badge, clear, scrolled, text
from baiyun_desktop.ui.words import say

WIDTH_PX = 300
_TONES = {How.LIKE: "warn", How.CHOSEN: "accent", How.REMEMBERED: "accent"}


class ColumnsPanel(QWidget):
    """One line a column of the file."""

    settled = Signal(int, object)
    """(column's index, meaning or None)"""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(WIDTH_PX)
        self._inside = QWidget()
        self._lines = QVBoxLayout(self._inside)
        self._lines.setContentsMargins(14, 12, 14, 12)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolled(self._inside))
        self.boxes: dict[int, QComboBox] = {}

    def show_mapping(self, mapping: Mapping) -> None:
        """Show how a sheet's columns were understood."""
        clear(self._lines)
        self.boxes = {}
        self._lines.addWidget(text(say("import.columns"), "section"))
        self._lines.addWidget(text(say("import.columns_help"), "help", wrap=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        for line, column in enumerate(mapping.columns):
            label = Elided(column.label, "muted")
            label.setToolTip(column.shown)
            label.setMaximumWidth(104)
            grid.addWidget(label, line, 0)
            grid.addWidget(self._box(column), line, 1)
            if column.how in _TONES:
                grid.addWidget(
                    badge(say(f"import.how_{column.how.value}"), _TONES[column.how]),
                    line,
                    2,
                    Qt.AlignmentFlag.AlignLeft,
                )
        self._lines.addLayout(grid)
        self._lines.addStretch(1)

    def _box(self, column: Column) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(say("import.column_of", name=column.shown))
        box.setMinimumContentsLength(6)
        box.addItem(say("import.not_taken"), None)
        for meaning, title in TITLES.items():
            box.addItem(title, meaning.value)
        if column.meaning is not None and column.meaning not in set(Meaning):
            box.addItem(column.title, column.meaning)
        box.setCurrentIndex(max(0, box.findData(column.meaning)))
        box.activated.connect(lambda at, index=column.index: self.settled.emit(index, box.itemData(at)))
        box.wheelEvent = lambda event: event.ignore()  # type: ignore[method-assign]  # scrolling must not change a meaning
        self.boxes[column.index] = box
        return box
