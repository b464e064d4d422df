"""Writes a sheet through the door: an act a line, with the step where nothing stands in its way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from baiyun_desktop.kernel.listing import SheetSpec
from baiyun_desktop.kernel.mask import Shown
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.value import Draft, Snapshot
from baiyun_desktop.registry.person import tidied
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.errors import DiskTrouble, StepRefused
from baiyun_desktop.ui.days import today
from baiyun_desktop.ui.listing import info_at

NUMBER = "biz_no"
"""The field of a record that holds its number for people."""


@dataclass(frozen=True, slots=True)
class LineDraft:
    """What stands in one line; `record` and `other` are its ids whenever it is saved, `known` who it is about."""

    record: str
    other: str
    known: Snapshot | None
    own: Mapping[str, Any]
    linked: Mapping[str, Any]
    earlier: tuple[str, ...] = ()
    """Records that give way to this one once it has taken its step."""


@dataclass(frozen=True)
class SheetDraft:
    """What stands on a sheet."""

    spec: SheetSpec
    shared: Mapping[str, Any]
    lines: Sequence[LineDraft]

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
    note: str = ""
    """What could not be done beside it, though the line itself is written."""


def save_sheet(replica: Replica, program: Program, draft: SheetDraft, *, step: bool) -> list[LineResult]:
    """In a thread: an act a line, a result a line. One that cannot be written says why and stops no other."""
    first, results = draft.first, []
    for line in draft.lines:
        result = _save_line(replica, program, draft, line, first, step=step)
        first = first or result.record
        results.append(result)
    return results


def _save_line(
    replica: Replica, program: Program, draft: SheetDraft, line: LineDraft, first: str, *, step: bool
) -> LineResult:
    try:
        drafts = drafts_of(replica, program, draft, line, first)
        _write(replica, draft.spec, line.record, drafts, step=step)
        saved = replica.read.get(draft.spec.kind, line.record)
    except StepRefused as refusal:
        return LineResult("", hindrance=refusal.reason, fields=refusal.fields)
    except DiskTrouble as error:
        if not first:
            raise  # nothing is written yet: the whole sheet waits until the disk takes it
        return LineResult("", hindrance=str(error))
    except Exception as error:  # noqa: BLE001 - whatever it is, what became of the other lines must be told
        return LineResult("", hindrance=str(error) or type(error).__name__)
    other = replica.read.get(drafts[0].kind, drafts[0].id)
    values = other.values if other is not None else drafts[0].values
    title = program.title(drafts[0].kind, values, today(), Shown.DETAIL)
    note = _give_way(replica, draft.spec, line) if step else ""
    return LineResult(title, line.record, number=str(saved.get(NUMBER, "")) if saved is not None else "", note=note)


def _give_way(replica: Replica, spec: SheetSpec, line: LineDraft) -> str:
    """What stood before makes room. What hinders that is said; the new record stands all the same."""
    for earlier in line.earlier if spec.gives_way is not None else ():
        held = replica.read.get(spec.kind, earlier)
        if held is None or spec.gives_way is None:
            continue
        drafts = [Draft.of(held, **{spec.gives_way.by: line.record})]
        try:
            replica.door.step(spec.kind, earlier, spec.gives_way.verb, drafts=drafts, stated_date=today())
        except (StepRefused, DiskTrouble) as error:
            return str(error)
    return ""


def drafts_of(replica: Replica, program: Program, draft: SheetDraft, line: LineDraft, first: str) -> list[Draft]:
    """The records of one line. What the linked kind calls by the same name (an address) is not asked twice."""
    spec, through = draft.spec, draft.through
    target = program.kind(info_at(program, spec.kind, through).ref or "")
    shared_own = {path: value for path, value in draft.shared.items() if "." not in path}
    shared_linked = {path.partition(".")[2]: value for path, value in draft.shared.items() if "." in path}
    same = {name: value for name, value in shared_own.items() if name in target.by_name and name != "area"}
    facts = tidied({**same, **shared_linked, **line.linked})
    other = _draft(target.name, line.other, line.known or replica.read.get(target.name, line.other), facts)
    values = {**shared_own, **line.own, through: other.id}
    if first and first != line.record and spec.joins:
        values[spec.joins] = first
    return [other, _draft(spec.kind, line.record, replica.read.get(spec.kind, line.record), values)]


def _draft(kind: str, record: str, held: Snapshot | None, values: Mapping[str, Any]) -> Draft:
    return Draft.of(held, **values) if held is not None else Draft.create(kind, record, **values)


def _write(replica: Replica, spec: SheetSpec, record: str, drafts: list[Draft], *, step: bool) -> None:
    """A line that took its step when it was saved before is only brought up to date. Raises what the door raises."""
    held = not drafts[-1].new
    verbs = [offered.verb for offered, _ in replica.read.steps(spec.kind, record)] if held else [spec.step]
    if step and spec.step is not None and spec.step in verbs:
        replica.door.step(spec.kind, record, spec.step, drafts=drafts, stated_date=today())
    elif any(drafts):
        replica.door.save([draft for draft in drafts if draft])
