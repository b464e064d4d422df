"""Asks for a name, so that Enter means it and never while an input method is composing."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QWidget

from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.parts import button, column, row, text
from baiyun_desktop.ui.words import say

WIDTH_PX = 360


class NameDialog(QDialog):
    """`named` carries what was typed, which is never empty."""

    named = Signal(str)

    def __init__(self, title: str, label: str, given: str, most: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(WIDTH_PX)
        self.edit = Edit(label)
        self.edit.setMaxLength(most)
        self.edit.setText(given)
        self.edit.selectAll()
        self.edit.went_on.connect(self._go)
        self.edit.committed.connect(self._go)
        self._button = button(say("form.save"), self._go, look="primary")
        self.edit.textChanged.connect(lambda _: self._look())
        foot = row(None, button(say("form.cancel"), self.reject, look="flat"), self._button)
        self.setLayout(column(text(label, "muted"), self.edit, foot, gap=8, margins=(18, 16, 18, 14)))
        self._look()

    def _look(self) -> None:
        self._button.setEnabled(bool(self.edit.text().strip()))

    def _go(self) -> None:
        if self.edit.text().strip():
            self.named.emit(self.edit.text().strip())
            self.accept()
