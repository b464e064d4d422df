"""The left side of the guide: chapters and pages, or what was found in their stead."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from baiyun_desktop.ui.guide.book import GuidePage
from baiyun_desktop.ui.guide.finding import Found
from baiyun_desktop.ui.words import say

_NAME = Qt.ItemDataRole.UserRole


class Contents(QListWidget):
    """Arrows walk and show; headings are passed over."""

    turned = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(say("guide.contents"))
        self.setObjectName("contents")
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrap(True)
        self.currentItemChanged.connect(self._walked)
        self._quiet = False

    def show_pages(self, pages: Sequence[GuidePage]) -> None:
        """All of them, below their chapters."""
        self._empty()
        for chapter, found in groupby(pages, key=lambda page: page.chapter):
            self._head(chapter)
            for page in found:
                self._add(page.name, page.title)

    def show_found(self, found: Sequence[Found]) -> None:
        """What answers, each with its line."""
        self._empty()
        if not found:
            self._head(say("guide.none"))
        for one in found:
            self._add(one.page.name, f"{one.page.title}\n{one.line}" if one.line else one.page.title)

    def mark(self, name: str) -> None:
        """Show which page is open, without opening it again."""
        rows = [self.item(at) for at in range(self.count())]
        found = next((row for row in rows if row.data(_NAME) == name), None)
        self._quiet = True
        self.setCurrentItem(found) if found is not None else self.setCurrentRow(-1)
        self._quiet = False

    def first(self) -> str:
        """The name of the first page shown; empty where there is none."""
        names = (self.item(at).data(_NAME) for at in range(self.count()))
        return next((str(name) for name in names if name), "")

    def _empty(self) -> None:
        self._quiet = True
        self.clear()
        self._quiet = False

    def _head(self, words: str) -> None:
        item = QListWidgetItem(words)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        font = item.font()
        font.setWeight(QFont.Weight.DemiBold)
        item.setFont(font)
        self.addItem(item)

    def _add(self, name: str, words: str) -> None:
        item = QListWidgetItem(words)
        item.setData(_NAME, name)
        self.addItem(item)

    def _walked(self, item: QListWidgetItem | None) -> None:
        if item is not None and not self._quiet and item.data(_NAME):
            self.turned.emit(item.data(_NAME))
