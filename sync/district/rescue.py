"""Rescue: work that came too late to be applied is kept whole, put before those who hold its records now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from ..act import Act, Change, Op
from ..merge import Author
from ..schema import EVERYWHERE
from ..system import RESCUE
from .doubts import pair_id, write_system
from .entries import Key
from .scope import AreaTree
from .unit import Unit


def rescue(
    unit: Unit, tree: AreaTree, author: Author, act: Act, why: str, fallback: Sequence[str], again: int = 0
) -> Key:
    """Keeps an act as a record of its own, held by who holds all the records it is about, or else by `fallback`.

    Where no area holds them all it is the one above: an office reads nothing of a record that it does not hold.

    `again` counts how often it was kept anew, since part of it was erased by law.
    """
    line, areas = author.stamp.desk, sorted(_areas(unit, tree, act)) or sorted(fallback)
    parts = [{"collection": c.collection, "id": c.id, "op": c.op.value, "fields": c.fields} for c in act.changes]
    fields: dict[str, Any] = {
        "act": f"{line}/{act.number}",
        "officer": act.officer,
        "post": unit.post_of(line),
        "at": act.at,
        "verb": act.verb,
        "why": why,
        "parts": msgspec.to_builtins(parts),
        "areas": areas,
        "state": "open",
    }
    points = {(f"r{n}", c.id) for n, c in enumerate(act.changes) if c.op is not Op.CREATE}
    return write_system(unit, author, rescue_key(line, act.number, again), fields, points)


def rescue_key(line: str, number: int, again: int = 0) -> Key:
    """The record that keeps an act of a line."""
    return RESCUE, pair_id("rescue", "", line, [str(number), *(["again"] * again)])


def stood_in_for(unit: Unit, key: Key) -> bool:
    """Whether somebody has made a record in place of the one that a rescued act had waited for."""
    rescues = (unit.head((kind, record)) for kind, record, _ in unit.index.referrers(key[1]) if kind == RESCUE)
    return unit.head(key) is not None and any(r is not None and r.payload["state"] == "taken" for r in rescues)


def stands_on(unit: Unit, change: Change) -> list[Key]:
    """The records that a change makes its own a child of, or has it carry."""
    spec = unit.schema.get(change.collection)
    if spec is None:
        return []
    ends = [(name, kind) for name, (kind, _) in spec.carried.items()] + [
        refer.subject for refer in spec.refers if refer.subject[1]
    ]
    found = [(kind, str(change.fields[name])) for name, kind in ends if change.fields.get(name)]
    name, kind = spec.parent or ("", "")
    if change.fields.get(name):
        found.append((kind or str(change.fields.get(f"{name}_kind", "")), str(change.fields[name])))
    return found


def _areas(unit: Unit, tree: AreaTree, act: Act) -> Iterable[str]:
    """The areas that hold each record an act is about; where it makes them all itself, those that it names."""
    homes: list[set[str]] = []
    for change in act.changes:
        for key in ((change.collection, change.id), *stands_on(unit, change)):
            head = unit.head(key)
            homes.append({a for a in (head.areas if head is not None else ()) if "|" not in a})  # its parts show all
    return _shared(tree, homes) or _shared(tree, [_named(unit, tree, change) for change in act.changes])


def _named(unit: Unit, tree: AreaTree, change: Change) -> set[str]:
    spec = unit.schema.get(change.collection)
    named = change.fields.get(spec.area) if spec is not None and spec.area and change.op is Op.CREATE else None
    return {a for a in (named if isinstance(named, list) else [named]) if isinstance(a, str) and tree.knows(a)}


def _shared(tree: AreaTree, homes: Iterable[set[str]]) -> set[str]:
    """The areas in which all of these live, or the lowest one above them all; none where nobody says where they live."""
    known = [own for home in homes if (own := home - {EVERYWHERE})]
    if not known:
        return set()
    return set.intersection(*known) or {tree.common(set.union(*known))} - {EVERYWHERE}
