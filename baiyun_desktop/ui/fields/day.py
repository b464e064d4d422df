"""A day, typed as offices write it (2026.1.5, 20260105, 26-1-5, 昨天) or picked from a calendar."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QDate, QEvent, QObject, QPoint, Qt
from PySide6.QtWidgets import QCalendarWidget, QFrame, QVBoxLayout

from baiyun_desktop.kernel.field import FieldInfo
from baiyun_desktop.registry import dates
from baiyun_desktop.ui.days import today
from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.fields.base import Field, Note
from baiyun_desktop.ui.parts import button, row
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say


class DayField(Field):
    """Stores ISO text; what cannot be read as a day is named and kept until it can."""

    def __init__(self, info: FieldInfo, shell: Shell) -> None:
        super().__init__(info, shell)
        self.edit = Edit(self.name)
        self.edit.setPlaceholderText(say("field.day_hint"))
        self.edit.setMaximumWidth(160)
        self.watch(self.edit)
        self.edit.textEdited.connect(lambda _: self.edited.emit())
        self.edit.went_on.connect(self.went_on)
        self.edit.committed.connect(self.committed)
        self._open = button("", self._calendar, look="flat", picture="calendar", tip=say("field.calendar"),
                            name=say("field.calendar_of", field=self.name))  # fmt: skip
        self._open.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._popup: QFrame | None = None
        self.setLayout(row(self.edit, self._open, None, gap=2))

    def value(self) -> Any:
        return read_day(self.edit.text())

    def show_value(self, value: Any) -> None:
        self.edit.setText(value or "")

    def note(self) -> Note | None:
        return Note(say("field.no_day", typed=self.edit.text().strip()), "bad") if self.odd else None

    @property
    def odd(self) -> bool:
        return bool(self.edit.text().strip()) and self.value() is None

    def lock(self, locked: bool) -> None:
        self.edit.setReadOnly(locked)
        self._open.setEnabled(not locked)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.edit and event.type() == QEvent.Type.FocusOut and self.value():
            self.edit.setText(self.value())
        return super().eventFilter(watched, event)

    def _calendar(self) -> None:
        popup = QFrame(self.window(), Qt.WindowType.Popup)
        calendar = QCalendarWidget(popup)
        calendar.setAccessibleName(say("field.calendar_of", field=self.name))
        calendar.setGridVisible(False)
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        if self.value():
            calendar.setSelectedDate(QDate.fromString(self.value(), Qt.DateFormat.ISODate))
        calendar.activated.connect(self._picked)
        calendar.clicked.connect(self._picked)
        QVBoxLayout(popup).addWidget(calendar)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popup.move(self.mapToGlobal(QPoint(0, self.height() + 2)))
        popup.show()
        calendar.setFocus()
        self._popup = popup

    def _picked(self, day: QDate) -> None:
        self.edit.setText(day.toString(Qt.DateFormat.ISODate))
        if self._popup is not None:
            self._popup.close()
            self._popup = None
        self.edit.setFocus()
        self.edited.emit()


def read_day(typed: str) -> str | None:
    """What was typed as an ISO day, or None where it is none."""
    return dates.parse(typed, today=today()).iso
