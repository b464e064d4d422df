"""The upper card of a sheet: what all its lines share, where each value came from, and what of it is still to be asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel

from baiyun_desktop.intake.pasted import Pasted
from baiyun_desktop.kernel.listing import SheetSpec
from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.ui.edit import Edit, tone_of
from baiyun_desktop.ui.fields.base import Field
from baiyun_desktop.ui.fields.choose import field_for
from baiyun_desktop.ui.listing import info_at
from baiyun_desktop.ui.parts import row, text
from baiyun_desktop.ui.sheet_flow import kept_from
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import language, say

COLUMNS = 3


class SharedFields(QFrame):
    """Knows its fields and nothing of lines or saving."""

    edited = Signal()
    went_on = Signal(str)
    """Enter in the field of that path."""
    committed = Signal()

    def __init__(self, shell: Shell, spec: SheetSpec, takes_paste: Callable[[str], bool]) -> None:
        super().__init__()
        self._shell, self._spec = shell, spec
        self.fields: dict[str, Field] = {}
        self._proposed: list[str] = []
        """What was read out of a line and nobody has typed over."""
        self._carried: set[str] = set()
        """What was taken over from the last record about somebody; what is said today is newer."""
        self._kept = text("", "help")
        self.setProperty("card", True)
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 12, 16, 14)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        grid.addLayout(row(text(say("sheet.shared"), "section"), None, self._kept), 0, 0, 1, 2 * COLUMNS)
        for at, path in enumerate(spec.shared):
            label, field = self._pair(path, takes_paste)
            grid.addWidget(label, at // COLUMNS + 1, at % COLUMNS * 2)
            grid.addWidget(field, at // COLUMNS + 1, at % COLUMNS * 2 + 1)
        for side in range(COLUMNS):
            grid.setColumnStretch(side * 2 + 1, 1)

    def _pair(self, path: str, takes_paste: Callable[[str], bool]) -> tuple[QLabel, Field]:
        info = info_at(self._shell.desk.program, self._spec.kind, path)
        field = self.fields[path] = field_for(replace(info, long=False), self._shell, self._spec.kind)
        field.edited.connect(lambda: self._edited(path))
        field.went_on.connect(lambda: self.went_on.emit(path))
        field.committed.connect(self.committed)
        edit = field.focusProxy()
        if isinstance(edit, Edit):
            edit.takes_paste = takes_paste
        label = QLabel(info.label_in(language()))
        label.setProperty("rank", "muted")
        label.setBuddy(field)
        label.setMinimumWidth(84)
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return label, field

    def _edited(self, path: str) -> None:
        self._carried.discard(path)
        if path in self._proposed:
            self._proposed.remove(path)
            tone_of(self.fields[path], "")
        self.edited.emit()

    def start(self, values: Mapping[str, Any], keep: Collection[str] = ()) -> None:
        """Show these values and forget where the last ones came from; what stands in the fields to `keep` stays."""
        for path, field in self.fields.items():
            if path not in keep:
                field.show_value(values.get(path))
                tone_of(field, "")
        self._proposed = [path for path in self._proposed if path in keep]
        self._carried = set()
        self._kept.setText("")

    def filled(self, path: str) -> bool:
        """Whether something stands there, be it no value of its kind."""
        return self.fields[path].odd or self.fields[path].value() not in (None, "", [])

    def carry(self, records: Sequence[Snapshot]) -> None:
        """Take over what the last of these records says and nobody has said anew."""
        kept = kept_from(self._shell.desk.program, self._spec, records)
        taken = [path for path in kept if path in self.fields and not self.filled(path)]
        for path in taken:
            self.fields[path].show_value(kept[path])
        self._carried |= set(taken)
        self._kept.setText(say("sheet.kept_from", names=self._names(taken)) if taken else "")

    def fill(self, read: Pasted) -> None:
        """What a line says of the matter itself; nothing that was typed gives way to it, but is told as left over."""
        for path, value in read.about.items():
            field = self.fields.get(path)
            if field is None or (self.filled(path) and path not in self._carried and field.value() != value):
                read.rest.append(self._shell.desk.program.label(self._spec.kind, path, value, language()))
            elif field.value() != value:
                self._carried.discard(path)
                field.show_value(value)
                tone_of(field, "proposed")
                self._proposed.append(path)

    @property
    def note(self) -> str:
        """Which of them were read and not typed; empty where none was."""
        return say("sheet.proposed_shared", names=self._names(self._proposed)) if self._proposed else ""

    def _names(self, paths: Sequence[str]) -> str:
        return "、".join(self.fields[path].name for path in paths)

    def standing(self) -> dict[str, tuple[bool, Any]]:
        """What stands in each, told apart where it is empty and where it cannot be read."""
        return {path: (field.odd, field.value()) for path, field in self.fields.items()}

    def settle(self) -> list[Field]:
        """Before a save; gives those whose text is no value of their kind."""
        for field in self.fields.values():
            field.settle()
        return [field for field in self.fields.values() if field.odd]

    @property
    def composing(self) -> bool:
        """Whether an input method is in the middle of a word in one of them."""
        return any(field.composing for field in self.fields.values())
