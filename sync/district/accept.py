"""Judging one act: merged, contested, overtaken, held or refused, whole or not at all, and remembered by its number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import DBAPIError

from ..act import Act, Change, Op, Outcome, Verdict
from ..canon import is_canonical
from ..erasing import ERASED_WORDS
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
from ..schema import EVERYWHERE, CollectionSpec, Policy, fits
from ..system import CONTEST, DOUBT, LINK, RESCUE, SYSTEM_NAMES
from .contests import Contests
from .doubts import Doubts, write_system
from .judging import Judge
from .membership import Membership, points_at
from .questions import Questions, answers
from .rescue import rescue, stood_in_for
from .rights import NotAllowed, Rights, TooLate
from .scope import AreaTree
from .steps import Steps, subject_of
from .unit import Change as FeedChange
from .unit import Hold, Key, Refuse, Unit
from .wellformed import NUMBER_MAX


def created(act: Act) -> set[Key]:
    """The records that an act makes."""
    return {(c.collection, c.id) for c in act.changes if c.op is Op.CREATE}


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
    _dropped: set[Key] = field(default_factory=set)
    _rescued: set[Key] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.contests = Contests(self.unit, self.rights)

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

    def _of_none_erased(self, act: Act) -> None:
        """Refuses an act that names an erased record, as its own or to hang something on."""
        for change in act.changes:
            if change.op is Op.ERASE or any(key in self.erased for _, key, _ in self._targets(change)):
                raise Refuse(ERASED_WORDS)

    def _complete(self, act: Act) -> None:
        """Holds an act that stands on a record that is neither there nor made by the act itself."""
        made = created(act)
        for change in act.changes:
            own = [] if change.op is Op.CREATE else [(change.collection, change.id)]
            for key in (*own, *(target for _, target, _ in self._targets(change))):
                if key not in made and self.unit.head(key) is None:
                    raise Hold(key)

    def _lawful(self, act: Act, author: Author) -> None:
        """Refuses values of the wrong kind, and what would open another post's records to this one."""
        made = created(act)
        for change in act.changes:
            spec = self.unit.schema.get(change.collection)
            odd = next((n for n, v in change.fields.items() if not is_canonical(v)), None)
            if odd is None and spec is not None and change.op in (Op.CREATE, Op.FIELDS):
                odd = next((n for n, v in change.fields.items() if (f := spec.field(n)) and not fits(f, v)), None)
            if odd is not None:
                raise Refuse(f"“{odd}”的内容格式不对，请重新填写")
            if self.rights is None or spec is None or change.op not in (Op.CREATE, Op.FIELDS):
                continue
            self.rights.check_collection(change.collection)
            head = self.unit.head((change.collection, change.id))
            row = head.payload if head is not None else {}
            self._lawful_place(spec, change, head, author)
            for name, key, view in self._targets(change):
                target = self.unit.head(key)
                if target is not None and key not in made and change.fields[name] != row.get(name):
                    self.rights.check_target(key, target.areas, author, view)

    def _lawful_place(self, spec: CollectionSpec, change: Change, head: Head | None, author: Author) -> None:
        """Refuses areas that a record may not be made to live in or be referred to, or not by one who sees a part of it."""
        assert self.rights is not None
        row = head.payload if head is not None else {}
        for name in (spec.area or "", *(r.to for r in spec.refers)):
            place = change.fields.get(name)
            if not place or place == row.get(name):
                continue
            areas = place if isinstance(place, list) else [place]
            everybody = [a for a in areas if a == EVERYWHERE]
            self.rights.check_placing(areas if name == spec.area else everybody, author, new=head is None)
            if head is not None and name == spec.area:
                self.rights.check_edit((head.collection, head.id), head.areas, author, None)

    def _targets(self, change: Change) -> list[tuple[str, Key, str | None]]:
        """(field, record, view) of what a change makes its own a child of (view None), or has it carry or refer to."""
        spec = self.unit.schema.get(change.collection)
        if spec is None or change.op not in (Op.CREATE, Op.FIELDS):
            return []
        sent = change.fields
        found: list[tuple[str, Key, str | None]] = [
            (n, (kind, sent[n]), view) for n, (kind, view) in spec.carried.items() if sent.get(n)
        ]
        ends: list[tuple[str, tuple[str, str], str | None]] = []
        if spec.parent is not None:
            ends.append((spec.parent[0], spec.parent, "" if spec.name in self.unit.schema.lifting else None))
        for refer in spec.refers:
            ends += [(name, refer.subject, refer.view) for name in (refer.subject[0], refer.to)]
        if not any(sent.get(name) for name, _, _ in ends):
            return found
        head = self.unit.head((change.collection, change.id))
        row = {**(head.payload if head else {}), **sent}
        for name, (named, kind), view in ends:
            if sent.get(name) and row.get(named):
                found.append((name, (kind or str(row.get(f"{named}_kind", "")), row[named]), view))
        return found

    def _take(self, act: Act, pos: int, first: int) -> Verdict:
        self._of_none_erased(act)
        if self.rights is not None:
            self.rights.check_standing()
        self._complete(act)
        author = self._author(act, pos)
        self.unit.authors[(self.desk, act.number)] = (act.officer, act.at)
        mark = self.unit.mark()
        self._lawful(act, author)
        steps = [c for c in act.changes if self._judged(c)]
        results: list[Outcome] = []
        for change in act.changes:
            if change not in steps:
                results.append(self._change(change, author))
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
            self._create(step, author, {"judgement": "overtaken", "note": reason})
        self._follow(author, first, act)
        return Verdict(act.number, Outcome.OVERTAKEN, author.stamp.pos, reason)

    def _step(self, step: Change, author: Author) -> str:
        """Judges a movement; returns why it may not be taken, or nothing."""
        reason, note = Steps(self.unit, self.judge, self.contests, self.rights, self.level).weigh(step, author)
        if not reason:
            self._create(step, author, {"judgement": "accepted", "note": note or None})
        return reason

    # --- one change ---------------------------------------------------------------------------------------------

    def _change(self, change: Change, author: Author) -> Outcome:
        if change.op is Op.DECIDE:
            return self._decide(change, author)
        if change.op is Op.CREATE and not stood_in_for(self.unit, (change.collection, change.id)):
            self._create(change, author, {})
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
        parent = next((key for name, key, _ in self._targets(change) if name == field), None)
        head = self.unit.head(parent) if parent is not None else None
        if parent is None or head is None:
            return Outcome.APPLIED
        sides = merge_edit_of_voided(head, author, self.contests.of(parent).get(VOID_GROUP))
        self.contests.open(parent, sides, author)
        return Outcome.CONTESTED if sides else Outcome.APPLIED

    def _create(self, change: Change, author: Author, judged: dict[str, Any]) -> None:
        key = (change.collection, change.id)
        if self.unit.head(key) is not None:
            raise Refuse("同一编号的记录已经存在")
        spec = self.unit.schema.get(change.collection)
        if change.collection in SYSTEM_NAMES:
            raise Refuse("这类记录只能由区服务器建立")
        machine = {f.name for f in spec.fields if f.policy is Policy.MACHINE} if spec else set()
        sent = {k: v for k, v in change.fields.items() if v is not None and (k not in machine or self.rights is None)}
        typed = {k: first_value(spec, k, v) for k, v in sent.items()}
        fields = {**typed, **{k: v for k, v in judged.items() if v is not None}}
        stamp = author.stamp
        head = Head(*key, stamp.pos, stamp.pos, fields, dict.fromkeys(fields, stamp))
        self.unit.create(head, self.rights.home(author) if self.rights is not None else EVERYWHERE)
        self.unit.point(key, points_at(spec, head))
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
        for collection, record, name in sorted(self.unit.referrers(key[1])):
            spec, head = self.unit.schema.get(collection), self.unit.head((collection, record))
            if spec is None or head is None or head.voided or collection in SYSTEM_NAMES:
                continue
            counts = not spec.judged or head.payload.get("judgement") == "accepted"
            if counts and spec.parent is not None and spec.parent[0] == name:
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
                self.unit.point(key, after)
        elif not merged.contests:
            self._touch(key, author, voids=False)
        self.contests.open(key, merged.contests, author)

    # --- decisions ----------------------------------------------------------------------------------------------

    def _decide(self, change: Change, author: Author) -> Outcome:
        head = self.unit.head((change.collection, change.id))
        if head is None:
            raise Hold((change.collection, change.id))
        if self.rights is not None:
            about = head.payload if change.collection == CONTEST else None
            self.rights.check_decision((change.collection, change.id), head.areas, author, about)
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
