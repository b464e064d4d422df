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


def rescue(unit: Unit, tree: AreaTree, author: Author, act: Act, why: str, fallback: Sequence[str]) -> Key:
    """Keeps an act as a record of its own, held where the records it is about live now, or else by `fallback`."""
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
    return write_system(unit, author, (RESCUE, pair_id("rescue", line, [str(act.number)])), fields)


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
