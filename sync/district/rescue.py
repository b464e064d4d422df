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
from .scope import AreaTree
from .unit import Key, Unit


def rescue(
    unit: Unit, tree: AreaTree, author: Author, act: Act, why: str, fallback: Sequence[str], again: int = 0
) -> Key:
    """Keeps an act as a record of its own, held where the records it is about live now, or else by `fallback`.

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
    """Where the records live that an act is about; where it makes them all itself, the areas that it names."""
    found: set[str] = set()
    for change in act.changes:
        for key in ((change.collection, change.id), *stands_on(unit, change)):
            head = unit.head(key)
            found.update(a for a in (head.areas if head is not None else ()) if "|" not in a)  # its parts show all
    if found - {EVERYWHERE}:
        return found - {EVERYWHERE}
    for change in act.changes:
        spec = unit.schema.get(change.collection)
        named = change.fields.get(spec.area) if spec is not None and spec.area and change.op is Op.CREATE else None
        found.update(a for a in (named if isinstance(named, list) else [named]) if isinstance(a, str) and tree.knows(a))
    return found - {EVERYWHERE}
