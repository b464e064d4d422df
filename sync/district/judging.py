"""Who decides whether a step may be taken, and what they may look at: given by the program that the engine serves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from ..act import Change
from ..blobs import blobs_of
from ..merge import Head
from .entries import Key
from .unit import Unit


class Judgement(Protocol):
    """What a judge says of a movement."""

    accepted: bool
    reason: str
    # A judge may add `missing: Sequence[str]`, the fields of the record without which the step may not be taken.


class Reader(Protocol):
    """What a judge may look at: the rows as they stand in this act, with `id` and `pos` beside their fields."""

    def get(self, collection: str, record: str) -> dict[str, Any] | None: ...

    def children(self, collection: str, parent: str) -> list[dict[str, Any]]: ...


class Judge(Protocol):
    """Decides once whether a step may be taken; given by the program that the engine serves.

    A movement has its own fields, its id and position, and whose it is: the `post` of the desk (empty for the district
    itself) and the `officer`.
    """

    def judge(self, movement: dict[str, Any], reader: Reader) -> Judgement: ...


@dataclass(slots=True)
class Word:
    """A judge's word on a step."""

    accepted: bool
    reason: str = ""


class NoSteps:
    """The judge of a schema without steps."""

    def judge(self, movement: dict[str, Any], reader: Reader) -> Judgement:
        return Word(accepted=False, reason="没有可以办理的步骤")


class PaperJudge(Judge, Protocol):
    """A judge that also knows what a step's paper says."""

    def paper(self, movement: dict[str, Any], reader: Reader) -> str | None:
        """The fingerprint of the paper as the rows are now; None where the step writes none."""
        ...


class PowerJudge(Judge, Protocol):
    """A judge that also knows what the powers of a post are, beyond what its areas allow."""

    def forbids(self, change: Change, post: str, officer: str, reader: Reader) -> str:
        """Why this officer of this post may not write this, in words for him; empty where he may."""
        ...


class UnitReader:
    """A judge's eyes: rows of the unit, one of them as it would be if a side of a contest stood.

    `before` is a movement: it and those that came after it are not seen. A file that has not come is not seen
    either, and noted in `promised` where it may still come; unless `trusting`.
    """

    def __init__(
        self,
        unit: Unit,
        instead: tuple[Key, dict[str, Any]] | None = None,
        before: Head | None = None,
        *,
        trusting: bool = False,
    ) -> None:
        self._unit = unit
        self._instead = instead
        self._before = before
        self._trusting = trusting
        self.promised: list[str] = []
        self.seen: set[Key] = set()

    def get(self, collection: str, record: str) -> dict[str, Any] | None:
        key = (collection, record)
        self.seen.add(key)
        head = self._unit.head(key)
        other = self._instead[1] if self._instead is not None and self._instead[0] == key else {}
        if head is None or other.get("voided", head.voided):
            return None
        row = {**head.payload, **other, "id": head.id, "pos": head.pos}
        for name, blob in () if self._trusting else blobs_of(self._unit.schema.get(collection), row).items():
            there, coming = self._unit.blob(blob)
            if not there:
                self.promised += [blob] if coming else []
                del row[name]
        return row

    def children(self, collection: str, parent: str) -> list[dict[str, Any]]:
        spec = self._unit.schema.get(collection)
        field = spec.parent[0] if spec and spec.parent else ""
        found = [r for c, r, f in self._unit.index.referrers(parent) if c == collection and f == field]
        rows = [row for r in found if (row := self.get(collection, r)) is not None]
        if self._before is not None and collection == self._before.collection:
            upto = (self._before.created, self._before.id)
            rows = [r for r in rows if (self._made(collection, r["id"]), r["id"]) < upto]
        return sorted(rows, key=lambda r: (r["pos"], r["id"]))

    def _made(self, collection: str, record: str) -> int:
        """Where a record was made: its own position goes on with each area that it comes into."""
        head = self._unit.head((collection, record))
        assert head is not None
        return head.created
