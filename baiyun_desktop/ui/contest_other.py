"""Where neither side is right: another value, typed in place with the field's own editors and checks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame

from baiyun_desktop.replica.attention import ContestView
from baiyun_desktop.ui.binding import bind
from baiyun_desktop.ui.fields.line import GuardedField
from baiyun_desktop.ui.fills import filled_by
from baiyun_desktop.ui.form_body import EDITOR_PX, FormBody
from baiyun_desktop.ui.keeping import bring_into_view
from baiyun_desktop.ui.parts import button, column, retone, row, text
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say


class OtherValue(QFrame):
    """Closed it is one line; open it holds the editors of the contested fields."""

    given = Signal(object)
    """{field: value}"""
    closed = Signal()

    def __init__(self, shell: Shell, contest: ContestView) -> None:
        super().__init__()
        self._shell, self._contest = shell, contest
        self._body: FormBody | None = None
        self._edited = False
        self.revealed = False
        """Whether somebody has said why the numbers of this contest are to be seen."""
        self._implied: dict[str, Any] = {}
        self.setProperty("card", True)
        self.button = button(say("contest.other_open"), self.open, tip=say("contest.other_key"))
        head = row(text(say("contest.other"), "heading"), text(say("contest.other_help"), "help"), None, self.button)
        self._use = button(say("contest.use_other"), self._give, look="primary", tip=say("contest.use_other_key"))
        self._drop = button(say("form.cancel"), self.close_editor, look="flat")
        self._feet = row(self._use, self._drop, None)
        for made in (self._use, self._drop):
            made.hide()
        self._lines = column(head, self._feet, gap=6, margins=(16, 8, 16, 10))
        self.setLayout(self._lines)
        bind(self, "Esc", self.close_editor, within=True)

    @property
    def typed(self) -> dict[str, Any] | None:
        """What was typed here so far; None where nothing was."""
        return {**self._implied, **self._body.values()} if self._body is not None and self._edited else None

    def open(self, values: Mapping[str, Any] | None = None) -> None:
        """Show the editors: with what was typed before, the caret staying where it is, or with what is shown now."""
        if self._body is None:
            kind = self._shell.desk.program.kind(self._contest.kind)
            self._body = FormBody(self._shell, kind, only=self._contest.fields, narrow=True)
            self._body.setMaximumWidth(EDITOR_PX)
            self._body.record = self._contest.record
            for line in self._body.rows.values():
                if isinstance(line.field, GuardedField):
                    line.field.shortcut.setEnabled(False)  # the key asks for the whole card
            self._body.committed.connect(self._give)
            self._body.edited.connect(self._edit)
            self._lines.insertWidget(1, self._body)
        self._edited = values is not None
        self._body.show_values(values or (self._contest.sides[0].value if self._contest.sides else {}))
        self._open(True)
        if self.revealed:
            self.uncover()
        if values is None:
            self._body.focus_first()
            bring_into_view(self._use)

    def uncover(self) -> None:
        """The numbers stand whole above it, so they do here."""
        self.revealed = True
        for line in self._body.rows.values() if self._body is not None else ():
            if isinstance(line.field, GuardedField):
                line.field.uncover()
                retone(line.field.edit, "shown", True)

    def _open(self, opened: bool) -> None:
        assert self._body is not None
        self.button.setVisible(not opened)
        for made in (self._body, self._use, self._drop):
            made.setVisible(opened)

    def close_editor(self) -> None:
        """Nothing is decided, and what was typed is let go."""
        if self._body is None or self._body.isHidden():
            return
        self._edited, self._implied = False, {}
        self._open(False)
        self.button.setFocus(Qt.FocusReason.TabFocusReason)
        self.closed.emit()

    def _edit(self, name: str) -> None:
        """What follows from a number is filled in, as on the form."""
        assert self._body is not None
        self._edited = True
        for other, value in (filled_by(name, self._body.rows[name].field.value()) or {}).items():
            if other in self._contest.fields:
                self._implied[other] = value
                if other in self._body.rows:
                    self._body.rows[other].field.show_value(value)
                    self._body.rows[other].review()

    def _give(self) -> None:
        assert self._body is not None
        self._body.settle()
        odd = self._body.odd()
        if odd:
            names = "、".join(self._body.rows[name].field.name for name in odd)
            self._shell.tell(say("contest.other_odd", names=names), "bad")
            self._body.focus(odd[0])
            return
        first = dict(self._contest.sides[0].value) if self._contest.sides else {}
        self.given.emit({**first, **self._implied, **self._body.values()})
