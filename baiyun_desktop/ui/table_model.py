"""Rows of a list as Qt wants them: pages are fetched in threads when they come into view, never the whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont

from baiyun_desktop.ui.colours import current
from baiyun_desktop.ui.work import Job, Work

PAGE_ROWS = 100
PAGES_KEPT = 30
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Column:
    """One column as shown: `key` is a field or "reference.field", `chars` its width in characters."""

    key: str
    title: str
    chars: int
    right: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One row as shown: masked already, so that nothing more can be copied than is seen."""

    kind: str
    record: str
    cells: tuple[str, ...]
    pending: bool = False
    voided: bool = False
    tones: tuple[str, ...] = ()
    """A signal's colour a cell, where a column has lamps: bad, warn, good; their words say the same."""
    tips: tuple[str, ...] = ()
    """What a cell's tip says where that is more than the cell."""


@dataclass(frozen=True, slots=True)
class Portion:
    """What one question brings: some lines, and how many there are in all."""

    lines: Sequence[Line]
    total: int


Fetch = Callable[[Job, int, int], Portion]
"""(job, offset, limit) in a thread."""


class TableModel(QAbstractTableModel):
    """Knows how many rows there are, and the few pages that were looked at."""

    counted = Signal(int)

    def __init__(self, work: Work, columns: Sequence[Column], parent: QObject) -> None:
        super().__init__(parent)
        self._work = work
        self.columns = tuple(columns)
        self.marks: Mapping[str, str] = {}
        """What stands after a column's title, by its key: how it is sorted."""
        self._fetch: Fetch | None = None
        self._pages: dict[int, Sequence[Line]] = {}
        self._asked: dict[int, Job] = {}
        self._total = 0

    def ask(self, fetch: Fetch) -> None:
        """Another question: what is shown stays until its first page has come."""
        for job in self._asked.values():
            job.cancel()
        self._fetch, self._asked = fetch, {}
        self._asked[0] = self._work.ask(self, lambda job: fetch(job, 0, PAGE_ROWS), self._first)

    def wear(self, columns: Sequence[Column]) -> None:
        """Other columns: what is held was made for the old ones. The next question fills it again."""
        for job in self._asked.values():
            job.cancel()
        self.beginResetModel()
        self.columns, self._fetch, self._pages, self._asked, self._total = tuple(columns), None, {}, {}, 0
        self.endResetModel()

    def mark(self, marks: Mapping[str, str]) -> None:
        """Say in the heads how the list is sorted."""
        self.marks = dict(marks)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)

    @property
    def fetch(self) -> Fetch | None:
        """The question that is answered now, also for rows that were never scrolled into sight."""
        return self._fetch

    def _first(self, portion: Portion) -> None:
        self._asked.pop(0, None)
        if portion.total == self._total and self._total:
            self._pages = {0: portion.lines}
            self._say_changed(0, self._total - 1)
        else:
            self.beginResetModel()
            self._pages, self._total = {0: portion.lines}, portion.total
            self.endResetModel()
        self.counted.emit(self._total)

    def _page(self, number: int) -> None:
        fetch = self._fetch
        if fetch is None or number in self._asked:
            return
        start = number * PAGE_ROWS
        self._asked[number] = self._work.ask(
            self, lambda job: fetch(job, start, PAGE_ROWS), lambda portion: self._more(number, portion)
        )

    def _more(self, number: int, portion: Portion) -> None:
        self._asked.pop(number, None)
        while len(self._pages) >= PAGES_KEPT:
            self._pages.pop(next(iter(self._pages)))
        self._pages[number] = portion.lines
        first = number * PAGE_ROWS
        if self._total:
            self._say_changed(first, min(first + PAGE_ROWS, self._total) - 1)

    def _say_changed(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))

    def line(self, row: int) -> Line | None:
        """The row, or None while its page is on its way."""
        page = self._pages.get(row // PAGE_ROWS)
        if page is None:
            self._page(row // PAGE_ROWS)
            return None
        at = row % PAGE_ROWS
        return page[at] if at < len(page) else None

    def held(self, row: int) -> Line | None:
        """The row where its page is known; nothing is asked for."""
        page, at = self._pages.get(row // PAGE_ROWS, ()), row % PAGE_ROWS
        return page[at] if at < len(page) else None

    def row_of(self, record: str) -> int | None:
        """The row of a record among the pages that are known."""
        for number, page in self._pages.items():
            for at, line in enumerate(page):
                if line.record == record:
                    return number * PAGE_ROWS + at
        return None

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else self._total

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            column = self.columns[section]
            return f"{column.title} {self.marks[column.key]}" if column.key in self.marks else column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in _ROLES:
            return None
        line = self.line(index.row())
        if role == Qt.ItemDataRole.UserRole:
            return line
        if line is None:
            return "…" if index.column() == 0 and role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.FontRole:
            return _struck() if line.voided else None
        if role == Qt.ItemDataRole.ForegroundRole:
            tone = line.tones[index.column()] if line.tones else ""
            return QColor(current().signal(tone)) if tone else None
        if role == Qt.ItemDataRole.ToolTipRole and line.tips and line.tips[index.column()]:
            return line.tips[index.column()]
        return line.cells[index.column()]


_ROLES = frozenset(
    {
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.UserRole,
        Qt.ItemDataRole.FontRole,
        Qt.ItemDataRole.ForegroundRole,
    }
)


def _struck() -> QFont:
    """The view's own font, struck out."""
    font = QFont()
    font.setStrikeOut(True)
    return font
