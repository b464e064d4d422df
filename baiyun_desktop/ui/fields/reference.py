"""A person, a house or any other record, found by what the search box understands, with a way to open it."""

from __future__ import annotations

from typing import Any

from baiyun_desktop.kernel.field import FieldInfo
from baiyun_desktop.kernel.mask import Shown
from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.fields.base import Field, Note
from baiyun_desktop.ui.parts import button, row
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.suggest import Choice, Suggest
from baiyun_desktop.ui.titles import own_title
from baiyun_desktop.ui.words import language, say
from baiyun_desktop.ui.work import Job, Latest

HITS_MAX = 30


class ReferenceField(Field):
    """The record's title stands in the editor, its id is stored."""

    def __init__(self, info: FieldInfo, shell: Shell) -> None:
        super().__init__(info, shell)
        assert info.ref is not None
        self.kind = shell.desk.program.kind(info.ref)
        self._id: str | None = None
        self._title = ""
        self.edit = Edit(self.name)
        self.edit.setPlaceholderText(say("field.find", kind=self.kind.title if language() == "zh" else self.kind.en))
        self.watch(self.edit)
        self._suggest = Suggest(self.edit, self.name)
        self._suggest.chosen.connect(self._choose)
        self._latest = Latest(shell.work, self, typed=True)
        self.edit.textEdited.connect(self._typed)
        self.edit.went_on.connect(self.went_on)
        self.edit.committed.connect(self.committed)
        self._open = button(say("field.open"), self._show, look="flat", name=say("field.open_name", field=self.name))
        self._open.hide()
        self._change = button(
            say("field.change"), self._let_go, look="flat", name=say("field.change_name", field=self.name)
        )
        self._change.hide()
        self._locked = False
        self.setLayout(row(self.edit, self._open, self._change, gap=4))

    def _typed(self, typed: str) -> None:
        self.edited.emit()
        if not typed.strip():
            self._suggest.offer([])
            return
        search, kind = self.shell.desk.replica.search, self.kind.name

        def question(job: Job) -> list[Choice]:
            hits = search.find(typed, limit=HITS_MAX * 2).hits
            return [Choice(h.title, h.subtitle, data=h.id) for h in hits if h.kind == kind][:HITS_MAX]

        self._latest.ask(question, lambda found: self._offer(typed, found))

    def _offer(self, typed: str, found: list[Choice]) -> None:
        if self.edit.hasFocus() and self.edit.text() == typed:
            self._suggest.offer(found, "" if found else say("field.none_found", typed=typed))

    def _choose(self, choice: Choice) -> None:
        self.show_value(choice.data)
        self.edited.emit()
        self.went_on.emit()

    def _set(self, record: str | None, title: str) -> None:
        self._id, self._title = record, title
        self._open.setVisible(record is not None)
        self._change.setVisible(record is not None and not self._locked)
        self.edit.setReadOnly(record is not None or self._locked)

    def _let_go(self) -> None:
        """Another one is to be found; what is chosen must not go by a slip of the hand."""
        self.edit.clear()
        self._set(None, "")
        self.edited.emit()
        self.edit.setFocus()

    def _show(self) -> None:
        if self._id is not None:
            self.shell.open(self.kind.name, self._id)

    def value(self) -> Any:
        return self._id

    def show_value(self, value: Any) -> None:
        self._set(value or None, "")
        self.edit.setText("")
        if value:
            snapshot = self.shell.desk.replica.read.get(self.kind.name, value)
            program = self.shell.desk.program
            self._title = own_title(program, snapshot, Shown.DETAIL) if snapshot is not None else say("field.unseen")
            self.edit.setText(self._title)
            self.edit.setCursorPosition(0)
        self.edit.setToolTip(self._title)

    def text(self) -> str:
        return self._title

    def note(self) -> Note | None:
        return Note(say("field.not_chosen", typed=self.edit.text().strip()), "warn") if self.odd else None

    @property
    def odd(self) -> bool:
        return bool(self.edit.text().strip()) and self._id is None

    def lock(self, locked: bool) -> None:
        self._locked = locked
        self._set(self._id, self._title)
