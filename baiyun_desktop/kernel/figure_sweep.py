"""In how few sweeps over rows a sheet's figures are counted, and which fields each of these looks at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from baiyun_desktop.kernel.figure import Among, AnyOf, Clause, Edge, Figure, FigureSheet, Grouping, Holds, Whose
from baiyun_desktop.kernel.listing import Condition

Where = tuple[Clause, ...]
Latest = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Sweep:
    """Rows of one kind that meet `within`, each looked at once for all figures that count among them."""

    kind: str
    within: Where
    counts: tuple[tuple[Figure, Where], ...]
    """What each figure asks besides. One whose ways exclude one another may be counted in several sweeps."""
    latest: Latest | None = None

    @property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(figure for figure, _ in self.counts)


def sweeps_of(sheet: FigureSheet) -> list[Sweep]:
    """The sweeps that count all figures of a sheet."""
    found: dict[tuple[str, Where, Latest | None], list[tuple[Figure, Where]]] = {}
    for figure in sheet.counted:
        for where in _ways(figure):
            period = where if figure.latest else tuple(c for c in where if _of_period(c)) or where
            rest = tuple(c for c in where if c not in period)
            found.setdefault((figure.kind, period, figure.latest), []).append((figure, rest))
    return [_sweep(kind, period, latest, counts) for (kind, period, latest), counts in found.items()]


def lead(where: Where) -> str:
    """The field by which an index finds such rows: the day that lies in the period, else what is asked first."""
    conditions = [c for c in where if isinstance(c, Condition)]
    return next((c.field for c in conditions if _of_period(c)), conditions[0].field if conditions else "")


def fields_of(where: Iterable[Clause]) -> Iterator[str]:
    """The fields of the kind itself that conditions look at, as they are named: "person.hukou_code" too."""
    for clause in where:
        match clause:
            case AnyOf(ways):
                for way in ways:
                    yield from fields_of(way)
            case Whose(mine=mine):
                yield mine
            case Condition() | Among() | Holds():
                yield clause.field


def looked_at(sweep: Sweep, groupings: Iterable[Grouping]) -> list[str]:
    """All fields that a sweep needs of its rows, whatever it is told apart by."""
    names = [*fields_of(sweep.within), *(sweep.latest or ()), *(["id"] if sweep.latest else [])]
    for figure, rest in sweep.counts:
        names += [*fields_of(rest), *filter(None, (figure.total, figure.average))]
    for grouping in groupings:
        names += grouping.fields[sweep.kind]
    return list(dict.fromkeys(names))


def asked_of_others(where: Iterable[Clause]) -> Iterator[Whose]:
    """The questions about records of other kinds."""
    for clause in where:
        match clause:
            case AnyOf(ways):
                for way in ways:
                    yield from asked_of_others(way)
            case Whose(where=theirs):
                yield clause
                yield from asked_of_others(theirs)


def _sweep(kind: str, period: Where, latest: Latest | None, counts: list[tuple[Figure, Where]]) -> Sweep:
    """What all of its figures ask is asked once."""
    shared = tuple(c for c in counts[0][1] if all(c in rest for _, rest in counts))
    told = tuple((figure, tuple(c for c in rest if c not in shared)) for figure, rest in counts)
    return Sweep(kind, (*period, *shared), told, latest)


def _of_period(clause: Clause) -> bool:
    return isinstance(clause, Condition) and isinstance(clause.value, Edge)


def _ways(figure: Figure) -> tuple[Where, ...]:
    """The ways of a figure that is nothing but ways of which no row goes two; else its conditions as they are."""
    match figure.counting:
        case (AnyOf(ways),) if figure.latest is None and all(_apart(a, b) for a, b in combinations(ways, 2)):
            return ways
        case where:
            return (where,)


def _apart(one: Where, other: Where) -> bool:
    """Whether some field would have to be two things."""
    mine, theirs = _values(one), _values(other)
    return any(not mine[name] & theirs[name] for name in mine.keys() & theirs.keys())


def _values(where: Where) -> Mapping[str, frozenset[str]]:
    return {clause.field: frozenset(clause.values) for clause in where if isinstance(clause, Among)}
