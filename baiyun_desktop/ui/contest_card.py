"""The sides of a contest next to each other: each value with who, when and where, and a way to give a third one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from baiyun_desktop.replica.attention import ContestView, Side
from baiyun_desktop.ui.attention_words import contest_title, desk_name, field_label, fields_label
from baiyun_desktop.ui.days import instant_text
from baiyun_desktop.ui.form_body import FormBody
from baiyun_desktop.ui.parts import badge, button, column, frame, row, text
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import language, say


class ContestCard(QWidget):
    """One contest, waiting for a decision."""

    decided = Signal(object)
    """The number of a side, or {field: value}."""

    def __init__(self, shell: Shell, contest: ContestView) -> None:
        super().__init__()
        self._shell, self._contest = shell, contest
        self._other: FormBody | None = None
        program = shell.desk.program
        open_it = button(say("worklist.open"), lambda: shell.open(contest.kind, contest.record), look="flat")
        head = row(
            text(contest_title(program, contest), "title"),
            badge(fields_label(program, contest.kind, contest.fields), "warn"),
            None,
            open_it,
        )
        sides = row(gap=14)
        self.buttons: list[QPushButton] = []
        for number, side in enumerate(contest.sides):
            sides.addWidget(self._side(number, side), 1)
        if not contest.sides or contest.fields:
            sides.addWidget(self._third(), 1)
        self.setLayout(column(head, text(say("contest.explain"), "muted", wrap=True), 6, sides, None, gap=6))

    def _side(self, number: int, side: Side) -> QWidget:
        identity = self._shell.desk.identity
        where = desk_name(side.desk, identity.replica, identity.post, side.post)
        marks = row(
            text(
                say("contest.side", letter="甲乙丙丁戊己"[number % 6] if language() == "zh" else "ABCDEF"[number % 6]),
                "heading",
            ),
            gap=8,
        )
        if number == 0:
            marks.addWidget(badge(say("contest.shown_now"), "accent"))
        marks.addStretch(1)
        lines = column(marks, gap=6, margins=(16, 12, 16, 14))
        for name, value in side.value.items():
            lines.addWidget(text(field_label(self._shell.desk.program, self._contest.kind, name), "help"))
            lines.addWidget(self._value(name, value, number))
        lines.addSpacing(6)
        for key, words in (("who", side.officer), ("when", instant_text(side.at)), ("where", where)):
            lines.addLayout(row(text(say(f"contest.{key}"), "help"), text(words or "–", "help"), None, gap=8))
        lines.addStretch(1)
        choose = button(
            f"{say('contest.use')}   Ctrl+{number + 1}",
            lambda: self.decided.emit(number),
            look="primary" if number == 0 else "",
            name=say("contest.use_name", n=number + 1),
        )
        self.buttons.append(choose)
        lines.addWidget(choose)
        card = frame(lines, card=True)
        card.setMinimumWidth(200)
        return card

    def _value(self, name: str, value: Any, number: int) -> QWidget:
        words = (
            self._shell.desk.program.label(self._contest.kind, name, value, language())
            if name in self._known
            else str(value)
        )
        others = [side.value.get(name) for at, side in enumerate(self._contest.sides) if at != number]
        label = text(words or say("contest.empty"), "heading", wrap=True, select=True)
        if any(other != value for other in others):
            label.setProperty("tone", "accent")
        return label

    @property
    def _known(self) -> Mapping[str, Any]:
        kinds = self._shell.desk.program.kinds
        return kinds[self._contest.kind].by_name if self._contest.kind in kinds else {}

    def _third(self) -> QWidget:
        lines = column(
            text(say("contest.other"), "heading"),
            text(say("contest.other_help"), "help", wrap=True),
            gap=6,
            margins=(16, 12, 16, 14),
        )
        show = button(say("contest.other_open"), lambda: self._open_other(lines, show))
        lines.addWidget(show, 0, Qt.AlignmentFlag.AlignLeft)
        lines.addStretch(1)
        return frame(lines, card=True)

    def _open_other(self, lines: Any, show: QWidget) -> None:
        kind = self._shell.desk.program.kind(self._contest.kind)
        self._other = FormBody(self._shell, kind, only=self._contest.fields, narrow=True)
        self._other.show_values(self._contest.sides[0].value if self._contest.sides else {})
        self._other.committed.connect(self._use_other)
        show.hide()
        lines.insertWidget(2, self._other)
        lines.addWidget(button(say("contest.use_other"), self._use_other, look="primary"))
        self._other.focus_first()

    def _use_other(self) -> None:
        assert self._other is not None
        self.decided.emit(self._other.values())
