"""The imports of before, under the place where the next one begins: each can still be taken back, and numbered."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMessageBox, QVBoxLayout, QWidget

from baiyun_desktop.intake.earlier import Earlier
from baiyun_desktop.ui.days import instant_text
from baiyun_desktop.ui.parts import PAGE_PX, button, clear, column, frame, row, text
from baiyun_desktop.ui.words import say


class EarlierImports(QWidget):
    """A line each; nothing where there was none."""

    undo_wanted = Signal(object)
    number_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._lines = QVBoxLayout()
        self._lines.setSpacing(10)
        title = text(say("import.earlier"), "section")
        card = frame(column(title, self._lines, gap=10, margins=(20, 14, 20, 14)), card=True)
        self.setLayout(column(card, margins=(PAGE_PX, 0, PAGE_PX, PAGE_PX)))
        self.box: QMessageBox | None = None
        self.hide()

    def show_all(self, imports: Sequence[Earlier]) -> None:
        """Show what was imported before."""
        clear(self._lines)
        for one in imports:
            self._lines.addLayout(self._line(one))
        self.setVisible(bool(imports))

    def _line(self, one: Earlier) -> QVBoxLayout:
        when = instant_text(one.at_ms)
        said = say("import.earlier_line", when=when, who=one.officer, n=one.made)
        line = row(text(said), gap=12)
        if one.unnumbered:
            line.addWidget(text(say("import.unnumbered", n=len(one.unnumbered)), tone="warn"))
        line.addStretch(1)
        if one.unnumbered:
            line.addWidget(button(say("import.number_rest"), partial(self.number_wanted.emit, one)))
        if one.standing:
            name = f"{say('import.undo')} {when}"
            undo = button(
                say("import.undo"), partial(self.ask, one), picture="undo", tip=say("import.undo_help"), name=name
            )
            line.addWidget(undo)
        else:
            line.addWidget(text(say("import.taken_back"), "muted"))
        return column(line)

    def ask(self, one: Earlier) -> None:
        """One click beside another line's would take back the wrong one, so it is said once more which."""
        words = say("import.undo_sure", when=instant_text(one.at_ms), n=one.standing)
        box = QMessageBox(QMessageBox.Icon.Question, say("shell.title"), words, parent=self)
        box.addButton(say("import.undo"), QMessageBox.ButtonRole.DestructiveRole).clicked.connect(
            lambda: self.undo_wanted.emit(one)
        )
        stay = box.addButton(say("form.cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        box.setEscapeButton(stay)
        self.box = box
        box.open()
