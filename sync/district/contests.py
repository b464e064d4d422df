"""Contests at the district: opened, moved by further edits, and settled by whoever has the right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from ..act import Change
from ..limits import LIMITS
from ..merge import Author, Contest, Head, Stamp, side_of
from ..schema import fits
from ..system import CONTEST
from .doubts import pair_id, write_system
from .entries import Key
from .rights import Rights
from .unit import Refuse, Unit

Sides = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision comes to: a value to be written, or sides that open the contest again."""

    value: dict[str, Any] | None = None
    group: str = ""
    sides: Sides | None = None


@dataclass(slots=True)
class Contests:
    """The contests of the records that one desk's acts touch, in one transaction."""

    unit: Unit
    rights: Rights | None

    def of(self, key: Key) -> dict[str, Contest]:
        """A record's contests by the group they are about, settled ones included."""
        found = {}
        for collection, record, _ in sorted(self.unit.index.referrers(key[1])):
            head = self.unit.head((collection, record)) if collection == CONTEST else None
            if head is not None and head.payload.get("subject_kind") == key[0]:
                p = head.payload
                found[p["group"]] = Contest(record, p["group"], p["sides"], p["state"] == "open", head.pos)
        return found

    def open(self, key: Key, contests: Iterable[tuple[str, Sides]], author: Author) -> None:
        """Opens contests, or moves the sides of open ones."""
        for group, sides in contests:
            contest = (CONTEST, pair_id("contest", key[0], group, [key[1]]))
            self._bounded(contest, sides)
            settled = len(sides) == 1  # the last two came to say the same
            fields = {
                "subject_kind": key[0], "subject": key[1], "group": group, "state": "decided" if settled else "open",
                "sides": [self._signed(s) for s in sides], "chosen": sides[0]["value"] if settled else None,
                "decided_by": author.officer if settled else None, "decided_at": author.at if settled else None,
            }  # fmt: skip
            write_system(self.unit, author, contest, fields, {("subject", key[1])})

    def _bounded(self, contest: Key, sides: Sides) -> None:
        """Refuses a side too many: a desk must still be able to hold them all, and each new one has all sent again."""
        if len(sides) <= LIMITS.contest_sides and _size(sides) <= LIMITS.batch_bytes:
            return
        known = self.unit.head(contest)
        before = known.payload["sides"] if known is not None and known.payload["state"] == "open" else []
        if len(sides) > len(before) or _size(sides) > _size(before):
            raise Refuse("这项内容的不同填法已经过多，请先裁决，再重新填写")

    def _signed(self, side: dict[str, Any]) -> dict[str, Any]:
        """A side with who typed it, when and where: the row knows only the position of its last writer."""
        post = self.unit.post_of(side["desk"])
        if side["officer"]:
            return {**side, "post": post}
        officer, at = self.unit.author_of(side["pos"], side["desk"], side["number"])
        return {**side, "officer": officer, "at": at, "post": post}

    def decide(self, change: Change, head: Head, author: Author) -> Decided | None:
        """A decision names the sides it saw; a side moved since, or a second different decision, reopens it.

        Returns None where the same was decided before. Raises Refuse.
        """
        p, value = head.payload, dict(change.fields["value"])
        subject = (p["subject_kind"], p["subject"])
        self._decidable(p, subject[0], value, author)
        saw = [tuple(s) for s in change.fields["saw"]]
        if p["state"] == "decided":
            first = self._standing(subject, value)
            if value in (p.get("chosen"), first["value"]):
                return None
            return Decided(group=p["group"], sides=[first, author.side(value)])
        if saw != [(s["desk"], s["number"]) for s in p["sides"]]:
            sides = [dict(s) for s in p["sides"]]
            if all(s["value"] != value for s in sides):
                sides.append(author.side(value))
            return Decided(group=p["group"], sides=sides)
        fields = {"state": "decided", "chosen": value, "decided_by": author.officer, "decided_at": author.at}
        write_system(self.unit, author, (CONTEST, head.id), fields)
        return Decided(value=value, group=p["group"])

    def _decidable(self, contest: dict[str, Any], collection: str, value: dict[str, Any], author: Author) -> None:
        """Refuses a decision about anything but what is contested, or with a value of the wrong kind."""
        if not value or not set(value) <= {name for side in contest["sides"] for name in side["value"]}:
            raise Refuse("裁决只能针对有分歧的内容")
        spec = self.unit.schema.get(collection)
        for name, v in value.items():
            field = spec.field(name) if spec else None
            if field is not None and not fits(field, v):
                raise Refuse(f"“{name}”的内容格式不对，请重新填写")
        if self.rights is not None and spec is not None and spec.area and value.get(spec.area):
            place = value[spec.area]
            self.rights.check_placing(place if isinstance(place, list) else [place], author, new=False)

    def _standing(self, subject: Key, names: Iterable[str]) -> dict[str, Any]:
        """What stands in a record, as a side of a contest signed by its last writer."""
        head = self.unit.head(subject)
        assert head is not None
        if "voided" in names:
            stamp = head.void or max(head.meta.values(), key=lambda s: s.pos, default=Stamp(head.created, "", 0))
            return side_of(stamp, {"voided": head.voided})
        stamps = [head.meta[n] for n in names if n in head.meta]
        stamp = max(stamps, key=lambda s: s.pos, default=Stamp(head.created, "", 0))
        return side_of(stamp, {n: head.payload.get(n) for n in names})


def _size(sides: Sides) -> int:
    """How many bytes the values of sides have."""
    return len(msgspec.msgpack.encode([side["value"] for side in sides]))
