"""Writes a sheet through the door: an act a line, with the step where nothing stands in its way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from baiyun_desktop.kernel.listing import SheetSpec
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.value import Draft, Snapshot
from baiyun_desktop.registry.person import tidied
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.errors import StepRefused
from baiyun_desktop.ui.days import today
from baiyun_desktop.ui.listing import info_at


@dataclass(frozen=True)
class SheetDraft:
    """What stands on a sheet. A line is (the known linked record or None, own values, linked values)."""

    spec: SheetSpec
    shared: Mapping[str, Any]
    lines: Sequence[tuple[Snapshot | None, Mapping[str, Any], Mapping[str, Any]]]

    @property
    def through(self) -> str:
        """The reference by which a line leads to its other record."""
        return next((path.partition(".")[0] for path in self.spec.each if "." in path), "")


@dataclass(frozen=True, slots=True)
class LineResult:
    """What became of a line: its record, its number where it got one, or why it is a draft."""

    record: str
    title: str
    number: str = ""
    hindrance: str = ""
    stepped: bool = False


def save_sheet(replica: Replica, program: Program, draft: SheetDraft, *, step: bool) -> list[LineResult]:
    """In a thread. Never fails for what is missing: a line that cannot take the step is kept as a draft."""
    first, results = "", []
    for known, own, linked in draft.lines:
        record = replica.ids.new()
        drafts = drafts_of(program, draft, record, first, known, own, linked, new_id=replica.ids.new)
        first = first or record
        hindrance = _write(replica, draft.spec, record, drafts, step=step)
        results.append(_result(replica, program, draft, record, hindrance, stepped=step))
    return results


def drafts_of(
    program: Program,
    draft: SheetDraft,
    record: str,
    first: str,
    known: Snapshot | None,
    own: Mapping[str, Any],
    linked: Mapping[str, Any],
    *,
    new_id: Any,
) -> list[Draft]:
    """The records of one line. What the linked kind calls by the same name (an address) is not asked twice."""
    spec, through = draft.spec, draft.through
    target = program.kind(info_at(program, spec.kind, through).ref or "")
    shared_own = {path: value for path, value in draft.shared.items() if "." not in path}
    shared_linked = {path.partition(".")[2]: value for path, value in draft.shared.items() if "." in path}
    same = {name: value for name, value in shared_own.items() if name in target.by_name and name != "area"}
    facts = tidied({**same, **shared_linked, **linked})
    if known is not None:
        other = Draft.of(known, **facts)
    else:
        other = Draft.create(target.name, new_id(), **facts)
    values = {**shared_own, **own, through: other.id}
    if first and spec.joins:
        values[spec.joins] = first
    return [d for d in (other, Draft.create(spec.kind, record, **values)) if d]


def _write(replica: Replica, spec: SheetSpec, record: str, drafts: list[Draft], *, step: bool) -> str:
    """What stood in the step's way; empty where it was taken or not wanted."""
    if step and spec.step is not None:
        try:
            replica.door.step(spec.kind, record, spec.step, drafts=drafts, stated_date=today())
        except StepRefused as refusal:
            replica.door.save(drafts)
            return str(refusal)
        return ""
    replica.door.save(drafts)
    return ""


def _result(replica: Replica, program: Program, draft: SheetDraft, record: str, hindrance: str, *, stepped: bool) -> LineResult:
    kind = program.kind(draft.spec.kind)
    saved = replica.read.get(kind.name, record)
    assert saved is not None
    ref = kind.field(draft.through).ref or ""
    other = replica.read.get(ref, str(saved.get(draft.through)))
    title = program.kind(ref).title_of(other.values) if other is not None else kind.title
    number = str(saved.get("biz_no") or "") if stepped and not hindrance else ""
    return LineResult(record, title, number, hindrance, stepped)


