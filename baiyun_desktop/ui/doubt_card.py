"""Records that cannot all be right, next to each other: what they agree in quietly, what they differ in marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QGridLayout, QPushButton, QVBoxLayout, QWidget

from baiyun_desktop.kernel.field import FieldInfo
from baiyun_desktop.kernel.mask import GUARDED, Shown
from baiyun_desktop.kernel.movement import COLLECTION as MOVEMENT
from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.replica.attention import DoubtView
from baiyun_desktop.replica.deciding import ABOUT_ONE
from baiyun_desktop.ui.attention_words import doubt_question, doubt_title
from baiyun_desktop.ui.binding import bind
from baiyun_desktop.ui.doubt_words import agreed, facts_effect, member_place, why_doubted
from baiyun_desktop.ui.keeping import can_be_pressed
from baiyun_desktop.ui.labels import field_label, kind_title
from baiyun_desktop.ui.listing import is_minor
from baiyun_desktop.ui.parts import Elided, badge, button, clear, column, frame, row, text
from baiyun_desktop.ui.reveal import KEY, SHOWN_S, Covered, ReasonDialog, ask
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.shown import breakable, shown
from baiyun_desktop.ui.words import language, say


class DoubtCard(QWidget):
    """One doubt, waiting for an answer."""

    answered = Signal(str)
    """"same" or "different"."""
    settled_by = Signal(str, object)
    """For facts that differ: the id of the member whose facts are right, and which facts."""
    next_wanted = Signal()
    latest_wanted = Signal()

    def __init__(self, shell: Shell, doubt: DoubtView) -> None:
        super().__init__()
        self._shell, self._doubt = shell, doubt
        self._kind = shell.desk.program.kind(doubt.kind)
        self._members = [doubt.members.get(member) for member in doubt.ids]
        self._revealed = False
        self.dialog: ReasonDialog | None = None
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_S * 1000)
        self._timer.timeout.connect(lambda: self._show_whole(False, quietly=True))
        bind(self, KEY, self._reveal)
        self.buttons: list[QPushButton] = []
        self._news = QVBoxLayout()
        self._place = QVBoxLayout()
        head = row(
            Elided(doubt_title(shell.desk, doubt, Shown.DETAIL), "title"), badge(doubt_question(doubt), "warn"), None
        )
        lines = column(head, self._news, text(why_doubted(shell.desk, doubt), "muted", wrap=True), 4, gap=6)
        lines.addLayout(self._place)
        self._fill()
        for answer, effect in self._answers():
            line = row(answer, text(effect, "help", wrap=True), gap=12)
            line.setStretch(1, 1)
            lines.addLayout(line)
        later = button(say("contest.next"), self.next_wanted.emit, look="flat", tip=say("contest.next_key"))
        leave = row(text(say("doubt.leave"), "help", wrap=True), later, gap=10)
        leave.setStretch(0, 1)
        lines.addLayout(leave)
        lines.addStretch(1)
        self.setLayout(lines)

    def _fill(self) -> None:
        clear(self._place)
        self._place.addWidget(frame(self._grid(), card=True))

    # --- answers ------------------------------------------------------------------------------------------------

    def _answers(self) -> list[tuple[QPushButton, str]]:
        """Each answer with what it will do."""
        given: list[tuple[QPushButton, str]] = []
        if self._doubt.grade == "ask":
            given = [
                (self._answer("doubt.same", "same"), say("doubt.same_effect")),
                (self._answer("doubt.different", "different"), say("doubt.different_effect")),
            ]
        elif self._doubt.grade == "both":
            opened = [(n, m) for n, m in enumerate(self._members, start=1) if m is not None]
            given = [(self._mend(n, m), say("doubt.mend_effect", rule=self._doubt.rule)) for n, m in opened]
            given.append((self._answer("doubt.keep_both", "different"), say("doubt.keep_both_effect")))
        elif self._doubt.question:
            which = "paper" if self._doubt.grade == "paper" else "effect"
            given = [(self._answer(f"doubt.{a}", a), say(f"doubt.{a}_{which}")) for a in ABOUT_ONE]
        elif not agreed(self._doubt):
            for n, member in enumerate(self._members, start=1):
                if member is not None:
                    effect = facts_effect(self._shell.desk, self._doubt, member, self._doubt.facts)
                    given.append((self._right(n, member, self._doubt.facts), effect))
        self.buttons = [answer for answer, _ in given]
        for at, made in enumerate(self.buttons, start=1):
            made.setText(f"{made.text()}   Ctrl+{at}")
            made.setMinimumWidth(190)
        return given

    def _answer(self, key: str, answer: str) -> QPushButton:
        return button(say(key), lambda: self.answered.emit(answer), name=say(key))

    def _mend(self, number: int, member: Snapshot) -> QPushButton:
        words = say("doubt.mend", n=number)
        return button(words, lambda: self._open_to_mend(member), name=words)

    def _open_to_mend(self, member: Snapshot) -> None:
        """The record, with the step that clears the doubt up begun where one is declared."""
        page = self._shell.open(member.kind, member.id)
        procedure = self._shell.desk.program.procedure(member.kind)
        verbs = [s.verb for s in procedure.steps if self._doubt.rule in s.settles] if procedure is not None else []
        if verbs:
            page.begin(verbs[0])

    def _right(self, number: int, member: Snapshot, names: Sequence[str]) -> QPushButton:
        words = say("doubt.right_name", n=number)
        return button(words, lambda: self.settled_by.emit(member.id, tuple(names)), name=words)

    # --- side by side -------------------------------------------------------------------------------------------

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(16, 12, 16, 12)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(7)
        for at, (record, member) in enumerate(zip(self._doubt.ids, self._members, strict=True), start=1):
            grid.setColumnStretch(at, 1)
            grid.addLayout(self._head(at, record, member), 0, at)
        fields = self._fields()
        for line, info in enumerate(fields, start=1):
            self._line(grid, line, info)
        if self._hidden(fields):
            words = say("doubt.hide" if self._revealed else "doubt.reveal")
            grid.addLayout(row(button(words, self._reveal, look="link"), None), len(fields) + 1, 1)
        return grid

    def _hidden(self, fields: Sequence[FieldInfo]) -> list[str]:
        return [info.name for info in fields if info.mask in GUARDED]

    def _reveal(self) -> None:
        """Whole numbers, once it is said why: two that are masked alike may be two."""
        names = self._hidden(self._fields())
        if self._revealed:
            self._show_whole(False)
        elif names:
            about = Covered(self._doubt.kind, " ".join(self._doubt.ids), names, say("reveal.title_card"))
            self.dialog = ask(self._shell, self, about, lambda: self._show_whole(True))

    def _show_whole(self, whole: bool, *, quietly: bool = False) -> None:
        """`quietly` leaves the caret where it is: a minute is over, and somebody may be elsewhere."""
        focus = QApplication.focusWidget()
        stays = quietly and not (focus is not None and self.isAncestorOf(focus) and focus.property("link"))
        self._revealed = whole
        self._timer.start() if whole else self._timer.stop()
        self._fill()
        again = next((b for b in self.findChildren(QPushButton) if b.property("link") and can_be_pressed(b)), None)
        if again is not None and not stays:
            again.setFocus()

    def _head(self, at: int, record: str, member: Snapshot | None) -> Any:
        place = member_place(self._shell.desk, self._doubt, member, record)
        title = say("doubt.record", n=at) if member is not None else say("doubt.elsewhere")
        if self._doubt.question:
            title = kind_title(self._shell.desk.program, self._doubt.kind)
        head = row(text(title, "heading"), text(place, "help"), None)
        if member is not None:
            head.addWidget(
                button(
                    say("worklist.open"),
                    lambda: self._shell.open(*self._page_of(member)),
                    look="flat",
                    name=say("doubt.open_name", n=at),
                )
            )
        return head

    def _page_of(self, member: Snapshot) -> tuple[str, str]:
        """A step has no page of its own: the record that it moved is shown."""
        if member.kind == MOVEMENT and member.get("subject_kind") in self._shell.desk.program.kinds:
            return str(member.get("subject_kind")), str(member.get("subject"))
        return member.kind, member.id

    def _fields(self) -> Sequence[FieldInfo]:
        """What tells records apart: listed fields and those in which they differ, if anyone has a value."""
        wanted = []
        for info in self._kind.fields:
            told = info.name in self._told
            held = any(m is not None and m.get(info.name) not in (None, "", []) for m in self._members)
            if info.derived or not (held or told):
                continue
            if info.name in ("subject", "subject_kind"):
                continue
            telling = self._doubt.question or info.listed or info.name in self._doubt.facts or told
            if telling or (self._doubt.grade == "ask" and self._differs(info.name)):
                wanted.append(info)
        return wanted

    @property
    def _told(self) -> set[str]:
        """What may be known of a member that is not held here."""
        return {name for summary in self._doubt.summary for name in summary}

    def _differs(self, name: str) -> bool:
        if self._doubt.question:
            return name in self._doubt.facts
        if self._doubt.grade == "facts" and name not in self._doubt.facts:
            return False
        values = {str(self._value(at, name)) for at in range(len(self._members)) if self._known(at, name)}
        return len(values) > 1

    def _known(self, at: int, name: str) -> bool:
        return self._members[at] is not None or name in self._summary(at)

    def _summary(self, at: int) -> Mapping[str, Any]:
        return next((s for s in self._doubt.summary if s.get("id") == self._doubt.ids[at]), {})

    def _value(self, at: int, name: str) -> Any:
        member = self._members[at]
        return member.get(name) if member is not None else self._summary(at).get(name)

    def _line(self, grid: QGridLayout, line: int, info: FieldInfo) -> None:
        differs = self._differs(info.name)
        label = field_label(self._shell.desk.program, self._doubt.kind, info.name)
        grid.addWidget(text(label, "muted"), line, 0, Qt.AlignmentFlag.AlignTop)
        for at, member in enumerate(self._members):
            words = text(breakable(self._words(info, at)), wrap=True, select=True)
            if differs:
                words.setProperty("badge", "warn")
                words.setAccessibleName(say("doubt.differs", words=words.text()))
            cell = row(words, gap=8)
            cell.setStretch(0, 1)
            if (
                self._doubt.grade == "facts"
                and info.name in self._doubt.facts
                and len(self._doubt.facts) > 1
                and member
            ):
                cell.addWidget(self._one(at, info, member))
            grid.addLayout(cell, line, at + 1, Qt.AlignmentFlag.AlignTop)

    def _one(self, at: int, info: FieldInfo, member: Snapshot) -> QPushButton:
        """For one of several facts."""
        name = say("doubt.one_name", field=info.label_in(language()), n=at + 1)
        return button(say("doubt.right"), lambda: self.settled_by.emit(member.id, (info.name,)), look="flat", name=name)

    def _words(self, info: FieldInfo, at: int) -> str:
        if not self._known(at, info.name):
            return say("doubt.not_told")
        value = self._value(at, info.name)
        member = self._members[at]
        minor = member is not None and is_minor(member.values)
        return shown(self._shell.desk, self._doubt.kind, info.name, value, revealed=self._revealed, minor=minor) or "–"

    # --- what happens meanwhile ---------------------------------------------------------------------------------

    def settled(self, words: str) -> None:
        """Somebody else has answered, or the reason is gone: says so and stays."""
        self._tell(words, "accent", button(say("contest.go_on"), self.next_wanted.emit))

    def moved(self) -> None:
        """One of the records has changed."""
        self._tell(say("doubt.moved"), "warn", button(say("contest.show_latest"), self.latest_wanted.emit))

    def _tell(self, words: str, tone: str, action: QPushButton) -> None:
        focus = QApplication.focusWidget()
        had = focus is not None and self.isAncestorOf(focus)
        clear(self._news)
        strip = row(text(words, wrap=True, select=True), action, margins=(12, 6, 8, 6))
        strip.setStretch(0, 1)
        self._news.addWidget(frame(strip, strip=tone))
        for made in self.buttons:
            made.setEnabled(False)
        if had:
            action.setFocus()
