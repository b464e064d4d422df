"""What an officer is asked after an act was taken: dates outside their window, steps objected to later, papers gone stale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from ..act import Act, Change, Op
from ..merge import Author, Head
from ..system import DOUBT
from .doubts import pair_id, write_system
from .entries import Key
from .judging import Judge, UnitReader
from .unit import Unit

CHINA = timezone(timedelta(hours=8))
"""Days begin here at the district's midnight; China has one time and no summer time."""

ASK_DATE, ASK_STEP, ASK_PAPER = "date", "step", "paper"
STANDS, WRONG = "stands", "wrong"
"""The answers to these questions: it stands as it is, or it was wrong and is mended by new acts."""


def day_of(ms: int) -> date:
    """The day of an instant (milliseconds since 1970 UTC) in China."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(CHINA).date()


@dataclass(slots=True)
class Questions:
    """Looks at one act's effect. `now_ms` is when it arrived, by the district's clock."""

    unit: Unit
    author: Author
    now_ms: int

    def about_dates(self, act: Act) -> list[Key]:
        """Asks about stated dates that lie outside the interval in which the act must have been typed.

        It begins on the day on which what the author saw was committed and ends on the day of arrival. An import records
        the past and is not asked about. A date that was mended closes its question.
        """
        written: list[Key] = []
        for change in () if act.batch else act.changes:
            spec = self.unit.schema.get(change.collection)
            for name in change.fields if spec and change.op in (Op.CREATE, Op.FIELDS) else ():
                known = spec.field(name) if spec else None
                if known is not None and known.stated:
                    written += self._date(change, name)
        return written

    def _date(self, change: Change, name: str) -> list[Key]:
        head = self.unit.head((change.collection, change.id))
        value = head.payload.get(name) if head is not None else None
        try:
            stated = date.fromisoformat(str(value)[:10]) if value else None
        except ValueError:
            stated = None
        committed = self.unit.committed_at(self.author.base.pos)
        first, last = day_of(committed) if committed else None, day_of(self.now_ms)
        outside = stated is not None and (stated > last or (first is not None and stated < first))
        return self._ask(
            head,
            ASK_DATE,
            name,
            {"value": value, "from": first.isoformat() if first else None, "to": last.isoformat()} if outside else None,
        )

    def about_steps(self, judge: Judge, changed: Iterable[Key], *, decided: bool) -> list[Key]:
        """Asks about steps that were taken before an edit arrived which did not know of them, and which forbids them.

        The step is not judged again: it stands until somebody says otherwise. After a decision on a contest every step
        is looked at, for its decider chose a value and not a step.
        """
        written: list[Key] = []
        for key in changed:
            for collection, record, _ in sorted(self.unit.index.referrers(key[1])):
                spec = self.unit.schema.get(collection)
                step = self.unit.head((collection, record)) if spec is not None and spec.judged else None
                if step is None or step.payload.get("judgement") != "accepted" or step.voided:
                    continue
                if step.created != self.author.stamp.pos and (decided or not self.author.saw(_first(step))):
                    written += self._objection(judge, step)
        return written

    def _objection(self, judge: Judge, step: Head) -> list[Key]:
        reader = UnitReader(self.unit, before=step)
        judgement = judge.judge({**step.payload, "id": step.id, "pos": step.pos}, reader)
        why = None if judgement.accepted else {"verb": step.payload.get("verb"), "reason": judgement.reason}
        return self._ask(step, ASK_STEP, "", why)

    def _ask(self, head: Head | None, grade: str, name: str, why: dict[str, Any] | None) -> list[Key]:
        """Opens a question about a record, with why it is asked; closes it where there is no reason any more."""
        if head is None:
            return []
        key = (DOUBT, pair_id(f"doubt-{grade}", head.collection, name, [head.id]))
        known = self.unit.head(key)
        if why is None:
            asked = known is not None and known.payload["state"] == "open"
            return [write_system(self.unit, self.author, key, {"state": "settled"})] if asked else []
        if known is not None and known.payload.get("summary") == [why] and known.payload["state"] != "settled":
            return []  # it is being asked, or has been answered
        fields = asked_about(head, grade, name, why)
        return [write_system(self.unit, self.author, key, fields, {("subject", head.id)})]


def answers(doubt: Head) -> tuple[str, ...]:
    """What may be said to a doubt."""
    return (STANDS, WRONG) if doubt.payload["grade"] in (ASK_DATE, ASK_STEP, ASK_PAPER) else ("same", "different")


def asked_about(head: Head, grade: str, name: str, why: dict[str, Any]) -> dict[str, Any]:
    """A question about one record: it lives where the record lives."""
    return {
        "rule": grade,
        "subject_kind": head.collection,
        "subject": head.id,
        "members": [head.id],
        "grade": grade,
        "facts": [name] if name else None,
        "summary": [why],
        "state": "open",
        "decided_by": None,
        "decided_at": None,
    }


def _first(step: Head) -> Any:
    """The stamp of a step's making."""
    return min(step.meta.values(), key=lambda s: s.pos, default=None)
