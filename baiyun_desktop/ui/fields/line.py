"""Short text: names with their dot, numbers of papers with what the machine sees in them, phone numbers."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton

from baiyun_desktop.kernel.audit import Doing
from baiyun_desktop.kernel.field import FieldInfo
from baiyun_desktop.kernel.mask import Mask, Shown, masked
from baiyun_desktop.kernel.merging import Kind
from baiyun_desktop.registry import numerals
from baiyun_desktop.ui.binding import bind
from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.fields.base import Field, Note
from baiyun_desktop.ui.parts import button, row
from baiyun_desktop.ui.reveal import KEY, SHOWN_S, CallWindow, Covered, ReasonDialog, ask, note
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say

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
    """A number that is masked until someone says why it is to be seen, and masked again a minute later."""

    def __init__(self, info: FieldInfo, shell: Shell) -> None:
        super().__init__(info, shell)
        self._hidden: str | None = None
        self._shown_value: str | None = None
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_S * 1000)
        self._timer.timeout.connect(self._hide_again)
        self._locked = False
        self.dialog: ReasonDialog | None = None
        self.call_window: CallWindow | None = None
        self.shortcut = bind(self, KEY, self.reveal, within=True)

    @cached_property
    def _call(self) -> QPushButton:
        name = say("field.call_name", field=self.name)
        made = button(say("field.call"), self.call, look="flat", tip=say("field.call_help"), name=name)
        made.setParent(self)
        self.layout().addWidget(made)  # type: ignore[union-attr]
        return made

    @cached_property
    def _show(self) -> QPushButton:
        """Made when there is first a number to cover."""
        name = say("field.reveal_name", field=self.name)
        made = button(say("field.reveal"), self.reveal, look="flat", tip=say("field.reveal_help"), name=name)
        made.setParent(self)
        self.layout().addWidget(made)  # type: ignore[union-attr]
        return made

    def show_value(self, value: Any) -> None:
        self._timer.stop()
        super().show_value(value)
        self._cover(value or None)

    def propose(self, value: Any) -> None:
        self._timer.stop()
        self._hidden = None
        super().show_value(value)
        self.edit.setReadOnly(self._locked)

    def _cover(self, value: str | None) -> None:
        self._hidden = value
        covered = value is not None and self.info.mask is not None
        if covered:
            assert self.info.mask is not None
            self.edit.setText(masked(self.info.mask, value, shown=Shown.DETAIL, minor=self._is_childs))
            self.edit.setCursorPosition(0)
        self.edit.setReadOnly(covered or self._locked)
        if covered or "_show" in self.__dict__:
            self._show.setVisible(covered)
        if (covered and self.info.mask is Mask.PHONE) or "_call" in self.__dict__:
            self._call.setVisible(covered)

    @property
    def _is_childs(self) -> bool:
        return self.minor and self.info.mask is Mask.ID

    @property
    def _covered(self) -> Covered:
        return Covered(*self.about, (self.info.name,), say("reveal.title", field=self.name))

    def reveal(self) -> None:
        """Ask why, note it, and show the number for a minute."""
        asked = self._covered
        if self._hidden is not None and self.dialog is None:
            self.dialog = ask(self.shell, self, asked, lambda: self._uncover_for(asked))
            if self.dialog is not None:
                self.dialog.finished.connect(self._closed)

    def _closed(self) -> None:
        self.dialog = None

    def _uncover_for(self, asked: Covered) -> None:
        """The form may show another record by now: what was noted is about the one before."""
        if self._covered == asked:
            self.uncover()

    def call(self) -> None:
        """Show the number in a window of its own, to dial; it is noted, and cannot be copied from there."""
        number = self._hidden
        if number is not None:
            note(self.shell, self, Doing.CALL, self._covered, say("reveal.calling"), lambda: self._dial(number))

    def _dial(self, number: str) -> None:
        self.call_window = CallWindow(self, self.name, number)
        self.call_window.show()

    def uncover(self) -> None:
        """Show the number: whoever calls has noted why."""
        if self._hidden is None:
            return
        value, self._hidden = self._hidden, None
        super().show_value(value)
        self._shown_value = value
        self.edit.setReadOnly(self._locked)
        self._show.hide()
        if "_call" in self.__dict__:
            self._call.hide()
        self.edit.setFocus()
        self._timer.start()

    def _hide_again(self) -> None:
        """Whoever is in the middle of changing it may finish."""
        if self.edit.hasFocus() and super().value() != self._shown_value:
            self._timer.start()
        else:
            self._cover(super().value())

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
    """A whole number or a decimal, said in digits; anything else stays in the editor and is named until it is one."""

    def value(self) -> Any:
        return read_number(self.info, self.edit.text())

    def note(self) -> Note | None:
        return Note(say("field.no_number", typed=self.edit.text().strip()), "bad") if self.odd else None

    @property
    def odd(self) -> bool:
        return bool(self.edit.text().strip()) and self.value() is None


def read_number(info: FieldInfo, typed: str) -> int | str | None:
    """What was typed into a field of whole numbers or of decimals, as it is stored; None where it is none."""
    return numerals.whole(typed) if info.kind is Kind.INT else numerals.decimal(typed)
