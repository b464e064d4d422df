"""A table of the district's answer: filtered by what is typed, with what concerns the marked row at the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QPushButton, QStackedWidget, QWidget

from baiyun_desktop.ui.admin.asking import AskedPage, show_in
from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.parts import column, empty, frame, row, rule, scrolled, text
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.table_model import Column, Line, Portion, TableModel
from baiyun_desktop.ui.table_view import TableView, declared_px
from baiyun_desktop.ui.words import say

SIDE_PX = 280
BAR_PX = 12
"""The scroll bar's."""
FILTER_PAUSE_MS = 120
FILTER_PX = (110, 220)


class TablePage(AskedPage):
    """Subclasses say the columns, the cells of a row, and what stands beside the marked one."""

    columns: Sequence[tuple[str, int]] = ()
    """(the name of its title in the words, characters wide)."""
    spare: Sequence[str] = ()
    """Columns that a narrow window does without, the first one first: what they say stands beside the marked row too."""

    def __init__(self, shell: Shell) -> None:
        self.rows: list[Any] = []
        self._shown: list[Any] = []
        self._mark = ""
        super().__init__(shell)

    def build(self) -> QWidget:
        heads = [Column(name, say(f"admin.{name}"), chars) for name, chars in self.columns]
        self.model = TableModel(self.shell.work, heads, self)
        self.model.counted.connect(self._counted)
        self.table = TableView(self.title, self.model)
        self.table.opened.connect(lambda _: self.deeds and self.deeds[0].setFocus())
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._look())
        self.filter = Edit(say("list.filter"))
        self.filter.setPlaceholderText(say("list.filter"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMinimumWidth(FILTER_PX[0])
        self.filter.setMaximumWidth(FILTER_PX[1])
        self._pause = QTimer(self, singleShot=True, interval=FILTER_PAUSE_MS)
        self._pause.timeout.connect(self._list)
        self.filter.textChanged.connect(lambda _: self._pause.start())
        self.filter.went_on.connect(self.table.setFocus)
        QShortcut(
            QKeySequence("Ctrl+F"), self, self.filter.setFocus, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
        )
        self.deeds: list[QPushButton] = []
        self._beside = scrolled(QWidget())
        self._side = frame(column(self._beside), aside=True)
        self._side.setFixedWidth(SIDE_PX)
        self._side.setVisible(self.has_side)
        self._none = empty("")
        self._tables = QStackedWidget()
        self._tables.addWidget(self.table)
        self._tables.addWidget(self._none)
        made = QWidget()
        layout = row(self._tables, self._side, gap=0)
        layout.setStretch(0, 1)
        made.setLayout(layout)
        made.setFocusProxy(self.table)
        return made

    has_side = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = event.size().width() - (SIDE_PX if self.has_side else 0) - BAR_PX
        widths = {name: declared_px(column) for (name, _), column in zip(self.columns, self.model.columns, strict=True)}
        hidden: set[str] = set()
        for name in self.spare:
            if sum(width for column, width in widths.items() if column not in hidden) > room:
                hidden.add(name)
        whole = sum(width for name, width in widths.items() if name not in hidden)
        for at, (name, _) in enumerate(self.columns):
            self.table.setColumnHidden(at, name in hidden)
            self.table.setColumnWidth(at, widths[name] if whole <= room else widths[name] * room // whole)

    def extras(self) -> list[QWidget]:
        return [self.filter]

    # --- what a page says -------------------------------------------------------------------------------------------

    def key(self, one: Any) -> str:
        """What a row is known by when it comes again."""
        raise NotImplementedError

    def cells(self, one: Any) -> tuple[str, ...]:
        """In the columns' order."""
        raise NotImplementedError

    def lit(self, one: Any) -> bool:
        """Whether something is to be done about it."""
        return False

    def void(self, one: Any) -> bool:
        """Whether it stands no more."""
        return False

    def beside(self, one: Any) -> list[QWidget | int]:
        """What concerns the marked row; its buttons go into `deeds`."""
        return []

    def summary(self) -> str:
        """Beside the title."""
        return say("admin.count", n=f"{len(self.rows):,}")

    def nothing(self) -> str:
        """Where there is no row at all."""
        return say("admin.none")

    # --- what is shown ----------------------------------------------------------------------------------------------

    def show_answer(self, what: Any) -> None:
        self.rows = list(what)
        self.count.setText(self.summary())
        self._list()

    def _list(self) -> None:
        typed = self.filter.text().strip().lower()
        lines = [(one, Line("", self.key(one), self.cells(one), self.lit(one), self.void(one))) for one in self.rows]
        found = [(one, line) for one, line in lines if not typed or any(typed in cell.lower() for cell in line.cells)]
        self._shown = [one for one, _ in found]
        shown = [line for _, line in found]
        self.model.ask(lambda job, offset, limit: Portion(shown[offset : offset + limit], len(shown)))

    def _counted(self, total: int) -> None:
        typed = self.filter.text().strip()
        if not total:
            self._tables.removeWidget(self._none)
            self._none.deleteLater()
            self._none = empty(say("admin.none_found", typed=typed) if typed else self.nothing())
            self._tables.addWidget(self._none)
        self._tables.setCurrentWidget(self.table if total else self._none)
        if total:
            self.table.stay()
        self._look()

    @property
    def marked(self) -> Any | None:
        """The row with the caret."""
        at = self.table.currentIndex().row()
        return self._shown[at] if 0 <= at < len(self._shown) and self.model.rowCount() == len(self._shown) else None

    def _look(self) -> None:
        """What is beside is made anew, unless somebody is on one of its buttons and it is about the same row."""
        one = self.marked
        key = self.key(one) if one is not None else ""
        caret = next((n for n, deed in enumerate(self.deeds) if deed.hasFocus()), None) if key == self._mark else None
        self._mark, self.deeds = key, []
        things = self.beside(one) if one is not None else [text(say("admin.mark_one"), "muted", wrap=True)]
        show_in(self._beside, column(*things, None, gap=8, margins=(16, 16, 16, 16)))
        if caret is not None and caret < len(self.deeds):
            self.deeds[caret].setFocus()

    def deed(self, made: QPushButton) -> QPushButton:
        """A button beside the marked row."""
        self.deeds.append(made)
        return made

    def entered(self) -> None:
        super().entered()
        self.table.start()


def facts(*pairs: tuple[str, str]) -> list[QWidget | int]:
    """Small lines: what it is in muted words, and below it what it says."""
    found: list[QWidget | int] = []
    for name, value in pairs:
        if value:
            found += [_fact(say(f"admin.{name}"), value)]
    return found


def _fact(name: str, value: str) -> QWidget:
    made = QWidget()
    made.setLayout(column(text(name, "help"), text(value, wrap=True, select=True), gap=1))
    return made


def divide() -> QWidget:
    """A hairline."""
    return rule()
