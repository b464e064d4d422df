"""Judging one act: merged, contested, overtaken, held or refused, whole or not at all, and remembered by its number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import DBAPIError

from ..act import Act, Change, Op, Outcome, Verdict
from ..merge import Author, Stamp
from ..system import CONTEST, SYSTEM_NAMES
from .changes import Changes
from .contests import Contests
from .doubts import Doubts, write_system
from .entries import Change as FeedChange
from .entries import Key
from .judging import Judge
from .lawful import Lawful, created
from .membership import Membership
from .questions import Questions
from .rescue import rescue
from .rights import NotAllowed, Rights, TooLate
from .scope import AreaTree
from .steps import Steps, subject_of
from .unit import Hold, Refuse, Unit


def released(act: Act) -> set[str]:
    """What held acts may have waited for that this act brings: its records, and what it decides."""
    return {f"{c.collection}/{c.id}" for c in act.changes if c.op in (Op.CREATE, Op.DECIDE)}


@dataclass(slots=True)
class Acceptor:
    """Takes acts of one desk into a unit. `rights` is what the desk may write; None means the district itself.

    `desk` is the name of its number line, `before` what that has in common with older lines.
    """

    unit: Unit
    tree: AreaTree
    judge: Judge
    desk: str
    rights: Rights | None
    faults: Callable[[Act, Exception], None]
    dropped_before: Callable[[Outcome], set[Key]] = lambda _fate: set()
    """The records that earlier acts of this desk would have made, by what became of those; asked where one is missing."""
    before: dict[str, int] = field(default_factory=dict)
    now_ms: int = 0
    """When the acts arrived, by the district's clock."""
    level: int = 0
    """The schema level of the desk."""
    waits: dict[int, str] = field(default_factory=dict)
    """What held acts wait for, by act number, as `collection/id`."""
    erased: set[Key] = field(default_factory=set)
    """Of the records that its acts name, those that were erased by law."""
    contests: Contests = field(init=False)
    lawful: Lawful = field(init=False)
    changes: Changes = field(init=False)
    _dropped: set[Key] = field(default_factory=set)
    _rescued: set[Key] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.contests = Contests(self.unit, self.rights)
        self.lawful = Lawful(self.unit, self.rights, self.judge)
        self.changes = Changes(self.unit, self.tree, self.rights, self.lawful, self.contests)

    def take(self, act: Act, pos: int) -> Verdict:
        """Merges one act into the unit at a provisional position; nothing of it stays where it is refused."""
        mark, first = self.unit.mark(), len(self.unit.changes)
        try:
            verdict = self._take(act, pos, first)
        except TooLate as reason:
            self.unit.rollback(mark)
            return self.rescue(act, pos, str(reason))
        except (Refuse, NotAllowed) as reason:
            self.unit.rollback(mark)
            self._dropped |= created(act)
            return Verdict(act.number, Outcome.REFUSED, 0, str(reason))
        except Hold as missing:
            asked = self.unit.head(missing.key) if missing.key[0] == CONTEST else None
            about = dict(asked.payload) if asked is not None else {}
            self.unit.rollback(mark)
            held = self._without(act, missing, pos)
            return self._ask(act, held, pos, missing, about) if about or missing.ask else held
        except DBAPIError:
            raise  # the database, not the act: the transaction is tried again, or the desk's next round does
        except Exception as error:  # noqa: BLE001
            # A poisoned act must not stop the good ones behind it: it is kept, reported, and tried again by hand.
            self.unit.rollback(mark)
            self.faults(act, error)
            return Verdict(act.number, Outcome.HELD, 0, "区服务器处理这条时出错，已记录并报告管理员")
        told = verdict.outcome in (Outcome.APPLIED, Outcome.MERGED)
        self.unit.close_act(first, pos, told=told, cover=self.rights.cover if self.rights else None)
        if verdict.outcome in (Outcome.OVERTAKEN, Outcome.REFUSED):
            self._dropped |= created(act) - {c.key for c in self.unit.changes[first:]}
        return verdict

    def rescue(self, act: Act, pos: int, why: str) -> Verdict:
        """Keeps an act that cannot be applied any more as a record of its own; its desk keeps only the number."""
        first = len(self.unit.changes)
        author = self._author(act, pos)
        fallback = self.rights.granted(author) if self.rights is not None else ()
        rescue(self.unit, self.tree, author, act, why, fallback or self.tree.tops())
        self._follow(author, first)
        self.unit.close_act(first, pos, told=False, cover=self.rights.cover if self.rights else None)
        self._rescued |= created(act)
        return Verdict(act.number, Outcome.RESCUED, pos, why)

    def _author(self, act: Act, pos: int) -> Author:
        return Author(Stamp(pos, self.desk, act.number), act.base, act.officer, act.at, self.before)

    def _without(self, act: Act, hold: Hold, pos: int) -> Verdict:
        """An act that stands on what is not there: it shares the fate of the act that would have made it, or is held."""
        missing = hold.key
        if missing in self._rescued or missing in self.dropped_before(Outcome.RESCUED):
            return self.rescue(act, pos, "所依据的内容已交区里处理，一并转交")
        if missing in self._dropped or missing in self.dropped_before(Outcome.REFUSED):
            self._dropped |= created(act)
            return Verdict(act.number, Outcome.REFUSED, 0, "所依据的记录没有被接受，一并退回")
        self.waits[act.number] = f"{missing[0]}/{missing[1]}"
        return Verdict(act.number, Outcome.HELD, 0, hold.reason)

    def _ask(self, act: Act, held: Verdict, pos: int, hold: Hold, contest: dict[str, Any]) -> Verdict:
        """Puts what an act waits for before an officer, where nobody but the act itself would: else nobody could decide.

        That is a doubt about the act, or a contest which it opened itself before it was undone.
        """
        before = self.unit.head(hold.key)
        if held.outcome is not Outcome.HELD or (before is not None and before.payload["state"] == "open"):
            return held
        first = len(self.unit.changes)
        author = self._author(act, pos)
        if hold.ask is not None:
            write_system(self.unit, author, hold.key, hold.ask, {("subject", hold.ask["subject"])})
        else:
            subject = (contest["subject_kind"], contest["subject"])
            self.contests.open(subject, [(contest["group"], contest["sides"])], author)
        self._follow(author, first)
        self.unit.close_act(first, pos, told=False, cover=self.rights.cover if self.rights else None)
        return Verdict(act.number, held.outcome, pos, held.reason)

    def _take(self, act: Act, pos: int, first: int) -> Verdict:
        self.lawful.of_none_erased(act, self.erased)
        if self.rights is not None:
            self.rights.check_standing()
        self.lawful.complete(act)
        author = self._author(act, pos)
        self.unit.authors[(self.desk, act.number)] = (act.officer, act.at)
        mark = self.unit.mark()
        self.lawful.check(act, author)
        steps = [c for c in act.changes if self._judged(c)]
        results: list[Outcome] = []
        for change in act.changes:
            if change not in steps:
                results.append(self.changes.apply(change, author))
        for step in steps:
            reason = self._step(step, author)
            if reason:
                self.unit.rollback(mark)
                return self._overtaken(act, steps, author, reason)
            results.append(Outcome.APPLIED)
        self._follow(author, first, act)
        self._question(act, author, first)
        worst = max(results, key=_ORDER.index, default=Outcome.APPLIED)
        wrote = len(self.unit.changes) > first
        return Verdict(act.number, worst, pos if wrote else 0)

    def _question(self, act: Act, author: Author, first: int) -> None:
        """Asks officers about what the act brought that may not be right."""
        if self.rights is None:
            return
        mark = len(self.unit.changes)
        edited = [c.key for c in self.unit.changes[first:] if c.fields and c.key[0] not in SYSTEM_NAMES]
        decided = any(c.op is Op.DECIDE and c.collection == CONTEST for c in act.changes)
        questions = Questions(self.unit, author, self.now_ms)
        asked = questions.about_dates(act)
        asked += questions.about_steps(self.judge, dict.fromkeys(edited), decided=decided)
        if asked:
            self._follow(author, mark)

    def _judged(self, change: Change) -> bool:
        return change.op is Op.CREATE and self._is_judged(change.collection)

    def _is_judged(self, collection: str) -> bool:
        spec = self.unit.schema.get(collection)
        return spec is not None and spec.judged

    def _overtaken(self, act: Act, steps: list[Change], author: Author, reason: str) -> Verdict:
        """The step stays visible beside the one that came first; the rest of the act goes to the desk's tray."""
        if any(self.unit.head(subject_of(self.unit.schema, step)) is None for step in steps):
            return Verdict(act.number, Outcome.REFUSED, 0, reason)
        first = len(self.unit.changes)
        for step in steps:
            self.changes.create(step, author, {"judgement": "overtaken", "note": reason})
        self._follow(author, first, act)
        return Verdict(act.number, Outcome.OVERTAKEN, author.stamp.pos, reason)

    def _step(self, step: Change, author: Author) -> str:
        """Judges a movement; returns why it may not be taken, or nothing."""
        reason, note = Steps(self.unit, self.judge, self.contests, self.rights, self.level).weigh(step, author)
        if not reason:
            self.changes.create(step, author, {"judgement": "accepted", "note": note or None})
        return reason

    # --- what follows -------------------------------------------------------------------------------------------

    def _follow(self, author: Author, first: int, act: Act | None = None) -> None:
        """What an act brings with it: areas, links and doubts, and again the areas of what these joined.

        Raises NotAllowed where its author has made more (of `act`) than his views show him.
        """
        keys = list(dict.fromkeys(c.key for c in self.unit.changes[first:]))
        membership = Membership(self.unit, self.tree)
        moved = membership.refresh(keys)
        written = Doubts(self.unit, self.tree, author).check(keys)
        if written:
            moved = {**membership.refresh(written), **moved}
        # Each record whose areas changed goes into the feed, if only for those areas that it enters or leaves.
        known = {c.key for c in self.unit.changes[first:]}
        for key, before in moved.items():
            if key not in known:
                self.unit.edit(key).pos = author.stamp.pos
                self.unit.record(FeedChange(key, {}, before))
        if self.rights is not None and self.unit.schema.views and act is not None:
            for change in act.changes:
                head = self.unit.head((change.collection, change.id)) if change.op is Op.CREATE else None
                if head is not None:
                    names = [n for n, v in change.fields.items() if v is not None]
                    self.rights.check_made((head.collection, head.id), head.areas, author, names)


_ORDER = [Outcome.APPLIED, Outcome.MERGED, Outcome.CONTESTED]
