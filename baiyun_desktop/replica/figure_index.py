"""The indexes that let a sweep over the rows of a figure read nothing but what it counts by."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from baiyun_desktop.kernel.figure import FigureSheet
from baiyun_desktop.kernel.figure_sweep import Sweep, asked_of_others, fields_of, lead, looked_at, sweeps_of
from baiyun_desktop.kernel.record import RecordInfo

PREFIX = "fg_"
VOIDED = "voided"
Wanted = dict[tuple[str, str], set[str]]
"""By kind and leading field, the others that the index holds."""


def figure_indexes(sheets: Iterable[FigureSheet], kinds: Mapping[str, RecordInfo]) -> Iterator[tuple[str, str]]:
    """(name, statement) of each. Its name says what it holds, so that other declarations make another one."""
    wanted: Wanted = {}
    for sheet in sheets:
        for sweep in sweeps_of(sheet):
            _want(wanted, kinds, sweep.kind, lead(sweep.within), looked_at(sweep, sheet.groupings))
            _want_of_others(wanted, kinds, sweep)
    for (kind, first), others in sorted(wanted.items()):
        columns = ", ".join(f'"{name}"' for name in (first, *sorted(others - {first})))
        name = f"{PREFIX}{kind}_{first}_{hashlib.blake2b(columns.encode(), digest_size=4).hexdigest()}"
        # rows without the day are counted by nobody
        yield name, f'CREATE INDEX "{name}" ON "{kind}" ({columns}) WHERE "{first}" IS NOT NULL'


def _want_of_others(wanted: Wanted, kinds: Mapping[str, RecordInfo], sweep: Sweep) -> None:
    for clauses in (sweep.within, *(rest for _, rest in sweep.counts)):
        for whose in asked_of_others(clauses):
            _want(wanted, kinds, whose.kind, lead(whose.where), [*fields_of(whose.where), whose.theirs])


def _want(wanted: Wanted, kinds: Mapping[str, RecordInfo], kind: str, first: str, names: list[str]) -> None:
    """What lies beyond a reference is looked up where it stands: of that, an index of a few fields is never chosen."""
    parent = kinds[kind].parent
    own = {name.partition(".")[0] for name in names}
    if parent is not None and parent[1]:  # a child counts where its parent stands
        own.add(parent[0])
    wanted.setdefault((kind, first), set()).update(own | {VOIDED})
