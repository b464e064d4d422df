"""Which areas hold each record, whole or in views: kept right while an act changes what travels with what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..merge import Head
from ..schema import CollectionSpec, Referral
from ..system import LINK
from .entries import Key
from .scope import AreaTree
from .sight import narrowed, tidy
from .unit import Unit


def points_at(spec: CollectionSpec | None, head: Head) -> set[tuple[str, str]]:
    """(field, target) of what a row travels with or belongs to."""
    if spec is None:
        return set()
    names = [*spec.carried, *([spec.parent[0]] if spec.parent else []), *(r.subject[0] for r in spec.refers)]
    names += spec.blob_fields
    if spec.name == LINK:
        names.append("head")
    return {(n, head.payload[n]) for n in names if head.payload.get(n)}


def pointed(end: tuple[str, str], row: Mapping[str, Any]) -> Key | None:
    """The record that a field names; where no collection is said, the field's kind says which."""
    field, collection = end
    target = row.get(field)
    kind = collection or row.get(f"{field}_kind")
    return (kind, target) if target and kind else None


def parent_key(spec: CollectionSpec | None, head: Head) -> Key | None:
    """Whose child a row is."""
    return None if spec is None or spec.parent is None else pointed(spec.parent, head.payload)


def shown_to(spec: CollectionSpec, refer: Referral, head: Head) -> set[str]:
    """The keys that a row gives the record it refers to, and itself."""
    live = refer.live or spec.live
    if head.voided or (live is not None and not live(head.payload)):
        return set()
    named = head.payload.get(refer.to)
    areas = named if isinstance(named, list) else [named]
    return {narrowed(a, refer.view) for a in areas if isinstance(a, str) and a and not set(a) & set(",|")}


def moved_with(unit: Unit, key: Key) -> list[Key]:
    """What a row carries, refers to, lifts or links, or did in this transaction."""
    head, spec = unit.head(key), unit.spec(key)
    if head is None or spec is None:
        return []
    if key[0] == LINK:
        kind, ends = head.payload.get("subject_kind"), [head.payload.get(end) for end in ("subject", "head")]
        return [(kind, end) for end in ends if kind and end]
    kinds = {field: target for field, (target, _) in spec.carried.items()}
    kinds |= dict(r.subject for r in spec.refers)
    if key[0] in unit.schema.lifting and spec.parent is not None:
        kinds |= dict([spec.parent])
    found = []
    for field, target in sorted(unit.index.ever_pointed(key[1])) if kinds else ():
        kind = kinds[field] or head.payload.get(f"{field}_kind") if field in kinds else None
        if kind:
            found.append((kind, target))
    return found


