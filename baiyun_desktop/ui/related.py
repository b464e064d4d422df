"""What belongs to a record, beside its form: what to go on with, whatever refers to it, and its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from baiyun_desktop.kernel.field import Asked, FieldInfo
from baiyun_desktop.kernel.loaded import load
from baiyun_desktop.kernel.onward import ITSELF, Onward
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.record import RecordInfo
from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.replica.read import Entry
from baiyun_desktop.ui.child_sheet import ChildSheet
from baiyun_desktop.ui.days import instant_text
from baiyun_desktop.ui.labels import field_label
from baiyun_desktop.ui.papers import ReadSource, setting_of
from baiyun_desktop.ui.parts import button, clear, column, row, scrolled, text
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.titles import lead_of, own_title, subtitle
from baiyun_desktop.ui.words import say, told
from baiyun_desktop.ui.work import Job, Latest

WIDTH_PX, TITLE_PX = 276, 236
LINES_MAX = 12
HISTORY_MAX = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One related record."""

    title: str
    subtitle: str
    kind: str
    record: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Related records of one kind; `adds` where one more is typed right here, as they belong to this one."""

    title: str
    lines: Sequence[Line]
    total: int
    adds: RecordInfo | None = None


@dataclass(frozen=True, slots=True)
class Belongings:
    """All that stands beside one form."""

    groups: Sequence[Lines]
    history: Sequence[tuple[str, str]]
    onward: Sequence[tuple[Onward, dict[str, Any]]] = ()
    """What may be begun from it, with the values that the new record starts with."""


class Related(QFrame):
    """Asked for in a thread after the form stands."""

    def __init__(self, shell: Shell, kind: RecordInfo) -> None:
        super().__init__()
        self._shell, self._kind = shell, kind
        self._latest = Latest(shell.work, self)
        self._record = ""
        self._adders: list[QPushButton] = []
        self.sheet: ChildSheet | None = None
        self._inside = QWidget()
        self._cards = QVBoxLayout(self._inside)
        self._cards.setContentsMargins(12, 16, 16, 16)
        self._cards.setSpacing(8)
        self.setFixedWidth(WIDTH_PX)
        self.setLayout(column(scrolled(self._inside), gap=0))

    def forget(self) -> None:
        """Show nothing: what stood here belongs to another record."""
        self._latest.drop()
        clear(self._cards)

    def show_for(self, record: str) -> None:
        """Ask what belongs to the record."""
        self._record = record
        self._latest.ask(lambda job: self._look(job, record), self._show)

    def _look(self, job: Job, record: str) -> Belongings:
        """In a thread."""
        read, groups = self._shell.desk.replica.read, []
        for kind, field in referring(self._shell.desk.program, self._kind.name):
            job.check()
            total, rows = read.referring(kind.name, field.name, record, LINES_MAX)
            adds = kind if field.name == (kind.parent or ("",))[0] and self._adds(kind) else None
            if rows or adds is not None:
                lines = [self._line(kind, snap) for snap in rows]
                groups.append(Lines(told(kind.title, kind.en), lines, total, adds))
        groups.sort(key=lambda group: group.adds is None)  # what is typed here stands before what only refers to it
        history = [self._entry_words(entry) for entry in read.history(self._kind.name, record)[:HISTORY_MAX]]
        return Belongings(groups, history, self._onward(record))

    def _adds(self, kind: RecordInfo) -> bool:
        """Whether records of a child kind are typed, and at this post; some are only ever made by a step."""
        typed = any(f.asked is not Asked.AUTO for f in kind.fields if kind.parent and f.name != kind.parent[0])
        return typed and self._shell.desk.may_create(kind.name)

    def add(self) -> None:
        """One more of what belongs to this record; where there are several kinds, the caret goes to the first."""
        if len(self._adders) == 1:
            self._adders[0].click()
        elif self._adders:
            self._adders[0].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self._shell.tell(say("child.none_here"), "warn")

    def _sheet(self, kind: RecordInfo, record: str | None) -> None:
        self.sheet = ChildSheet(self._shell, kind, self._record, record, self)
        self.sheet.open()

    def _onward(self, record: str) -> list[tuple[Onward, dict[str, Any]]]:
        desk = self._shell.desk
        declared = [o for o in desk.program.onward if o.frm == self._kind.name]
        held = desk.replica.read.get(self._kind.name, record) if declared else None
        if held is None:
            return []
        row, needs = {**held.values, ITSELF: record}, dict.fromkeys(need for o in declared for need in o.needs)
        loaded = load(setting_of(desk), ReadSource(desk.replica.read), self._kind.name, row, needs)
        return [(o, o.values(row, loaded)) for o in declared]

    def _line(self, kind: RecordInfo, snap: Snapshot) -> Line:
        """By whom it is about, unless that is the record we stand at."""
        program, replica = self._shell.desk.program, self._shell.desk.replica
        own, more = own_title(program, snap), subtitle(program, snap)
        lead = lead_of(program, replica, kind, snap)
        if lead and kind.field(next(f.name for f in kind.refs if f.asked.value == "R")).ref != self._kind.name:
            return Line(lead, own, snap.kind, snap.id)
        return Line(own, more, snap.kind, snap.id)

    def _entry_words(self, entry: Entry) -> tuple[str, str]:
        head = " · ".join(part for part in (instant_text(entry.at), entry.officer, entry.verb) if part)
        labels = [field_label(self._shell.desk.program, self._kind.name, name) for name in entry.fields]
        what = "、".join(labels) or entry.reason
        return head, what

    def _show(self, found: Belongings) -> None:
        clear(self._cards)
        self._adders = []
        if found.onward:
            self._cards.addWidget(text(say("related.onward"), "section"))
            for onward, values in found.onward:
                self._cards.addWidget(self._beginner(onward, values))
            self._cards.addSpacing(8)
        for group in found.groups:
            self._cards.addLayout(self._heading(group))
            for line in group.lines:
                self._cards.addLayout(self._entry(line, group.adds))
            if group.total > len(group.lines):
                self._cards.addWidget(text(say("list.more", n=group.total - len(group.lines)), "help"))
            self._cards.addSpacing(8)
        self._cards.addWidget(text(say("related.history"), "section"))
        for head, what in found.history:
            self._cards.addLayout(column(text(head, "help", wrap=True), text(what, wrap=True), gap=0))
        if not found.history:
            self._cards.addWidget(text(say("related.no_history"), "help", wrap=True))
        self._cards.addStretch(1)

    def _beginner(self, onward: Onward, values: dict[str, Any]) -> QWidget:
        return button(told(onward.title, onward.en), lambda: self._shell.new(onward.to, values), look="link")

    def _heading(self, group: Lines) -> QHBoxLayout:
        heading = text(f"{group.title} {group.total}", "section")
        kind = group.adds
        if kind is None:
            return row(heading, None)
        adder = button(
            say("child.add"), lambda: self._sheet(kind, None), look="link", tip=say("child.add_help"),
            name=say("child.new", kind=group.title),
        )  # fmt: skip
        self._adders.append(adder)
        return row(heading, None, adder)

    def _entry(self, line: Line, child: RecordInfo | None = None) -> QVBoxLayout:
        """What belongs to this record alone is opened beside it, anything else on a page of its own."""

        def show() -> None:
            if child is not None:
                self._sheet(child, line.record)
            else:
                self._shell.open(line.kind, line.record)

        whole = self.fontMetrics().elidedText(line.title, Qt.TextElideMode.ElideRight, TITLE_PX)
        opener = button(whole, show, look="link", name=line.title)
        opener.setToolTip(line.title)
        return column(opener, text(line.subtitle, "help", wrap=True), gap=0)


def referring(program: Program, kind: str) -> list[tuple[RecordInfo, FieldInfo]]:
    """The kinds and fields that may refer to a record of that kind, in the program's order."""
    return [(k, f) for k in program.kinds.values() for f in k.refs if f.ref == kind]
