"""Works a sheet of declared figures out of one moment of the file, and gives the filter that shows the rows of any of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.figure import (
    Among,
    AnyFigure,
    AnyOf,
    Clause,
    Combined,
    Edge,
    Figure,
    FigureSheet,
    Grouping,
    Holds,
    Rate,
    Whose,
)
from baiyun_desktop.kernel.figure_sweep import sweeps_of
from baiyun_desktop.kernel.listing import Condition, Test
from baiyun_desktop.kernel.record import RecordInfo
from baiyun_desktop.replica.engine import stoppable
from baiyun_desktop.replica.filters import Either, Every, First, HasCode, Latest, OneOf, Shares, Where
from baiyun_desktop.replica.layout import Layout
from baiyun_desktop.replica.query import Measure, Query


@dataclass(frozen=True, slots=True)
class Span:
    """A period, both days included, looked at on the day `today`."""

    first: date
    last: date
    today: date

    def day(self, edge: Edge) -> str:
        """The day that an edge stands for."""
        after = self.last + timedelta(days=1)
        day = {Edge.START: self.first, Edge.END: after, Edge.PAST: min(after, self.today)}[edge]
        return day.isoformat()


@dataclass(frozen=True, slots=True)
class Amount:
    """So many rows, and what they come to where they are more than counted."""

    rows: int = 0
    sum: float = 0

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.rows + other.rows, self.sum + other.sum)


Raw = str | None
"""What a group is in the file; None for what nobody filled in."""


@dataclass(frozen=True, slots=True)
class Tallied:
    """A sheet in numbers: by figure that counts rows, by group as it is in the file."""

    sheet: FigureSheet
    amounts: Mapping[str, Mapping[Raw, Amount]]

    @property
    def raws(self) -> set[Raw]:
        """All groups that have a row."""
        return {raw for groups in self.amounts.values() for raw, amount in groups.items() if amount.rows}

    def value(self, figure: AnyFigure, raws: Iterable[Raw] | None = None) -> float | None:
        """A figure of some groups together, of all of them where none are named; None where it cannot be told."""
        chosen = None if raws is None else tuple(raws)
        match figure:
            case Combined(plus=plus, minus=minus):
                return self._sum(plus, chosen) - self._sum(minus, chosen)
            case Rate():
                part, whole = self.parts(figure, chosen)
                return part / whole if whole else None
            case Figure():
                amount = self._amount(figure.name, chosen)
                if figure.average:
                    return amount.sum / amount.rows if amount.rows else None
                return amount.sum if figure.total else amount.rows

    def parts(self, rate: Rate, raws: Sequence[Raw] | None = None) -> tuple[float, float]:
        """The part and the whole of a rate."""
        return self._sum(rate.part, raws), self._sum(rate.whole, raws)

    def rows(self, figure: AnyFigure, raws: Sequence[Raw] | None = None) -> int:
        """How many rows a figure counts there; none where it follows from others."""
        return self._amount(figure.name, raws).rows if isinstance(figure, Figure) else 0

    def _sum(self, names: Sequence[str], raws: Sequence[Raw] | None) -> float:
        return sum(self.value(self.sheet.by_name[name], raws) or 0 for name in names)

    def _amount(self, name: str, raws: Sequence[Raw] | None) -> Amount:
        groups = self.amounts[name]
        found = groups.values() if raws is None else (groups[raw] for raw in raws if raw in groups)
        return sum(found, Amount())


Tell = Callable[[int, int], None]
"""Hears how many of a sheet's sweeps are done, and of how many; may raise where nobody wants them any more."""


def heard_by_nobody(_done: int, _of: int) -> None:
    """For who does not want to know."""


def tally(
    conn: Connection,
    layout: Layout,
    sheet: FigureSheet,
    span: Span,
    grouping: Grouping | None = None,
    tell: Tell = heard_by_nobody,
) -> Tallied:
    """Every figure of a sheet in every group, in as few sweeps over rows as there are sets of rows.

    Raises what `tell` raises, also in the middle of a long sweep.
    """
    found: dict[str, dict[Raw, Amount]] = {}
    sweeps, digits = sweeps_of(sheet), grouping.digits if grouping is not None else 0
    for done, sweep in enumerate(sweeps):
        told = partial(tell, done, len(sweeps))
        told()
        by = grouping.fields[sweep.kind] if grouping is not None else ()
        query = Query(layout, sweep.kind, conditions(sweep.within, span, layout.info(sweep.kind)), ())
        measures = [
            Measure([_where(c, span) for c in rest], figure.total or figure.average) for figure, rest in sweep.counts
        ]
        with stoppable(conn, told):
            rows = conn.execute(query.tally(by, digits, measures, sweep.latest)).all()
        for raw, *numbers in rows:
            for (figure, _), rows, total in zip(sweep.counts, numbers[::2], numbers[1::2], strict=True):
                groups = found.setdefault(figure.name, {})
                groups[raw] = groups.get(raw, Amount()) + Amount(rows, total or 0)
    return Tallied(sheet, {figure.name: found.get(figure.name, {}) for figure in sheet.counted})


def filter_of(
    layout: Layout, figure: Figure, span: Span, grouping: Grouping | None = None, raws: Sequence[Raw] = ()
) -> list[Where]:
    """The rows that a figure counts in a period; with a grouping, in the groups `raws` alone."""
    where = conditions(figure.counting, span, layout.info(figure.kind))
    if figure.latest is not None:
        field, day = figure.latest
        where = [Latest(field, day, tuple(where))]
    if grouping is not None:
        where.append(First(grouping.fields[figure.kind], grouping.digits, tuple(raws)))
    return where


def conditions(clauses: Sequence[Clause], span: Span, info: RecordInfo | None) -> list[Where]:
    """A child counts where its parent stands."""
    where = [_where(clause, span) for clause in clauses]
    if info is not None and info.parent is not None and info.parent[1]:
        where.append(Condition(f"{info.parent[0]}.voided", Test.IS, False))
    return where


def _where(clause: Clause, span: Span) -> Where:
    match clause:
        case Among(field, values):
            return OneOf(field, values, sought=False)
        case Holds(field, code):
            return HasCode(field, code)
        case AnyOf(ways):
            return Either(tuple(Every(tuple(_where(c, span) for c in way)) for way in ways))
        case Whose(mine, kind, theirs, where):
            return Shares(mine, kind, theirs, tuple(_where(c, span) for c in where))
        case Condition():
            return replace(clause, value=_value(clause.value, span))


def _value(value: Any, span: Span) -> Any:
    return span.day(value) if isinstance(value, Edge) else value
