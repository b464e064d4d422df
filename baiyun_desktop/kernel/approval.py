"""A second person's word on what one person may not do alone; used by unmasked exports and by exports of many rows.

An approval is a record that syncs: asked for on one desk, given on another one or on the same PC by an officer who types
his own password, for one thing, once, until a day. What is asked for is known by a fingerprint, so that a word given for
one list never lets another one out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from sqlalchemy.orm import Mapped

from baiyun_desktop.kernel.field import Asked, field
from baiyun_desktop.kernel.procedure import Procedure
from baiyun_desktop.kernel.record import Record
from baiyun_desktop.kernel.role import Role
from baiyun_desktop.kernel.step import Brief, Reason, Step

APPROVAL = "approval"
ROWS_FREE_MAX = 200
"""Rows that an officer may take out of the program without a second person (masked)."""
VALID_DAYS = 1
"""An approval counts on the day it was asked for and so many days after."""
GIVE, DENY, USE, WITHDRAW = "批准", "不批准", "使用", "撤回"


class Wanted(Enum):
    """What needs a second person."""

    UNMASK = "导出未脱敏数据"
    MANY = "导出超过200行"


GIVERS: dict[Wanted, frozenset[Role]] = {
    Wanted.UNMASK: frozenset({Role.STREET, Role.DISTRICT_CENTRE}),
    Wanted.MANY: frozenset({Role.COMMUNITY_HEAD, Role.STREET, Role.DISTRICT_CENTRE}),
}
"""Who may give it: what leaves unmasked needs the street's word."""


def may_give(wanted: Collection[Wanted], role: Role | None) -> bool:
    """Whether this role's word is enough for all that is wanted."""
    return role is not None and all(role in GIVERS[one] for one in wanted)


class ApprovalState(Enum):
    """How an approval stands."""

    ASKED = "待批准"
    GIVEN = "已批准"
    DENIED = "未批准"
    USED = "已使用"
    WITHDRAWN = "已撤回"


class Approval(Record, title="审批", en="Approval", area="area"):
    """One thing that one officer asks another one to allow."""

    __tablename__ = APPROVAL

    area: Mapped[str | None] = field("范围", en="Held by", asked=Asked.AUTO)
    wanted: Mapped[list[str] | None] = field("需要批准的事项", en="What for", asked=Asked.AUTO)
    about: Mapped[str | None] = field("内容", en="About", asked=Asked.AUTO, listed=24)
    rows: Mapped[int | None] = field("行数", en="Rows", asked=Asked.AUTO, listed=6)
    thing: Mapped[str | None] = field("指纹", en="Fingerprint", asked=Asked.AUTO, index=True)
    reason: Mapped[str | None] = field("事由", en="Reason", asked=Asked.AUTO, listed=24)
    asked_by: Mapped[str | None] = field("申请人", en="Asked by", asked=Asked.AUTO, listed=10)
    asked_at_post: Mapped[str | None] = field("申请岗位", en="Asking post", asked=Asked.AUTO, listed=16)
    asked_on: Mapped[date | None] = field("申请日期", en="Asked on", asked=Asked.AUTO, listed=11)
    until: Mapped[date | None] = field("有效期至", en="Good until", asked=Asked.AUTO, listed=11)
    given_by: Mapped[str | None] = field("批准人", en="Answered by", group="answer", asked=Asked.AUTO, listed=10)
    given_role: Mapped[str | None] = field("批准人角色", en="As", group="answer", asked=Asked.AUTO)

    state: Mapped[str | None] = field("状态", en="State", derived="movements", listed=8, index=True)


def fingerprint_of(wanted: Sequence[Wanted], *parts: object) -> str:
    """What an approval is for, told apart from everything else: the list, what it was filtered by, how it leaves."""
    said = [sorted(one.name for one in wanted), [str(part) for part in parts]]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def not_ones_own(brief: Brief) -> Reason | None:
    """Nobody gives himself what needs a second person, and only a role that may."""
    if brief.values.get("given_by") == brief.values.get("asked_by"):
        return Reason("本人不能批准自己的申请，请由另一位有权限的人员批准")
    wanted = [Wanted[name] for name in brief.values.get("wanted") or () if name in Wanted.__members__]
    role = next((one for one in Role if one.value == brief.values.get("given_role")), None)
    if not wanted or not may_give(wanted, role):
        return Reason(f"“{brief.values.get('given_role') or '该岗位'}”无权批准这一项")
    return None


def in_time(brief: Brief) -> Reason | None:
    """An old word is no word."""
    until = brief.day("until")
    if brief.stated_date is not None and until is not None and brief.stated_date > until:
        return Reason("申请已过有效期，请重新申请")
    return None


PROCEDURE = Procedure(
    Approval,
    ApprovalState,
    (
        Step(GIVE, ApprovalState.ASKED, ApprovalState.GIVEN, when=(not_ones_own, in_time), needs=("given_by",), en="Allow"),
        Step(DENY, ApprovalState.ASKED, ApprovalState.DENIED, when=not_ones_own, needs=("given_by",), en="Refuse"),
        Step(WITHDRAW, (ApprovalState.ASKED, ApprovalState.GIVEN), ApprovalState.WITHDRAWN, en="Withdraw"),
        Step(USE, ApprovalState.GIVEN, ApprovalState.USED, when=in_time, en="Use"),
    ),
    initial=ApprovalState.ASKED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Thing:
    """What is asked for: why a second person is needed, a line that says it, and how many rows it is."""

    wanted: tuple[Wanted, ...]
    about: str
    rows: int
    fingerprint: str


def export_needs(rows: int, *, unmasked: bool) -> tuple[Wanted, ...]:
    """Why an export needs a second person; empty where it needs none."""
    return tuple(one for one, needed in ((Wanted.UNMASK, unmasked), (Wanted.MANY, rows > ROWS_FREE_MAX)) if needed)
