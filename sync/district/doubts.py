"""Records that cannot all be right: found after each act by the declared unique rules, put to an officer or linked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from ..limits import LIMITS
from ..merge import Author, Head, Stamp
from ..schema import CollectionSpec, Unique
from ..system import DOUBT, LINK
from .entries import Change, Key
from .scope import AreaTree
from .sight import whole_areas
from .unit import Unit

KEY_CHARS_MAX = 200
FIRST_MAX = LIMITS.compared_rows
"""With so many of the rows of a key each other one is compared: what grows with a key is linear in its rows."""


def pair_id(kind: str, collection: str, rule: str, members: Iterable[str]) -> str:
    """A stable id for what concerns these records of a collection, so that finding it twice is finding it once."""
    words = msgspec.msgpack.encode([kind, collection, rule, *sorted(members)])  # as a list: names may have any letters
    return hashlib.blake2b(words, digest_size=16).hexdigest()


def short_key(key: str) -> str:
    """A key as the index has it: whatever a clerk has pasted into a name, every database can hold and index this."""
    if len(key) <= KEY_CHARS_MAX and "\0" not in key:
        return key
    return hashlib.blake2b(key.encode(), digest_size=16).hexdigest()


@dataclass(slots=True)
class Doubts:
    """Looks for pairs among the records an act touched, and settles doubts that no longer hold."""

    unit: Unit
    tree: AreaTree
    author: Author
    _first: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _were: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)
    """The first of each (collection, rule, key) that a row has left, as they were."""

    def check(self, keys: Iterable[Key]) -> list[Key]:
        """Compares the touched records with those that share a key; returns the system records it wrote."""
        written: list[Key] = []
        todo, done = list(keys), set[Key]()
        for key in todo:  # all of an act first: which rows of a key are its first ones is known then
            self._find(key)
        while todo or (todo := self._promoted(done)):
            key = todo.pop(0)
            spec, head = self.unit.spec(key), self.unit.head(key)
            if key in done or spec is None or head is None:
                continue
            done.add(key)
            if key[0] == LINK:
                again = self._stand_on(head)  # also those that were looked at before the link was there
                done.difference_update(again)
                todo += again
                todo += [(head.payload["subject_kind"], head.payload[end]) for end in ("subject", "head")]
                written += self._joined(head)
            for rule in spec.uniques:
                new = self._check(spec, rule, head)
                written += new
                todo += [k for k in new if k[0] == LINK]
        return written

    def _stand_on(self, link: Head) -> list[Key]:
        """The rows whose rules see the linked records as one: a link, or its undoing, may make or end a doubt."""
        found: list[Key] = []
        for end in ("subject", "head"):
            for member in self.unit.group((link.payload["subject_kind"], link.payload[end])):
                for collection, record, name in sorted(self.unit.index.referrers(member[1])):
                    spec = self.unit.schema.get(collection)
                    kind = spec.carried.get(name, ("", ""))[0] if spec is not None else ""
                    if spec is not None and kind == member[0] and any(name in r.through for r in spec.uniques):
                        found.append((collection, record))
        return found

    def _joined(self, link: Head) -> list[Key]:
        """Whether two records are one need not be asked any more once a link has joined them by another way."""
        group = self.unit.group((link.payload["subject_kind"], link.payload["subject"]))
        ids, written = {record for _, record in group}, []
        for member in sorted(ids if len(ids) > 1 else ()):
            for collection, record, _ in sorted(self.unit.index.referrers(member)):
                doubt = self._asked(collection, record, group[0][0])
                if doubt and doubt.payload["grade"] == "ask" and ids.issuperset(doubt.payload["members"]):
                    written.append(self._write((DOUBT, record), {"state": "settled"}))
        return written

    def _asked(self, collection: str, record: str, about: str) -> Head | None:
        """The record if it is a doubt that is open, about records of this collection."""
        doubt = self.unit.head((collection, record)) if collection == DOUBT else None
        if doubt is None or doubt.payload.get("subject_kind") != about:
            return None
        return doubt if doubt.payload["state"] == "open" else None

    def seen(self, rule: Unique, head: Head) -> dict[str, Any]:
        """A row as a rule sees it: references through the group they belong to."""
        row = dict(head.payload)
        spec = self.unit.schema[head.collection]
        for name in rule.through:
            if row.get(name) and name in spec.carried:
                row[name] = self.unit.group((spec.carried[name][0], row[name]))[0][1]
        return row

    def _find(self, key: Key) -> None:
        spec, head = self.unit.spec(key), self.unit.head(key)
        if spec is not None and head is not None:
            for rule in spec.uniques:
                self._find_under(rule, head)

    def _find_under(self, rule: Unique, head: Head) -> set[str]:
        """Sets and returns the keys under which a rule finds a row."""
        keys = set() if head.voided else {short_key(k) for k in rule.keys(self.seen(rule, head)) if k}
        old = self.unit.index.keys_of(head.id, rule.name)
        for key in old - keys:
            self._were.setdefault((head.collection, rule.name, key), self._first_of(head.collection, rule.name, key))
        self.unit.index.key_under(head.id, rule.name, keys)
        for key in old ^ keys:
            self._first.pop((rule.name, key), None)
        return keys

    def _first_of(self, collection: str, rule: str, key: str) -> list[str]:
        """The earliest rows of a key, with which all others of it are compared."""
        if (rule, key) not in self._first:
            ids = self.unit.index.under(rule, key)
            many = len(ids) > FIRST_MAX
            self._first[(rule, key)] = self.unit.by_age(collection, ids)[:FIRST_MAX] if many else sorted(ids)
        return self._first[(rule, key)]

    def _promoted(self, done: set[Key]) -> list[Key]:
        """The rows that are among the first of their key now, since others have left it: to be compared with all."""
        were, self._were = self._were, {}
        found = {
            (collection, record)
            for (collection, rule, key), before in were.items()
            for record in self._first_of(collection, rule, key)
            if len(before) == FIRST_MAX and record not in before
        }
        done -= found
        return sorted(found)

    def _compared(self, rule: Unique, head: Head, keys: set[str]) -> set[str]:
        """The rows that share a key with this one and are to be compared with it."""
        found: set[str] = set()
        for key in keys:
            first = self._first_of(head.collection, rule.name, key)
            found.update(self.unit.index.under(rule.name, key) if head.id in first else first)
        return found - {head.id}

    def _check(self, spec: CollectionSpec, rule: Unique, head: Head) -> list[Key]:
        keys, mine = self._find_under(rule, head), self.seen(rule, head)
        written = self._resettle(spec, rule, head, mine, keys)
        others = self._compared(rule, head, keys)
        self.unit.prefetch([(spec.name, r) for r in others])
        for other_id in sorted(others):
            other = self.unit.head((spec.name, other_id))
            if other is None or other.voided:
                continue
            grade = rule.judge(mine, self.seen(rule, other))
            if grade == "certain" and rule.links:
                written += self._link(head, other, "certain")
                written += self._facts(rule, head, other) if self._one(head, other) else []
            elif grade:
                written += self._open(rule, head, other, "ask" if rule.links else "both")
        return written

    def _resettle(
        self, spec: CollectionSpec, rule: Unique, head: Head, mine: dict[str, Any], keys: set[str]
    ) -> list[Key]:
        """An open doubt whose reason is gone closes by itself."""
        written: list[Key] = []
        for collection, record, _ in sorted(self.unit.index.referrers(head.id)):
            doubt = self._asked(collection, record, spec.name)
            if doubt is None or doubt.payload["rule"] != rule.name:
                continue
            rest = [m for m in doubt.payload["members"] if m != head.id]
            rows = [h for m in rest if (h := self.unit.head((spec.name, m))) is not None and not h.voided]
            if doubt.payload["grade"] == "facts":
                facts = doubt.payload["facts"]
                holds = any(self._one(head, h) and h.payload.get(f) != head.payload.get(f) for h in rows for f in facts)
            else:
                alike = [h for h in rows if any(h.id in self.unit.index.under(rule.name, k) for k in keys)]
                holds = any(rule.judge(mine, self.seen(rule, h)) for h in alike)
            if not holds or head.voided:
                written.append(self._write((DOUBT, record), {"state": "settled"}))
        return written

    def _facts(self, rule: Unique, a: Head, b: Head) -> list[Key]:
        """Where one person's two records disagree in a fact, an officer of an area that holds both is asked."""
        names = [f for f in rule.facts if a.payload.get(f) and b.payload.get(f) and a.payload[f] != b.payload[f]]
        if not names:
            return []
        return self._open(rule, a, b, "facts", facts=names)

    def _open(self, rule: Unique, a: Head, b: Head, grade: str, facts: Sequence[str] = ()) -> list[Key]:
        members = sorted([a.id, b.id])
        if grade == "ask" and (self._one(a, b) or self._parted(a, b)):
            return []
        key = (DOUBT, pair_id(f"doubt-{grade}", a.collection, rule.name, members))
        known = self.unit.head(key)
        if known is not None and known.payload["state"] != "settled":
            return []  # it is being asked, or has been answered
        both = sorted({*whole_areas(a.areas), *whole_areas(b.areas)})  # it may tell of any field
        both = [area for area in both if self.tree.knows(area)] or both  # a single post is not asked
        fields: dict[str, Any] = {
            "rule": rule.name,
            "subject_kind": a.collection,
            "members": members,
            "grade": grade,
            "areas": both if grade == "facts" or rule.summary else [self.tree.common(both)],
            "state": "open",
        }
        if facts:
            fields["facts"] = list(facts)
        if rule.summary is not None:
            fields["summary"] = [{"id": h.id, **rule.summary(h.payload)} for h in (a, b)]
        return [self._write(key, fields, points={(f"m{n}", m) for n, m in enumerate(members)})]

    def _link(self, a: Head, b: Head, how: str) -> list[Key]:
        """Joins two groups: the earliest record of all is the head, whatever the direction."""
        if self._one(a, b):
            return []
        first, later = self._ends(a, b)
        key = (LINK, pair_id("link", first[0], "", [first[1], later[1]]))
        if how == "certain" and self._parted(a, b):
            return []
        fields = {"subject_kind": later[0], "subject": later[1], "head": first[1], "how": how, "state": "live"}
        points = {("subject", later[1]), ("head", first[1])}
        return [self._write(key, fields, points=points), first, later]

    def _ends(self, a: Head, b: Head) -> tuple[Key, Key]:
        """The heads of two groups, the earlier first."""
        heads = [self.unit.group((h.collection, h.id))[0] for h in (a, b)]
        created = {k: h.created for k in heads if (h := self.unit.head(k)) is not None}
        first, later = sorted(heads, key=lambda k: (created[k], k[1]))
        return first, later

    def _one(self, a: Head, b: Head) -> bool:
        """Whether links join two records."""
        return (b.collection, b.id) in self.unit.group((a.collection, a.id))

    def _parted(self, a: Head, b: Head) -> bool:
        """Whether an officer has said, by undoing the link between them, that these are two."""
        first, later = self._ends(a, b)
        known = self.unit.head((LINK, pair_id("link", first[0], "", [first[1], later[1]])))
        return known is not None and known.payload.get("state") == "undone"

    def _write(self, key: Key, fields: dict[str, Any], points: set[tuple[str, str]] | None = None) -> Key:
        return write_system(self.unit, self.author, key, fields, points)

    def decide(self, doubt: Head, answer: str) -> list[Key]:
        """An officer's answer: the same (a link joins them), or different (both stand)."""
        fields = {"state": answer, "decided_by": self.author.officer, "decided_at": self.author.at}
        written = [self._write((DOUBT, doubt.id), fields)]
        kind, members = doubt.payload["subject_kind"], doubt.payload["members"]
        heads = [h for m in members if (h := self.unit.head((kind, m))) is not None]
        if answer == "same" and doubt.payload["grade"] == "ask" and len(heads) == 2:
            written += self._link(heads[0], heads[1], "decided")
        return written

    def undo_link(self, link: Head) -> list[Key]:
        """Parts two records again; each has kept its own."""
        fields = {"state": "undone", "decided_by": self.author.officer, "decided_at": self.author.at}
        kind = link.payload["subject_kind"]
        return [self._write((LINK, link.id), fields), (kind, link.payload["subject"]), (kind, link.payload["head"])]


def write_system(
    unit: Unit, author: Author, key: Key, fields: dict[str, Any], points: set[tuple[str, str]] | None = None
) -> Key:
    """Writes a system record and notes it for the feed; `points` are the (field, record id) it stands on."""
    stamp = Stamp(author.stamp.pos, "", 0)
    old = unit.head(key)
    before = old.areas if old else ()
    head = unit.create(Head(*key, stamp.pos, stamp.pos, {}, {}), "") if old is None else unit.edit(key)
    head.pos = stamp.pos
    head.payload = {n: v for n, v in {**head.payload, **fields}.items() if v is not None}
    head.meta.update(dict.fromkeys(fields, stamp))
    unit.record(Change(key, dict(fields), before))
    if points:
        unit.index.point(key, points)
    return key
