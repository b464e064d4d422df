"""What the district does not repeat: own acts that it took as they were sent, put among the entries that it tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..act import Act, Change, Op, Outcome, Verdict
from ..protocol import Entry
from ..schema import Policy, Schema
from .journal import Key


@dataclass(frozen=True, slots=True)
class Sent:
    """What a reply answers: asked from the cursor `since`, with these acts, or with sealed ones of these numbers."""

    since: int
    acts: Sequence[Act] = ()
    sealed: frozenset[int] = frozenset()

    @property
    def numbers(self) -> set[int]:
        return {a.number for a in self.acts} | self.sealed


def with_own(schema: Schema, entries: list[Entry], sent: Sent, verdicts: Sequence[Verdict], upto: int) -> list[Entry]:
    """Adds what the district did not repeat: acts taken as they were sent, known from the verdict alone."""
    told = {v.number: v.pos for v in verdicts if v.outcome in (Outcome.APPLIED, Outcome.MERGED) and v.pos}
    own: dict[tuple[int, Key], Entry] = {}
    for act in sent.acts:
        pos = told.get(act.number, 0)
        if not sent.since < pos <= upto:
            continue  # what lies before the cursor was heard already, also that it left
        for change in act.changes:
            if change.op not in (Op.DECIDE, Op.ERASE):
                place = (pos, (change.collection, change.id))
                own[place] = _own_entry(schema, pos, change, own.get(place))
    if not own:
        return entries
    for entry in entries:
        place = (entry.pos, (entry.collection, entry.id))
        mine = own.pop(place, None)
        if mine is not None and entry.kind == "f":
            fields = {**mine.fields, **entry.fields}
            entry = Entry(entry.pos, mine.kind, entry.collection, entry.id, fields, entry.voided)
        own[place] = entry
    return sorted(own.values(), key=lambda e: e.pos)


def _own_entry(schema: Schema, pos: int, change: Change, before: Entry | None) -> Entry:
    spec = schema.get(change.collection)
    fields = dict(before.fields) if before else {}
    for name, value in change.fields.items():
        field = spec.field(name) if spec else None
        if field is None or field.policy in (Policy.ASK, Policy.LATEST):
            fields[name] = value
    voided = change.op is Op.VOID or (before is not None and before.voided)
    # Also where it was made here: in the meantime somebody may have made it from what had been rescued.
    return Entry(pos, "f", change.collection, change.id, fields, voided)
