"""What one step asks beside the form: its stated date, its own fields, the officer's reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from baiyun_desktop.kernel.record import RecordInfo
from baiyun_desktop.kernel.step import Reason, Step
from baiyun_desktop.ui.days import today
from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.fields.day import read_day
from baiyun_desktop.ui.form_body import FormBody
from baiyun_desktop.ui.parts import button, column, frame, row, text
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.steps_bar import verb_of
from baiyun_desktop.ui.why_late import WhyLate
from baiyun_desktop.ui.words import say


class StepSheet(QWidget):
    """Asks what one step needs beside the form: its stated date, its own fields, the officer's reason."""

    taken = Signal(object, str, str, object, str)
    """Step, stated date as ISO text, reason, values of the step's own fields, code of why it is late."""
    dropped = Signal()

    def __init__(
        self,
        shell: Shell,
        kind: RecordInfo,
        step: Step,
        day: str,
        values: Callable[[str], Any],
        late: Callable[[str], str],
        advice: Sequence[Reason] = (),
    ) -> None:
        """`late(day)` says why a step of that day must give a reason for being late, or ""; `advice` is said first."""
        super().__init__()
        self._step, self._late_on = step, late
        self._date = Edit(say("steps.date"))
        self._date.setText(day)
        self._date.setMaximumWidth(130)
        self._reason = Edit(say("steps.reason"))
        self._reason.setPlaceholderText(say("steps.reason_hint"))
        self.body = FormBody(shell, kind, only=step.ask, asks=True) if step.ask else None
        lines: list[Any] = [row(text(say("steps.title", verb=verb_of(step)), "heading"), None)]
        if step.cite is not None:
            lines.append(text(f"{step.cite.citation} {step.cite.plain}", "help", wrap=True))
        for hint in advice:
            cited = f" {hint.cite.citation} {hint.cite.plain}" if hint.cite is not None else ""
            lines.append(text(f"{hint.text}。{cited}", tone="warn", wrap=True))
        lines.append(
            row(text(say("steps.date"), "muted"), self._date, 12, text(say("steps.reason"), "muted"), self._reason)
        )
        if self.body is not None:
            self.body.committed.connect(self._take)
            self.body.show_values({name: values(name) for name in step.ask})
            lines.append(self.body)
        self.why_late = WhyLate(shell)
        self.why_late.committed.connect(self._take)
        lines.append(self.why_late)
        self._day_note = text("", "help", tone="warn")
        self._day_note.hide()
        lines.append(self._day_note)
        self._date.textChanged.connect(self._check_day)
        self._date.went_on.connect(self._reason.setFocus)
        self._reason.went_on.connect(self._take)
        for edit in (self._date, self._reason):
            edit.committed.connect(self._take)
        lines.append(
            row(
                None,
                button(say("form.cancel"), self.dropped.emit, look="flat"),
                button(verb_of(step), self._take, look="primary"),
            )
        )
        self.setLayout(column(frame(column(*lines, margins=(16, 12, 16, 12)), card="on")))
        self.why_late.ask(late(day))  # it has its place now, and does not come up as a window of its own
        self.setFocusProxy(self._date)

    def _check_day(self, typed: str) -> None:
        """A day that has not come yet by the district's clock is named; the district puts it before a supervisor."""
        day = read_day(typed)
        late = day is not None and day > today().isoformat()
        self._day_note.setText(say("clock.not_yet", day=day, today=today().isoformat()) if late else "")
        self._day_note.setVisible(late)
        if day is not None:
            self.why_late.ask(self._late_on(day))

    def _take(self) -> None:
        day = read_day(self._date.text())
        if day is None:
            self._date.set_tone("bad")
            self._date.setFocus()
            return
        if self.body is not None:
            self.body.settle()
            if self.body.odd():
                self.body.focus(self.body.odd()[0])
                return
        if not self.why_late.answered():
            return
        own = self.body.values() if self.body is not None else {}
        self.taken.emit(self._step, day, self._reason.text().strip(), own, self.why_late.code)
