"""The time limits that run for a record, a line each under its title: a lamp, and how the day was reckoned."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from baiyun_desktop.ui.due_words import DueShown
from baiyun_desktop.ui.parts import Elided, badge, clear, column, row, text


class DueLines(QWidget):
    """Hidden where nothing runs."""

    def __init__(self) -> None:
        super().__init__()
        self._lines = column(gap=4)
        self.setLayout(self._lines)
        self.hide()

    def show_dues(self, found: Sequence[DueShown]) -> None:
        """The next one first."""
        clear(self._lines)
        for one in found:
            words = Elided(one.sentence, "help")
            line = QWidget()
            line.setLayout(row(badge(one.lamp, one.tone), text(one.label), words, None))
            line.setToolTip(one.tip)
            words.setToolTip(one.tip)
            line.setAccessibleName(f"{one.label} {one.lamp} {one.tip}")
            self._lines.addWidget(line)
        self.setVisible(bool(found))
