"""What a form can be told in one go: the fields that a pasted line or a card reader's may fill, by their declarations."""

from __future__ import annotations

from collections.abc import Iterable

from baiyun_desktop.intake.pasted import Hearing
from baiyun_desktop.kernel.field import Asked
from baiyun_desktop.kernel.listing import SheetSpec
from baiyun_desktop.kernel.mask import Mask
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.replica import Replica
from baiyun_desktop.ui.days import today
from baiyun_desktop.ui.fills import ID_NUMBER
from baiyun_desktop.ui.sheet_flow import through_of

FOUND_MAX = 8


def tells_people_apart(program: Program, kind: str) -> bool:
    """Whether records of that kind are people: a reader's line is about one of them."""
    return {"name", ID_NUMBER} <= program.kind(kind).by_name.keys() if kind in program.kinds else False


def hearing_of(program: Program, kind: str, names: Iterable[str]) -> Hearing:
    """What of a record of that kind may be said beside a person's facts, where its form has these fields."""
    declared = program.kind(kind).by_name if kind else {}
    fields = [declared[name] for name in names if name in declared]
    coded = {f.name: program.codes(f.codes) for f in fields if f.codes is not None and not f.derived}
    place = next((f.name for f in fields if f.mask is Mask.ADDRESS and f.asked is Asked.FIRST), "")
    if tells_people_apart(program, kind):
        coded = {}  # a person's own lists are read as such
    return Hearing(program.codes, today(), coded, place)


def about_people(program: Program) -> list[SheetSpec]:
    """The sheets whose lines are about people."""
    return [spec for spec in program.sheets.values() if person_of(program, spec)]


def person_of(program: Program, spec: SheetSpec) -> str:
    """The kind of the people that a sheet's lines are about; empty where they are about something else."""
    through = through_of(spec)
    kind = program.kind(spec.kind).by_name[through].ref or "" if through else ""
    return kind if tells_people_apart(program, kind) else ""


def found_by_number(replica: Replica, kind: str, number: str) -> list[str]:
    """The ids of those on file under exactly that number; for a thread."""
    hits = [hit.id for hit in replica.search.find(number, limit=FOUND_MAX).hits if hit.kind == kind]
    return [found for found, held in replica.read.many(kind, hits).items() if held.get(ID_NUMBER) == number]
