"""One condition for a list, chosen in plain words: which column, how, and what; nobody types a formula."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QSpinBox, QVBoxLayout, QWidget

from baiyun_desktop.kernel.field import FieldInfo
from baiyun_desktop.kernel.listing import ListSpec
from baiyun_desktop.kernel.merging import Kind
from baiyun_desktop.replica.narrowing import BARE, DAYS, DAYS_MAX, How, Narrow, chosen, dated, ways
from baiyun_desktop.ui.admin.pick import Pick
from baiyun_desktop.ui.binding import bind
from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.field_names import field_names
from baiyun_desktop.ui.fields.day import DayField
from baiyun_desktop.ui.narrow_words import choices, values_of, way_words
from baiyun_desktop.ui.parts import button, clear, column, row, text
from baiyun_desktop.ui.placing import sized
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say

SIZE_PX = (620, 340)
DAYS_FIRST = 30
NUMBER_MAX = 10**9


class NarrowDialog(QDialog):
    """`wanted` carries a `Narrow` that has what it needs."""

    wanted = Signal(object)

    def __init__(self, shell: Shell, spec: ListSpec, fields: Mapping[str, FieldInfo], parent: QWidget) -> None:
        super().__init__(parent)
        self._shell, self._spec = shell, spec
        self._fields = {path: info for path, info in fields.items() if ways(info) and info.ref is None}
        self.setWindowTitle(say("narrow.title"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sized(self, SIZE_PX)
        names = field_names(shell.desk.program, spec, self._fields)
        self.field = Pick(say("narrow.field"), list(names.items()), many=False)
        self.how = QComboBox()
        self.how.setAccessibleName(say("narrow.how"))
        self._place = QVBoxLayout()
        self._editor: QWidget = QWidget()
        self.take = button(say("narrow.take"), self.accept, look="primary")
        right = column(text(say("narrow.how"), "muted"), self.how, self._place, None, gap=6)
        sides = row(column(text(say("narrow.field"), "muted"), self.field, None, gap=6), right, gap=18)
        sides.setStretch(0, 1)
        sides.setStretch(1, 1)
        foot = row(None, button(say("form.cancel"), self.reject, look="flat"), self.take)
        layout = column(sides, foot, gap=10, margins=(18, 16, 18, 14))
        layout.setStretch(0, 1)
        self.setLayout(layout)
        self.field.picked.connect(self._ask_how)
        self.how.currentIndexChanged.connect(lambda _: self._ask_what())
        bind(self, "Ctrl+Return", self.accept)
        self._ask_how()

    @property
    def path(self) -> str:
        """The column that is marked."""
        return next(iter(self.field.chosen), "")

    def _ask_how(self) -> None:
        info = self._fields.get(self.path)
        self.how.blockSignals(True)
        self.how.clear()
        for how in ways(info) if info is not None else ():
            self.how.addItem(way_words(info, how), how)  # type: ignore[arg-type]
        self.how.blockSignals(False)
        self._ask_what()

    def _ask_what(self) -> None:
        clear(self._place)
        info, how = self._fields.get(self.path), self.how.currentData()
        self._editor = self._editor_of(info, how) if info is not None and how is not None else QWidget()
        self._place.addWidget(self._editor)
        self.take.setEnabled(info is not None)

    def _editor_of(self, info: FieldInfo, how: How) -> QWidget:
        name = say("narrow.value")
        if how in BARE:
            return QWidget()
        if how in DAYS:
            return _number(say("narrow.days"), 1, DAYS_MAX, DAYS_FIRST)
        if chosen(info):
            return Pick(name, choices(self._shell.desk.program, self._spec.kind, self.path, info), many=True)
        if dated(info):
            # the field's own help belongs to a form, not to a filter
            return DayField(replace(info, help=""), self._shell)
        if info.kind is Kind.INT:
            return _number(name, -NUMBER_MAX, NUMBER_MAX, 0)
        edit = Edit(name)
        edit.went_on.connect(self.accept)
        return edit

    def _values(self, info: FieldInfo) -> tuple[str | int | bool, ...]:
        match self._editor:
            case Pick():
                return values_of(info, self._editor.chosen)
            case QSpinBox():
                return (self._editor.value(),)
            case DayField() | Edit():
                value = self._editor.value() if isinstance(self._editor, DayField) else self._editor.text().strip()
                return (value,) if value else ()
            case _:
                return ()

    def accept(self) -> None:
        """Only what is whole; what is still wanted gets the caret."""
        info, how = self._fields.get(self.path), self.how.currentData()
        if info is None or how is None:
            self.field.setFocus()
            return
        values = self._values(info)
        if not values and how not in BARE:
            self._editor.setFocus(Qt.FocusReason.OtherFocusReason)
            self._shell.tell(say("narrow.what_first"), "warn")
            return
        self.wanted.emit(Narrow(self.path, how, values))
        super().accept()


def _number(name: str, least: int, most: int, first: int) -> QSpinBox:
    made = QSpinBox()
    made.setRange(least, most)
    made.setValue(first)
    made.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)  # typed, or by the arrow keys
    made.setAccessibleName(name)
    return made
