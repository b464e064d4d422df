"""A record that belongs to another one, typed beside it: a paper that an item takes, a member of a household.

Whoever adds five of them stays where he is: each is saved by a key, and the next one stands empty.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QWidget

from baiyun_desktop.kernel.record import RecordInfo
from baiyun_desktop.kernel.value import Draft, Snapshot
from baiyun_desktop.ui.binding import bind
from baiyun_desktop.ui.form_body import FormBody
from baiyun_desktop.ui.parts import button, column, frame, row, scrolled, text
from baiyun_desktop.ui.placing import sized
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say, told

SIZE_PX = (640, 480)


class ChildSheet(QDialog):
    """`record` is None for new ones, of which one follows the other until it is closed."""

    def __init__(self, shell: Shell, kind: RecordInfo, parent_record: str, record: str | None, parent: QWidget) -> None:
        super().__init__(parent)
        assert kind.parent is not None
        self._shell, self._kind, self._field, self._under = shell, kind, kind.parent[0], parent_record
        self._record = record
        self._seen: Snapshot | None = None
        self._busy = self._warned = False
        self._sent: dict[str, tuple[bool, Any]] = {}
        """What stood in the form when the save under way began."""
        self.added = 0
        title = told(kind.title, kind.en)
        self.setWindowTitle(title if record is not None else say("child.new", kind=title))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sized(self, SIZE_PX)
        self.body = FormBody(shell, kind)
        self.body.committed.connect(self.save)
        self.body.edited.connect(lambda _: self._edited())
        inside = QWidget()
        inside.setLayout(column(self.body, margins=(16, 14, 16, 14)))
        self.said = text("", "muted", wrap=True)
        self._close = button(say("child.close"), self.close, look="flat")
        word = "child.save" if record is not None else "child.save_next"
        self.save_button = button(say(word), self.save, look="primary", tip="Ctrl+Enter")
        foot = row(self.said, None, self._close, self.save_button, margins=(16, 8, 16, 8))
        layout = column(scrolled(inside), frame(foot, foot=True), gap=0)
        layout.setStretch(0, 1)
        self.setLayout(layout)
        bind(self, "Ctrl+S", self.save)
        self._load()

    def _load(self, kept: frozenset[str] = frozenset()) -> None:
        """The record, or an empty line; `kept` fields were typed into meanwhile and stay."""
        read = self._shell.desk.replica.read
        self._seen = read.get(self._kind.name, self._record) if self._record is not None else None
        self.body.record = self._record or ""
        self.body.show_values(self._seen.values if self._seen is not None else {}, keep=kept)
        self._warned = False
        if not kept:
            self.body.focus_first()

    def _edited(self) -> None:
        self._warned = False
        self.said.setText("")

    @property
    def draft(self) -> Draft:
        """What a save would write now; what cannot be read as a value of its kind is left out and said."""
        odd = set(self.body.odd())
        values = {name: value for name, value in self.body.values().items() if name not in odd}
        if self._seen is not None:
            changed = {name: value for name, value in values.items() if value != self._seen.values.get(name)}
            return Draft.of(self._seen, **changed)
        given = {name: value for name, value in values.items() if value not in (None, "", [])}
        known = {self._field: self._under} if given else {}
        return Draft.create(self._kind.name, self._shell.desk.replica.ids.new(), **known, **given)

    @property
    def unsaved(self) -> bool:
        """Whether something stands here that is stored nowhere."""
        return bool(self.body.odd()) or bool(self.draft.values)

    def save(self) -> None:
        """Then the next one, or back to the page where one was opened."""
        self.body.settle()
        if self._busy:
            return
        if self.body.odd():
            self.body.focus(self.body.odd()[0])
            return
        draft, door = self.draft, self._shell.desk.replica.door
        if not draft.values:
            self.said.setText(say("child.nothing"))
            return
        self._busy, self._sent = True, self.body.standing()
        self.save_button.setEnabled(False)
        job = self._shell.work.ask(self, lambda job: door.save([draft]), lambda _: self._saved())
        job.on_error = self._not_saved

    def _saved(self) -> None:
        self._busy = False
        self.save_button.setEnabled(True)
        self.added += 1
        kept = frozenset(name for name, stands in self.body.standing().items() if stands != self._sent.get(name))
        if self._record is not None and not kept:
            self._shell.tell(say("form.saved"), "good")
            self.accept()
            return
        self._load(kept)
        self.said.setText(say("child.added", n=self.added) if self._record is None else say("form.saved"))

    def _not_saved(self, error: Exception) -> None:
        self._busy = False
        self.save_button.setEnabled(True)
        self.said.setText(say("form.not_saved", why=str(error)))
        self._shell.hindered.emit(error, self.save)

    def reject(self) -> None:
        """Escape: what was typed is not lost by one key."""
        if self._may_go():
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_go():
            super().closeEvent(event)
        else:
            event.ignore()

    def _may_go(self) -> bool:
        if self._busy:
            return False
        if self.unsaved and not self._warned:
            self._warned = True
            self.said.setText(say("child.unsaved"))
            return False
        return True
