"""Who may hold what: the tree of areas with its successors, and what a post's grants cover of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec
from sqlalchemy import Connection, func, select

from ..schema import EVERYWHERE, Schema
from .sight import WHOLE, Cover, grants_of, joined, sights_of
from .tables import HEAD


class AreaTree:
    """Areas by key, each below its parent; an area that ended counts as lying below its successor too."""

    def __init__(self, parents: Mapping[str, str | None], successors: Mapping[str, str]) -> None:
        self._up = {area: [p for p in (parent, successors.get(area)) if p] for area, parent in parents.items()}
        self._down: dict[str, list[str]] = {}
        for area, ups in self._up.items():
            for up in ups:
                self._down.setdefault(up, []).append(area)

    def cover(self, grants: Iterable[str]) -> frozenset[str]:
        """The areas that a post with these grants holds: each with all below it, and reference data."""
        found, todo = {EVERYWHERE}, list(grants)
        while todo:
            area = todo.pop()
            if area not in found:
                found.add(area)
                todo.extend(self._down.get(area, ()))
        return frozenset(found)

    def above(self, area: str) -> list[str]:
        """The area and all above it, nearest first."""
        found, todo = [area], [area]
        while todo:
            for up in self._up.get(todo.pop(0), ()):
                if up not in found:
                    found.append(up)
                    todo.append(up)
        return found

    def common(self, areas: Iterable[str]) -> str:
        """The lowest area above all of these, or reference data's where there is none."""
        lines = [self.above(a) for a in areas]
        if not lines:
            return EVERYWHERE
        return next((a for a in lines[0] if all(a in line for line in lines[1:])), EVERYWHERE)

    def knows(self, area: str) -> bool:
        """Whether the area stands in the tree; reference data's always does."""
        return area == EVERYWHERE or area in self._up

    def tops(self) -> list[str]:
        """The areas that lie below no other."""
        return sorted(a for a, ups in self._up.items() if not ups)

    def is_top(self, area: str) -> bool:
        return not self._up.get(area)


class Scope(Protocol):
    """Where areas come from. `collection` names the records that say so, or nothing."""

    collection: str

    def tree(self, conn: Connection) -> AreaTree:
        """The tree as it stands in this transaction."""
        ...


@dataclass
class FixedScope:
    """A tree that never changes, for engines without organisation records."""

    parents: Mapping[str, str | None]
    collection: str = ""
    _tree: AreaTree = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._tree = AreaTree(self.parents, {})

    def tree(self, conn: Connection) -> AreaTree:
        return self._tree


class AreaScope:
    """The tree as the rows of one collection say it, read again only when one of them has changed."""

    def __init__(self, collection: str, key: str, parent: str, successor: str) -> None:
        self.collection = collection
        self._names = (key, parent, successor)
        self._last: tuple[tuple[int, int], AreaTree] = (
            (-1, -1),
            AreaTree({}, {}),
        )  # read and set at once: threads share it

    def tree(self, conn: Connection) -> AreaTree:
        mark = select(func.coalesce(func.max(HEAD.c.pos), 0), func.count()).where(HEAD.c.collection == self.collection)
        pos, rows_there = conn.execute(mark).one()
        seen, tree = self._last
        if seen != (pos, rows_there):
            # Only reference data counts: a row that lives in one area must not say what lies below another.
            stands = (HEAD.c.areas == EVERYWHERE) & HEAD.c.voided.is_(False)
            rows = conn.execute(select(HEAD.c.payload).where(HEAD.c.collection == self.collection, stands)).scalars()
            tree = self._build([decode_payload(r) for r in rows])
            self._last = ((pos, rows_there), tree)
        return tree

    def _build(self, rows: Sequence[dict[str, Any]]) -> AreaTree:
        key, parent, successor = self._names
        parents = {r[key]: r.get(parent) for r in rows if r.get(key)}
        return AreaTree(parents, {r[key]: r[successor] for r in rows if r.get(key) and r.get(successor)})


def decode_payload(data: bytes) -> dict[str, Any]:
    """A head's payload as a row."""
    row: dict[str, Any] = msgspec.msgpack.decode(data)
    return row


def fingerprint(areas: Iterable[str]) -> str:
    """A short name for a set of areas, so that both sides can tell whether they mean the same."""
    return hashlib.blake2b(",".join(sorted(areas)).encode(), digest_size=6).hexdigest()


def covered(tree: AreaTree, grants: Iterable[str], schema: Schema | None = None) -> Cover:
    """What a post with these grants holds: an area whole, or `area|view`; without a schema, whole areas alone."""
    held: dict[str, str] = {}
    for area, view in grants_of(grants):
        for below in tree.cover([area]):
            held[below] = joined([held[below], view]) if below in held else view
    held[EVERYWHERE] = WHOLE
    return Cover(held, sights_of(schema)) if schema else Cover.of(held)
