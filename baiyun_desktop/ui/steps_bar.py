"""The legal next steps of a record: those that can be taken as buttons, the others with what stands in their way."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from baiyun_desktop.kernel.step import Reason, Step
from baiyun_desktop.ui.parts import badge, button, clear, text
from baiyun_desktop.ui.words import language


def verb_of(step: Step) -> str:
    """The step's name in the language in use."""
    return step.en if language() == "en" and step.en else step.verb


class StepsBar(QWidget):
    """One line: the state, then the steps. Pressing an impossible one jumps to what it lacks."""

    asked = Signal(object)
    """The `Step` that an officer wants to take."""
    jump = Signal(str)
    """A field to fill in first."""

    def __init__(self) -> None:
        super().__init__()
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(8)

    def show_steps(self, state: str, possible: Sequence[tuple[Step, Reason | None]]) -> None:
        """Show where the record stands and where it may go."""
        clear(self._line)
        if state:
            self._line.addWidget(badge(state, "accent"))
        for number, (step, reason) in enumerate(possible):
            self._add(step, reason, primary=number == 0 and reason is None)
            who, after = reason.who if reason is not None else "", possible[number + 1 : number + 2]
            if who and not any(other is not None and other.who == who for _, other in after):
                self._line.addWidget(text(who, "help"))  # once for all that they take; whole on each button
        self._line.addStretch(1)
        self.setVisible(bool(state or possible))

    def _add(self, step: Step, reason: Reason | None, *, primary: bool) -> None:
        own = {*step.ask, *step.sets}
        if reason is not None and reason.fields and own.issuperset(reason.fields):
            reason = None  # the step's own sheet asks for it
        cite = f"{step.cite.citation} {step.cite.plain}" if step.cite is not None else ""
        if reason is None:
            self._line.addWidget(
                button(verb_of(step), lambda: self.asked.emit(step), look="primary" if primary else "", tip=cite)
            )
            return
        off = button(verb_of(step), tip=reason.text)
        off.setEnabled(False)
        self._line.addWidget(off)
        if reason.who:
            off.setAccessibleDescription(reason.text)
        elif reason.fields:
            self._line.addWidget(button(reason.text, lambda: self.jump.emit(reason.fields[0]), look="link", tip=cite))
        else:
            self._line.addWidget(text(reason.text, "help"))
