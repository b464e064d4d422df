"""Records that cannot all be right, next to each other: what they agree in quietly, what they differ in marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from baiyun_desktop.kernel.field import FieldInfo
from baiyun_desktop.kernel.mask import Shown
from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.replica.attention import DoubtView
from baiyun_desktop.ui.attention_words import doubt_question, doubt_title
from baiyun_desktop.ui.listing import cell
from baiyun_desktop.ui.parts import badge, button, column, frame, row, text
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.titles import area_name
from baiyun_desktop.ui.words import language, say


class DoubtCard(QWidget):
    """One doubt, waiting for an answer."""

    answered = Signal(str)
    """"same" or "different"."""
    settled = Signal(str)
    """For facts that differ: the id of the member whose facts are right."""

    def __init__(self, shell: Shell, doubt: DoubtView) -> None:
        super().__init__()
        self._shell, self._doubt = shell, doubt
        self._kind = shell.desk.program.kind(doubt.kind)
        self._members = [doubt.members.get(member) for member in doubt.ids]
        head = row(text(doubt_title(shell.desk, doubt), "title"), badge(doubt_question(doubt), "warn"), None)
        self.buttons = self._answers()
        foot = row(*self.buttons, None, gap=10) if self.buttons else row()
        explain = text(say(f"doubt.{doubt.grade}_explain"), "muted", wrap=True)
        self.setLayout(column(head, explain, 6, frame(self._grid(), card=True), 4, foot, None, gap=6))

    def _answers(self) -> list[Any]:
        if self._doubt.grade != "ask":
            return []
        same = button(say("doubt.same"), lambda: self.answered.emit("same"), look="primary", tip="Ctrl+1")
        return [same, button(say("doubt.different"), lambda: self.answered.emit("different"), tip="Ctrl+2")]

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(16, 12, 16, 12)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(7)
        for at, member in enumerate(self._members, start=1):
            grid.setColumnStretch(at, 1)
            grid.addLayout(self._head(at, member), 0, at)
        for line, info in enumerate(self._fields(), start=1):
            self._line(grid, line, info)
        return grid

    def _head(self, at: int, member: Snapshot | None) -> Any:
        if member is None:
            return row(text(say("doubt.elsewhere"), "heading"), None)
        actions = row(text(say("doubt.record", n=at), "heading"), None)
        if self._doubt.grade == "facts":
            actions.addWidget(
                button(say("doubt.right"), lambda: self.settled.emit(member.id), name=say("doubt.right_name", n=at))
            )
        actions.addWidget(
            button(
                say("worklist.open"),
                lambda: self._shell.open(member.kind, member.id),
                look="flat",
                name=say("doubt.open_name", n=at),
            )
        )
        return actions

    def _fields(self) -> Sequence[FieldInfo]:
        """What tells records apart: listed fields and those in which they differ, if anyone has a value."""
        wanted = []
        for info in self._kind.fields:
            if info.derived or not any(m is not None and m.get(info.name) not in (None, "", []) for m in self._members):
                continue
            telling = info.listed or info.name in self._doubt.facts or info.name in self._told
            if telling or (self._doubt.grade == "ask" and self._differs(info.name)):
                wanted.append(info)
        return wanted

    @property
    def _told(self) -> set[str]:
        """What may be known of a member that is not held here."""
        return {name for summary in self._doubt.summary for name in summary}

    def _differs(self, name: str) -> bool:
        if self._doubt.grade == "facts" and name not in self._doubt.facts:
            return False
        values = {str(m.get(name)) for m in self._members if m is not None}
        return len(values) > 1

    def _line(self, grid: QGridLayout, line: int, info: FieldInfo) -> None:
        differs = self._differs(info.name)
        grid.addWidget(text(info.label_in(language()), "muted"), line, 0, Qt.AlignmentFlag.AlignTop)
        for at, member in enumerate(self._members, start=1):
            label = text(self._words(info, member), wrap=True, select=True)
            if differs:
                label.setProperty("badge", "warn")
            grid.addWidget(label, line, at, Qt.AlignmentFlag.AlignTop)

    def _words(self, info: FieldInfo, member: Snapshot | None) -> str:
        if member is None:
            summary: Mapping[str, Any] = next(
                (s for s in self._doubt.summary if s.get("id") not in self._doubt.members), {}
            )
            value = summary.get(info.name)
            if value is None:
                return "–"
            if info.name == self._kind.area:
                return area_name(self._shell.desk.replica, str(value))
            return self._shell.desk.program.label(self._doubt.kind, info.name, value, language())
        if info.name == self._kind.area:
            return area_name(self._shell.desk.replica, member.get(info.name))
        if info.ref is not None and member.get(info.name):
            target = self._shell.desk.replica.read.get(info.ref, member.get(info.name))
            return (
                self._shell.desk.program.kind(info.ref).title_of(target.values)
                if target is not None
                else say("field.unseen")
            )
        return cell(self._shell.desk.program, member.kind, info, member.values, Shown.DETAIL) or "–"
