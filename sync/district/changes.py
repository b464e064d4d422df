"""One change of an act written into a unit: merged, contested, voided or decided, as its author saw the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..act import Change, Op, Outcome
from ..merge import (
    VOID_GROUP,
    Author,
    Head,
    Merged,
    Stamp,
    first_value,
    merge_edit_of_voided,
    merge_fields,
    merge_void,
)
from ..protocol import NUMBER_MAX
from ..schema import EVERYWHERE, CollectionSpec, Policy
from ..system import CONTEST, DOUBT, LINK, RESCUE, SYSTEM_NAMES
from .contests import Contests
from .doubts import Doubts, write_system
from .entries import Change as FeedChange
from .entries import Key
from .lawful import Lawful
from .membership import parent_key, points_at
from .questions import answers
from .rescue import stood_in_for
from .rights import Rights
from .scope import AreaTree
from .unit import Hold, Refuse, Unit


@dataclass(slots=True)
class Changes:
    """Writes the changes of one desk's acts. `rights` is what it may write; None means the district itself."""

    unit: Unit
    tree: AreaTree
    rights: Rights | None
    lawful: Lawful
    contests: Contests

    def apply(self, change: Change, author: Author) -> Outcome:
        if change.op is Op.DECIDE:
            return self._decide(change, author)
        if change.collection in SYSTEM_NAMES:
            raise Refuse(
                "这类记录由区服务器管理，只能裁决"
            )  # voided, it would be listed nowhere and still have its effect
        if change.op is Op.CREATE and not stood_in_for(self.unit, (change.collection, change.id)):
            self.create(change, author, {})
            return self._hung(change, author)
        head = self.unit.head((change.collection, change.id))
        if head is None:
            raise Hold((change.collection, change.id))
        if self.rights is not None:
            names = None if change.op is Op.VOID else change.fields.keys()
            self.rights.check_edit((change.collection, change.id), head.areas, author, names)
        return self._void(change, author) if change.op is Op.VOID else self._fields(change, author)

    def _hung(self, change: Change, author: Author) -> Outcome:
        """A child added to a record whose void its author did not see is a contest about the void, like an edit."""
        spec = self.unit.schema.get(change.collection)
        field = spec.parent[0] if spec is not None and spec.parent is not None else ""
        parent = next((key for name, key, _ in self.lawful.targets(change) if name == field), None)
        head = self.unit.head(parent) if parent is not None else None
        if parent is None or head is None:
            return Outcome.APPLIED
        sides = merge_edit_of_voided(head, author, self.contests.of(parent).get(VOID_GROUP))
        self.contests.open(parent, sides, author)
        return Outcome.CONTESTED if sides else Outcome.APPLIED

    def create(self, change: Change, author: Author, judged: dict[str, Any]) -> None:
        key = (change.collection, change.id)
        if self.unit.head(key) is not None:
            raise Refuse("同一编号的记录已经存在")
        spec = self.unit.schema.get(change.collection)
        machine = {f.name for f in spec.fields if f.policy is Policy.MACHINE} if spec else set()
        sent = {k: v for k, v in change.fields.items() if v is not None and (k not in machine or self.rights is None)}
        typed = {k: first_value(spec, k, v) for k, v in sent.items()}
        fields = {**typed, **{k: v for k, v in judged.items() if v is not None}}
        stamp = author.stamp
        head = Head(*key, stamp.pos, stamp.pos, fields, dict.fromkeys(fields, stamp))
        self.unit.create(head, self.rights.home(author) if self.rights is not None else EVERYWHERE)
        self.unit.index.point(key, points_at(spec, head))
        self.unit.record(FeedChange(key, fields, (), self._known(spec, fields, change.fields)))

    @staticmethod
    def _known(spec: CollectionSpec | None, written: dict[str, Any], sent: dict[str, Any]) -> frozenset[str]:
        """The fields that came out as they were sent, by policies under which the author can tell."""
        plain = {f.name for f in spec.fields if f.policy in (Policy.ASK, Policy.LATEST)} if spec else set(sent)
        unknown = {n for n in sent if spec is not None and spec.field(n) is None}
        return frozenset(n for n, v in written.items() if n in plain | unknown and n in sent and sent[n] == v)

    def _fields(self, change: Change, author: Author) -> Outcome:
        key = (change.collection, change.id)
        head, spec = self.unit.head(key), self.unit.spec(key)
        assert head is not None
        contests = self.contests.of(key)
        merged = merge_fields(spec, head, change.fields, author, contests)
        for group, sides in merge_edit_of_voided(head, author, contests.get(VOID_GROUP)):
            merged.contests.append((group, sides))
            merged.raise_to(Outcome.CONTESTED)
        if head.voided and author.saw(head.void):
            raise Refuse("这条记录已作废，不能再修改")
        if any(isinstance(v, int) and abs(v) > NUMBER_MAX for v in merged.fields.values()):
            raise Refuse("合计的数值过大，请核对")
        self._write(key, merged, author, self._known(spec, merged.fields, change.fields))
        return merged.outcome

    def _void(self, change: Change, author: Author) -> Outcome:
        key = (change.collection, change.id)
        head = self.unit.head(key)
        assert head is not None
        merged = merge_void(head, author, self.contests.of(key).get(VOID_GROUP), self._below(key))
        if merged.fields:
            self._set_void(key, author, voided=True, known=frozenset())
        elif merged.outcome is Outcome.APPLIED:
            self._touch(key, author, voids=True)
        self.contests.open(key, merged.contests, author)
        return merged.outcome

    def _below(self, key: Key) -> list[Stamp]:
        """Who took the steps that a record has come through, and who wrote its children."""
        found: list[Stamp] = []
        for collection, record, name in sorted(self.unit.index.referrers(key[1])):
            spec, head = self.unit.schema.get(collection), self.unit.head((collection, record))
            if spec is None or head is None or head.voided or collection in SYSTEM_NAMES:
                continue
            counts = not spec.judged or head.payload.get("judgement") == "accepted"
            if counts and spec.parent is not None and spec.parent[0] == name and parent_key(spec, head) == key:
                found += head.meta.values()
        return found

    def _set_void(self, key: Key, author: Author, *, voided: bool, known: frozenset[str] | None = None) -> None:
        head = self.unit.edit(key)
        head.voided, head.void, head.pos = voided, author.stamp if voided else None, author.stamp.pos
        self.unit.record(FeedChange(key, {}, head.areas, known, voids=known is not None, turns=True))

    def _touch(self, key: Key, author: Author, *, voids: bool) -> None:
        """Said what was so already: nothing is written, but the feed tells the author what else is so by now."""
        head = self.unit.edit(key)
        head.pos = author.stamp.pos
        self.unit.record(FeedChange(key, {}, head.areas, frozenset(), voids=voids))

    def _write(self, key: Key, merged: Merged, author: Author, known: frozenset[str] | None) -> None:
        if merged.fields:
            head = self.unit.edit(key)
            before = points_at(self.unit.spec(key), head)
            for name, value in merged.fields.items():
                if value is None:
                    head.payload.pop(name, None)
                else:
                    head.payload[name] = value
                head.meta[name] = author.stamp
            head.pos = author.stamp.pos
            self.unit.record(FeedChange(key, dict(merged.fields), head.areas, known))
            after = points_at(self.unit.spec(key), head)
            if after != before:
                self.unit.index.point(key, after)
        elif not merged.contests:
            self._touch(key, author, voids=False)
        self.contests.open(key, merged.contests, author)

    # --- decisions ----------------------------------------------------------------------------------------------

    def _decide(self, change: Change, author: Author) -> Outcome:
        head = self.unit.head((change.collection, change.id))
        if head is None:
            raise Hold((change.collection, change.id))
        if self.rights is not None:
            self.rights.check_decision((change.collection, change.id), head.areas, author, head.payload)
        if change.collection == CONTEST:
            return self._decide_contest(change, head, author)
        answer = str(change.fields.get("answer", ""))
        doubts = Doubts(self.unit, self.tree, author)
        if change.collection == DOUBT and answer in answers(head):
            if head.payload["state"] in answers(head):
                if head.payload["state"] != answer:
                    raise Refuse("这件事已由别人作出了不同的决定")
                return Outcome.APPLIED
            doubts.decide(head, answer)
            return Outcome.APPLIED
        if change.collection == RESCUE and answer in ("taken", "dismissed"):
            return self._decide_rescue(head, answer, author)
        if change.collection == LINK and answer == "undone":
            doubts.undo_link(head)
            return Outcome.APPLIED
        raise Refuse("看不懂这个裁决")

    def _decide_rescue(self, head: Head, answer: str, author: Author) -> Outcome:
        if head.payload["state"] == "open":
            fields = {"state": answer, "decided_by": author.officer, "decided_at": author.at}
            write_system(self.unit, author, (RESCUE, head.id), fields)
        elif head.payload["state"] != answer:
            raise Refuse("这件事已由别人作出了不同的决定")
        return Outcome.APPLIED

    def _decide_contest(self, change: Change, head: Head, author: Author) -> Outcome:
        subject = (head.payload["subject_kind"], head.payload["subject"])
        value = self.lawful.written(change)
        if value is not change and head.payload["group"] != VOID_GROUP:
            self.lawful.check_decision(value, head.payload["sides"], author)
        decided = self.contests.decide(change, head, author)
        if decided is None:
            return Outcome.APPLIED
        if decided.sides is not None:
            self.contests.open(subject, [(decided.group, decided.sides)], author)
            return Outcome.CONTESTED
        assert decided.value is not None
        if decided.group == VOID_GROUP:
            self._set_void(subject, author, voided=bool(decided.value["voided"]))
        else:
            self._write(subject, Merged(fields=decided.value), author, None)
        return Outcome.APPLIED
