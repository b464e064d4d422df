"""Turns tallied figures into lines as an office reads them: groups in words and in order, the whole on top."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from baiyun_desktop.kernel.figure import AnyFigure, Figure, FigureSheet, Grouping, Rate
from baiyun_desktop.registry.areas import Areas
from baiyun_desktop.replica.figures import Raw, Span, Tallied
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
class FigureTable:
    """What was asked and what came of it."""

    sheet: FigureSheet
    span: Span
    grouping: Grouping | None
    lines: tuple[FigureLine, ...]

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
    return f"{name}({unit})" if unit else name


def worked_out(desk: DeskContext, sheet: FigureSheet, span: Span, grouping: Grouping | None) -> FigureTable:
    """In a thread: a sheet's lines, the whole first."""
    tallied = desk.replica.read.figures(sheet, span, grouping)
    lines = [_line(tallied, say("figures.whole"), None)]
    if grouping is not None:
        groups = _groups(desk, grouping, tallied.raws)
        lines += [_line(tallied, label, raws) for label, raws in groups]
    return FigureTable(sheet, span, grouping, tuple(lines))


def _groups(desk: DeskContext, grouping: Grouping, raws: set[Raw]) -> list[tuple[str, tuple[Raw, ...]]]:
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


def _line(tallied: Tallied, label: str, raws: tuple[Raw, ...] | None) -> FigureLine:
    figures = tallied.sheet.figures
    values = tuple(tallied.value(figure, raws) for figure in figures)
    cells = tuple(_cell(figure, value) for figure, value in zip(figures, values, strict=True))
    return FigureLine(label, raws, cells, values, tuple(_tip(tallied, figure, raws) for figure in figures))


def _cell(figure: AnyFigure, value: float | None) -> str:
    if value is None:
        return NOTHING
    if isinstance(figure, Rate):
        return f"{value:.1%}"
    if isinstance(figure, Figure) and figure.minutes is not None:
        return f"{value:.1f}"
    return f"{round(value):,}"


def _tip(tallied: Tallied, figure: AnyFigure, raws: tuple[Raw, ...] | None) -> str:
    """A rate says what it is a share of; an average, of how many."""
    if isinstance(figure, Rate):
        part, whole = tallied.parts(figure, raws)
        return say("figures.share", part=f"{round(part):,}", whole=f"{round(whole):,}")
    return say("figures.open_help", n=f"{tallied.rows(figure, raws):,}") if isinstance(figure, Figure) else ""
