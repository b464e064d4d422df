"""What belongs to a record, beside its form: whatever refers to it, and its history, each a line that opens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from baiyun_desktop.kernel.field import FieldInfo
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.record import RecordInfo
from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.ui.parts import button, clear, column, scrolled, text
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say, told
from baiyun_desktop.ui.work import Job, Latest

WIDTH_PX = 272
LINES_MAX = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One related record."""

    title: str
    subtitle: str
    kind: str
    record: str


class Related(QFrame):
    """Cards of lines, asked for in a thread after the form stands."""

    def __init__(self, shell: Shell, kind: RecordInfo) -> None:
        super().__init__()
        self._shell, self._kind = shell, kind
        self._latest = Latest(shell.work, self)
        self._inside = QWidget()
        self._cards = QVBoxLayout(self._inside)
        self._cards.setContentsMargins(10, 16, 16, 16)
        self._cards.setSpacing(14)
        self.setFixedWidth(WIDTH_PX)
        self.setLayout(column(scrolled(self._inside), gap=0))
        self.hide()

    def show_for(self, record: str, values: Mapping[str, Any]) -> None:
        """Ask what belongs to the record."""
        self._latest.ask(lambda job: self._look(job, record), self._show)

    def _look(self, job: Job, record: str) -> list[tuple[str, list[Line], int]]:
        """In a thread: by what refers to this record, its lines and their number."""
        read, found = self._shell.desk.replica.read, []
        for kind, field in referring(self._shell.desk.program, self._kind.name):
            job.check()
            rows = read.by_ref(kind.name, field.name, record)
            if rows:
                lines = [self._line(kind, snap) for snap in rows[:LINES_MAX]]
                found.append((told(kind.title, kind.en), lines, len(rows)))
        return found

    def _line(self, kind: RecordInfo, snap: Snapshot) -> Line:
        """A record by its title; where it is seen through a reference that says more, by whom it is about."""
        program, read = self._shell.desk.program, self._shell.desk.replica.read
        person = kind.by_name.get("person")
        if person is not None and person.ref and self._kind.name != person.ref and snap.get("person"):
            about = read.get(person.ref, snap.get("person"))
            if about is not None:
                return Line(program.kind(person.ref).title_of(about.values), kind.title_of(snap.values), snap.kind, snap.id)
        return Line(kind.title_of(snap.values), kind.subtitle_of(snap.values), snap.kind, snap.id)

    def _show(self, groups: list[tuple[str, list[Line], int]]) -> None:
        clear(self._cards)
        for title, lines, total in groups:
            self._cards.addWidget(text(f"{title} {total}", "section"))
            for line in lines:
                self._cards.addLayout(self._entry(line))
            if total > len(lines):
                self._cards.addWidget(text(say("list.more", n=total - len(lines)), "help"))
        self._cards.addStretch(1)
        self.setVisible(bool(groups))

    def _entry(self, line: Line) -> QVBoxLayout:
        opener = button(line.title, lambda: self._shell.open(line.kind, line.record), look="link")
        return column(opener, text(line.subtitle, "help"), gap=0)


def referring(program: Program, kind: str) -> list[tuple[RecordInfo, FieldInfo]]:
    """The kinds and fields that may refer to a record of that kind, in the program's order."""
    return [(k, f) for k in program.kinds.values() for f in k.refs if f.ref == kind]
