"""Asks why a step comes after its time: one word of a list, only where one is needed, and then not without."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from baiyun_desktop.kernel.movement import COLLECTION as MOVEMENT
from baiyun_desktop.kernel.procedure import LATE
from baiyun_desktop.ui.form_body import FormBody
from baiyun_desktop.ui.parts import column, text
from baiyun_desktop.ui.shell import Shell


class WhyLate(QWidget):
    """Hidden until a stated day asks for it."""

    committed = Signal()

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._words = text("", "help", tone="bad", wrap=True)
        self.body = FormBody(shell, shell.desk.program.kind(MOVEMENT), only=(LATE,), asks=True)
        self.body.committed.connect(self.committed)
        self.setLayout(column(self._words, self.body, gap=4))
        self.hide()

    def ask(self, why: str) -> None:
        """Says what is late and asks for the reason; not any more for ""."""
        self._words.setText(why)
        self.setVisible(bool(why))

    @property
    def code(self) -> str:
        """The reason's code; "" where none is asked for."""
        return "" if self.isHidden() else str(self.body.values().get(LATE) or "")

    def answered(self) -> bool:
        """Whether nothing is lacking here; what lacks is marked and has the caret."""
        if self.isHidden() or self.code:
            return True
        self.body.mark_wanted((LATE,))
        self.body.focus(LATE)
        return False