class Membership:
    """Keeps the areas of records right while an act changes them.

    Keys flow down from parents, carriers and referrals, and round a linked group. A child that is held beyond its parent's
    areas lifts its parent there; what was lifted does not flow down again, so that neither holds the other up.
    """

    def __init__(self, unit: Unit, tree: AreaTree | None = None) -> None:
        self.unit = unit
        self.tree = tree
        self._risen: dict[Key, set[Key]] = {}
        """By parent, the children whose areas changed."""
        self._lifted: set[Key] = set()

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
            down = tidy(k for member in group for k in self._own(member))
            after = tidy({*down, *self._lifts(group, down)}) if self.unit.schema.lifting else down
            flows = None if after == down else down
            for member in group:
                other = self.unit.head(member)
                if other is not None and (other.areas, other.down) != (after, flows):
                    changed.setdefault(member, other.areas)
                    new = self.unit.edit(member)
                    new.areas, new.down = after, flows
                    todo.extend(k for k in (*self.dependents(member), *self._rise(member)) if k not in todo)
        return changed

    def _stirred(self, key: Key) -> list[Key]:
        """What may gain or lose areas though the record's own stay."""
        head, spec = self.unit.head(key), self.unit.spec(key)
        return moved_with(self.unit, key) + self._rise(key) if head is not None and spec is not None else []

    def _own(self, key: Key) -> set[str]:
        """The keys that a record has of itself and from above; its author's area too where nothing holds it whole."""
        head, home = self.unit.head(key), self.unit.home(key)
        if head is None:
            return set()
        keys = self._alone(key, head) | self._from_parent(key, head)
        if home and not any("|" not in k for k in keys):
            keys.add(home)
        return keys | self._referred(key, head) if self.unit.schema.referring else keys

    def _from_parent(self, key: Key, head: Head) -> set[str]:
        parent = parent_key(self.unit.spec(key), head)
        above = self.unit.head(parent) if parent is not None else None
        return set() if above is None else set(above.areas if above.down is None else above.down)

    def _alone(self, key: Key, head: Head) -> set[str]:
        """The keys of its area field and of the live rows that carry it."""
        areas = self._named(self.unit.spec(key), head, key)
        for collection, record, field in self.unit.index.referrers(key[1]):
            spec = self.unit.schema.get(collection)
            target, view = spec.carried.get(field, ("", "")) if spec is not None else ("", "")
            if spec is None or target != key[0]:
                continue
            carrier = self.unit.head((collection, record))
            if carrier is None or carrier.voided:
                continue
            if spec.live is None or spec.live(carrier.payload):
                areas.update(carrier.areas if not view else (narrowed(a, view) for a in carrier.areas))
        return areas

    def _named(self, spec: CollectionSpec | None, head: Head, key: Key) -> set[str]:
        if spec is None or not spec.area:
            return set()
        value = head.payload.get(spec.area)
        named = value if isinstance(value, list) else [value] if value else []
        return set(self._known(named, self.unit.home(key)))

    def _known(self, areas: list[str], home: str) -> list[str]:
        """An area that the tree lacks (a grid nobody has entered yet) counts as the author's own until it is there."""
        if self.tree is None:
            return areas
        return [a if self.tree.knows(a) or not home else home for a in areas]

    def _referred(self, key: Key, head: Head) -> set[str]:
        """What live referrals give a record, and what it has for being one."""
        spec = self.unit.spec(key)
        found = {k for refer in spec.refers for k in shown_to(spec, refer, head)} if spec is not None else set()
        for collection, record, field in self.unit.index.referrers(key[1]):
            row_spec, row = self.unit.schema.get(collection), self.unit.head((collection, record))
            if row_spec is None or row is None:
                continue
            for refer in row_spec.refers:
                if refer.subject[0] == field and pointed(refer.subject, row.payload) == key:
                    found |= shown_to(row_spec, refer, row)
        return found

    def _rise(self, key: Key) -> list[Key]:
        """The parent that a record may lift, noted as one to be looked at for it."""
        head = self.unit.head(key) if key[0] in self.unit.schema.lifting else None
        parent = parent_key(self.unit.spec(key), head) if head is not None else None
        if parent is None:
            return []
        self._risen.setdefault(parent, set()).add(key)
        return [parent]

    def _lifts(self, group: Sequence[Key], down: Iterable[str]) -> set[str]:
        """What children bring these records to, beyond what these have of themselves (`down`).

        All children are asked only where the records have a key that nothing else accounts for any more.
        """
        schema = self.unit.schema
        heads = [(k, h) for k in group if schema.lifted(k[0]) and (h := self.unit.head(k)) is not None]
        risen = [child for k, _ in heads for child in self._risen.get(k, ())]
        found = {key for child in risen for key in self._lift(child)}
        left = {key for _, h in heads for key in h.areas}.difference(down) - found
        for k, _ in heads if left else ():
            for child in self._children(k):
                lifted = self._lift(child) if left and child[0] in schema.lifting else set()
                found |= lifted
                left -= lifted
        return found

    def _lift(self, key: Key) -> set[str]:
        """Where a child is held for its own sake, for a record linked to it, or for its children's."""
        if key in self._lifted:
            return set()
        self._lifted.add(key)
        group = self.unit.group(key)
        found = self._lifts(group, [k for member in group for k in self._own(member)])
        for member in group:
            head = self.unit.head(member)
            if head is not None:
                found |= self._alone(member, head) | self._referred(member, head)
                found |= self._from_parent(member, head) if member != key else set()
        self._lifted.discard(key)
        return found

    def _children(self, key: Key) -> list[Key]:
        found = []
        for collection, record, field in sorted(self.unit.index.referrers(key[1])):
            child = self.unit.schema.get(collection)
            if child is None or child.parent is None or child.parent[0] != field:
                continue
            row = self.unit.head((collection, record))
            if row is not None and parent_key(child, row) == key:
                found.append((collection, record))
        return found

    def dependents(self, key: Key) -> list[Key]:
        """What travels with a record: what it carries, and its children."""
        head, spec = self.unit.head(key), self.unit.spec(key)
        found: list[Key] = []
        if spec is not None and head is not None:
            found += [(target, head.payload[f]) for f, (target, _) in spec.carried.items() if head.payload.get(f)]
        return found + self._children(key)
