"""The one door for writes: rows, history, projections and journal change in one transaction, or nothing does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.audit import ENTRY
from baiyun_desktop.kernel.before import FOLLOWS, FOUND, found
from baiyun_desktop.kernel.judge import BY_TIME
from baiyun_desktop.kernel.movement import COLLECTION as MOVEMENT
from baiyun_desktop.kernel.procedure import Procedure
from baiyun_desktop.kernel.step import Brief, Reason, Step
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica.acting import Officers
from baiyun_desktop.replica.audit import Audit
from baiyun_desktop.replica.brief import brief_for
from baiyun_desktop.replica.bringing import brought
from baiyun_desktop.replica.changes import Changes, merge
from baiyun_desktop.replica.deciding import ACTS_PER_TRANSACTION, Deciding
from baiyun_desktop.replica.drafts import base_of, changes_of, too_much, travelling
from baiyun_desktop.replica.errors import DoorRefusal, StepRefused, Unknown
from baiyun_desktop.replica.issuing import Taking, in_one_transaction
from baiyun_desktop.replica.lock import Priority
from baiyun_desktop.replica.numbers import final_number, next_number
from baiyun_desktop.replica.papers import Papers
from baiyun_desktop.replica.refresh import Author
from baiyun_desktop.replica.rowview import RowView
from baiyun_desktop.replica.store import Store, Transaction
from baiyun_desktop.replica.told_time import told_ms
from sync.act import Base, Change, Op
from sync.desk.journal import ClosedForWriting, Journal
from sync.outside import Ids
from sync.protocol import CHANGES_PER_ACT_MAX

SAVE = "保存"
VOID = "作废"
NOT_CHANGED = "审计记录只能追加，不能修改或作废"


class Door(Deciding):
    """Each method is one transaction. It returns what changed, after the disk has it and the screens were told.

    Raises DoorRefusal (StepRefused, Unknown) for what may not be done, DiskTrouble where the disk does not take it.
    """

    def __init__(self, store: Store, journal: Journal, ids: Ids, desk: Officers) -> None:
        super().__init__(store, journal, self._write)
        self._ids = ids
        self._desk = desk
        self.audit = Audit(store, journal, ids, desk, self._write)
        self.papers = Papers(store, journal, ids, desk, self._number, self._write)
        self.papers.on_use = self.audit.paper_used

    # --- records ------------------------------------------------------------------------------------------------

    def save(self, drafts: Sequence[Draft], verb: str = SAVE, *, officer: str = "", batch: str = "") -> Changes:
        """Saves drafts as one act. Never fails for what is missing or unlikely; only a step demands."""
        with self._store.transaction(Priority.CLERK) as txn:
            self._save(txn, drafts, verb, officer, batch)
        return txn.changes

    def save_all(
        self,
        groups: Iterable[Sequence[Draft]],
        verb: str = SAVE,
        *,
        officer: str = "",
        batch: str = "",
        numbered: Mapping[str, str] | None = None,
        spared: int = 0,
    ) -> Changes:
        """Saves each group as an act of its own, several acts a transaction: an import. A crash keeps whole acts.

        `numbered` names the records that get this year's next number of a series, as far as this desk's blocks reach but
        for the last `spared` of them: a hundred provisional numbers would help nobody.
        """
        done: list[Changes] = []
        waiting = [list(group) for group in groups]
        for start in range(0, len(waiting), ACTS_PER_TRANSACTION):
            with self._store.transaction(Priority.CLERK) as txn:
                for drafts in waiting[start : start + ACTS_PER_TRANSACTION]:
                    given = [self._with_number(txn.conn, draft, numbered or {}, spared) for draft in drafts]
                    self._save(txn, given, verb, officer, batch)
            done.append(txn.changes)
        return merge(done)

    def void(self, kind: str, id: str, reason: str, *, officer: str = "") -> Changes:  # noqa: A002
        """Declares a record void. It stays, with its history and its numbers, and leaves lists and search."""
        return self.void_all([(kind, id)], reason, officer=officer)

    def void_all(
        self, records: Sequence[tuple[str, str]], reason: str, *, officer: str = "", batch: str = ""
    ) -> Changes:
        """Declares records void, some hundred an act and a transaction. Those that are void already stay so."""
        done: list[Changes] = []
        for start in range(0, len(records), CHANGES_PER_ACT_MAX):
            with self._store.transaction(Priority.CLERK) as txn:
                view = RowView(txn.conn, self._store.layout)
                changes = [self._voiding(view, *record) for record in records[start : start + CHANGES_PER_ACT_MAX]]
                present = [change for change in changes if change is not None]
                if present:
                    base = self._journal.base(txn.conn)
                    self._write(txn, base, present, VOID, officer=officer, batch=batch, reason=reason)
            done.append(txn.changes)
        return merge(done)

    def _voiding(self, view: RowView, kind: str, record: str) -> Change | None:
        row = view.get(kind, record)
        if row is None:
            raise Unknown("记录已不在本岗位的数据中")
        if kind == ENTRY:
            raise DoorRefusal(NOT_CHANGED)
        return None if row["voided"] else Change(str(kind), record, Op.VOID)

    # --- steps --------------------------------------------------------------------------------------------------

    def step(
        self,
        kind: str,
        id: str,  # noqa: A002
        verb: str,
        *,
        drafts: Sequence[Draft] = (),
        stated_date: date | str | None = None,
        reason: str = "",
        late_reason: str = "",
        officer: str = "",
    ) -> Changes:
        """Takes a step: its field changes, the movement and the paper it writes are one act.

        `late_reason` is a code of LATE_REASON, for a step after its time. Raises StepRefused with what is in the way.
        """

        def take(txn: Transaction, taking: Taking) -> None:
            procedure, brief = self._brief(txn.conn, kind, id, verb, drafts, stated_date, late_reason)
            step = procedure.step(verb, brief.state)
            if step is None:
                raise StepRefused(f"现在是“{brief.state.value}”，不能办理“{verb}”")
            if step.by_time:
                raise StepRefused(BY_TIME.format(verb=verb))
            hindrance = procedure.barred(step, self._desk.role) or procedure.hindrance(step, brief)
            if hindrance is not None:
                raise _refused(hindrance)
            filled, begun = brought(txn.conn, self._store.layout, step, brief, self._ids)
            filled |= self._filled(txn.conn, step, brief)
            given = self._given(txn.conn, step, brief, [*drafts, *begun], filled)
            base = base_of(given, self._journal.base(txn.conn))
            changes = changes_of(txn.conn, self._store.layout, given, self._area)
            changes.append(self._movement(step, brief, filled, reason, officer))
            changes += self.papers.of_step(txn.conn, taking, step, brief, given, changes[-1].id, officer)
            self._write(txn, base, changes, verb, officer=officer, reason=reason)

        return in_one_transaction(self._store, take).changes

    def _brief(
        self,
        conn: Connection,
        kind: str,
        record: str,
        verb: str,
        drafts: Sequence[Draft],
        stated_date: date | str | None,
        late_reason: str,
    ) -> tuple[Procedure, Brief]:
        procedure = self._store.layout.program.procedure(kind)
        if procedure is None:
            raise StepRefused(f"“{kind}”没有办理流程")
        brief = brief_for(conn, self._store.layout, kind, record, verb, drafts, stated_date, late_reason)
        if brief is None:
            raise Unknown("记录已不在本岗位的数据中")
        if brief.values.get("voided"):
            raise StepRefused("记录已作废")
        return procedure, brief

    def _filled(self, conn: Connection, step: Step, brief: Brief) -> dict[str, Any]:
        """What the step itself fills in: stated dates, what it gives, the number."""
        filled: dict[str, Any] = dict(step.gives(brief)) if step.gives is not None else {}
        if brief.stated_date is not None:
            day = brief.stated_date.isoformat()
            filled |= {name: day for name in step.sets if not brief.has(name)} | dict.fromkeys(step.renews, day)
        if step.number is not None and not brief.has(NUMBER_FIELD):
            year = brief.stated_date.year if brief.stated_date else None
            filled[NUMBER_FIELD] = self._number(conn, step.number, year)
        return filled

    def _given(
        self, conn: Connection, step: Step, brief: Brief, drafts: Sequence[Draft], filled: Mapping[str, Any]
    ) -> list[Draft]:
        """The drafts of a step with what the step itself fills in, and the children that it makes."""
        made = self._made(step, brief)
        if not filled:
            return [*drafts, *made]
        own = next((d for d in drafts if (d.kind, d.id) == (brief.kind, brief.id)), None)
        if own is None:
            return [*drafts, Draft(brief.kind, brief.id, self._journal.base(conn), dict(filled)), *made]
        extended = Draft(own.kind, own.id, own.base, {**own.values, **filled}, own.new)
        return [*(extended if draft is own else draft for draft in drafts), *made]

    def _made(self, step: Step, brief: Brief) -> list[Draft]:
        """The children that a step makes beside its record."""
        if step.makes is None:
            return []
        kind, rows = step.makes
        parent = self._store.layout.program.kind(kind).parent
        assert parent is not None, kind
        return [Draft.create(kind, self._ids.new(), **{**row, parent[0]: brief.id}) for row in rows(brief)]

    def _movement(self, step: Step, brief: Brief, filled: Mapping[str, Any], reason: str, officer: str) -> Change:
        fields = {
            "subject_kind": str(brief.kind),
            "subject": brief.id,
            "verb": step.verb,
            "stated_date": travelling(brief.stated_date),
            "officer": officer or self._desk.officer,
            "article": step.cite.citation if step.cite else None,
            "reason": reason or None,
            "late_reason": brief.late_reason or None,
            FOUND: found(brief.values, filled),
            FOLLOWS: brief.follows or None,
        }
        return Change(MOVEMENT, self._ids.new(), Op.CREATE, {n: v for n, v in fields.items() if v is not None})

    # --- numbers, shared ----------------------------------------------------------------------------------------

    def number(self, pattern: str, year: int | None = None) -> str:
        """The next number of a series out of this desk's block; provisional where the block is used up."""
        with self._store.transaction(Priority.CLERK) as txn:
            return self._number(txn.conn, pattern, year)

    def _number(self, conn: Connection, pattern: str, year: int | None) -> str:
        declared = self._store.layout.program.numbers[pattern]
        store = self._store
        now = told_ms(conn, store.clock.now_ms())
        return next_number(conn, declared, self._desk.identity, year, now, store.path, store.given)

    def _area(self, kind: str) -> str:
        """Where a new record of a kind lives that does not say: the first of the post's areas in which the post sees it."""
        views, grants = self._store.layout.schema.views, self._desk.identity.areas
        for grant in grants:
            area, _, through = grant.partition("|")
            if all(name in views and kind in views[name].fields for name in through.split("&") if name):
                return area
        return grants[0].partition("|")[0] if grants else ""

    def _with_number(self, conn: Connection, draft: Draft, numbered: Mapping[str, str], spared: int) -> Draft:
        if draft.id not in numbered or draft.values.get(NUMBER_FIELD):
            return draft
        declared, store = self._store.layout.program.numbers[numbered[draft.id]], self._store
        who, now = self._desk.identity, store.clock.now_ms()
        number = final_number(conn, declared, who, now, store.path, store.given, spared=spared)
        return replace(draft, values={**draft.values, NUMBER_FIELD: number}) if number else draft

    def _save(self, txn: Transaction, drafts: Sequence[Draft], verb: str, officer: str, batch: str) -> None:
        if any(draft.kind == ENTRY for draft in drafts):
            raise DoorRefusal(NOT_CHANGED)
        base = base_of(drafts, self._journal.base(txn.conn))
        changes = changes_of(txn.conn, self._store.layout, drafts, self._area)
        if changes:
            self._write(txn, base, changes, verb, officer=officer, batch=batch)

    def _write(
        self,
        txn: Transaction,
        base: Base,
        changes: Sequence[Change],
        verb: str,
        *,
        officer: str = "",
        batch: str = "",
        reason: str = "",
    ) -> None:
        who = officer or self._desk.officer
        try:
            written = self._journal.write(txn.conn, officer=who, verb=verb, base=base, changes=changes, batch=batch)
        except ClosedForWriting as error:
            raise DoorRefusal("记录已移出本岗位的范围，正在等待区里的答复，不能再修改") from error
        except ValueError as error:
            if why := too_much(self._store.layout, changes):
                raise DoorRefusal(why) from error
            raise
        txn.touch(written.touched)
        txn.settle(Author(who, verb, self._desk.identity.replica, written.number, batch, reason))


NUMBER_FIELD = "biz_no"
"""The field of a record that a step's number goes into."""


def _refused(reason: Reason) -> StepRefused:
    return StepRefused(reason.text, reason.fields, reason.cite.citation if reason.cite else "")
