"""Three-way merging of one change onto the district's row: pure, so that each rule can be tested alone.

A field was *seen* by an author if its last writer stands at or below the base position, or is an earlier act of the
same desk that the base names. Seen fields are overwritten. Unseen ones merge by policy; under `ask` the row keeps
the value that arrived first, and a contest gets one side per line of edits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from .act import Base, Outcome
from .schema import CollectionSpec, FieldSpec, Policy

VOID_GROUP = "*void"


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who wrote a field last: at which position, by which desk's act."""

    pos: int
    desk: str
    number: int


@dataclass(slots=True)
class Head:
    """The district's row: payload with, per field, the stamp of its last writer. `void` is the stamp of a void.

    `areas` hold it; `down` are those that its children have from it, where these are not all (None: they are).
    """

    collection: str
    id: str
    pos: int
    created: int
    payload: dict[str, Any]
    meta: dict[str, Stamp]
    areas: tuple[str, ...] = ()
    voided: bool = False
    void: Stamp | None = None
    down: tuple[str, ...] | None = None

    def copy(self) -> Head:
        return replace(self, payload=dict(self.payload), meta=dict(self.meta))


@dataclass(frozen=True, slots=True)
class Author:
    """Whose change it is and what was seen; `stamp` is what the change will be known by.

    `before` are the older lines of the author's file, by name, each with the last number that is also the author's.
    """

    stamp: Stamp
    base: Base
    officer: str
    at: int
    before: dict[str, int] = field(default_factory=dict)

    def saw(self, stamp: Stamp | None) -> bool:
        """Whether the author had the write of that stamp on the screen; earlier changes of the same act are seen."""
        if stamp is None or stamp == self.stamp:
            return True
        return self.made(stamp.desk, stamp.number) or 0 < stamp.pos <= self.base.pos

    def made(self, desk: str, number: int) -> bool:
        """Whether this is the author's own line of edits: an own act that the base names, or this one."""
        if desk == self.stamp.desk:
            return number <= self.base.own or number == self.stamp.number
        return desk in self.before and number <= min(self.before[desk], self.base.own)

    def side(self, value: dict[str, Any]) -> dict[str, Any]:
        """The author's line of edits as a side of a contest."""
        s = self.stamp
        return {
            "value": value, "desk": s.desk, "number": s.number, "officer": self.officer, "at": self.at, "pos": s.pos,
        }  # fmt: skip


@dataclass(slots=True)
class Contest:
    """An open or decided contest on one group of a record, as merging sees it. `pos` is where it last changed."""

    id: str
    group: str
    sides: list[dict[str, Any]]
    open: bool
    pos: int


@dataclass(slots=True)
class Merged:
    """What a change comes to: fields to write, contests to open or move, and the outcome."""

    fields: dict[str, Any] = field(default_factory=dict)
    outcome: Outcome = Outcome.APPLIED
    contests: list[tuple[str, list[dict[str, Any]]]] = field(default_factory=list)  # (group, sides)
    notes: list[str] = field(default_factory=list)

    def raise_to(self, outcome: Outcome) -> None:
        """The outcome of a whole change is the worst of its groups."""
        order = (Outcome.APPLIED, Outcome.MERGED, Outcome.CONTESTED)
        if order.index(outcome) > order.index(self.outcome):
            self.outcome = outcome


def merge_fields(
    spec: CollectionSpec | None, head: Head, fields: dict[str, Any], author: Author, contests: dict[str, Contest]
) -> Merged:
    """What `fields` of one change come to on `head`; `contests` are the record's, by group."""
    merged = Merged()
    asked: dict[str, dict[str, Any]] = {}
    for name, value in fields.items():
        known = spec.field(name) if spec else None
        policy = known.policy if known else Policy.ASK
        if policy is Policy.MACHINE:
            continue  # a desk's guess of what the district alone writes
        if policy in (Policy.UNION, Policy.ADD):
            merged.fields[name] = _combine(policy, head.payload.get(name), value)
            if not author.saw(head.meta.get(name)):
                merged.raise_to(Outcome.MERGED)
        elif policy is Policy.LATEST:
            merged.fields[name] = value
            if not author.saw(head.meta.get(name)):
                merged.raise_to(Outcome.MERGED)
                merged.notes.append(name)
        else:
            asked.setdefault(_group(known, name), {})[name] = value
    for group, values in asked.items():
        _merge_group(head, group, values, author, contests.get(group), merged)
    if merged.outcome is Outcome.APPLIED and any(not author.saw(s) for s in head.meta.values()):
        merged.outcome = Outcome.MERGED  # others edited other fields meanwhile
    return merged


def _group(spec: FieldSpec | None, name: str) -> str:
    return spec.group if spec and spec.group else name


def first_value(spec: CollectionSpec | None, name: str, value: Any) -> Any:
    """What a new record holds of a value that was sent: a set is sorted, and of its additions the set."""
    known = spec.field(name) if spec else None
    is_set = known is not None and known.policy is Policy.UNION and value is not None
    return _combine(Policy.UNION, None, value) if is_set else value


