"""The list that opens under an edit while one types: for the search box, code lists and references alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QFrame, QLabel, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout

from baiyun_desktop.ui.colours import current
from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.parts import text

ROW_PX = 28
ROWS_MAX = 10
WIDTH_MIN_PX = 380
"""Narrower than this a name and what tells it apart do not fit."""
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Choice:
    """One line: what it is, what tells it from others, and what choosing it means."""

    title: str
    subtitle: str = ""
    note: str = ""
    data: Any = None


class _Choices(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.choices: Sequence[Choice] = ()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.choices)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        choice = self.choices[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return choice.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return " ".join(part for part in (choice.title, choice.subtitle, choice.note) if part)
        return choice if role == Qt.ItemDataRole.UserRole else None

    def show(self, choices: Sequence[Choice]) -> None:
        self.beginResetModel()
        self.choices = choices
        self.endResetModel()


class _Line(QStyledItemDelegate):
    """Title at the left, what tells it apart muted beside it, its kind at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(120, ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        choice: Choice = index.data(Qt.ItemDataRole.UserRole)
        colours, rect = current(), option.rect.adjusted(10, 0, -10, 0)  # type: ignore[attr-defined]
        if option.state & QStyle.StateFlag.State_Selected:  # type: ignore[attr-defined]
            painter.fillRect(option.rect, QColor(colours.accent_soft))  # type: ignore[attr-defined]
        metrics = QFontMetrics(painter.font())
        right = metrics.horizontalAdvance(choice.note) + (14 if choice.note else 0)
        painter.setPen(QColor(colours.muted))
        painter.drawText(rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, choice.note)
        room = rect.adjusted(0, 0, -right, 0)
        title = metrics.elidedText(choice.title, Qt.TextElideMode.ElideRight, int(room.width() * 0.7))
        painter.setPen(QColor(colours.text))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
        rest = room.adjusted(metrics.horizontalAdvance(title) + 14, 0, 0, 0)
        painter.setPen(QColor(colours.muted))
        subtitle = metrics.elidedText(choice.subtitle, Qt.TextElideMode.ElideRight, rest.width())
        painter.drawText(rest, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, subtitle)


class Suggest(QFrame):
    """Belongs to one edit; it never takes the focus, so that typing goes on."""

    chosen = Signal(object)
    """The `Choice`."""

    def __init__(self, edit: Edit, name: str, width_min: int = WIDTH_MIN_PX) -> None:
        super().__init__(edit)
        self._width_min = width_min
        self._edit = edit
        self.setProperty("popup", True)
        self._model = _Choices(self)
        self.setAccessibleName(name)
        self.hide()
        edit.installEventFilter(self)

    @cached_property
    def _view(self) -> QListView:
        """Made when there is first something to show: a form has a dozen lists that nobody opens, of ten widgets each."""
        view = QListView(self)
        view.setAccessibleName(self.accessibleName())
        view.setModel(self._model)
        view.setItemDelegate(_Line(view))
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.setUniformItemSizes(True)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.clicked.connect(lambda index: self._choose(index.row()))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 4, 1, 0)
        layout.setSpacing(0)
        layout.addWidget(view, 1)
        layout.addWidget(self._foot)
        return view

    @cached_property
    def _foot(self) -> QLabel:
        foot = text("", "help")
        foot.setParent(self)  # else its first showing would be that of a window
        foot.setContentsMargins(10, 4, 10, 6)
        return foot

    @property
    def choices(self) -> Sequence[Choice]:
        return self._model.choices

    @property
    def marked(self) -> Choice | None:
        """The line that Enter would choose; None where the list is closed or no line is marked."""
        row = self._view.currentIndex().row() if self.isVisible() else -1
        return self._model.choices[row] if 0 <= row < len(self._model.choices) else None

    @property
    def foot(self) -> str:
        """The line below: how many there are, or that there are none."""
        return self._foot.text()

    def offer(self, choices: Sequence[Choice], foot: str = "", *, first: bool = True) -> None:
        """Show these lines, the first one marked unless `first` is false; nothing at all closes the list."""
        self._model.show(choices)
        if not (choices or foot or self.isVisible()):
            return
        self._foot.setText(foot)
        self._foot.setVisible(bool(foot))
        self._view.setVisible(bool(choices))
        if not choices and not foot:
            self.hide()
            return
        if choices and first:
            self._view.setCurrentIndex(self._model.index(0))
        self._place()
        self.show()
        self.raise_()

    def _place(self) -> None:
        window = self._edit.window()
        if self.parent() is not window:
            self.setParent(window)
        rows = min(len(self._model.choices), ROWS_MAX)
        height = rows * ROW_PX + 8 + (self._foot.sizeHint().height() if self._foot.text() else 0)
        width = min(max(self._edit.width(), self._width_min), window.width() - 8)
        corner = self._edit.mapTo(window, QPoint(0, self._edit.height() + 2))
        x = max(4, min(corner.x(), window.width() - width - 4))
        y = corner.y()
        if y + height > window.height() - 4:
            above = self._edit.mapTo(window, QPoint(0, 0)).y() - height - 2
            y = above if above > 0 else max(4, window.height() - height - 4)
        self.setGeometry(QRect(x, y, width, height))

    def _choose(self, row: int) -> bool:
        if not 0 <= row < len(self._model.choices):
            return False
        choice = self._model.choices[row]
        self.hide()
        self.chosen.emit(choice)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.hide()
        elif event.type() == QEvent.Type.KeyPress and self.isVisible() and isinstance(event, QKeyEvent):
            return not self._edit.composing and self._key(event)
        return False

    def _key(self, event: QKeyEvent) -> bool:
        row, last = self._view.currentIndex().row(), len(self._model.choices) - 1
        match event.key():
            case Qt.Key.Key_Escape:
                self.hide()
                return True
            case Qt.Key.Key_Down:
                row = min(row + 1, last)
            case Qt.Key.Key_Up:
                row = max(row - 1, 0)
            case Qt.Key.Key_PageDown:
                row = min(row + ROWS_MAX, last)
            case Qt.Key.Key_PageUp:
                row = max(row - ROWS_MAX, 0)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                return self._choose(row)
            case _:
                return False
        self._view.setCurrentIndex(self._model.index(max(row, 0)))
        return True
