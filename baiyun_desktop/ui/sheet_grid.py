"""The grid on which the lines of a sheet stand: their heads, how wide each column is, and a line put in, moved or taken out."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel

from baiyun_desktop.kernel.listing import SheetSpec
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.ui.listing import info_at
from baiyun_desktop.ui.parts import text
from baiyun_desktop.ui.sheet_line import SheetLine
from baiyun_desktop.ui.words import language

WIDTHS = {"name": 5, "id_no": 6, "birth_date": 3, "phone": 4, "kin": 3}
"""Share of the width by field; 2 for the others."""
NARROW = 2
LEAST_PX = {"name": 56, "id_no": 142, "birth_date": 82, "phone": 90}
"""What a name of four letters, a number, a day and a telephone need to be read whole; the others `LEAST_OTHER_PX`."""
LEAST_OTHER_PX = 42


class SheetGrid(QFrame):
    """Row 0 has the heads, each line a row: its number, its cells, its mark, and the button that takes it out."""

    def __init__(self, program: Program, spec: SheetSpec) -> None:
        super().__init__()
        self.setObjectName("sheet")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)
        self._head(program, spec)

    def _head(self, program: Program, spec: SheetSpec) -> None:
        self._grid.setColumnMinimumWidth(0, 22)
        self._grid.setColumnMinimumWidth(len(spec.each) + 1, 56)
        for at, path in enumerate(spec.each, start=1):
            label = QLabel(info_at(program, spec.kind, path).label_in(language()))
            label.setProperty("head", True)
            label.setWordWrap(True)
            self._grid.addWidget(label, 0, at)
            self._grid.setColumnMinimumWidth(at, LEAST_PX.get(path.rpartition(".")[2], LEAST_OTHER_PX))
            self._grid.setColumnStretch(at, WIDTHS.get(path.rpartition(".")[2], NARROW))

    def place(self, line: SheetLine, at: int) -> None:
        """Puts a new line into a row."""
        count = text(str(at), "help")
        count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._grid.addWidget(count, at, 0)
        for number, cell in enumerate(line.cells.values(), start=1):
            self._grid.addWidget(cell, at, number)
            cell.show()  # by itself it would be only when the events are next looked at: the caret may come sooner
        self._grid.addWidget(line.mark, at, len(line.cells) + 1)
        self._grid.addWidget(line.remove, at, len(line.cells) + 2)

    def take_out(self, line: SheetLine, at: int) -> None:
        """The line in that row goes, with all that it has there."""
        for number in range(len(line.cells) + 3):
            item = self._grid.itemAtPosition(at, number)
            if item is not None and item.widget() is not None:
                widget = item.widget()
                self._grid.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        line.deleteLater()

    def renumber(self, line: SheetLine, number: int) -> None:
        """What it holds moves to the row of that number."""
        for at in range(len(line.cells) + 3):
            item = self._grid.itemAtPosition(line.number, at)
            if item is not None and item.widget() is not None:
                widget = item.widget()
                self._grid.removeWidget(widget)
                self._grid.addWidget(widget, number, at)
                if at == 0 and isinstance(widget, QLabel):
                    widget.setText(str(number))
        line.number = number
