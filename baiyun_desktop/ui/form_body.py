"""The rows of a form, made from declarations: label, editor, and one sentence of help in a column of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from baiyun_desktop.kernel.field import Asked, FieldInfo
from baiyun_desktop.kernel.record import RecordInfo
from baiyun_desktop.ui.edit import tone_of
from baiyun_desktop.ui.fields.base import Field
from baiyun_desktop.ui.fields.choose import field_for
from baiyun_desktop.ui.fields.other import ShownField
from baiyun_desktop.ui.listing import is_minor
from baiyun_desktop.ui.parts import frame, retone, text
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say

LABEL_PX = 118
EDITOR_PX = 380
EDITOR_MIN_PX = 190


class Row:
    """One field of the form: label, editor and, where there is something to say, a sentence in one line of the grid."""

    def __init__(self, field: Field, *, narrow: bool = False) -> None:
        self.field = field
        self._narrow = narrow
        self.label = QLabel(field.name)
        self.label.setProperty("rank", "muted")
        self.label.setBuddy(field)
        self.contested = False
        self.wanted = False
        """Whether a step was refused for want of it."""
        self.proposed = False
        """Whether it was read out of a pasted line or a card, and nobody has typed here since."""
        self._shown = True
        self._grid: QGridLayout | None = None
        self._line = 0
        if not narrow:
            self.label.setMinimumHeight(28)
            self.label.setFixedWidth(LABEL_PX)
            self.label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.label.setWordWrap(True)
            field.setMinimumWidth(EDITOR_MIN_PX)
            field.setMaximumWidth(EDITOR_PX)
        field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def place(self, grid: QGridLayout, line: int) -> None:
        """Put the three into a line of the grid, or one below the other."""
        self._grid, self._line = grid, line
        if self._narrow:
            grid.addWidget(self.label, line * 3, 0)
            grid.addWidget(self.field, line * 3 + 1, 0)
        else:
            grid.addWidget(self.label, line, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(self.field, line, 1, Qt.AlignmentFlag.AlignTop)

    @cached_property
    def help(self) -> QLabel:
        """Made when there is first something to say: most fields have nothing, and a form opens faster without."""
        assert self._grid is not None
        made = text("", "help", wrap=True)
        if self._narrow:
            self._grid.addWidget(made, self._line * 3 + 2, 0)
        else:
            made.setMinimumHeight(28)
            self._grid.addWidget(made, self._line, 2)
        if not self._shown:
            made.hide()
        return made

    @property
    def _said(self) -> bool:
        return "help" in self.__dict__

    def show(self, shown: bool) -> None:
        """What the machine has not worked out yet is nothing to look at."""
        self._shown = shown
        for widget in (self.label, self.field, *([self.help] if self._said else [])):
            widget.setVisible(shown)

    def review(self) -> None:
        """Say in the help's place what the machine noticed, or the help."""
        note = self.field.note()
        tone = note.tone if note is not None else "bad" if self.wanted else "warn" if self.contested else ""
        marked = say("form.wanted") if self.wanted else say("form.contested") if self.contested else ""
        if self.proposed and note is None and not marked:
            tone, marked = "accent", say("form.proposed")
        words = note.text if note is not None else marked or self.field.info.help
        if words or self._said:
            self.help.setText(words)
            retone(self.help, "tone", tone)


