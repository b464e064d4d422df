"""The legal next steps of a record: those that can be taken as buttons, the others with what stands in their way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from baiyun_desktop.kernel.record import RecordInfo
from baiyun_desktop.kernel.step import Reason, Step
from baiyun_desktop.ui.form_body import FormBody
from baiyun_desktop.ui.parts import badge, button, clear, column, frame, row, text
from baiyun_desktop.ui.fields.day import read_day
from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import language, say


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
        self._line.addStretch(1)
        self.setVisible(bool(state or possible))

    def _add(self, step: Step, reason: Reason | None, *, primary: bool) -> None:
        own = {*step.ask, *step.sets}
        if reason is not None and reason.fields and own.issuperset(reason.fields):
            reason = None  # the step's own sheet asks for it
        cite = f"{step.cite.citation} {step.cite.plain}" if step.cite is not None else ""
        if reason is None:
            self._line.addWidget(button(verb_of(step), lambda: self.asked.emit(step), look="primary" if primary else "", help=cite))
            return
        off = button(verb_of(step), help=reason.text)
        off.setEnabled(False)
        self._line.addWidget(off)
        if reason.fields:
            self._line.addWidget(button(reason.text, lambda: self.jump.emit(reason.fields[0]), look="link", help=cite))
        else:
            self._line.addWidget(text(reason.text, "help"))


class StepSheet(QWidget):
    """Asks what one step needs beside the form: its stated date, its own fields, the officer's reason."""

    taken = Signal(object, str, str, object)
    """Step, stated date as ISO text, reason, values of the step's own fields."""
    dropped = Signal()

    def __init__(self, shell: Shell, kind: RecordInfo, step: Step, today: str, values: Callable[[str], Any]) -> None:
        super().__init__()
        self._step = step
        self._date = Edit(say("steps.date"))
        self._date.setText(today)
        self._date.setMaximumWidth(130)
        self._reason = Edit(say("steps.reason"))
        self._reason.setPlaceholderText(say("steps.reason_hint"))
        self._body = FormBody(shell, kind, only=step.ask, asks=True) if step.ask else None
        lines: list[Any] = [row(text(say("steps.title", verb=verb_of(step)), "heading"), None)]
        if step.cite is not None:
            lines.append(text(f"{step.cite.citation} {step.cite.plain}", "help", wrap=True))
        lines.append(row(text(say("steps.date"), "muted"), self._date, 12, text(say("steps.reason"), "muted"), self._reason))
        if self._body is not None:
            self._body.show_values({name: values(name) for name in step.ask})
            lines.append(self._body)
        self._date.went_on.connect(self._reason.setFocus)
        self._reason.went_on.connect(self._take)
        for edit in (self._date, self._reason):
            edit.committed.connect(self._take)
        lines.append(row(None, button(say("form.cancel"), self.dropped.emit, look="flat"), button(verb_of(step), self._take, look="primary")))
        self.setLayout(column(frame(column(*lines, margins=(16, 12, 16, 12)), card="on")))
        self.setFocusProxy(self._date)

    def _take(self) -> None:
        day = read_day(self._date.text())
        if day is None:
            self._date.set_tone("bad")
            self._date.setFocus()
            return
        own = self._body.values() if self._body is not None else {}
        self.taken.emit(self._step, day, self._reason.text().strip(), own)
