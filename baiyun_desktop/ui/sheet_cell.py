"""The cells of a sheet: plain edits that know what their field holds, without frames and buttons."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from baiyun_desktop.kernel.codes import CodeList
from baiyun_desktop.kernel.field import FieldInfo
from baiyun_desktop.kernel.merging import Kind
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.fields.code import label_of, matching
from baiyun_desktop.ui.fields.day import read_day
from baiyun_desktop.ui.fields.line import read_number
from baiyun_desktop.ui.suggest import Choice, Suggest
from baiyun_desktop.ui.words import language

DITTO = ("同上", "〃", '"', "”")
"""What offices write for "as above"."""


class Cell(Edit):
    """One field of one line."""

    moved = Signal(int)
    """Up or down a line: -1 or 1."""
    repeat = Signal()
    """The value of the line above is wanted."""

    def __init__(self, info: FieldInfo, path: str, name: str) -> None:
        super().__init__(name)
        self.info, self.path = info, path
        self.machine = False
        """Whether the machine filled it in; what it works out may then replace it."""
        self.proposed = False
        """Whether it was read out of a pasted line or a card, and nobody has typed here since."""
        self.held: Any = None
        """A value on file that was taken from the line above and is shown masked here too."""
        self.setFrame(False)
        self.textEdited.connect(self._typed)

    def _typed(self, typed: str) -> None:
        self.machine = self.proposed = False
        if typed.strip() in DITTO:
            self.repeat.emit()

    def value(self) -> Any:
        """As it is stored, None where the cell is empty or holds nothing of its kind."""
        return self.text().strip() or None

    def show_value(self, value: Any, *, machine: bool = False) -> None:
        """Show a stored value."""
        self.setText("" if value is None else str(value))
        self.setCursorPosition(0)
        self.machine, self.proposed = machine, False

    def propose(self, value: Any) -> None:
        """Show a value that was read and not typed."""
        self.show_value(value)
        self.proposed = True

    def hold(self, value: Any, shown: str) -> None:
        """Take a value that is only shown masked."""
        self.held = value
        self.setText(shown)
        self.setCursorPosition(0)
        self.setReadOnly(True)

    @property
    def odd(self) -> bool:
        """Whether something stands here that is no value of its kind."""
        return bool(self.text().strip()) and self.value() is None

    def focusOutEvent(self, event: object) -> None:
        self.setCursorPosition(0)
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.composing:
            super().keyPressEvent(event)
            return
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and event.key() == Qt.Key.Key_D:
            self.repeat.emit()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(-1 if event.key() == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)


class DayCell(Cell):
    """A day as offices write it."""

    def value(self) -> Any:
        return read_day(self.text())

    def focusOutEvent(self, event: object) -> None:
        if self.value():
            self.setText(self.value())
        super().focusOutEvent(event)


class CodeCell(Cell):
    """A code by its number, words or initials."""

    def __init__(self, info: FieldInfo, path: str, name: str, codes: CodeList) -> None:
        super().__init__(info, path, name)
        self._codes = codes
        self._suggest = Suggest(self, name, 180)
        self._suggest.chosen.connect(self._choose)
        self.textEdited.connect(self._offer)
        self.installEventFilter(self)

    def _offer(self, typed: str) -> None:
        if self.composing:
            return
        found = matching(self._codes.offered(), typed) if typed.strip() else []
        self._suggest.offer([Choice(label_of(c), note=c.code, data=c.code) for c in found])

    def _choose(self, choice: Choice) -> None:
        self.show_value(choice.data)
        self.textEdited.emit(self.text())
        self._suggest.hide()
        self.went_on.emit()

    def value(self) -> Any:
        typed = self.text().strip()
        if not typed:
            return None
        known = self._codes.find(typed)
        if known is not None:
            return known
        found = matching(self._codes.offered(), typed)
        return found[0].code if len(found) == 1 else None

    def show_value(self, value: Any, *, machine: bool = False) -> None:
        super().show_value(self._codes.label(value, language()) if value else None, machine=machine)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and self.value() is not None:
            proposed = self.proposed
            self.show_value(self.value(), machine=self.machine)
            self.proposed = proposed
        return False


class NumberCell(Cell):
    """A whole number or a decimal."""

    def value(self) -> Any:
        return read_number(self.info, self.text())


def cell_for(program: Program, info: FieldInfo, path: str, name: str) -> Cell:
    """The cell that a field gets."""
    if info.codes is not None:
        return CodeCell(info, path, name, program.codes(info.codes))
    simple = {Kind.DATE: DayCell, Kind.INT: NumberCell, Kind.DECIMAL: NumberCell}
    return simple.get(info.kind, Cell)(info, path, name)
