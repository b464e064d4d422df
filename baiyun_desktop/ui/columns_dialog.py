"""Which columns a list has and in which order, by ticking and moving; and what it is sorted by."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QWidget

from baiyun_desktop.ui.field_names import field_names
from baiyun_desktop.ui.list_look import DOWN, SORTS_MAX, UP, ListLook
from baiyun_desktop.ui.parts import button, column, row, text
from baiyun_desktop.ui.placing import sized
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say

SIZE_PX = (460, 520)
_KEY = Qt.ItemDataRole.UserRole


class _Columns(QListWidget):
    """Space ticks; Ctrl with an arrow moves; S says one thing more of the order."""

    moved = Signal(int)
    sorted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ctrl = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if ctrl and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(-1 if event.key() == Qt.Key.Key_Up else 1)
        elif event.key() == Qt.Key.Key_S and not event.modifiers():
            self.sorted.emit()
        else:
            super().keyPressEvent(event)


class ColumnsDialog(QDialog):
    """Nothing changes in the list until it is taken."""

    def __init__(self, shell: Shell, look: ListLook, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self.setWindowTitle(say("columns.title"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sized(self, SIZE_PX)
        self._names = field_names(shell.desk.program, look.declared, look.fields)
        self._sort = list(look.sort)
        self.list = _Columns()
        self.list.setAccessibleName(say("columns.title"))
        self.list.setProperty("framed", True)
        self._fill(look.spec.columns)
        self.list.moved.connect(self._move)
        self.list.sorted.connect(self._turn)
        moves = row(
            button(say("columns.up"), lambda: self._move(-1), picture="chevron-up", tip="Ctrl+↑"),
            button(say("columns.down"), lambda: self._move(1), picture="chevron-down", tip="Ctrl+↓"),
            button(say("columns.sort"), self._turn, tip="S"), None,
        )  # fmt: skip
        foot = row(
            button(say("columns.restore"), self._restore, look="flat"), None,
            button(say("form.cancel"), self.reject, look="flat"), button(say("columns.take"), self.accept, look="primary"),
        )  # fmt: skip
        layout = column(text(say("columns.help"), "help", wrap=True), self.list, moves, foot, gap=10, margins=(18, 14, 18, 14))  # fmt: skip
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.list.setCurrentRow(0)
        self.list.setFocus()

    def _fill(self, shown: tuple[str, ...]) -> None:
        for key in (*shown, *(key for key in self._names if key not in shown)):
            item = QListWidgetItem()
            item.setData(_KEY, key)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if key in shown else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self._say()

    def _say(self) -> None:
        ranks = {self._look.shown_key(key): (rank, key) for rank, key in enumerate(self._sort, 1)}
        for item in self._items():
            key = str(item.data(_KEY))
            rank, sort = ranks.get(key, (0, ""))
            mark = f"    {DOWN if sort.startswith('-') else UP}{rank}" if rank else ""
            item.setText(self._names[key] + mark)

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(at) for at in range(self.list.count())]

    def _move(self, step: int) -> None:
        at = self.list.currentRow()
        if 0 <= at + step < self.list.count():
            item = self.list.takeItem(at)
            self.list.insertItem(at + step, item)
            self.list.setCurrentRow(at + step)

    def _turn(self) -> None:
        """Not sorted by, upwards, downwards, and round again."""
        item = self.list.currentItem()
        key = str(item.data(_KEY)) if item is not None else ""
        if not key or self._look.fields[key].ref is not None:
            return
        held = next((one for one in self._sort if self._look.shown_key(one) == key), None)
        if held is None:
            self._sort = [*self._sort[: SORTS_MAX - 1], key]
        elif not held.startswith("-"):
            self._sort = [f"-{key}" if one == held else one for one in self._sort]
        else:
            self._sort = [one for one in self._sort if one != held]
        self._say()

    def _restore(self) -> None:
        self._look.restore()
        super().accept()

    def accept(self) -> None:
        """Show it so."""
        ticked = [str(i.data(_KEY)) for i in self._items() if i.checkState() is Qt.CheckState.Checked]
        if tuple(self._sort) != self._look.sort:
            self._look.set_sort(self._sort)
        self._look.wear(ticked)
        super().accept()
