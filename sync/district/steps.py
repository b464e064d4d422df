"""Judging a step: once, on the merged row, and held where its answer hangs on what nobody has decided yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..act import Change, Op
from ..merge import Author
from ..schema import Schema
from ..system import CONTEST, DOUBT
from .contests import Contests
from .doubts import pair_id
from .entries import Key
from .judging import Judge, Judgement, UnitReader
from .lines import replica_named
from .questions import ASK_PAPER, STANDS, WRONG, asked_about
from .rights import Rights
from .unit import Hold, Unit

UPGRADE = "upgrade"
"""What a step waits for that this desk's version could not satisfy: `upgrade/REPLICA`."""


BLOB = "blob"
"""What a step waits for that needs a file: `blob/HASH`."""


def is_step(schema: Schema, change: Change) -> bool:
    """Whether a change takes a step."""
    spec = schema.get(change.collection)
    return bool(spec and spec.judged and change.op is Op.CREATE)


def subject_of(schema: Schema, step: Change) -> Key:
    """The record that a step moves."""
    spec = schema[step.collection]
    assert spec.parent is not None
    field, kind = spec.parent
    return (kind or str(step.fields.get(f"{field}_kind", "")), str(step.fields.get(field, "")))


@dataclass(slots=True)
class Steps:
    """Weighs the steps of one desk's acts; `level` is the schema level of that desk."""

    unit: Unit
    judge: Judge
    contests: Contests
    rights: Rights | None
    level: int

    def weigh(self, step: Change, author: Author) -> tuple[str, str]:
        """(why the step may not be taken, a note on one that may); raises Hold, TooLate or NotAllowed."""
        subject = subject_of(self.unit.schema, step)
        if self.rights is not None and (head := self.unit.head(subject)) is not None:
            self.rights.check_step(subject, head.areas, author)
        whose = {"post": self.unit.post_of(author.stamp.desk), "officer": author.officer}
        movement = {**step.fields, **whose, "id": step.id, "pos": author.stamp.pos}
        reader = UnitReader(self.unit)
        judgement = self.judge.judge(movement, reader)
        self._decided_enough(movement, judgement, reader.seen)
        if not judgement.accepted:
            self._upgraded_enough(subject, judgement, author)
            self._come_enough(movement, reader.promised)
            return judgement.reason or "这一步现在不能办理", ""
        return self._paper(step, movement, subject), judgement.reason

    def _decided_enough(self, movement: dict[str, Any], judgement: Judgement, seen: set[Key]) -> None:
        """Holds a step whose answer hangs on a value that two offices disagree about, until someone decides."""
        for key in sorted(seen):
            for contest in self.contests.of(key).values():
                for side in contest.sides[1:] if contest.open else ():
                    other = self.judge.judge(movement, UnitReader(self.unit, (key, side["value"])))
                    if other.accepted != judgement.accepted:
                        raise Hold((CONTEST, contest.id), "有一项内容两处不一致，裁决后自动办理")

    def _upgraded_enough(self, subject: Key, judgement: Judgement, author: Author) -> None:
        """Holds a step that lacks only what its desk's version cannot fill in, until that desk is upgraded."""
        spec, missing = self.unit.schema.get(subject[0]), getattr(judgement, "missing", ())
        since = [f.since for n in missing if spec and (f := spec.field(n))]
        if self.rights is not None and since and len(since) == len(missing) and min(since) > self.level:
            key = (UPGRADE, replica_named(author.stamp.desk))
            raise Hold(key, "这台电脑的版本还不能填写办理所需的新内容，升级后自动办理")

    def _come_enough(self, movement: dict[str, Any], promised: list[str]) -> None:
        """Holds a step that lacks only a file which is still on its way."""
        if promised and self.judge.judge(movement, UnitReader(self.unit, trusting=True)).accepted:
            raise Hold((BLOB, promised[0]), "办理所需的附件还没有传完，传完后自动办理")

    def _paper(self, step: Change, movement: dict[str, Any], subject: Key) -> str:
        """Holds a step whose paper says other than the rows do by now, until an officer says whether it stands."""
        spec, paper = self.unit.schema[step.collection], getattr(self.judge, "paper", None)
        typed = step.fields.get(spec.paper or "")
        now = paper(movement, UnitReader(self.unit)) if typed and paper is not None else None
        if now is None or now == typed:
            return ""
        key = (DOUBT, pair_id(f"doubt-{ASK_PAPER}", step.collection, "", [step.id]))
        asked, head = self.unit.head(key), self.unit.head(subject)
        state = asked.payload["state"] if asked is not None else ""
        if state == WRONG:
            return "已打印的材料与现在的内容不一致，请按现在的内容重新打印办理"
        if state != STANDS and head is not None:
            why = {"verb": step.fields.get("verb"), "step": step.id, "paper": typed, "now": now}
            raise Hold(key, "已打印的材料与现在的内容不一致，确认后自动办理", asked_about(head, ASK_PAPER, "", why))
        return ""
