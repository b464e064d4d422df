"""Whom a walk from door to door leads to, in the order in which somebody walks: house by house, up each staircase."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

import msgspec

from baiyun_desktop.kernel.deadline import Lamp
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.kernel.visit import Pending, VisitSpec
from baiyun_desktop.registry import address
from baiyun_desktop.replica.dues import DueRow
from baiyun_desktop.replica.errors import DoorRefusal
from baiyun_desktop.replica.filters import Ids, OneOf, Where
from baiyun_desktop.replica.read import Read

VISITED_MAX = 5_000
"""Of one walk; a grid has some hundred."""
_AT_ONCE = 500
_DIGITS = re.compile(r"(\d+)")
CONTEST, DOUBT, DUE = "contest", "doubt", "due"
"""What waits beside what the declaration names: `Wait.what` of these."""


class Wait(msgspec.Struct, frozen=True):
    """Something that waits for somebody: a record of `kind`; `what` is its title, or contest, doubt, or due and the code."""

    what: str
    kind: str
    record: str
    day: str = ""
    en: str = ""


class Stop(msgspec.Struct, frozen=True):
    """One visited record."""

    record: str
    person: str
    waits: tuple[Wait, ...] = ()


class Door(msgspec.Struct, frozen=True):
    """One door, and who is to be met there."""

    label: str
    house: str
    stops: tuple[Stop, ...]


def walk_of(
    read: Read, program: Program, spec: VisitSpec, areas: Sequence[str], day: date, *, everyone: bool
) -> tuple[list[Door], list[str]]:
    """The doors of a walk on a day, and all records it chose from; without `everyone` those alone for whom something waits.

    Raises DoorRefusal where they are more than anybody walks to: none is left out unsaid.
    """
    area = program.kind(spec.kind).spec.area
    where: list[Where] = [*spec.where, *([OneOf(area, tuple(areas))] if area is not None else [])]
    found = read.list(spec.kind, where, limit=VISITED_MAX)
    if found.total > VISITED_MAX:
        raise DoorRefusal(f"这个范围有 {found.total} 人，一次走访最多 {VISITED_MAX} 人；请选小一些的网格")
    rows = found.rows
    waits = _waits(read, spec, rows, day)
    chosen = [row for row in rows if everyone or waits.get(row.id)]
    return _doors(spec, chosen, waits), [row.id for row in rows]


# --- in the order of the houses -----------------------------------------------------------------------------------------


def _doors(spec: VisitSpec, rows: Sequence[Snapshot], waits: dict[str, list[Wait]]) -> list[Door]:
    by_door: dict[str, list[Snapshot]] = {}
    for row in rows:
        by_door.setdefault(_door_of(spec, row), []).append(row)
    found = [(_text(spec, at_door), at_door) for at_door in by_door.values()]
    found.sort(key=lambda one: walking(one[0]))
    return [
        Door(
            label, str(at_door[0].get(spec.house, "")),
            tuple(Stop(row.id, str(row.get(spec.person, "")), tuple(waits.get(row.id, ()))) for row in at_door),
        )
        for label, at_door in found
    ]  # fmt: skip


def _door_of(spec: VisitSpec, row: Snapshot) -> str:
    """What those at one door share: the door that their addresses end at, however it is spelled, else the house."""
    read = address.parse(row.get(spec.address))
    return read.key or str(row.get(spec.house) or "") or read.text


def _text(spec: VisitSpec, at_door: Sequence[Snapshot]) -> str:
    return next((str(row.get(spec.address)) for row in at_door if row.get(spec.address)), "")


def walking(label: str) -> tuple[object, ...]:
    """By what doors are sorted: estate, building, unit, room, numbers as numbers; no address comes last."""
    read = address.parse(label)
    parts = (read.estate or read.community, read.building, read.unit, read.room, read.text)
    return (not label, *(_natural(part) for part in parts))


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    """A number sorts by its size."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in _DIGITS.split(text) if part)


# --- what waits ---------------------------------------------------------------------------------------------------------


def _waits(read: Read, spec: VisitSpec, rows: Sequence[Snapshot], day: date) -> dict[str, list[Wait]]:
    """What waits for each visited record, by its id: time limits, what the declaration names, open questions."""
    found: dict[str, list[Wait]] = {}
    for record, wait in (
        *_due(read, spec, [row.id for row in rows], day),
        *(one for pending in spec.pending for one in _pending(read, pending, rows, day)),
        *_questions(read, spec, rows),
    ):
        found.setdefault(record, []).append(wait)
    return found


def _due(read: Read, spec: VisitSpec, ids: Sequence[str], day: date) -> Iterator[tuple[str, Wait]]:
    for batch in _batches(ids):
        for record, limits in read.dues(batch).items():
            for limit in limits:
                if is_near(limit, day):
                    yield record, Wait(f"{DUE} {limit.code}", spec.kind, record, limit.day)


def is_near(limit: DueRow, day: date) -> bool:
    """Whether it is yellow or red on that day."""
    return limit.lamp(day) in (Lamp.YELLOW, Lamp.RED)


def _pending(read: Read, pending: Pending, rows: Sequence[Snapshot], day: date) -> Iterator[tuple[str, Wait]]:
    shared: dict[str, list[str]] = {}
    for row in rows:
        value = (row.get(pending.own) if pending.own else row.id) or ""
        if value:
            shared.setdefault(str(value), []).append(row.id)
    for batch in _batches(list(shared)):
        via = OneOf(pending.via, tuple(batch)) if pending.via else Ids(tuple(batch))
        held = read.list(pending.kind, [*pending.where, via], limit=VISITED_MAX).rows
        limits = read.dues([row.id for row in held]) if pending.due else {}
        for row in held:
            near = [limit for limit in limits.get(row.id, ()) if is_near(limit, day)]
            if pending.due and not near:
                continue
            leads = str(row.get(pending.via, "")) if pending.via else row.id
            for visited in shared.get(leads, ()):
                yield visited, Wait(pending.title, pending.kind, row.id, near[0].day if near else "", pending.en)


def _questions(read: Read, spec: VisitSpec, rows: Sequence[Snapshot]) -> Iterator[tuple[str, Wait]]:
    """Open contests and doubts about the visited record or the person: what is asked at the door can settle them."""
    about: dict[str, list[str]] = {}
    for row in rows:
        for record in {row.id, str(row.get(spec.person, ""))} - {""}:
            about.setdefault(record, []).append(row.id)
    for contest in read.contests():
        for visited in about.get(contest.record, ()):
            yield visited, Wait(CONTEST, contest.kind, contest.record)
    for doubt in read.doubts():
        for visited in dict.fromkeys(v for record in doubt.ids for v in about.get(record, ())):
            yield visited, Wait(DOUBT, doubt.kind, visited)


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
