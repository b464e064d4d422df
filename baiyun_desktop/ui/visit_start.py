"""Prepares a walk: grid, day, until when it may be read; and shows the walks that are under way or locked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QPushButton, QVBoxLayout, QWidget

from baiyun_desktop.kernel.visit import VisitSpec
from baiyun_desktop.registry.areas import Areas
from baiyun_desktop.replica.visits import Head
from baiyun_desktop.ui.days import today
from baiyun_desktop.ui.desk import DeskContext
from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.fields.day import read_day
from baiyun_desktop.ui.parts import PAGE_PX, badge, button, clear, column, frame, page_band, retone, row, scrolled, text
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say, told
from baiyun_desktop.ui.work import Job, Latest

DAYS_MAX = 7
"""As long as a desk may be without the district at all."""
AREAS_READ_MAX = 2_000
Answer = tuple[Sequence[Head], Sequence[tuple[str, str]]]


class StartPane(QWidget):
    """Enter goes from field to field and prepares at the end."""

    walk = Signal(str)
    look = Signal(str)

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.shell = shell
        self.buttons: list[QPushButton] = []
        self._latest = Latest(shell.work, self)
        self._below: dict[str, tuple[str, ...]] = {}
        self.spec, self.area = _box("visit.sort"), _box("visit.area")
        for spec in shell.desk.program.visits.values():
            self.spec.addItem(told(spec.title, spec.en), spec.name)
        self.day, self.last = Edit(say("visit.day")), Edit(say("visit.last"))
        for edit in (self.day, self.last):
            edit.setMaximumWidth(130)
            edit.setText(today().isoformat())
            edit.committed.connect(self.prepare)
        self.day.went_on.connect(self._day_given)
        self.everyone = QCheckBox(say("visit.everyone"))
        self.everyone.setAccessibleName(say("visit.everyone"))
        self.go = button(say("visit.prepare"), self.prepare, look="primary", picture="house")
        self.last.went_on.connect(self.go.setFocus)
        self.said = text("", wrap=True)
        self.said.hide()
        self._under_way = QVBoxLayout()
        self._under_way.setSpacing(10)
        inside = QWidget()
        inside.setLayout(column(self._under_way, self._card(), None, gap=12, margins=(PAGE_PX, 16, PAGE_PX, 16)))
        layout = column(page_band(say("place.visits"), text(say("visit.help"), "muted"), None), scrolled(inside), gap=0)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.setFocusProxy(self.area)

    def _card(self) -> QWidget:
        sort = [_labelled("visit.sort", self.spec)] if self.spec.count() > 1 else []
        fields = row(
            *sort, _labelled("visit.area", self.area), _labelled("visit.day", self.day),
            _labelled("visit.last", self.last), None, gap=16,
        )  # fmt: skip
        return frame(
            column(
                text(say("visit.new"), "heading"), fields, self.everyone, row(self.go, None), self.said,
                text(say("visit.locks"), "help", wrap=True), gap=8, margins=(16, 14, 16, 14),
            ),
            card=True,
        )  # fmt: skip

    def _day_given(self) -> None:
        """The last day to read it follows the day of the visit, and may be typed over."""
        day = read_day(self.day.text())
        if day is not None and (read_day(self.last.text()) or "") < day:
            self.last.setText(day)
        self.last.setFocus()
        self.last.selectAll()

    def reload(self) -> None:
        """Ask again what is under way, and which areas there are to choose from."""
        desk = self.shell.desk

        def question(_: Job) -> Answer:
            return desk.visits.heads(), areas_of(desk, self._below)

        self._latest.ask(question, self._show)

    def _show(self, answer: Answer) -> None:
        heads, areas = answer
        if [self.area.itemData(n) for n in range(self.area.count())] != [code for code, _ in areas]:
            chosen = self.area.currentData()
            self.area.clear()
            for code, name in areas:
                self.area.addItem(name, code)
            self.area.setCurrentIndex(max(self.area.findData(chosen), 0))
        clear(self._under_way)
        self.buttons.clear()
        for head in heads:
            self._under_way.addWidget(self._head(head))

    def _head(self, head: Head) -> QWidget:
        counted = say("visit.counted", doors=head.doors, people=head.people, met=head.met)
        mark = badge(say("visit.locked"), "bad") if head.locked else badge(f"{head.met} / {head.people}", "accent")
        title = text(f"{head.title} · {head.day}", "heading")
        if head.locked:
            lines = column(row(title, mark, None), text(head.locked, tone="bad", wrap=True), gap=4)
        else:
            walk = button(say("visit.walk"), lambda: self.walk.emit(head.id), look="primary")
            look = button(say("visit.look"), lambda: self.look.emit(head.id))
            self.buttons += [walk, look]
            lines = column(row(title, mark, None, look, walk), text(counted, "muted"), gap=4)
        lines.setContentsMargins(16, 12, 16, 12)
        return frame(lines, card=True)

    def prepare(self) -> None:
        """Works the walk out and opens it."""
        spec, area = self.shell.desk.program.visits.get(self.spec.currentData() or ""), self.area.currentData()
        day, last = read_day(self.day.text()), read_day(self.last.text())
        problem = self._problem(spec, area, day, last)
        if problem or spec is None or day is None or last is None:
            self._say(problem, "warn")
            return
        days, everyone = (date.fromisoformat(day), date.fromisoformat(last)), self.everyone.isChecked()
        title, areas = (
            f"{told(spec.title, spec.en)} · {self.area.currentText().strip()}",
            self._below.get(area, (area,)),
        )
        self.go.setEnabled(False)
        self._say(say("visit.preparing"))

        def question(_: Job) -> str:
            return self.shell.desk.visits.prepare(spec, areas, title, *days, everyone=everyone)

        job = self.shell.work.ask(self, question, self._prepared)
        job.on_error = self._failed

    def _problem(self, spec: VisitSpec | None, area: object, day: str | None, last: str | None) -> str:
        if spec is None or not area:
            return say("visit.no_area")
        for edit, read in ((self.day, day), (self.last, last)):
            edit.set_tone("" if read else "bad")
            if not read:
                edit.setFocus()
                return say("field.no_day", typed=edit.text().strip())
        until = today() + timedelta(days=DAYS_MAX - 1)
        assert last is not None
        return say("visit.too_long", n=DAYS_MAX) if last > until.isoformat() or last < today().isoformat() else ""

    def _prepared(self, bundle: str) -> None:
        self.go.setEnabled(True)
        self._say("")
        self.walk.emit(bundle)

    def _failed(self, error: Exception) -> None:
        self.go.setEnabled(True)
        self._say(str(error), "bad")

    def _say(self, words: str, tone: str = "") -> None:
        self.said.setText(words)
        self.said.setVisible(bool(words))
        retone(self.said, "tone", tone)


def areas_of(desk: DeskContext, below: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    """The areas of this post and all below them, as (code, name); `below` gets the codes that each of them takes in."""
    rows = desk.replica.read.list("organisation", limit=AREAS_READ_MAX).rows
    areas = Areas([dict(one.values) for one in rows])
    found: list[tuple[str, str]] = []

    def add(code: str, depth: int) -> None:
        if code in below_now:
            return
        below_now[code] = tuple(sorted(areas.under(code)))
        found.append((code, "　" * depth + areas.name(code)))
        for child in areas.children(code):
            add(child, depth + 1)

    below_now: dict[str, tuple[str, ...]] = {}
    for grant in desk.replica.identity.areas:
        code = grant.partition("|")[0]
        if areas.name(code) and (code in areas.rows or "@" not in code):
            add(code, 0)
    below.clear()
    below.update(below_now)
    return found


def _box(name: str) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(say(name))
    made.setMinimumWidth(220)
    return made


def _labelled(name: str, field: QWidget) -> QVBoxLayout:
    label: QLabel = text(say(name), "muted")
    label.setBuddy(field)
    return column(label, field, gap=4)
