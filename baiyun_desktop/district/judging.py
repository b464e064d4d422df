"""The district's judge: the program's rules, and what a desk's word is not enough for, since only the district knows it.

A desk says who asked for a second person's word, who gave it and in which role. Here that is held against the records
of posts and officers on arrival, as a step is: by today's rights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from baiyun_desktop.kernel.approval import APPROVAL, DENY, GIVE, USE
from baiyun_desktop.kernel.audit import ENTRY
from baiyun_desktop.kernel.before import FOLLOWS, FOUND
from baiyun_desktop.kernel.judge import Judge, Judgement, Reader
from baiyun_desktop.kernel.movement import COLLECTION as MOVEMENT
from baiyun_desktop.kernel.role import clash, may_create, role_named
from sync.act import Change, Op

from .roles import OFFICER, POST, PostRoles

ANSWER = frozenset({"given_by", "given_role"})
"""What is written of an approval after it was asked for."""
TAKEN = frozenset({"subject_kind", "subject", "verb", "officer", FOUND, FOLLOWS})
"""What a step that was taken says for good."""
NOT_ONES_OWN = "本人不能批准自己的申请，改了姓名的也是本人"
NOT_CHANGED = "办理记录不能改动或作废，请另办一步"


@dataclass
class DistrictJudge:
    """Given to the engine instead of the program's judge, which it asks first."""

    rules: Judge
    roles: PostRoles
    modules: Mapping[str, str] = field(default_factory=dict)
    """By kind, the mandate whose records it is of, by the module's name."""
    _seconds: frozenset[str] = field(default=frozenset({GIVE, DENY}))

    def __post_init__(self) -> None:
        self.rules.role_of = self.roles.role

    def judge(self, movement: dict[str, Any], reader: Reader) -> Judgement:
        """The word on a movement that has not been judged."""
        said = self.rules.judge(movement, reader)
        if not said.accepted or movement.get("subject_kind") != APPROVAL:
            return said
        reason = self._of_approval(movement, reader)
        return Judgement(False, reason) if reason else said

    def _of_approval(self, movement: dict[str, Any], reader: Reader) -> str:
        row = reader.get(APPROVAL, str(movement.get("subject") or "")) or {}
        officer, post = str(movement.get("officer") or ""), str(movement.get("post") or "")
        if movement.get("verb") == USE:
            return "" if officer == row.get("asked_by") else "这项批准是给别人的，不能使用"
        if movement.get("verb") not in self._seconds:
            return ""
        if row.get("given_by") != officer:
            return "批准人与办理人不是同一个人"
        if self.roles.called(officer) & self.roles.called(str(row.get("asked_by") or "")):
            return NOT_ONES_OWN
        if post == row.get("asked_at_post") and not self.roles.logs_in(post):
            return "本岗位没有登记经办人，不能在本机当面批准，请由上级在自己的电脑上批准"
        said = str(row.get("given_role") or "")
        if said not in {role.value for role in self.roles.of_officer(officer, post, reader)}:
            return f"区里的登记中“{officer}”现在没有“{said or '有权批准'}”的岗位，批准不算数"
        return ""

    def forbids(self, change: Change, post: str, officer: str, reader: Reader) -> str:
        """Why this officer of this post may not write this; empty where he may."""
        if change.collection == APPROVAL:
            return _of_request(change, post, officer)
        if change.collection == MOVEMENT and (
            change.op is Op.VOID or (change.op is Op.FIELDS and TAKEN & set(change.fields))
        ):
            return NOT_CHANGED
        if change.collection in (OFFICER, POST):
            return self._separate(change, reader)
        if change.op is Op.CREATE and change.collection in self.modules and change.collection != ENTRY:
            return self._made(change.collection, post, reader)
        return ""

    def _made(self, kind: str, post: str, reader: Reader) -> str:
        """Why a post of this role makes no such record."""
        role = self.roles.role(post, reader) if post else None
        if role is None or may_create(role, self.modules[kind]):
            return ""
        return f"{role.value}的岗位不新建这类记录，请交给办理的岗位登记"

    def _separate(self, change: Change, reader: Reader) -> str:
        """Why officers and posts would not be so, also for the district's own desk: nobody is two administrators."""
        said = change.fields
        if change.collection == OFFICER:
            return clash(self.roles.of_posts(said.get("posts") or (), reader)) if "posts" in said else ""
        if "role" not in said:
            return ""
        others = (self.roles.of_posts(posts - {change.id}, reader) for posts in self.roles.held_with(change.id))
        return next((why for roles in others if (why := clash([role_named(said["role"]), *roles]))), "")


def _of_request(change: Change, post: str, officer: str) -> str:
    """An approval is asked for in one's own name, answered in one's own name, and says the same for good."""
    said = change.fields
    if change.op is Op.CREATE:
        own = (said.get("asked_by"), said.get("asked_at_post")) == (officer, post) and not ANSWER & set(said)
        return "" if own else "申请只能以本人和本岗位的名义提出"
    if change.op is Op.FIELDS:
        own = set(said) <= ANSWER and said.get("given_by") == officer
        return "" if own else "申请发出后不能改动，批准只能以本人的名义作出"
    return "申请不能作废，可以撤回" if change.op is Op.VOID else ""
