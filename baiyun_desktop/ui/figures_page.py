"""统计: one matter's figures for a period, told apart by a grouping; each number opens the rows that it counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from PySide6.QtWidgets import QComboBox, QFileDialog

from baiyun_desktop.kernel.figure import Figure, Grouping
from baiyun_desktop.kernel.listing import ListSpec
from baiyun_desktop.kernel.role import may_export_figures, only_figures
from baiyun_desktop.replica.changes import ANY, Changes
from baiyun_desktop.replica.figures import Span
from baiyun_desktop.ui import printers
from baiyun_desktop.ui.days import today
from baiyun_desktop.ui.edit import Edit
from baiyun_desktop.ui.fields.day import read_day
from baiyun_desktop.ui.figure_asking import FigureAsking
from baiyun_desktop.ui.figure_bars import Bar, FigureBars
from baiyun_desktop.ui.figure_lines import ORGANISATION, FigureTable, Question, head_of
from baiyun_desktop.ui.figure_paper import export_figures, file_name, keep_figures, print_figures
from baiyun_desktop.ui.figure_rows import FigureRows
from baiyun_desktop.ui.figure_view import FigureView
from baiyun_desktop.ui.parts import PAGE_PX, button, column, page_band, row, text
from baiyun_desktop.ui.periods import OWN, PERIODS, period
from baiyun_desktop.ui.shell import Page, Shell
from baiyun_desktop.ui.words import say, told

LINK = "link"
"""Who was joined as one person counts once."""


class FiguresPage(Page):
    """Matter, grouping and period on top, the table, and below what the figure at the caret means, with its bars."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.title = say("place.figures")
        self._sheets = list(shell.desk.program.figures.values())
        self.asking = FigureAsking(shell, self._show, self._blank)
        self.table = FigureView(self.title)
        self.table.opened.connect(self._open)
        self.table.pointed.connect(self._point)
        self.bars = FigureBars()
        self.bars.opened.connect(lambda line: self._open(line, max(0, self.table.currentColumn() - 1)))
        self.meaning, self.span_shown = text("", "help", wrap=True), text("", "muted")
        self.matter = _choice("figures.matter", [told(sheet.title, sheet.en) for sheet in self._sheets])
        self.group = _choice("figures.grouping", [])
        self.period = _choice("figures.period", [say(key) for key in (*PERIODS, OWN)])
        self.first, self.last = (_day(say(key)) for key in ("figures.first_day", "figures.last_day"))
        self._build()
        self._groupings()
        self.matter.currentIndexChanged.connect(lambda _: self._groupings())
        self.group.currentIndexChanged.connect(lambda _: self.refresh())
        self.period.currentIndexChanged.connect(lambda _: self._choose())
        self._choose()

    def _build(self) -> None:
        copy = button(say("figures.copy"), self.copy, picture="copy-down")
        export = button(say("figures.export"), self.ask_export, picture="export")
        paper = button(say("figures.print"), self.print, picture="print")
        if not may_export_figures(self.shell.desk.role):
            for each in (export, paper):
                each.hide()
        chosen = row(text(say("figures.matter"), "muted"), self.matter, 8, text(say("figures.grouping"), "muted"), self.group, 8,
                     text(say("figures.period"), "muted"), self.period, self.first, self.last, None)  # fmt: skip
        inside = column(chosen, self.table, self.meaning, self.bars, gap=10, margins=(PAGE_PX, 12, PAGE_PX, 14))
        inside.setStretch(1, 1)
        self.setLayout(
            column(page_band(self.title, self.span_shown, None, self.asking, copy, paper, export), inside, gap=0)
        )
        for edit in (self.first, self.last):
            edit.editingFinished.connect(self.refresh)
            edit.went_on.connect(self.refresh)

    @property
    def span(self) -> Span | None:
        """The period that was chosen; None while one of its own days is none, or they stand the wrong way round."""
        first, last = read_day(self.first.text()), read_day(self.last.text())
        if first is None or last is None or first > last:
            return None
        return Span(date.fromisoformat(first), date.fromisoformat(last), today())

    @property
    def grouping(self) -> Grouping | None:
        """How the figures are told apart."""
        at = self.group.currentIndex() - 1
        return self._sheets[self.matter.currentIndex()].groupings[at] if at >= 0 else None

    def _groupings(self) -> None:
        self.group.blockSignals(True)
        self.group.clear()
        groupings = self._sheets[self.matter.currentIndex()].groupings
        self.group.addItems([say("figures.not_grouped"), *(told(one.title, one.en) for one in groupings)])
        self.group.setCurrentIndex(1)
        self.group.blockSignals(False)
        self.refresh()

    def _choose(self) -> None:
        """A ready period fills in its days; for one of its own they are typed."""
        at, own = self.period.currentIndex(), self.period.currentIndex() == len(PERIODS)
        if not own:
            for edit, day in zip((self.first, self.last), period(list(PERIODS)[at], today()), strict=True):
                edit.setText(day.isoformat())
        for edit in (self.first, self.last):
            edit.setVisible(own)
        if own:
            self.first.setFocus()
        self.refresh()

    def concerned(self, changes: Changes) -> bool:
        kinds = {figure.kind for sheet in self._sheets for figure in sheet.counted}
        return bool({*kinds, "movement", LINK, ORGANISATION, ANY} & changes.kinds)

    def refresh(self) -> None:
        span, grouping = self.span, self.grouping
        if span is None:
            self.asking.drop()
            self.span_shown.setText(say("figures.no_period"))
            return
        self.span_shown.setText(say("figures.between", first=span.first, last=span.last))
        sheet = self._sheets[self.matter.currentIndex()].name
        self.asking.ask(Question(sheet, span, grouping.name if grouping is not None else ""))

    def _blank(self) -> None:
        self.table.empty()
        self.bars.show_bars("", [])

    def _show(self, table: FigureTable) -> None:
        self.table.fill(table)
        self._point(max(0, self.table.currentColumn() - 1))

    def _point(self, at: int) -> None:
        """Say what the figure means, and draw it."""
        table = self.table.table
        if table is None:
            return
        figure = table.sheet.figures[at]
        self.meaning.setText(f"{told(figure.title, figure.en)} · {figure.said}")
        bars = [
            Bar(line.label, value, line.cells[at], number)
            for number, line in enumerate(table.lines[1:], 1)
            if (value := line.values[at]) is not None
        ]
        self.bars.show_bars(head_of(figure), bars)

    def _open(self, line: int, at: int) -> None:
        """The rows that a number counts; what follows from others says from which."""
        table = self.table.table
        if table is None:
            return
        figure, chosen = table.sheet.figures[at], table.lines[line]
        if only_figures(self.shell.desk.role):
            self.shell.tell(say("figures.no_rows"), "warn")
            return
        if not isinstance(figure, Figure):
            self.shell.tell(f"{told(figure.title, figure.en)} · {figure.said} {chosen.tips[at]}".strip())
            return
        grouping = table.grouping if chosen.raws is not None else None
        where = self.shell.desk.replica.read.figure_rows(figure, table.span, grouping, chosen.raws or ())
        said = [told(figure.title, figure.en), *([chosen.label] if grouping is not None else [])]
        name = " · ".join([*said, say("figures.between", first=table.span.first, last=table.span.last)])
        spec = ListSpec(name=figure.name, title=name, en=name, kind=figure.kind, columns=figure.columns)
        self.shell.turn_to(FigureRows(self.shell, spec, where))

    def copy(self) -> None:
        """The whole table."""
        self.table.clearSelection()
        self.table.copy()
        self.shell.tell(say("figures.copied"), "good")

    def ask_export(self) -> None:
        """Where to is asked; the table names nobody, so nothing else is."""
        table = self.table.table
        if table is None:
            return
        name = f"{file_name(table)}.xlsx"
        path, _ = QFileDialog.getSaveFileName(self, say("figures.export"), name, "Excel (*.xlsx)")
        if path:
            self.export_to(Path(path))

    def export_to(self, path: Path) -> None:
        """The table as it is shown, as a workbook in the layout of ledgers."""
        table, desk = self.table.table, self.shell.desk
        if table is None:
            return
        job = self.shell.work.ask(self, lambda job: export_figures(desk, table, path),
                                  lambda made: self.shell.tell(say("list.exported", name=made.name), "good"))  # fmt: skip
        job.on_error = lambda error: self.shell.tell(say("list.not_exported", why=str(error)), "bad")

    def print(self) -> None:
        """On the system's own printer; where there is none it is a PDF, where the officer says."""
        table, names = self.table.table, printers.current().names()
        if table is None:
            return
        if names:
            self._out(lambda: print_figures(self.shell.desk, table, names[0]), say("paper.sent", name=names[0]))
            return
        path, _ = QFileDialog.getSaveFileName(self, say("paper.save"), f"{file_name(table)}.pdf", "PDF (*.pdf)")
        if path:
            self.keep_at(Path(path))

    def keep_at(self, path: Path) -> None:
        """The same page as a PDF."""
        table = self.table.table
        if table is not None:
            self._out(lambda: keep_figures(self.shell.desk, table, path), say("paper.kept", name=path.name))

    def _out(self, make: Callable[[], None], done: str) -> None:
        job = self.shell.work.ask(self, lambda _job: make(), lambda _made: self.shell.tell(done, "good"))
        job.on_error = lambda error: self.shell.tell(say("figures.not_printed", why=str(error)), "bad")

    def entered(self) -> None:
        self.table.setFocus()


def _choice(key: str, words: list[str]) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(say(key))
    made.addItems(words)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return made


def _day(name: str) -> Edit:
    made = Edit(name)
    made.setPlaceholderText(name)
    made.setFixedWidth(110)
    return made
