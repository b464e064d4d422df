"""How a module declares a figure (统计指标): in words, and as the rows that it counts, so that pressing it shows just these.

First user: the migrant centre's statistics; each further mandate's indicators are declared with the same words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from baiyun_desktop.kernel.field import FieldInfo
from baiyun_desktop.kernel.listing import Condition, Test
from baiyun_desktop.kernel.path import field_at
from baiyun_desktop.kernel.record import RecordInfo


class Edge(Enum):
    """A day that the officer's choice of a period fills in; stands where a condition has its value."""

    START = "start"
    """The first day."""
    END = "end"
    """The day after the last."""
    PAST = "past"
    """The same, but never later than today: what can be judged by now."""


@dataclass(frozen=True, slots=True)
class Among:
    """The field is one of these."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Holds:
    """The field's list of codes has this one."""

    field: str
    code: str


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of these ways holds, each of which is conditions that hold together."""

    ways: tuple[tuple[Clause, ...], ...]


@dataclass(frozen=True, slots=True)
class Whose:
    """`mine` is the same as, or joined as one thing with, the `theirs` of a record of that kind that counts."""

    mine: str
    kind: str
    theirs: str
    where: tuple[Clause, ...]


Clause = Condition | Among | Holds | AnyOf | Whose


def within(name: str) -> tuple[Condition, Condition]:
    """The day lies in the period."""
    return Condition(name, Test.FROM, Edge.START), Condition(name, Test.BEFORE, Edge.END)


@dataclass(frozen=True, slots=True)
class Figure:
    """So many rows of one kind, or what they come to: `total` adds a number of theirs; of the rows that have the number
    `average`, what it is among them.

    `latest` (a reference, a date): of the rows that refer to one thing the latest alone counts.
    """

    name: str
    title: str
    said: str
    """What it counts and by which day, in words for officers."""
    kind: str
    where: tuple[Clause, ...]
    columns: tuple[str, ...]
    """What a list of its rows shows, as `ListSpec.columns` has it."""
    en: str = ""
    unit: str = ""
    total: str = ""
    average: str = ""
    latest: tuple[str, str] | None = None

    @property
    def counting(self) -> tuple[Clause, ...]:
        """All that a row must meet to count: for an average, to have the number too."""
        return (*self.where, Condition(self.average, Test.GIVEN)) if self.average else self.where


@dataclass(frozen=True, slots=True)
class Combined:
    """Figures of the same sheet added up and taken away, by name."""

    name: str
    title: str
    said: str
    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()
    en: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """What share one part is of a whole: the sums of figures of the same sheet, by name."""

    name: str
    title: str
    said: str
    part: tuple[str, ...]
    whole: tuple[str, ...]
    en: str = ""


AnyFigure = Figure | Combined | Rate


@dataclass(frozen=True, slots=True)
class Grouping:
    """By what a sheet's figures are told apart: for each kind the fields of which the first that is given counts.

    `digits` cuts a code to its first characters, `codes` names the list that says it in words; `areas` is for the
    areas of the organisation tree, which count as what they have become.
    """

    name: str
    title: str
    fields: Mapping[str, tuple[str, ...]]
    en: str = ""
    digits: int = 0
    codes: str = ""
    areas: bool = False


@dataclass(frozen=True, slots=True)
class FigureSheet:
    """One matter's figures, side by side, and the ways to group them."""

    name: str
    title: str
    figures: tuple[AnyFigure, ...]
    groupings: tuple[Grouping, ...]
    en: str = ""
    by_name: Mapping[str, AnyFigure] = field(default_factory=dict, init=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {figure.name: figure for figure in self.figures})

    @property
    def counted(self) -> tuple[Figure, ...]:
        """Those that count rows; the others follow from them."""
        return tuple(figure for figure in self.figures if isinstance(figure, Figure))


def check(sheet: FigureSheet, kinds: Mapping[str, RecordInfo]) -> None:
    """Raises TypeError where a sheet names a figure or field that there is none of."""
    for figure in sheet.figures:
        if not isinstance(figure, Figure):
            _check_parts(sheet, figure)
            continue
        names = [figure.total, figure.average, *figure.columns, *(figure.latest or ())]
        _check_clauses(kinds, figure.kind, figure.where)
        for name in filter(None, names):
            _field(kinds, figure.kind, name)
        for grouping in sheet.groupings:
            if not grouping.fields.get(figure.kind):
                raise TypeError(f"{sheet.name}: {grouping.name} says nothing of {figure.kind}")
    for grouping in sheet.groupings:
        for kind, paths in grouping.fields.items():
            for path in paths:
                _field(kinds, kind, path)


def _check_parts(sheet: FigureSheet, figure: Combined | Rate) -> None:
    parts = figure.plus + figure.minus if isinstance(figure, Combined) else figure.part + figure.whole
    for name in parts:
        found = sheet.by_name.get(name)
        if found is None or isinstance(found, Rate) or (isinstance(found, Figure) and found.average):
            raise TypeError(f"{sheet.name}.{figure.name}: {name!r} cannot be added up")
        if isinstance(figure, Combined) and isinstance(found, Combined):
            raise TypeError(f"{sheet.name}.{figure.name}: {name!r} is itself a sum")


def _check_clauses(kinds: Mapping[str, RecordInfo], kind: str, clauses: tuple[Clause, ...]) -> None:
    for clause in clauses:
        match clause:
            case AnyOf(ways):
                for way in ways:
                    _check_clauses(kinds, kind, way)
            case Whose(mine, other, theirs, where):
                if _field(kinds, kind, mine).ref != _field(kinds, other, theirs).ref:
                    raise TypeError(f"{kind}.{mine} and {other}.{theirs} refer to different things")
                _check_clauses(kinds, other, where)
            case Condition() | Among() | Holds():
                _field(kinds, kind, clause.field)


def _field(kinds: Mapping[str, RecordInfo], kind: str, path: str) -> FieldInfo:
    found = field_at(kinds, kind, path)
    if found is None:
        raise TypeError(f"{kind} has no {path!r}")
    return found[1]
