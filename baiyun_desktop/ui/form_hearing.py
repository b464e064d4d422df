"""Fills a new form from one pasted line or a card reader's: a person's own facts, or whom a matter is about."""

from __future__ import annotations

from collections.abc import Callable

from baiyun_desktop.intake.pasted import Pasted, read_people
from baiyun_desktop.kernel.record import RecordInfo
from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.fields.reference import ReferenceField
from baiyun_desktop.ui.fills import ID_NUMBER
from baiyun_desktop.ui.form_body import FormBody
from baiyun_desktop.ui.form_hints import FormHints
from baiyun_desktop.ui.hearing import found_by_number, hearing_of, tells_people_apart
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.titles import lead_field
from baiyun_desktop.ui.words import language
from baiyun_desktop.ui.work import Latest


class FormHearing:
    """`edited` is told the name of each field that was filled; what found no place goes to the hints above the form."""

    def __init__(
        self, shell: Shell, kind: RecordInfo, body: FormBody, hints: FormHints, edited: Callable[[str], None]
    ) -> None:
        self._shell, self._kind, self._body, self._hints, self._edited = shell, kind, body, hints, edited
        self._latest = Latest(shell.work, body)
        self._own = tells_people_apart(shell.desk.program, kind.name)

    def listen(self, taken: Callable[[str], bool]) -> None:
        """Ask first what was pasted into any of the form's fields."""
        for row in self._body.rows.values():
            edit = row.field.focusProxy()
            if isinstance(edit, Edit):
                edit.takes_paste = taken

    def take(self, words: str) -> bool:
        """Whether the words were one person's and this form has a place for them."""
        people = read_people(words, hearing_of(self._shell.desk.program, self._kind.name, self._body.rows))
        if len(people) != 1:
            return False
        return self._fill(people[0]) if self._own else self._refer(people[0], words)

    def _fill(self, read: Pasted) -> bool:
        left, program = list(read.rest), self._shell.desk.program
        for name, value in {**read.facts, **read.about}.items():
            row = self._body.rows.get(name)
            if row is None or row.field.value() not in (None, "", [], value):
                left.append(program.label(self._kind.name, name, value, language()))
            elif row.field.value() != value:
                self._body.propose(name, value)
                self._edited(name)
        self._hints.keep(left)
        return True

    def _refer(self, read: Pasted, words: str) -> bool:
        """A matter is about somebody on file; whoever is not there has to be registered first."""
        name = lead_field(self._kind)
        field = self._body.rows[name].field if name in self._body.rows else None
        number = read.facts.get(ID_NUMBER)
        about_people = isinstance(field, ReferenceField) and tells_people_apart(
            self._shell.desk.program, field.kind.name
        )
        if name is None or not isinstance(field, ReferenceField) or not about_people or not number or field.value():
            return False
        replica, kind = self._shell.desk.replica, field.kind.name
        self._latest.ask(
            lambda job: found_by_number(replica, kind, number), lambda found: self._referred(name, found, read, words)
        )
        return True

    def _referred(self, name: str, found: list[str], read: Pasted, words: str) -> None:
        field = self._body.rows[name].field
        if len(found) != 1 or field.value():
            self._hints.keep([words])
            return
        self._body.propose(name, found[0])
        self._edited(name)
        on_file = self._shell.desk.replica.read.get(self._body.kind.field(name).ref or "", found[0])
        told = {str(value) for value in on_file.values.values()} if on_file is not None else set()
        new = [
            str(value) for fact, value in read.facts.items() if str(value) not in told and fact not in ("sex", "ethnic")
        ]
        self._hints.keep([*new, *map(str, read.about.values()), *read.rest])
