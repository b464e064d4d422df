"""One code of a list, found by its number, any piece of its words or their initials; or several of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QMenu

from baiyun_desktop.kernel.codes import Code
from baiyun_desktop.kernel.field import FieldInfo
from baiyun_desktop.registry import pinyin
from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.fields.base import Field, Note
from baiyun_desktop.ui.icons import icon
from baiyun_desktop.ui.parts import button, row
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.suggest import Choice, Suggest
from baiyun_desktop.ui.words import language, say


def label_of(code: Code) -> str:
    """A code in the language in use."""
    return code.en if language() == "en" and code.en else code.label


@lru_cache(maxsize=4096)
def _initials(label: str) -> str:
    return pinyin.columns(label)[1] or ""


def matching(codes: Sequence[Code], typed: str) -> list[Code]:
    """The codes that what was typed may mean, in their list's order; all of them for nothing typed."""
    wanted = "".join(typed.split()).casefold()
    if not wanted:
        return list(codes)
    close = [c for c in codes if c.code.casefold() == wanted or wanted in label_of(c).casefold() or wanted in c.also]
    if close or not wanted.isascii():
        return close
    if wanted.isdigit():
        return [c for c in codes if c.code.startswith(wanted)]
    return [c for c in codes if any(word.startswith(wanted) for word in _initials(c.label).split("|"))]


class CodeField(Field):
    """The words stand in the editor, the code is stored; a code this version does not know is shown as itself."""

    def __init__(self, info: FieldInfo, shell: Shell) -> None:
        super().__init__(info, shell)
        assert info.codes is not None
        self.codes = shell.desk.program.codes(info.codes)
        self._code: str | None = None
        self.edit = Edit(self.name)
        self.watch(self.edit)
        self._suggest = Suggest(self.edit, self.name, 200)
        self._suggest.chosen.connect(lambda choice: self._choose(choice.data))
        self.edit.textEdited.connect(self._typed)
        self.edit.went_on.connect(self._go_on)
        self.edit.committed.connect(self.committed)
        arrow = QAction(icon("chevron-down", "muted"), "", self.edit)
        arrow.triggered.connect(self._open)
        self.edit.addAction(arrow, QLineEdit.ActionPosition.TrailingPosition)
        self.setLayout(row(self.edit))

    def _offered(self, typed: str) -> list[Choice]:
        found = matching(self.codes.offered(), typed)
        return [Choice(label_of(code), note=code.code, data=code.code) for code in found]

    def _typed(self, typed: str) -> None:
        self._code = self.codes.find(typed)
        self.edited.emit()
        if not self.edit.composing:
            offered = self._offered(typed)
            self._suggest.offer(offered, "" if offered else say("field.no_code", typed=typed))

    def _open(self) -> None:
        if not self.edit.isReadOnly():
            self.edit.setFocus()
            self._suggest.offer(self._offered(""))

    def _choose(self, code: str) -> None:
        changed, self._code = self._code != code, code
        self.edit.setText(self.codes.label(code, language()))
        self.edited.emit() if changed else None
        self.went_on.emit()

    def _go_on(self) -> None:
        self.settle()
        self.went_on.emit()

    def settle(self) -> None:
        """Words that leave one choice are that choice; anything else stays as typed and is named."""
        typed = self.edit.text().strip()
        found = matching(self.codes.offered(), typed) if typed and self._code is None else []
        if len(found) == 1:
            self._code = found[0].code
            self.edited.emit()
        if self._code is not None:
            self.edit.setText(self.codes.label(self._code, language()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.edit and event.type() == QEvent.Type.FocusOut:
            self.settle()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._asks_for_all(event):
            self._open()
            return True
        return super().eventFilter(watched, event)

    def _asks_for_all(self, event: QKeyEvent) -> bool:
        return event.key() == Qt.Key.Key_Down and not self._suggest.isVisible() and not self.edit.composing

    def value(self) -> Any:
        return self._code

    def show_value(self, value: Any) -> None:
        self._code = value or None
        self.edit.setText(self.codes.label(value, language()))
        self.edit.setCursorPosition(0)

    def text(self) -> str:
        return self.edit.text()

    def note(self) -> Note | None:
        return Note(say("field.no_code", typed=self.edit.text().strip()), "bad") if self.odd else None

    @property
    def odd(self) -> bool:
        return bool(self.edit.text().strip()) and self._code is None

    def lock(self, locked: bool) -> None:
        self.edit.setReadOnly(locked)


class CodesField(Field):
    """Several codes: a button that says which, and a menu to tick them."""

    def __init__(self, info: FieldInfo, shell: Shell) -> None:
        super().__init__(info, shell)
        self._codes = shell.desk.program.codes(info.codes or "")
        self._chosen: list[str] = []
        self._button = button("", self._menu, name=self.name)
        self.watch(self._button)
        self.setLayout(row(self._button, None))

    def _menu(self) -> None:
        menu = QMenu(self)
        for code in self._codes.offered():
            action = menu.addAction(label_of(code))
            action.setCheckable(True)
            action.setChecked(code.code in self._chosen)
            action.triggered.connect(lambda on, code=code.code: self._tick(code, on))
        menu.exec(self._button.mapToGlobal(self._button.rect().bottomLeft()))

    def _tick(self, code: str, on: bool) -> None:
        self._chosen = [c for c in self._chosen if c != code] + ([code] if on else [])
        self._say()
        self.edited.emit()

    def _say(self) -> None:
        words = "、".join(self._codes.label(code, language()) for code in self._chosen)
        self._button.setText(words or say("field.choose"))

    def value(self) -> Any:
        return list(self._chosen) or None

    def show_value(self, value: Any) -> None:
        self._chosen = list(value or [])
        self._say()

    def text(self) -> str:
        return self._button.text()
