"""Asks why a covered value is to be seen, writes that into the audit, and only then lets it be shown for a minute."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QDialog, QListWidget, QWidget

from baiyun_desktop.kernel.audit import Doing
from baiyun_desktop.kernel.role import may_reveal
from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.parts import button, column, row, text
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say
from baiyun_desktop.ui.work import Job

SHOWN_S = 60
"""How long a value that was asked to be seen stays in sight."""
KEY = "F2"
"""The key that asks, wherever something is covered."""
REASONS_MAX = 6


@dataclass(frozen=True, slots=True)
class Covered:
    """What is to be seen: of which record, which fields, and how the question calls them."""

    kind: str
    record: str
    fields: Sequence[str]
    title: str


def reasons(last: str) -> list[str]:
    """The usual reasons, the one given last before all others."""
    usual = say("reveal.reasons").split("|")
    return list(dict.fromkeys(one for one in (last, *usual) if one))[:REASONS_MAX]


class ReasonDialog(QDialog):
    """Enter takes the reason that is marked, which is the last one; arrows walk; typing gives another one."""

    def __init__(self, parent: QWidget, title: str, offered: Sequence[str]) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(420)
        self.edit = Edit(say("reveal.why"))
        self.edit.installEventFilter(self)
        self.edit.went_on.connect(self._take)
        self.edit.committed.connect(self._take)
        self.list = QListWidget()
        self.list.setAccessibleName(say("reveal.usual"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.addItems(list(offered))
        self.list.setFixedHeight(self.list.sizeHintForRow(0) * len(offered) + 10)
        self.list.currentRowChanged.connect(self._mark)
        self.list.itemDoubleClicked.connect(lambda _: self._take())
        show = button(say("reveal.show"), self._take, look="primary")
        lines = column(
            text(say("reveal.why"), "heading"), self.edit, self.list, text(say("reveal.noted"), "help", wrap=True),
            row(None, button(say("form.cancel"), self.reject, look="flat"), show), gap=8, margins=(16, 14, 16, 14),
        )  # fmt: skip
        self.setLayout(lines)
        self.list.setCurrentRow(0)
        self.edit.setFocus()

    @property
    def reason(self) -> str:
        """What stands in the edit."""
        return self.edit.text().strip()

    def _mark(self, at: int) -> None:
        if at >= 0:
            self.edit.setText(self.list.item(at).text())
            self.edit.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            if step:
                self.list.setCurrentRow(max(0, min(self.list.count() - 1, self.list.currentRow() + step)))
                return True
        return False

    def _take(self) -> None:
        if self.reason:
            self.accept()


def ask(shell: Shell, owner: QWidget, covered: Covered, then: Callable[[], None]) -> ReasonDialog | None:
    """Ask for a reason; `then` is called once the entry is on the disk. Nothing is shown without it.

    None, and why is said, where the post's role sees no numbers at all.
    """
    if _refused(shell):
        return None
    dialog = ReasonDialog(owner, covered.title, reasons(shell.desk.audit.last_reason()))
    dialog.accepted.connect(lambda: note(shell, owner, Doing.REVEAL, covered, dialog.reason, then))
    dialog.open()
    return dialog


def note(shell: Shell, owner: QWidget, what: Doing, covered: Covered, reason: str, then: Callable[[], None]) -> None:
    """Write the entry in a thread, then go on; where it cannot be written, say so and show nothing."""
    if _refused(shell):
        return
    revealing, records = shell.desk.replica.revealing, covered.record.split()

    def write(_: Job) -> None:
        revealing.whole(covered.kind, records, covered.fields, reason, what=what)

    job = shell.work.ask(owner, write, lambda _: then())
    job.on_error = lambda error: shell.tell(say("reveal.not_noted", why=str(error)), "bad")


def _refused(shell: Shell) -> bool:
    if may_reveal(shell.desk.role):
        return False
    shell.tell(say("reveal.not_yours"), "warn")
    return True


class CallWindow(QDialog):
    """A telephone number large enough to dial from, not to be marked or copied, gone after a minute."""

    def __init__(self, parent: QWidget, whose: str, number: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(whose)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.number = text(_spaced(number), "big")
        self.setLayout(
            column(text(whose, "muted"), self.number, text(say("reveal.call_help"), "help", wrap=True),
                   row(None, button(say("reveal.close"), self.accept, look="primary")), gap=10, margins=(22, 18, 22, 16))
        )  # fmt: skip
        QTimer.singleShot(SHOWN_S * 1000, self, self.accept)


def _spaced(number: str) -> str:
    """A mobile number as people say it."""
    return f"{number[:3]} {number[3:7]} {number[7:]}" if len(number) == 11 and number.isdigit() else number
