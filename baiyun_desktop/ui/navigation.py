"""The left edge: the places a clerk goes to, under headings that fold, with a count where something waits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from baiyun_desktop.ui.colours import current
from baiyun_desktop.ui.icons import icon
from baiyun_desktop.ui.navigation_groups import first_open, in_groups
from baiyun_desktop.ui.screens import Place
from baiyun_desktop.ui.words import say, told

WIDTH_PX, WIDTH_MAX_PX = 172, 210
ROUND_PX = 86
"""What stands round an entry's words: margins, icon or inset, a count, the scroll bar."""
ROW_PX = 34
_COUNT = Qt.ItemDataRole.UserRole + 1
_ICON = Qt.ItemDataRole.UserRole + 2
_GROUP = Qt.ItemDataRole.UserRole + 3
"""On a heading its own name, on a place that of its heading."""


class _Entry(QStyledItemDelegate):
    """Icon, words and a count in a soft pill."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Any) -> QSize:
        return QSize(100, ROW_PX)  # as wide as the list

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        colours = current()
        rect: QRect = option.rect.adjusted(0, 1, 0, -1)  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(colours.accent_soft if chosen else colours.hover))
            painter.drawRoundedRect(rect, 5, 5)
        ink = colours.accent if chosen else colours.text
        if index.data(_ICON):
            icon(index.data(_ICON), "accent" if chosen else "muted").paint(
                painter, rect.x() + 10, rect.y() + (rect.height() - 18) // 2, 18, 18
            )
        font = QFont(painter.font())
        font.setWeight(QFont.Weight.DemiBold if chosen else QFont.Weight.Normal)
        painter.setFont(font)
        heading = index.data(Qt.ItemDataRole.UserRole) is None
        painter.setPen(QColor(colours.muted if heading else ink))
        inset = 38 if heading or not index.data(_GROUP) else 46
        room = rect.adjusted(inset, 0, -8, 0)
        words = painter.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
        if index.data(_COUNT):
            self._pill(painter, rect, str(index.data(_COUNT)))
        painter.restore()

    def _pill(self, painter: QPainter, rect: QRect, words: str) -> None:
        colours = current()
        font = QFont(painter.font())
        font.setPixelSize(11)
        painter.setFont(font)
        width = max(20, painter.fontMetrics().horizontalAdvance(words) + 12)
        pill = QRect(rect.right() - width - 7, rect.y() + (rect.height() - 18) // 2, width, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.warn_soft))
        painter.drawRoundedRect(pill, 9, 9)
        painter.setPen(QColor(colours.warn))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, words)


class Navigation(QListWidget):
    """Arrow keys walk, Enter or a click goes or opens a heading; Alt+1 … Alt+9 go from anywhere."""

    wanted = Signal(str)

    def __init__(self, places: Sequence[Place], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("places")
        self.setAccessibleName(say("shell.places"))
        words = [text for place in places for text in (told(place.title, place.en), told(place.group, place.group_en))]
        widest = max((self.fontMetrics().horizontalAdvance(text) for text in words), default=0)
        self.setFixedWidth(min(WIDTH_MAX_PX, max(WIDTH_PX, widest + ROUND_PX)))
        self.setItemDelegate(_Entry(self))
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)  # by rows, the marked one may stay half below
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._open = first_open(places)
        numbers = {place.key: number for number, place in enumerate(places, start=1) if number <= 9}
        for group, found in in_groups(places):
            if group:
                self._add_heading(found[0])
            for place in found:
                self._add(place, numbers.get(place.key))
        self._fold()
        self.itemClicked.connect(self._go)
        self.itemActivated.connect(self._go)

    def _add(self, place: Place, number: int | None) -> None:
        item = QListWidgetItem(told(place.title, place.en))
        item.setData(Qt.ItemDataRole.UserRole, place.key)
        item.setData(_GROUP, place.group)
        if not place.group:
            item.setData(_ICON, place.icon)
        if number is not None:
            item.setToolTip(f"{item.text()} (Alt+{number})")
        self.addItem(item)

    def _add_heading(self, place: Place) -> None:
        item = QListWidgetItem(told(place.group, place.group_en))
        item.setData(_GROUP, place.group)
        self.addItem(item)

    def _fold(self) -> None:
        """Show what stands under an open heading, and mark the headings."""
        for item in (self.item(n) for n in range(self.count())):
            group = item.data(_GROUP)
            is_open = not group or group in self._open
            if item.data(Qt.ItemDataRole.UserRole) is not None:
                item.setHidden(not is_open)
                continue
            item.setData(_ICON, "chevron-up" if is_open else "chevron-down")
            state = say("shell.unfolded") if is_open else say("shell.folded")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{item.text()}, {state}")

    def _go(self, item: QListWidgetItem) -> None:
        key = item.data(Qt.ItemDataRole.UserRole)
        if key is not None:
            self.wanted.emit(key)
            return
        self._open ^= {item.data(_GROUP)}
        self._fold()

    def _item(self, key: str) -> QListWidgetItem | None:
        items = [self.item(n) for n in range(self.count())]
        return next((i for i in items if i.data(Qt.ItemDataRole.UserRole) == key), None)

    def mark(self, key: str) -> None:
        """Show where we are; a page that is no place leaves the last one marked."""
        item = self._item(key)
        if item is not None:
            if item.data(_GROUP):
                self._open = {item.data(_GROUP)}
                self._fold()
            self.setCurrentItem(item)

    def count_at(self, key: str, count: int) -> None:
        """Show how many wait there; 0 shows nothing."""
        item = self._item(key)
        if item is not None:
            item.setData(_COUNT, count or None)
            words = f"{item.text()}, {count}" if count else item.text()
            item.setData(Qt.ItemDataRole.AccessibleTextRole, words)
