"""How a list is to leave: masked at once, or unmasked with a reason, a password and a second person's word."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QRadioButton, QWidget

from baiyun_desktop.documents.locked import PASSWORD_CHARS_MIN
from baiyun_desktop.kernel.approval import Thing
from baiyun_desktop.kernel.listing import ListSpec
from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.replica.changes import Changes
from baiyun_desktop.ui.approval_here import ApproveHere
from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.exporting import Export, thing_of, wanted_words
from baiyun_desktop.ui.parts import button, column, row, text
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say
from baiyun_desktop.ui.work import Latest


class ExportDialog(QDialog):
    """`wanted` is sent when nothing stands in the way any more; the file's place is asked by whoever opened it."""

    wanted = Signal(object)
    """`Export`."""

    def __init__(self, shell: Shell, spec: ListSpec, parent: QWidget) -> None:
        super().__init__(parent)
        self._shell, self._spec = shell, spec
        self._latest = Latest(shell.work, self)  # what was chosen before must not answer for what is chosen now
        self.here: ApproveHere | None = None
        self._thing: Thing | None = None
        self.setWindowTitle(say("list.export"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(460)
        self.masked, self.unmasked = QRadioButton(say("export.masked")), QRadioButton(say("export.unmasked_zip"))
        self.masked.setChecked(True)
        self.unmasked.toggled.connect(lambda _: self.look())
        self.reason, self.password = Edit(say("export.reason")), Edit(say("export.password"))
        self.reason.setPlaceholderText(say("export.reason"))
        self.password.setPlaceholderText(say("export.password_help", n=PASSWORD_CHARS_MIN))
        self._why = _labelled("export.reason", self.reason)
        self._lock = _labelled("export.password", self.password)
        for hidden in (self._why, self._lock):
            hidden.hide()
        self.stands = text("", "help", wrap=True)
        self.ask_button = button(say("export.ask"), self._ask)
        self.here_button = button(say("approval.here"), self._ask_here)
        self.go = button(say("export.go"), self._go, look="primary")
        self.setLayout(column(
            self.masked, self.unmasked, self._why, self._lock, self.stands,
            row(self.ask_button, self.here_button, None, button(say("form.cancel"), self.reject, look="flat"), self.go),
            gap=8, margins=(18, 16, 18, 14),
        ))  # fmt: skip
        shell.changed.connect(self._heard)
        self.look()

    def _heard(self, _: Changes) -> None:
        """Somebody may have allowed it (a method, so that it ends with the dialog)."""
        self.look()

    @property
    def wish(self) -> Export:
        """What was chosen."""
        return Export(self._spec, self.unmasked.isChecked(), self.password.text(), self.reason.text().strip())

    def look(self) -> None:
        """Ask in a thread how many rows it is and whether somebody has allowed it."""
        desk, wish = self._shell.desk, self.wish

        def question(job: object) -> tuple[Thing | None, Snapshot | None]:
            thing = thing_of(desk, wish)
            return thing, desk.approvals.found(thing) if thing is not None else None

        self._latest.ask(question, lambda answer: self._show(*answer))

    def _show(self, thing: Thing | None, allowed: Snapshot | None) -> None:
        self._thing = thing
        waits = thing is not None and allowed is None
        self._lock.setVisible(self.unmasked.isChecked())
        self._why.setVisible(thing is not None)
        for made in (self.ask_button, self.here_button):
            made.setVisible(waits)
        self.here_button.setVisible(waits and self._shell.desk.second is not None)
        self.go.setEnabled(not waits)
        if thing is None:
            self.stands.setText(say("export.free"))
        elif allowed is None:
            self.stands.setText(say("export.needs", why=wanted_words(thing.wanted)))
        else:
            self.stands.setText(say("export.allowed", who=allowed.get("given_by", "")))
        QTimer.singleShot(0, self, self.adjustSize)

    def _ask(self) -> None:
        """Send it to those whose areas cover this post."""
        thing, desk, reason = self._thing, self._shell.desk, self.reason.text().strip()
        if thing is None or not reason:
            self._shell.tell(say("export.reason_first"), "warn")
            self.reason.setFocus()
            return
        self._shell.work.ask(self, lambda job: desk.approvals.ask(thing, reason), lambda _: self._sent())

    def _sent(self) -> None:
        self._shell.tell(say("export.asked"), "good")
        self.reject()

    def _ask_here(self) -> None:
        """Another officer at this PC says yes with his own password."""
        thing, desk, reason = self._thing, self._shell.desk, self.reason.text().strip()
        if thing is None or not reason:
            self._shell.tell(say("export.reason_first"), "warn")
            self.reason.setFocus()
            return
        self._shell.work.ask(self, lambda job: desk.approvals.ask(thing, reason), self._here)

    def _here(self, record: str) -> None:
        self.here = ApproveHere(self._shell, record, self)
        self.here.given.connect(self.look)
        self.here.open()

    def _go(self) -> None:
        if self.unmasked.isChecked() and len(self.password.text()) < PASSWORD_CHARS_MIN:
            self.stands.setText(say("export.password_help", n=PASSWORD_CHARS_MIN))
            self.password.setFocus()
            return
        self.wanted.emit(self.wish)
        self.accept()


def _labelled(name: str, edit: Edit) -> QWidget:
    """A line under its name, which stays in sight when something is typed."""
    made = QWidget()
    made.setLayout(column(text(say(name), "muted"), edit, gap=4))
    return made
