"""What a sheet need not ask again and what it asks next: by the last record about somebody, and by the step's own rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from baiyun_desktop.kernel.field import Asked
from baiyun_desktop.kernel.listing import SheetSpec
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.step import Brief
from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.replica import Replica
from baiyun_desktop.ui.days import today
from baiyun_desktop.ui.listing import info_at

_EMPTY: tuple[object, ...] = (None, "", [])
_FIRST = "0" * 32
"""The id of a record that is not there yet, for guards that compare it with others."""


def records_about(replica: Replica, spec: SheetSpec, other: str) -> Sequence[Snapshot]:
    """The records of the sheet's kind that lead to that other one, in the order they were made."""
    through = through_of(spec)
    return replica.read.by_ref(spec.kind, through, other) if through else ()


def through_of(spec: SheetSpec) -> str:
    """The reference by which a line leads to its other record, such as "person"; empty where lines have none."""
    return next((path.partition(".")[0] for path in spec.each if "." in path), "")


def kept_from(program: Program, spec: SheetSpec, records: Sequence[Snapshot]) -> dict[str, Any]:
    """What all share, as the last of these records says it; one that stands comes before one that has ended."""
    if not records:
        return {}
    kind = program.kind(spec.kind)
    standing = [record for record in records if kind.is_live(record.values)]
    last = (standing or records)[-1]
    names = (*spec.keeps, *(spec.keeps_while_live if standing else ()))
    return {name: last.values[name] for name in names if last.values.get(name) not in _EMPTY}


def giving_way(replica: Replica, spec: SheetSpec, other: str) -> list[Snapshot]:
    """The records about that other one that would now take the step by which they give way to a new one."""
    if spec.gives_way is None:
        return []
    found = []
    for record in records_about(replica, spec, other):
        verbs = {step.verb for step, _ in replica.read.steps(spec.kind, record.id)}
        if spec.gives_way.verb in verbs:
            found.append(record)
    return found


def wanted(program: Program, spec: SheetSpec, values: Mapping[str, Any], other: Mapping[str, Any]) -> set[str]:
    """The paths of what all share that are still to be asked: by the step, or of the other record first."""
    procedure = program.procedure(spec.kind)
    step = procedure.step(spec.step, procedure.initial) if procedure is not None and spec.step else None
    asked: set[str] = set()
    if procedure is not None and step is not None:
        links = {through_of(spec): dict(other)}
        brief = Brief(spec.kind, _FIRST, dict(values), procedure.initial, links=links, stated_date=today())
        asked = set(procedure.asks(step, brief))
    for path in spec.shared:
        known = (other if "." in path else values).get(path.rpartition(".")[2])
        first = info_at(program, spec.kind, path).asked
        if first is Asked.FIRST or ("." in path and first is Asked.STEP):
            asked |= {path} if known in _EMPTY else set()
    return asked & set(spec.shared)


def after(paths: Iterable[str], path: str | None) -> list[str]:
    """The paths that come after one of them, in their order; all of them for None."""
    listed = list(paths)
    return listed[listed.index(path) + 1 :] if path in listed else listed
