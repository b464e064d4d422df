"""What is looked at before an act writes anything: whether all it stands on is there, and whether its desk may say this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..act import Act, Change, Op
from ..canon import is_canonical
from ..columns import is_id
from ..erasing import ERASED_WORDS
from ..merge import Author, Head
from ..schema import EVERYWHERE, CollectionSpec, Kind, fits
from ..system import CONTEST
from .entries import Key
from .judging import Judge, UnitReader
from .rights import NotAllowed, Rights
from .sight import WHOLE
from .unit import Hold, Refuse, Unit


def created(act: Act) -> set[Key]:
    """The records that an act makes."""
    return {(c.collection, c.id) for c in act.changes if c.op is Op.CREATE}


@dataclass(slots=True)
class Lawful:
    """Looks at the acts of one desk. `rights` is what it may write; None means the district itself."""

    unit: Unit
    rights: Rights | None
    judge: Judge

    def of_none_erased(self, act: Act, erased: set[Key]) -> None:
        """Refuses an act that names an erased record, as its own or to hang something on.

        What leaves a record where it hangs already is taken: of two erased values a decision can keep the one that stands.
        """
        for change in act.changes:
            if change.op is Op.ERASE or any(
                key in erased and self._moves(change, n) for n, key, _ in self.targets(change)
            ):
                raise Refuse(ERASED_WORDS)

    def _moves(self, change: Change, name: str) -> bool:
        """Whether a reference is another one after a change, or after what a decision writes."""
        change = self.written(change)
        row = self._row(change)
        return any(n in change.fields and change.fields[n] != row.get(n) for n in (name, f"{name}_kind"))

    def complete(self, act: Act) -> None:
        """Holds an act that stands on a record that is neither there nor made by the act itself."""
        made = created(act)
        for change in act.changes:
            own = [] if change.op is Op.CREATE else [(change.collection, change.id)]
            for key in (*own, *(target for _, target, _ in self.targets(change))):
                if key not in made and self.unit.head(key) is None:
                    raise Hold(key)

    def check(self, act: Act, author: Author) -> None:
        """Refuses values of the wrong kind, and what would open another post's records to this one."""
        made = created(act)
        for change in act.changes:
            spec = self.unit.schema.get(change.collection)
            odd = next((n for n, v in change.fields.items() if not is_canonical(v)), None)
            if odd is None and spec is not None and change.op in (Op.CREATE, Op.FIELDS):
                odd = next((n for n, v in change.fields.items() if (f := spec.field(n)) and not fits(f, v)), None)
            if odd is not None:
                raise Refuse(f"“{odd}”的内容格式不对，请重新填写")
            if change.op in (Op.CREATE, Op.FIELDS):
                self._check_write(change, made, author)
            elif change.op is Op.VOID and self.rights is not None:
                self.rights.check_reserved(change, self._row(change), author)
            self._check_powers(change, author)

    def _check_powers(self, change: Change, author: Author) -> None:
        """Refuses what the program says that a post of this kind may not write, wherever the record lives."""
        forbids = getattr(self.judge, "forbids", None)
        if forbids is None or self.rights is None:
            return
        post = self.unit.post_of(author.stamp.desk)
        if reason := forbids(self.written(change), post, author.officer, UnitReader(self.unit)):
            raise NotAllowed(reason)

    def check_decision(self, value: Change, sides: list[dict[str, Any]], author: Author) -> None:
        """Refuses a decision that writes what its author could not write as an edit, unless it is what a side says."""
        new = {n: v for n, v in value.fields.items() if all(side["value"].get(n, ...) != v for side in sides)}
        spec = self.unit.schema.get(value.collection)
        for name, v in new.items():
            field = spec.field(name) if spec is not None else None
            if field is not None and field.kind is Kind.REF and v is not None and not is_id(v):
                raise Refuse(f"“{name}”的内容格式不对，请重新填写")
        if new:
            self._check_write(Change(value.collection, value.id, Op.FIELDS, new), set(), author)

    def _check_write(self, change: Change, made: set[Key], author: Author) -> None:
        spec = self.unit.schema.get(change.collection)
        if self.rights is None or spec is None:
            return
        head, row = self.unit.head((change.collection, change.id)), self._row(change)
        self.rights.check_reserved(change, row, author)
        self._place(spec, change, head, author)
        for name, key, view in self.targets(change):
            if any(n in change.fields and change.fields[n] != row.get(n) for n in (name, f"{name}_kind")):
                if head is not None and name not in spec.carried:
                    self.rights.check_moved((head.collection, head.id), head.areas, author, view or WHOLE)
                target = self.unit.head(key) if key not in made else None
                if target is not None:
                    alone = spec.parent is not None and name == spec.parent[0] and spec.name in self.unit.schema.lifting
                    self.rights.check_target(key, target.areas, author, view, None if alone else target.down)

    def _row(self, change: Change) -> Mapping[str, Any]:
        """The record of a change as it stands; nothing where there is none yet."""
        head = self.unit.head((change.collection, change.id))
        return head.payload if head is not None else {}

    def _place(self, spec: CollectionSpec, change: Change, head: Head | None, author: Author) -> None:
        """Refuses areas that a record may not be made to live in or be referred to, or not by one who sees a part of it."""
        assert self.rights is not None
        row = head.payload if head is not None else {}
        for name in (spec.area or "", *(r.to for r in spec.refers)):
            place = change.fields.get(name)
            if not place or place == row.get(name):
                continue
            areas = place if isinstance(place, list) else [place]
            everybody = [a for a in areas if a == EVERYWHERE]
            if head is None and name == spec.area and self.rights.is_deposit(change.collection):
                continue
            self.rights.check_placing(areas if name == spec.area else everybody, author, new=head is None)
            if head is not None and name == spec.area:
                self.rights.check_edit((head.collection, head.id), head.areas, author, None)

    def targets(self, change: Change) -> list[tuple[str, Key, str | None]]:
        """(field, record, view) of what a change makes its own a child of (view None), or has it carry or refer to."""
        change = self.written(change)
        spec = self.unit.schema.get(change.collection)
        if spec is None or change.op not in (Op.CREATE, Op.FIELDS):
            return []
        sent = change.fields
        found: list[tuple[str, Key, str | None]] = [
            (n, (kind, sent[n]), view) for n, (kind, view) in spec.carried.items() if _named(sent, n)
        ]
        ends: list[tuple[str, tuple[str, str], str | None]] = []
        if spec.parent is not None:
            ends.append((spec.parent[0], spec.parent, "" if spec.name in self.unit.schema.lifting else None))
        for refer in spec.refers:
            ends += [(name, refer.subject, refer.view) for name in (refer.subject[0], refer.to)]
        if not any(sent.get(name) or sent.get(f"{named}_kind") for name, (named, _), _ in ends):
            return found
        head = self.unit.head((change.collection, change.id))
        row = {**(head.payload if head else {}), **sent}
        for name, (named, kind), view in ends:
            said = sent.get(name) or (not kind and name == named and sent.get(f"{named}_kind"))
            if said and _named(row, named):
                found.append((name, (kind or str(row.get(f"{named}_kind", "")), row[named]), view))
        return found

    def written(self, change: Change) -> Change:
        """What a change writes: a decision about a contest writes the fields of the record that it is about."""
        value = change.fields.get("value")
        if change.op is not Op.DECIDE or change.collection != CONTEST or not isinstance(value, dict):
            return change
        head = self.unit.head((CONTEST, change.id))
        if head is None or not head.payload:
            return change
        return Change(head.payload["subject_kind"], head.payload["subject"], Op.FIELDS, value)


def _named(row: Mapping[str, Any], name: str) -> bool:
    """Whether a field names a record: the values of a decision are of any kind until it is looked at."""
    return bool(row.get(name)) and isinstance(row[name], str)