class FormBody(QWidget):
    """All sections of one record's form. It knows values and nothing of saving."""

    edited = Signal(str)
    """The name of the field that a person changed."""
    committed = Signal()

    def __init__(
        self,
        shell: Shell,
        kind: RecordInfo,
        *,
        only: Iterable[str] | None = None,
        narrow: bool = False,
        asks: bool = False,
    ) -> None:
        """`only` some fields; `asks` also for what the machine usually fills in; `narrow` puts labels above."""
        super().__init__()
        self.kind = kind
        self.rows: dict[str, Row] = {}
        self.record = ""
        """The record that is shown; empty while it is not saved."""
        self._narrow, self._asks = narrow, asks
        wanted = set(only) if only is not None else None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        for section in kind.sections:
            fields = [f for f in kind.fields if f.section == section and (wanted is None or f.name in wanted)]
            fields = [f for f in fields if not self._silent(f)]
            if fields:
                layout.addWidget(self._section(shell, section, fields))
        layout.addStretch(1)

    def _silent(self, info: FieldInfo) -> bool:
        """Keys for the search index are nothing to read."""
        parent = self.kind.parent
        return (bool(info.derived) and not info.listed) or (parent is not None and info.name == parent[0])

    def _section(self, shell: Shell, title: str, fields: list[FieldInfo]) -> QWidget:
        grid = QGridLayout()
        edge = 0 if self._narrow else 16
        grid.setContentsMargins(edge, 0 if self._narrow else 12, edge, 0 if self._narrow else 14)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        if not self._narrow:
            grid.setColumnStretch(1, 3)  # up to its greatest width; the help takes what is left
            grid.setColumnStretch(2, 1)
            grid.addWidget(text(title, "section"), 0, 0, 1, 3)
        for line, info in enumerate(fields, start=1):
            row = Row(field_for(info, shell, self.kind.name, asks=self._asks), narrow=self._narrow)
            row.place(grid, line)
            row.field.edited.connect(lambda name=info.name: self._edited(name))
            row.field.went_on.connect(lambda name=info.name: self.next_from(name))
            row.field.committed.connect(self.committed)
            self.rows[info.name] = row
        return frame(grid) if self._narrow else frame(grid, card=True)

    def _edited(self, name: str) -> None:
        row = self.rows[name]
        row.wanted = False
        if row.proposed:
            row.proposed = False
            tone_of(row.field, "")
        row.review()
        self.edited.emit(name)

    def propose(self, name: str, value: Any) -> None:
        """Show a value that was read and not typed, marked until somebody types there or it is saved."""
        row = self.rows[name]
        row.field.propose(value)
        row.proposed = True
        tone_of(row.field, "proposed")
        row.review()

    def _reachable(self) -> list[str]:
        return [n for n, r in self.rows.items() if r.field.focusProxy() is not None and r.field.isEnabled()]

    def next_from(self, name: str) -> None:
        """Enter: the caret goes to the next field; after the last one nothing happens, Ctrl+Enter saves."""
        names = self._reachable()
        at = names.index(name) + 1 if name in names else 0
        if at < len(names):
            self.focus(names[at])

    def focus(self, name: str) -> None:
        """Put the caret into a field."""
        field = self.rows[name].field
        field.setFocus(Qt.FocusReason.TabFocusReason)

    def focus_first(self) -> None:
        """The caret where work starts: the first empty field, else the first."""
        names = self._reachable()
        empty = [n for n in names if self.rows[n].field.value() in (None, "", [])]
        for name in (empty or names)[:1]:
            self.focus(name)

    def show_values(self, values: Mapping[str, Any], keep: Iterable[str] = ()) -> None:
        """Show a record's values; what stands in the fields to `keep` is left as it is."""
        kept, minor = set(keep), is_minor(values)
        for name, row in self.rows.items():
            row.field.minor, row.field.about = minor, (self.kind.name, self.record)
            if name in kept:
                continue
            row.wanted = False
            if row.proposed:
                row.proposed = False
                tone_of(row.field, "")
            row.field.show_value(values.get(name))
            row.review()
            row.show(not isinstance(row.field, ShownField) or values.get(name) not in (None, "", []))

    def values(self) -> dict[str, Any]:
        """What stands in the editors that a person can change."""
        return {n: r.field.value() for n, r in self.rows.items() if r.field.focusProxy() is not None}

    def standing(self) -> dict[str, tuple[bool, Any]]:
        """What stands in every editor, told apart where it is empty and where it cannot be read."""
        return {name: (row.field.odd, row.field.value()) for name, row in self.rows.items()}

    def odd(self) -> list[str]:
        """Fields whose text is no value of their kind: no save may take them for empty ones."""
        return [name for name, row in self.rows.items() if row.field.odd]

    @property
    def composing(self) -> bool:
        """Whether an input method is in the middle of a word in one of the editors."""
        return any(row.field.composing for row in self.rows.values())

    def settle(self) -> None:
        """Before a save."""
        for row in self.rows.values():
            row.field.settle()

    def mark_wanted(self, names: Iterable[str]) -> list[str]:
        """Name what a step was refused for, as far as it stands here; returns those."""
        here = [name for name in names if name in self.rows]
        for name in here:
            self.rows[name].wanted = True
            self.rows[name].review()
        return here

    def mark_contested(self, names: Iterable[str]) -> None:
        """Fields on which another value waits for a decision."""
        marked = set(names)
        for name, row in self.rows.items():
            row.contested = name in marked
            row.review()

    def lock(self, locked: bool) -> None:
        """Show only."""
        for row in self.rows.values():
            row.field.lock(locked)

    def missing(self) -> list[str]:
        """What is asked first or by a step and is still empty."""
        asked = (Asked.FIRST, Asked.STEP)
        return [n for n, r in self.rows.items() if r.field.info.asked in asked and r.field.value() in (None, "", [])]
