"""What an administrator may do, worked out from the records of officers and posts as they stand at this moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from baiyun_desktop.kernel.role import POWERS, Duty, Role, clash, role_named
from baiyun_desktop.registry.officer import Officer, OfficerState
from baiyun_desktop.registry.post import Post
from sync.district.scope import decode_payload
from sync.district.tables import HEAD

from .assembly import Assembly
from .errors import Unfit

POST, OFFICER = str(Post.__tablename__), str(Officer.__tablename__)
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """An administrator: who, in which of the three roles."""

    login: str
    name: str
    role: Role

    @property
    def duties(self) -> frozenset[Duty]:
        return POWERS[self.role].duties


def records(assembly: Assembly, kind: str) -> dict[str, Row]:
    """The records of a kind that stand, by id, which is also in each row."""
    query = select(HEAD.c.record, HEAD.c.payload).where(HEAD.c.collection == kind, HEAD.c.voided.is_(False))
    with assembly.snapshot() as conn:
        return {row.record: {**decode_payload(row.payload), "id": row.record} for row in conn.execute(query)}


def named_codes(known: Mapping[str, Row]) -> str:
    """The organisations by code and name: whoever mistyped one finds the right one here."""
    return ", ".join(f"{code} {row.get('name') or ''}".strip() for code, row in sorted(known.items()))


def officer_named(assembly: Assembly, login: str) -> Row:
    """The officer of that log-in name; raises Unfit."""
    found = [row for row in records(assembly, OFFICER).values() if row.get("login") == login]
    if not found:
        raise Unfit(f"nobody is called {login}: 'baiyun-district officers list' shows them", f"没有登录名“{login}”")
    return found[0]


def standing_of(assembly: Assembly, login: str) -> Standing:
    """Raises Unfit for who is no administrator, is locked, or holds two of the three roles however that came about."""
    officer, posts = officer_named(assembly, login), records(assembly, POST)
    if officer.get("state") != OfficerState.ACTIVE.value:
        raise Unfit(f"{login} is {officer.get('state')}", "您的登录已停用，请联系安全保密管理员")
    roles = [role_named(posts[post].get("role")) for post in officer.get("posts") or () if post in posts]
    refuse_clash(roles, login)
    for role in roles:
        if role is not None and POWERS[role].duties:
            return Standing(login, str(officer.get("name") or login), role)
    raise Unfit(f"{login} holds no administrator's post", "您没有管理员岗位，这个令牌打不开任何东西")


def refuse_clash(roles: Iterable[Role | None], login: str) -> None:
    """Raises Unfit where these roles are not for one person."""
    held = list(roles)
    reason = clash(held)
    if reason:
        names = ", ".join(sorted({POWERS[role].en for role in held if role is not None and POWERS[role].duties}))
        raise Unfit(f"{login}: nobody may hold two of the three administrators' roles ({names})", reason)
