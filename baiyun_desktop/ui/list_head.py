"""The head of a list: what it is sorted by, and columns that are moved and drawn wider."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from baiyun_desktop.ui.list_look import ListLook
from baiyun_desktop.ui.listing import columns_of
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.table_view import TableView, declared_px
from baiyun_desktop.ui.words import say


class ListHead(QObject):
    """A click sorts by a column, with Shift by one more; F3 and Shift+F3 do it for the column that the caret is in."""

    def __init__(self, shell: Shell, table: TableView, look: ListLook) -> None:
        super().__init__(table)
        self._shell, self._table, self._look = shell, table, look
        self._dressing = False
        """Whether it is we who move and draw."""
        head = table.horizontalHeader()
        head.setSectionsClickable(True)
        head.setSectionsMovable(True)
        head.setToolTip(say("list.head_help"))
        self.wear()
        head.sectionClicked.connect(self._clicked)
        head.sectionResized.connect(self._resized)
        head.sectionMoved.connect(lambda *_: None if self._dressing else QTimer.singleShot(0, self, self._moved))

    def wear(self) -> None:
        """Columns and widths as the look has them."""
        columns = columns_of(self._shell.desk.program, self._look.spec)
        model = self._table.rows
        if [c.key for c in columns] != [c.key for c in model.columns]:
            model.wear(columns)
        head = self._table.horizontalHeader()
        self._dressing = True
        for at, column in enumerate(columns):
            head.moveSection(head.visualIndex(at), at)
            self._table.setColumnWidth(at, self._look.width(column.key) or declared_px(column))
        self._dressing = False
        self.mark()

    def mark(self) -> None:
        """Say how it is sorted; a column that is too narrow to say it is wider for as long."""
        marks, head = self._look.marks(), self._table.horizontalHeader()
        self._table.rows.mark(marks)
        self._dressing = True
        for at, column in enumerate(self._table.rows.columns):
            if column.key in marks:
                head.resizeSection(at, max(head.sectionSize(at), head.sectionSizeHint(at)))
        self._dressing = False

    def sort_here(self, *, further: bool = False) -> None:
        """By the column that the caret is in."""
        column = self._table.currentIndex().column()
        self._sort(max(column, 0), further=further)

    def _clicked(self, section: int) -> None:
        held = QApplication.keyboardModifiers()
        self._sort(section, further=bool(held & Qt.KeyboardModifier.ShiftModifier))

    def _sort(self, section: int, *, further: bool) -> None:
        columns = self._table.rows.columns
        if 0 <= section < len(columns) and not self._look.sort_by(columns[section].key, further=further):
            self._shell.tell(say("list.no_order", column=columns[section].title), "warn")

    def _resized(self, section: int, before: int, now: int) -> None:
        """The last column fills what is left; nobody drew that."""
        columns = self._table.rows.columns
        if not self._dressing and 0 <= section < len(columns) - 1 and before != now:
            self._look.set_width(columns[section].key, now)

    def _moved(self) -> None:
        """What was dragged with the mouse becomes the order of the columns themselves, as copying and printing take it."""
        head, columns = self._table.horizontalHeader(), self._table.rows.columns
        order = [columns[head.logicalIndex(at)].key for at in range(head.count())]
        self._look.wear(order)
