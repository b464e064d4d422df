"""Asks for, gives and uses a second person's word on this desk; each is an act, so all of it works without a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from baiyun_desktop.kernel.approval import (
    APPROVAL,
    DENY,
    GIVE,
    USE,
    VALID_DAYS,
    ApprovalState,
    Thing,
    Wanted,
    may_give,
)
from baiyun_desktop.kernel.audit import Doing
from baiyun_desktop.kernel.listing import Condition, Test
from baiyun_desktop.kernel.role import Role
from baiyun_desktop.kernel.value import Draft, Snapshot
from baiyun_desktop.replica.accounts import Second
from baiyun_desktop.replica.errors import DoorRefusal
from baiyun_desktop.replica.numbers import CHINA
from baiyun_desktop.replica.replica import Replica

Prove = Callable[[str, str], Second]
"""(name or log-in name, password): who that is; raises NoEntry."""
NOT_ONES_OWN = "本人不能批准自己的申请，请由另一位有权限的人员批准"
SHOWN_MAX = 100


class Approvals:
    """One desk's side of it. Raises DoorRefusal with the reason in plain words where something may not be done."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._audit = replica.audit

    # --- asking -------------------------------------------------------------------------------------------------

    def ask(self, thing: Thing, reason: str) -> str:
        """Writes down what is asked for; its id. Those whose areas cover this post's hear of it with the next round."""
        today, replica = self._today(), self._replica
        record = replica.ids.new()
        self._audit.note(Doing.ASK, kind=APPROVAL, record=record, fields=_names(thing.wanted), reason=reason)
        draft = Draft.create(
            APPROVAL, record, wanted=_names(thing.wanted), about=thing.about, rows=thing.rows, thing=thing.fingerprint,
            reason=reason, asked_by=replica.officer, asked_at_post=replica.identity.post, asked_on=today.isoformat(),
            until=(today + timedelta(days=VALID_DAYS)).isoformat(),
        )  # fmt: skip
        replica.door.save([draft], "申请批准")
        return record

    def open(self) -> list[Snapshot]:
        """What waits for an answer and is still in time, the latest first."""
        return [row for row in self._with_state(ApprovalState.ASKED) if str(row.get("until", "")) >= str(self._today())]

    def found(self, thing: Thing) -> Snapshot | None:
        """An approval of this very thing for this officer that may be used now."""
        for row in self._with_state(ApprovalState.GIVEN):
            same = row.get("thing") == thing.fingerprint and row.get("asked_by") == self._replica.officer
            if same and thing.rows <= int(row.get("rows", 0)) and str(row.get("until", "")) >= str(self._today()):
                return row
        return None

    def _with_state(self, state: ApprovalState) -> list[Snapshot]:
        of_state = (Condition("state", Test.IS, state.name),)
        return self._replica.read.list(APPROVAL, of_state, ("-asked_on",), 0, SHOWN_MAX).rows

    # --- answering ----------------------------------------------------------------------------------------------

    def give(self, record: str, officer: str, role: Role | None) -> None:
        """The word of an officer who has logged in or typed his password; see `give_here`."""
        self._answer(record, GIVE, Doing.APPROVE, officer, role, "")

    def deny(self, record: str, officer: str, role: Role | None, reason: str) -> None:
        """The officer's no, with why."""
        self._answer(record, DENY, Doing.DENY, officer, role, reason)

    def give_here(self, record: str, officer: str, password: str, prove: Prove) -> None:
        """The word of another officer at this PC, who types his own password. Raises NoEntry where it is not his."""
        row = self._row(record)
        second = prove(officer, password)
        if second.name in (row.get("asked_by"), self._replica.officer):
            raise DoorRefusal(NOT_ONES_OWN)
        wanted = _wanted(row)
        roles = sorted(second.roles, key=lambda role: not may_give(wanted, role))
        self.give(record, second.name, roles[0] if roles else None)

    def _answer(self, record: str, verb: str, doing: Doing, officer: str, role: Role | None, reason: str) -> None:
        row = self._row(record)
        wanted = _wanted(row)
        if officer == row.get("asked_by"):
            raise DoorRefusal(NOT_ONES_OWN)
        if not may_give(wanted, role):
            raise DoorRefusal(f"“{role.value if role else '该岗位'}”无权批准这一项")
        self._audit.note(
            doing, kind=APPROVAL, record=record, fields=_names(wanted), reason=reason or str(row.get("reason", "")),
            officer=officer,
        )  # fmt: skip
        draft = Draft.of(row, given_by=officer, given_role=role.value if role else None)
        self._step(record, verb, officer=officer, drafts=(draft,), reason=reason)

    # --- using --------------------------------------------------------------------------------------------------

    def use(self, record: str) -> None:
        """Spends it: it counts for one thing, once. To be called before the thing is done."""
        row = self._row(record)
        if row.get("asked_by") != self._replica.officer:
            raise DoorRefusal("这项批准不是给您的")
        self._step(record, USE)

    def _step(
        self, record: str, verb: str, *, officer: str = "", drafts: Sequence[Draft] = (), reason: str = ""
    ) -> None:
        self._replica.door.step(
            APPROVAL, record, verb, drafts=drafts, stated_date=self._today(), officer=officer, reason=reason
        )

    def _row(self, record: str) -> Snapshot:
        row = self._replica.read.get(APPROVAL, record)
        if row is None:
            raise DoorRefusal("这项申请已不在本岗位的数据中")
        return row

    def _today(self) -> date:
        return datetime.fromtimestamp(self._replica.clock.now_ms() / 1000, CHINA).date()


def _wanted(row: Snapshot) -> list[Wanted]:
    return [Wanted[name] for name in row.get("wanted", ()) if name in Wanted.__members__]


def _names(wanted: Sequence[Wanted]) -> list[str]:
    return [one.name for one in wanted]