def _combine(policy: Policy, current: Any, change: Any) -> Any:
    """A union's or sum's new value; a plain value stands where there is nothing to combine it with."""
    if policy is Policy.ADD:
        if change is None:
            return current  # a number that was cleared adds nothing
        return (current or 0) + change if isinstance(change, int | float) else change
    if not isinstance(change, dict):
        return sorted(set(current or []) | set(change or []))
    return sorted((set(current or []) | set(change.get("+", []))) - set(change.get("-", [])))


def _merge_group(
    head: Head, group: str, values: dict[str, Any], author: Author, contest: Contest | None, merged: Merged
) -> None:
    if contest is not None and contest.open:
        _join(contest, values, author, merged)
        return
    if _answered(contest, author):
        return
    if all(head.payload.get(n) == v for n, v in values.items()):
        return  # said again: whoever said it first stays its writer, for those who saw that one
    unseen = [n for n in values if not author.saw(head.meta.get(n))]
    if not unseen:
        merged.fields.update(values)
        return
    first = {n: head.payload.get(n) for n in values}
    stamp = max((head.meta[n] for n in unseen), key=lambda s: s.pos)
    merged.contests.append((group, [side_of(stamp, first), author.side(values)]))
    merged.raise_to(Outcome.CONTESTED)


def _join(contest: Contest, values: dict[str, Any], author: Author, merged: Merged) -> None:
    """An edit of an open contest moves the side it stands on, joins an equal one, or adds one; it decides nothing.

    Where the last two sides come to say the same, one is left, and nothing to decide.
    """
    own = _own_side(contest, author)
    merged.raise_to(Outcome.CONTESTED)
    if own is None:
        if any(s["value"] == values for s in contest.sides):
            return
        sides = [*contest.sides, author.side({**contest.sides[0]["value"], **values})]
    else:
        moved = author.side({**contest.sides[own]["value"], **values})
        if contest.sides[own]["value"] == moved["value"]:
            return  # said again: whoever said it first stays its writer here too
        if own == 0:
            merged.fields.update(values)
        others = [s for n, s in enumerate(contest.sides) if n != own]
        equal = any(s["value"] == moved["value"] for s in others)
        if own == 0:
            sides = [moved, *(s for s in others if s["value"] != moved["value"])]
        else:
            sides = others if equal else [*contest.sides[:own], moved, *contest.sides[own + 1 :]]
    merged.contests.append((contest.group, sides))


def _answered(contest: Contest | None, author: Author) -> bool:
    """Whether this very edit was a side that somebody has decided about: its act had to wait for that."""
    sides = contest.sides if contest is not None and not contest.open else []
    here = author.stamp  # an earlier change of this very act is no answer to a later one
    return any(s["desk"] == here.desk and s["number"] >= here.number and s["pos"] != here.pos for s in sides)


def _own_side(contest: Contest, author: Author) -> int | None:
    """The side that the author's edits stand on: an own one, or the first, which the row shows to all who saw it."""
    for n, side in enumerate(contest.sides):
        if n and author.made(side["desk"], side["number"]):
            return n
    first = contest.sides[0]
    if author.saw(Stamp(contest.pos, "", 0)) or author.made(first["desk"], first["number"]):
        return 0
    return None


def merge_void(head: Head, author: Author, contest: Contest | None, steps: Iterable[Stamp] = ()) -> Merged:
    """A void that did not see the latest edits, or steps taken, is a contest on the record; void and void are one."""
    merged = Merged()
    if contest is not None and contest.open:
        merged.outcome = Outcome.CONTESTED  # it is one of the sides already, and decides nothing
        return merged
    unseen = [s for s in (*head.meta.values(), *steps) if not author.saw(s)]
    if head.voided or _answered(contest, author):
        return merged
    if not unseen:
        merged.fields = {"voided": True}
        return merged
    stamp = max(unseen, key=lambda s: s.pos)
    kept = side_of(stamp, {"voided": False})
    merged.contests.append((VOID_GROUP, [kept, author.side({"voided": True})]))
    merged.outcome = Outcome.CONTESTED
    return merged


def merge_edit_of_voided(head: Head, author: Author, contest: Contest | None) -> list[tuple[str, list[dict[str, Any]]]]:
    """The contest that an edit opens which did not see that the record was voided."""
    if not head.voided or head.void is None or author.saw(head.void) or (contest is not None and contest.open):
        return []
    if _answered(contest, author):
        return []
    return [(VOID_GROUP, [side_of(head.void, {"voided": True}), author.side({"voided": False})])]


def side_of(stamp: Stamp, value: dict[str, Any]) -> dict[str, Any]:
    """The side of whoever came first; the feed's stamps say which officer that was."""
    return {"value": value, "desk": stamp.desk, "number": stamp.number, "officer": "", "at": 0, "pos": stamp.pos}
