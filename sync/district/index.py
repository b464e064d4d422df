"""What points at what, and what a unique rule finds under a key, as one transaction sees it: read once, written at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select

from .tables import KEY, REF

Key = tuple[str, str]

_REFERRERS = select(REF.c.collection, REF.c.record, REF.c.field).where(REF.c.target == bindparam("target"))
_REFS_OF = select(REF.c.target, REF.c.collection, REF.c.record, REF.c.field).where(REF.c.record == bindparam("record"))
_UNDER = select(KEY.c.record).where(KEY.c.rule == bindparam("rule"), KEY.c.key == bindparam("key"))
_KEYS_OF = select(KEY.c.rule, KEY.c.key).where(KEY.c.record == bindparam("record"))
_INSERTS = {table.name: insert(table) for table in (REF, KEY)}
_DELETES = {t.name: delete(t).where(*(c == bindparam(f"v_{c.name}") for c in t.columns)) for t in (REF, KEY)}


class Index:
    """References and unique keys; every change can be undone.

    `fresh` are the ids of the records that this transaction makes, at which nothing stored points. `undo` gets what takes
    each change back.
    """

    def __init__(self, conn: Connection, fresh: AbstractSet[str], undo: list[Callable[[], None]]) -> None:
        self.conn = conn
        self._fresh = fresh
        self._undo = undo
        self._refs: dict[str, set[tuple[str, str, str]]] = {}
        self._refs_of: dict[str, set[tuple[str, str, str, str]]] = {}
        self._keys: dict[tuple[str, str], set[str]] = {}
        self._keys_of: dict[str, set[tuple[str, str]]] = {}
        self._ever: dict[str, set[tuple[str, str, str, str]]] = {}
        self._old_refs: dict[str, set[tuple[str, str, str, str]]] = {}
        self._old_keys: dict[str, set[tuple[str, str]]] = {}

    def referrers(self, target: str) -> set[tuple[str, str, str]]:
        """(collection, record, field) of the rows that point at a record as parent, carried record or link."""
        if target not in self._refs and target in self._fresh:
            self._refs[target] = set()  # what this transaction makes, nothing stored points at
        elif target not in self._refs:
            rows = self.conn.execute(_REFERRERS, {"target": target})
            self._refs[target] = {(r.collection, r.record, r.field) for r in rows}
        return self._refs[target]

    def under(self, rule: str, key: str) -> set[str]:
        """The records that a unique rule finds under a key."""
        if (rule, key) not in self._keys:
            found = self.conn.execute(_UNDER, {"rule": rule, "key": key})
            self._keys[(rule, key)] = set(found.scalars())
        return self._keys[(rule, key)]

    def assume_new(self, rule: str, keys: Iterable[str]) -> None:
        """Spares looking up keys that the caller knows nobody has: a bulk load of rows made for it."""
        for key in keys:
            self._keys.setdefault((rule, key), set())

    def point(self, key: Key, targets: set[tuple[str, str]]) -> None:
        """Sets what a record points at: (field, target id)."""
        old = self._known_refs(key[1])
        others = {ref for ref in old if ref[1] != key[0]}  # of a record of another collection with the same id
        new = {(target, *key, field) for field, target in targets} | others
        self._ever.setdefault(key[1], set()).update(old)
        self._swap_refs(key[1], old, new)
        self._undo.append(lambda: self._swap_refs(key[1], new, old))

    def ever_pointed(self, record: str) -> set[tuple[str, str]]:
        """(field, target) of what a record points at now, or did before or during this transaction."""
        known = self._known_refs(record) | self._ever.get(record, set())
        return {(field, target) for target, _, _, field in known}

    def _known_refs(self, record: str) -> set[tuple[str, str, str, str]]:
        if record not in self._refs_of:
            found: set[tuple[str, str, str, str]] = set()
            if record not in self._fresh:
                rows = self.conn.execute(_REFS_OF, {"record": record})
                found = {(r.target, r.collection, r.record, r.field) for r in rows}
            self._refs_of[record] = found
            self._old_refs[record] = set(found)
        return self._refs_of[record]

    def _swap_refs(self, record: str, old: set[tuple[str, str, str, str]], new: set[tuple[str, str, str, str]]) -> None:
        for target, *rest in old - new:
            self.referrers(target).discard((rest[0], rest[1], rest[2]))
        for target, *rest in new - old:
            self.referrers(target).add((rest[0], rest[1], rest[2]))
        self._refs_of[record] = set(new)

    def key_under(self, record: str, rule: str, keys: set[str]) -> None:
        """Sets the keys under which a unique rule finds a record."""
        old = self._known_keys(record)
        new = {k for k in old if k[0] != rule} | {(rule, k) for k in keys}
        self._swap_keys(record, old, new)
        self._undo.append(lambda: self._swap_keys(record, new, old))

    def keys_of(self, record: str, rule: str) -> set[str]:
        """The keys under which a unique rule finds a record."""
        return {key for of_rule, key in self._known_keys(record) if of_rule == rule}

    def _known_keys(self, record: str) -> set[tuple[str, str]]:
        if record not in self._keys_of:
            rows = () if record in self._fresh else self.conn.execute(_KEYS_OF, {"record": record})
            found = {(r.rule, r.key) for r in rows}
            self._keys_of[record] = found
            self._old_keys[record] = set(found)
        return self._keys_of[record]

    def _swap_keys(self, record: str, old: set[tuple[str, str]], new: set[tuple[str, str]]) -> None:
        for rule, key in old - new:
            self.under(rule, key).discard(record)
        for rule, key in new - old:
            self.under(rule, key).add(record)
        self._keys_of[record] = set(new)

    def flush(self) -> None:
        """Writes what has changed."""
        self._flush_set(REF, ("target", "collection", "record", "field"), self._old_refs, self._refs_of)
        keys = {r: {(*k, r) for k in v} for r, v in self._keys_of.items()}
        old = {r: {(*k, r) for k in v} for r, v in self._old_keys.items()}
        self._flush_set(KEY, ("rule", "key", "record"), old, keys)

    def _flush_set(self, table: Table, names: Sequence[str], old: dict[str, Any], new: dict[str, Any]) -> None:
        gone = [row for record in new for row in old[record] - new[record]]
        come = [dict(zip(names, row, strict=True)) for record in new for row in new[record] - old[record]]
        if gone:
            params = [{f"v_{n}": v for n, v in zip(names, row, strict=True)} for row in gone]
            self.conn.execute(_DELETES[table.name], params)
        if come:
            self.conn.execute(_INSERTS[table.name], come)
