"""Turns tallied figures into lines as an office reads them: groups in words and in order, the whole on top."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from functools import partial

from baiyun_desktop.kernel.figure import AnyFigure, Figure, FigureSheet, Grouping, Rate
from baiyun_desktop.kernel.role import only_figures
from baiyun_desktop.registry.areas import Areas
from baiyun_desktop.replica.figure_few import hidden
from baiyun_desktop.replica.figures import Raw, Span, Tallied, Tell
from baiyun_desktop.ui.desk import DeskContext
from baiyun_desktop.ui.words import language, say, told

NOTHING = "–"
ORGANISATION = "organisation"
AREAS_MAX = 10_000


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One group's figures; `raws` is what the group is in the file, None for all together."""

    label: str
    raws: tuple[Raw, ...] | None
    cells: tuple[str, ...]
    values: tuple[float | None, ...]
    tips: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A sheet by its name, a period, and the name of what it is told apart by; empty for all together."""

    sheet: str
    span: Span
    grouping: str


@dataclass(frozen=True, slots=True)
class FigureTable:
    """What was asked and what came of it."""

    question: Question
    sheet: FigureSheet
    grouping: Grouping | None
    lines: tuple[FigureLine, ...]

    @property
    def span(self) -> Span:
        return self.question.span

    @property
    def heads(self) -> tuple[str, ...]:
        """The columns' heads: how the rows are told apart, then the figures with their units."""
        by = self.grouping
        first = told(by.title, by.en) if by is not None else say("figures.scope")
        return first, *(head_of(figure) for figure in self.sheet.figures)


def head_of(figure: AnyFigure) -> str:
    """What a figure is called, with its unit where that is said in Chinese."""
    unit = "" if isinstance(figure, Rate) or language() == "en" else figure.unit
    name = told(figure.title, figure.en)
    return f"{name}（{unit}）" if unit else name


def worked_out(desk: DeskContext, question: Question, tell: Tell) -> FigureTable:
    """In a thread: a sheet's lines, the whole first."""
    sheet = desk.program.figures[question.sheet]
    grouping = next((g for g in sheet.groupings if g.name == question.grouping), None)
    tallied = desk.replica.read.figures(sheet, question.span, grouping, tell)
    groups: list[tuple[str, tuple[Raw, ...] | None]] = [(say("figures.whole"), None)]
    if grouping is not None:
        groups += _groups(desk, grouping, tallied.raws)
    few = hidden(tallied, [raws for _, raws in groups]) if only_figures(desk.role) else set()
    lines = [_line(tallied, *group, {name for line, name in few if line == at}) for at, group in enumerate(groups)]
    return FigureTable(question, sheet, grouping, tuple(lines))


def _groups(desk: DeskContext, grouping: Grouping, raws: set[Raw]) -> list[tuple[str, tuple[Raw, ...] | None]]:
    """The groups in the order of their list or code, each with all that it is in the file; what is missing last."""
    areas = _areas(desk) if grouping.areas else None
    codes = desk.program.codes(grouping.codes)
    order = list(codes.items)
    found: dict[Raw, list[Raw]] = {}
    for raw in raws:
        now = raw or None
        found.setdefault(areas.current(now) if areas is not None and now else now, []).append(raw)
    name = areas.name if areas is not None else partial(codes.label, language=language())
    keys = sorted(found, key=lambda k: (k is None, order.index(k) if k in order else len(order), k or ""))
    return [(name(key) if key else say("figures.not_given"), tuple(found[key])) for key in keys]


def _areas(desk: DeskContext) -> Areas:
    rows = desk.replica.read.list(ORGANISATION, limit=AREAS_MAX).rows
    return Areas(row.values for row in rows)


def _line(tallied: Tallied, label: str, raws: tuple[Raw, ...] | None, few: Set[str]) -> FigureLine:
    """What is in `few` is not shown, nor drawn."""
    figures = tallied.sheet.figures
    values = tuple(tallied.value(figure, raws) if figure.name not in few else None for figure in figures)
    cells = tuple(
        _cell(figure, value) if figure.name not in few else say("figures.hidden")
        for figure, value in zip(figures, values, strict=True)
    )
    tips = tuple(
        _tip(tallied, figure, raws) if figure.name not in few else say("figures.few_help") for figure in figures
    )
    return FigureLine(label, raws, cells, values, tips)


def _cell(figure: AnyFigure, value: float | None) -> str:
    if value is None:
        return NOTHING
    if isinstance(figure, Rate):
        return f"{value:.1%}"
    if isinstance(figure, Figure) and figure.average:
        return f"{value:.1f}"
    return f"{round(value):,}"


def _tip(tallied: Tallied, figure: AnyFigure, raws: tuple[Raw, ...] | None) -> str:
    """A rate says what it is a share of; an average, of how many."""
    if isinstance(figure, Rate):
        part, whole = tallied.parts(figure, raws)
        return say("figures.share", part=f"{round(part):,}", whole=f"{round(whole):,}")
    return say("figures.open_help", n=f"{tallied.rows(figure, raws):,}") if isinstance(figure, Figure) else ""
