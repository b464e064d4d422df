"""Short text: names with their dot, numbers of papers with what the machine sees in them, phone numbers."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton

from baiyun_desktop.kernel.field import FieldInfo
from baiyun_desktop.kernel.mask import Mask, Shown, masked
from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.fields.base import Field, Note
from baiyun_desktop.ui.parts import button, row
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say

SHOWN_S = 60
"""How long a number that was asked to be seen stays in sight."""
DOT = "\u00b7"
_BETWEEN = re.compile(r"[\s、,，;；]+")


class LineField(Field):
    """One line of text, kept as it is typed but for blanks at its ends."""

    def __init__(self, info: FieldInfo, shell: Shell) -> None:
        super().__init__(info, shell)
        self.edit = Edit(self.name)
        self.watch(self.edit)
        self.edit.textEdited.connect(lambda _: self.edited.emit())
        self.edit.went_on.connect(self.went_on)
        self.edit.committed.connect(self.committed)
        box = row(self.edit, gap=4)
        if info.mask is Mask.NAME:
            dot = button(DOT, self._dot, look="flat", tip=say("field.dot_help"), name=say("field.dot"))
            dot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            dot.setFixedWidth(28)
            box.addWidget(dot)
            QShortcut(QKeySequence("Alt+."), self.edit, self._dot, context=Qt.ShortcutContext.WidgetShortcut)
        self.setLayout(box)

    def _dot(self) -> None:
        if not self.edit.isReadOnly():
            self.edit.insert(DOT)
            self.edited.emit()

    def value(self) -> Any:
        return self.edit.text().strip() or None

    def show_value(self, value: Any) -> None:
        self.edit.setText("" if value is None else str(value))
        self.edit.setCursorPosition(0)

    def lock(self, locked: bool) -> None:
        self.edit.setReadOnly(locked)


class GuardedField(LineField):
    """A number that is masked until someone asks to see it, and masked again a minute later."""

    def __init__(self, info: FieldInfo, shell: Shell) -> None:
        super().__init__(info, shell)
        self._hidden: str | None = None
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_S * 1000)
        self._timer.timeout.connect(self._hide_again)
        self._locked = False

    @cached_property
    def _show(self) -> QPushButton:
        """Made when there is first a number to cover."""
        name = say("field.reveal_name", field=self.name)
        made = button(say("field.reveal"), self.reveal, look="flat", tip=say("field.reveal_help"), name=name)
        made.setParent(self)
        self.layout().addWidget(made)  # type: ignore[union-attr]
        return made

    def show_value(self, value: Any) -> None:
        super().show_value(value)
        self._cover(value or None)

    def _cover(self, value: str | None) -> None:
        self._hidden = value
        covered = value is not None and self.info.mask is not None
        if covered:
            assert self.info.mask is not None
            self.edit.setText(masked(self.info.mask, value, shown=Shown.DETAIL))
        self.edit.setReadOnly(covered or self._locked)
        if covered or "_show" in self.__dict__:
            self._show.setVisible(covered)

    def reveal(self) -> None:
        """Show the number itself for a minute."""
        if self._hidden is not None:
            value, self._hidden = self._hidden, None
            super().show_value(value)
            self.edit.setReadOnly(self._locked)
            self._show.hide()
            self.edit.setFocus()
            self._timer.start()

    def _hide_again(self) -> None:
        if not self.edit.hasFocus():
            self._cover(self.value())
        else:
            self._timer.start()

    def value(self) -> Any:
        return self._hidden if self._hidden is not None else super().value()

    def lock(self, locked: bool) -> None:
        self._locked = locked
        self.edit.setReadOnly(locked or self._hidden is not None)


class WordsField(LineField):
    """Several words for which there is no code list, typed one after the other."""

    def value(self) -> Any:
        return list(dict.fromkeys(word for word in _BETWEEN.split(self.edit.text()) if word)) or None

    def show_value(self, value: Any) -> None:
        super().show_value("、".join(value or ()))


class NumberField(LineField):
    """A whole number or a decimal, said in digits."""

    def value(self) -> Any:
        typed = self.edit.text().strip().replace(",", "")
        if not typed:
            return None
        if self.info.kind.value == "int":
            return int(typed) if typed.lstrip("-").isdigit() else None
        return typed

    def note(self) -> Note | None:
        return Note(say("field.no_number"), "bad") if self.odd else None

    @property
    def odd(self) -> bool:
        return bool(self.edit.text().strip()) and self.value() is None
