"""The remaining kinds: long text, yes or no, and an instant, which is only shown."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit

from baiyun_desktop.kernel.covering import one_covered
from baiyun_desktop.kernel.field import FieldInfo
from baiyun_desktop.kernel.mask import Shown
from baiyun_desktop.ui.days import instant_text
from baiyun_desktop.ui.fields.base import Field
from baiyun_desktop.ui.parts import row, text
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.titles import area_name, full_title
from baiyun_desktop.ui.words import declared, language, say


class LongField(Field):
    """Text of several lines; Enter makes a line, Ctrl+Enter saves, Tab goes on."""

    def __init__(self, info: FieldInfo, shell: Shell) -> None:
        super().__init__(info, shell)
        self.edit = QPlainTextEdit()
        self.edit.setTabChangesFocus(True)
        self.edit.setFixedHeight(92)
        self._quiet = False
        self.watch(self.edit)
        self.edit.textChanged.connect(self._changed)
        self.setLayout(row(self.edit))

    def _changed(self) -> None:
        if not self._quiet:
            self.edited.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if self.composing and (enter or event.key() == Qt.Key.Key_Escape):
                return True
            if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.committed.emit()
                return True
        return super().eventFilter(watched, event)

    @property
    def composing(self) -> bool:
        return bool(self.edit.textCursor().block().layout().preeditAreaText())

    def value(self) -> Any:
        return self.edit.toPlainText().strip() or None

    def show_value(self, value: Any) -> None:
        self._quiet = True
        self.edit.setPlainText(value or "")
        self._quiet = False

    def lock(self, locked: bool) -> None:
        self.edit.setReadOnly(locked)


class YesField(Field):
    """Yes, no, or not asked yet."""

    def __init__(self, info: FieldInfo, shell: Shell) -> None:
        super().__init__(info, shell)
        self._box = QCheckBox(say("field.yes"))
        self._box.setTristate(True)
        self.watch(self._box)
        self._box.clicked.connect(self._clicked)
        self.setLayout(row(self._box, None))

    def _clicked(self) -> None:
        if self._box.checkState() is Qt.CheckState.PartiallyChecked:
            self._box.setCheckState(Qt.CheckState.Checked)
        self.edited.emit()

    def value(self) -> Any:
        state = self._box.checkState()
        return None if state is Qt.CheckState.PartiallyChecked else state is Qt.CheckState.Checked

    def show_value(self, value: Any) -> None:
        states = {None: Qt.CheckState.PartiallyChecked, False: Qt.CheckState.Unchecked, True: Qt.CheckState.Checked}
        self._box.setCheckState(states[value if value is None else bool(value)])

    def text(self) -> str:
        return "" if self.value() is None else say("field.yes" if self.value() else "field.no")


class ShownField(Field):
    """What the machine works out: text that is read and never typed."""

    def __init__(self, info: FieldInfo, shell: Shell, kind: str) -> None:
        super().__init__(info, shell)
        self._kind = kind
        self._value: Any = None
        self._label = text("", "muted", select=True)
        self.setLayout(row(self._label, None, margins=(8, 4, 0, 4)))

    def value(self) -> Any:
        return self._value

    def show_value(self, value: Any) -> None:
        self._value = value
        if self.info.kind.value == "instant":
            self._label.setText(instant_text(value) or "–")
            return
        self._label.setText(self._words(value) or "–")

    def _words(self, value: Any) -> str:
        program, replica = self.shell.desk.program, self.shell.desk.replica
        if self.info.name == program.kind(self._kind).area:
            return area_name(replica, value)
        if self.info.ref is not None and value:
            target = replica.read.get(self.info.ref, value)
            return full_title(program, replica, target, Shown.DETAIL) if target is not None else say("field.unseen")
        words = program.label(self._kind, self.info.name, value, language())
        if self.info.derived == "movements" and words:
            return declared("state", words)
        return str(one_covered(self.info, words, Shown.DETAIL))

    def text(self) -> str:
        return self._label.text()
