"""Choosing among hundreds: a filter above a list, one marked entry or several ticked ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.parts import column, text
from baiyun_desktop.ui.words import say

LIST_PX = 168


class Pick(QWidget):
    """`many`: Space ticks; otherwise the marked entry counts. What is ticked stands below in words."""

    picked = Signal()

    def __init__(
        self, name: str, entries: Sequence[tuple[str, str]], *, many: bool, chosen: Iterable[str] = ()
    ) -> None:
        super().__init__()
        self._many, self._entries = many, list(entries)
        self.filter = Edit(f"{name} {say('list.filter')}")
        self.filter.setPlaceholderText(say("list.filter"))
        self.filter.textChanged.connect(self._narrow)
        self.list = QListWidget()
        self.list.setAccessibleName(name)
        self.list.setProperty("framed", True)
        self.list.setFixedHeight(LIST_PX)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.filter.went_on.connect(self.list.setFocus)
        self.said = text("", "help", wrap=True)
        self._fill(set(chosen))
        self.list.itemChanged.connect(lambda _: self._say())
        self.list.currentItemChanged.connect(lambda *_: self._say())
        self.setLayout(column(self.filter, self.list, self.said, gap=4))
        self.setFocusProxy(self.filter)
        self._say()

    def _fill(self, chosen: set[str]) -> None:
        for key, words in self._entries:
            item = QListWidgetItem(words)
            item.setData(Qt.ItemDataRole.UserRole, key)
            item.setToolTip(words)
            if self._many:
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                item.setCheckState(Qt.CheckState.Checked if key in chosen else Qt.CheckState.Unchecked)
            self.list.addItem(item)
            if not self._many and key in chosen:
                self.list.setCurrentItem(item)

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(n) for n in range(self.list.count())]

    def _narrow(self, typed: str) -> None:
        wanted = typed.strip().lower()
        for item in self._items():
            item.setHidden(wanted not in item.text().lower())
        shown = [item for item in self._items() if not item.isHidden()]
        if shown and (self.list.currentItem() is None or self.list.currentItem().isHidden()):
            self.list.setCurrentItem(shown[0])

    def _say(self) -> None:
        chosen = set(self.chosen)
        names = [words for key, words in self._entries if key in chosen]
        self.said.setText(say("admin.picked", names="、".join(names)) if names else say("admin.none_picked"))
        self.picked.emit()

    @property
    def chosen(self) -> list[str]:
        """The keys of what is ticked or marked."""
        if self._many:
            found = [item for item in self._items() if item.checkState() is Qt.CheckState.Checked]
        else:
            current = self.list.currentItem()
            found = [current] if current is not None and not current.isHidden() else []
        return [str(item.data(Qt.ItemDataRole.UserRole)) for item in found]

    def tick(self, key: str) -> None:
        """As a mouse would."""
        for item in self._items():
            if item.data(Qt.ItemDataRole.UserRole) == key:
                self.list.setCurrentItem(item)
                if self._many:
                    item.setCheckState(Qt.CheckState.Checked)
