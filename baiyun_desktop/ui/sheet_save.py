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

NUMBER = "biz_no"
"""The field of a record that holds its number for people."""


@dataclass(frozen=True)
class SheetDraft:
    """What stands on a sheet. A line is (the known linked record or None, own values, linked values)."""

    spec: SheetSpec
    shared: Mapping[str, Any]
    lines: Sequence[tuple[Snapshot | None, Mapping[str, Any], Mapping[str, Any]]]

    first: str = ""
    """The record that later lines join, where earlier ones of this family are saved already."""

    @property
    def through(self) -> str:
        """The reference by which a line leads to its other record."""
        return next((path.partition(".")[0] for path in self.spec.each if "." in path), "")


@dataclass(frozen=True, slots=True)
class LineResult:
    """What became of a line. One that could not take its step has no record: nothing was written, `fields` are lacking."""

    title: str
    record: str = ""
    number: str = ""
    hindrance: str = ""
    fields: tuple[str, ...] = ()


def save_sheet(replica: Replica, program: Program, draft: SheetDraft, *, step: bool) -> list[LineResult]:
    """In a thread: an act a line. With `step`, a line that cannot take it is left alone and says why."""
    first, results = draft.first, []
    for known, own, linked in draft.lines:
        record = replica.ids.new()
        drafts = drafts_of(program, draft, record, first, known, own, linked, new_id=replica.ids.new)
        title = program.kind(drafts[0].kind).title_of(known.values if known is not None else drafts[0].values)
        refused = _write(replica, draft.spec, record, drafts, step=step)
        if refused is not None:
            results.append(LineResult(title, hindrance=refused.reason, fields=refused.fields))
            continue
        first = first or record
        saved = replica.read.get(draft.spec.kind, record)
        results.append(LineResult(title, record, number=str(saved.get(NUMBER, "")) if saved is not None else ""))
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
    return [other, Draft.create(spec.kind, record, **values)]


def _write(replica: Replica, spec: SheetSpec, record: str, drafts: list[Draft], *, step: bool) -> StepRefused | None:
    """None where it is written."""
    if not step or spec.step is None:
        replica.door.save(drafts)
        return None
    try:
        replica.door.step(spec.kind, record, spec.step, drafts=drafts, stated_date=today())
    except StepRefused as refusal:
        return refusal
    return None
