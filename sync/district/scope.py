"""Who holds what: the tree of areas with its successors, and the areas that hold each record."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec
from sqlalchemy import Connection, func, select

from ..merge import Head
from ..schema import EVERYWHERE, CollectionSpec
from ..system import LINK
from .tables import HEAD
from .unit import Key, Unit


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

    def tree(self, conn: Connection) -> AreaTree:
        return AreaTree(self.parents, {})


class AreaScope:
    """The tree as the rows of one collection say it, read again only when one of them has changed."""

    def __init__(self, collection: str, key: str, parent: str, successor: str) -> None:
        self.collection = collection
        self._names = (key, parent, successor)
        self._seen: tuple[int, int] = (-1, -1)
        self._tree = AreaTree({}, {})

    def tree(self, conn: Connection) -> AreaTree:
        mark = select(func.coalesce(func.max(HEAD.c.pos), 0), func.count()).where(HEAD.c.collection == self.collection)
        seen = tuple(conn.execute(mark).one())
        if seen != self._seen:
            # Only reference data counts: a row that lives in one area must not say what lies below another.
            stands = (HEAD.c.areas == EVERYWHERE) & HEAD.c.voided.is_(False)
            rows = conn.execute(select(HEAD.c.payload).where(HEAD.c.collection == self.collection, stands)).scalars()
            self._tree = self._build([decode_payload(r) for r in rows])
            self._seen = (seen[0], seen[1])
        return self._tree

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


def points_at(spec: CollectionSpec | None, head: Head) -> set[tuple[str, str]]:
    """(field, target) of what a row travels with or belongs to."""
    if spec is None:
        return set()
    names = [n for n, _ in spec.carries] + ([spec.parent[0]] if spec.parent else [])
    names += spec.blob_fields
    if spec.name == LINK:
        names.append("head")
    return {(n, head.payload[n]) for n in names if head.payload.get(n)}


def parent_key(spec: CollectionSpec | None, head: Head) -> Key | None:
    """Whose child a row is."""
    if spec is None or spec.parent is None:
        return None
    field, collection = spec.parent
    target = head.payload.get(field)
    kind = collection or head.payload.get(f"{field}_kind")
    return (kind, target) if target and kind else None


class Membership:
    """Keeps the areas of records right while an act changes them."""

    def __init__(self, unit: Unit, tree: AreaTree | None = None) -> None:
        self.unit = unit
        self.tree = tree

    def refresh(self, keys: Iterable[Key]) -> dict[Key, tuple[str, ...]]:
        """Works out the areas of these records and of what travels with them; returns what those that changed had."""
        changed: dict[Key, tuple[str, ...]] = {}
        todo = list(dict.fromkeys(k for key in keys for k in (key, *self._stirred(key))))
        while todo:
            key = todo.pop(0)
            head = self.unit.head(key)
            if head is None:
                continue
            group = self.unit.group(key)
            after = tuple(sorted({a for member in group for a in self._own(member)}))
            for member in group:
                other = self.unit.head(member)
                if other is not None and other.areas != after:
                    changed.setdefault(member, other.areas)
                    self.unit.edit(member).areas = after
                    todo.extend(k for k in self.dependents(member) if k not in todo)
        return changed

    def _stirred(self, key: Key) -> list[Key]:
        """What may gain or lose areas though the record's own stay: what it carries (or no longer does) or links."""
        head, spec = self.unit.head(key), self.unit.spec(key)
        if head is None or spec is None:
            return []
        if key[0] == LINK:
            return [(head.payload["subject_kind"], head.payload[end]) for end in ("subject", "head")]
        kinds = dict(spec.carries)
        return [(kinds[f], target) for f, target in sorted(self.unit.ever_pointed(key[1])) if f in kinds]

    def _own(self, key: Key) -> set[str]:
        """A record's own areas; its author's where nothing names any, also in a group that has others."""
        home = self.unit.home(key)
        return self._base(key) or ({home} if home else set())

    def _base(self, key: Key) -> set[str]:
        """A record's own areas: its area field, its parent's, and those of the live rows that carry it."""
        head, spec = self.unit.head(key), self.unit.spec(key)
        if head is None:
            return set()
        areas: set[str] = set()
        if spec is not None and spec.area:
            value = head.payload.get(spec.area)
            named = value if isinstance(value, list) else [value] if value else []
            areas.update(self._known(named, self.unit.home(key)))
        parent = parent_key(spec, head)
        if parent is not None and (above := self.unit.head(parent)) is not None:
            areas.update(above.areas)
        for collection, record, field in self.unit.referrers(key[1]):
            carrier_spec = self.unit.schema.get(collection)
            if carrier_spec is None or (field, key[0]) not in carrier_spec.carries:
                continue
            carrier = self.unit.head((collection, record))
            if carrier is None or carrier.voided:
                continue
            if carrier_spec.live is None or carrier_spec.live(carrier.payload):
                areas.update(carrier.areas)
        return areas

    def _known(self, areas: list[str], home: str) -> list[str]:
        """An area that the tree lacks (a grid nobody has entered yet) counts as the author's own until it is there."""
        if self.tree is None:
            return areas
        return [a if self.tree.knows(a) or not home else home for a in areas]

    def dependents(self, key: Key) -> list[Key]:
        """What travels with a record: what it carries, and its children."""
        head, spec = self.unit.head(key), self.unit.spec(key)
        found: list[Key] = []
        if spec is not None and head is not None:
            found += [(target, head.payload[f]) for f, target in spec.carries if head.payload.get(f)]
        for collection, record, field in sorted(self.unit.referrers(key[1])):
            child = self.unit.schema.get(collection)
            if child is not None and child.parent is not None and child.parent[0] == field:
                found.append((collection, record))
        return found
