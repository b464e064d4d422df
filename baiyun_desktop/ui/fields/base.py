"""What every editor of a field has in common, so that a form treats a date and a person alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QWidget

from baiyun_desktop.kernel.field import FieldInfo
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import language


@dataclass(frozen=True, slots=True)
class Note:
    """What the machine noticed about a value; it never blocks a save."""

    text: str
    tone: str = "warn"


class Field(QWidget):
    """One editor; `value()` is as it is stored."""

    edited = Signal()
    """A person changed the value."""
    went_on = Signal()
    """Enter: to the next field."""
    committed = Signal()
    """Ctrl+Enter: save the whole form."""
    entered = Signal()
    """The caret came in."""

    def __init__(self, info: FieldInfo, shell: Shell) -> None:
        super().__init__()
        self.info = info
        self.shell = shell
        self.name = info.label_in(language())
        self.about: tuple[str, str] = ("", "")
        """(kind, id) of the record that the form shows; no id while it is not saved."""
        self.minor = False
        """Whether that person is under 14."""

    def value(self) -> Any:
        """What stands in the editor, None where it is empty."""
        raise NotImplementedError

    def show_value(self, value: Any) -> None:
        """Show a stored value; `edited` is not sent."""
        raise NotImplementedError

    def propose(self, value: Any) -> None:
        """Show a value that was read and not typed, all of it: somebody has to check it."""
        self.show_value(value)

    def note(self) -> Note | None:
        """What the machine noticed, or None."""
        return None

    @property
    def odd(self) -> bool:
        """Whether something was typed here that is no value of its kind: it must not pass for an empty field."""
        return False

    def settle(self) -> None:
        """Before a save: what was typed and leaves one meaning takes it, as it would when the caret goes."""

    @property
    def composing(self) -> bool:
        """Whether an input method is in the middle of a word here."""
        return bool(getattr(self.focusProxy(), "composing", False))

    def lock(self, locked: bool) -> None:
        """Show without letting it be changed."""
        self.setEnabled(not locked)

    def text(self) -> str:
        """The value as a person reads it."""
        value = self.value()
        return "" if value is None else str(value)

    def watch(self, widget: QWidget) -> None:
        """Tell the form when the caret comes into this part of the editor, which is its first unless there is one."""
        widget.installEventFilter(self)
        if self.focusProxy() is None:
            self.setFocusProxy(widget)
        widget.setAccessibleName(self.name)
        if self.info.help:
            widget.setAccessibleDescription(self.info.help)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            self.entered.emit()
        return False
