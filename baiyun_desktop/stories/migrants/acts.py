"""A turn as an officer takes it at a desk: through the desk's own door, with its guards, papers and numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.errors import StepRefused, Unknown
from baiyun_desktop.stories.migrants.script import Turn, Visit

TAIL = 6
"""Of an ID number, as officers type it into the search box."""
NOT_YET = "现在是“"
"""How the door begins where the record's state does not have the step: somebody else's has not arrived."""
ASKS_WHY, LINE_DOWN = "超期原因", "6"
"""How the door asks for the reason of a step after its time, and what is answered: the line was down."""


class NotHereYet(Exception):
    """What the turn builds on has not arrived at this desk: a line was down. It is tried again on the next day."""


class Acts:
    """Takes turns, and counts them. What guards refuse is counted with their reasons."""

    def __init__(self) -> None:
        self.acts = 0
        self.steps: Counter[tuple[str, str, str]] = Counter()
        """How often each step was taken: kind, verb, stated day."""
        self.made: dict[str, tuple[str, str]] = {}
        """Each record that was made, by its id: its kind, and the step that was taken on it last."""
        self.typed: Counter[str] = Counter()
        """The numbers of the documents of everybody who was entered."""
        self.refusals: Counter[str] = Counter()
        self.unmeant: list[str] = []
        """Refusals that the story does not mean, and steps that a guard let pass though it should not have."""
        self.shown: Callable[[Replica, str, str], None] = lambda _desk, _kind, _record: None
        """Told of each act: whose desk, and which record it was about."""

    def take(self, turn: Turn, visit: Visit, replica: Replica) -> None:
        """One act as the desk's officer does it. Raises NotHereYet where what it builds on has not arrived."""
        made = dict(visit.records)
        try:
            self._act(turn, visit, replica)
        except (StepRefused, Unknown) as refused:
            visit.records = made
            self._refused(turn, str(refused))
            return
        except BaseException:
            visit.records = made
            raise
        if turn.refused:
            self.unmeant.append(f"{turn.verb}: was not refused, though “{turn.refused}”")
        self.shown(replica, turn.kind, visit.records[turn.record])

    def _refused(self, turn: Turn, why: str) -> None:
        if turn.refused and turn.refused in why:
            self.refusals[f"{turn.verb}: {turn.refused}"] += 1
        elif why.startswith(NOT_YET):
            raise NotHereYet(why)
        else:
            self.unmeant.append(f"{turn.verb}: {why}")

    def noted(self, drafts: Sequence[Draft], kind: str = "", record: str = "", verb: str = "", day: str = "") -> None:
        """An act is done: what the district's books must come to, kept without asking them."""
        self.acts += 1
        for draft in drafts:
            if draft.new:
                self.made[draft.id] = (str(draft.kind), "")
                self.typed.update([draft.values["id_no"]] if "id_no" in draft.values else [])
        if verb:
            self.made[record] = (kind, verb)
            self.steps[kind, verb, day] += 1

    def _act(self, turn: Turn, visit: Visit, replica: Replica) -> None:
        drafts: list[Draft] = []
        if turn.sought and not self._found(visit.people[turn.who]["id_no"], visit.records[turn.who], replica):
            raise NotHereYet(f"{turn.who} has not arrived at {replica.identity.post}")
        if turn.who and turn.new and turn.who not in visit.records:
            drafts.append(self._somebody(turn.who, visit, replica.ids.new()))
        if turn.new and turn.kind != "person":
            visit.records[turn.record] = replica.ids.new()
            values: dict[str, Any] = {"area": visit.area, **turn.typed(visit)}
            drafts.append(Draft.create(turn.kind, visit.records[turn.record], **values))
        elif not turn.new:
            drafts += self._changed(turn, visit, replica)
        record = visit.records[turn.record]
        if turn.verb:
            self._step(turn, record, drafts, visit, replica)
        else:
            replica.door.save(drafts)
        self.noted(drafts, turn.kind, record, turn.verb, visit.on.isoformat())
        self._brought(turn, record, replica)

    @staticmethod
    def _step(turn: Turn, record: str, drafts: Sequence[Draft], visit: Visit, replica: Replica) -> None:
        """Takes the step; where a line was down for days and a promise has passed, its officer says why, as the door asks."""
        try:
            replica.door.step(turn.kind, record, turn.verb, drafts=drafts, stated_date=visit.on)
        except StepRefused as refused:
            if turn.refused or ASKS_WHY not in str(refused):
                raise
            replica.door.step(turn.kind, record, turn.verb, drafts=drafts, stated_date=visit.on, late_reason=LINE_DOWN)

    def _brought(self, turn: Turn, record: str, replica: Replica) -> None:
        """What a step began by itself where nothing led to it, such as the house of a door that nobody knew."""
        program = replica.store.layout.program
        procedure, now = program.procedure(turn.kind), replica.read.get(turn.kind, record)
        steps = procedure.steps if procedure is not None else ()
        for brings in (one for step in steps if step.verb == turn.verb for one in step.brings):
            begun = now.get(brings.field) if now is not None else None
            if begun and begun not in self.made:
                self.made[begun] = (str(program.kind(turn.kind).field(brings.field).ref), "")

    @staticmethod
    def _found(number: str, record: str, replica: Replica) -> bool:
        return any(hit.id == record for hit in replica.search.find(number[-TAIL:]).hits)

    def _somebody(self, who: str, visit: Visit, record: str) -> Draft:
        visit.records[who] = record
        return Draft.create("person", record, area=visit.area, **visit.people[who])

    def _changed(self, turn: Turn, visit: Visit, replica: Replica) -> list[Draft]:
        record = visit.records.get(turn.record)
        known = replica.read.get(turn.kind, record) if record else None
        if known is None:
            raise NotHereYet(f"{turn.kind} has not arrived at {replica.identity.post}")
        draft = Draft.of(known, **turn.typed(visit))
        return [draft] if draft else []
