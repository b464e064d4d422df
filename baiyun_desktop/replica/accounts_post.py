"""The post of this desk and who holds it, read from the records that the district keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.role import POWERS, Duty, Role, by_home, clash, role_in_name, role_named
from baiyun_desktop.registry.officer import Officer, OfficerState
from baiyun_desktop.registry.post import Post
from baiyun_desktop.replica.identity import DeskIdentity
from baiyun_desktop.replica.layout import Layout

POST, OFFICER = str(Post.__tablename__), str(Officer.__tablename__)


@dataclass(frozen=True, slots=True)
class Member:
    """An officer as this desk knows him."""

    id: str
    name: str
    login: str
    state: str
    must_change: bool
    password: str
    clash: str = ""
    """Why nobody may hold all the posts that he holds: two administrators' roles, however that came about."""

    @property
    def stands(self) -> bool:
        return self.state == OfficerState.ACTIVE.value

    @classmethod
    def of(cls, record: str, values: Mapping[str, Any]) -> Member:
        login, state = str(values.get("login") or ""), str(values.get("state") or "")
        must, phc = bool(values.get("must_change")), str(values.get("password") or "")
        reason = clash(by_home(values.get("areas") or ()))  # posts of other roles are not on this desk, their areas are
        return cls(record, str(values.get("name") or login), login, state, must, phc, reason)


def post_row(conn: Connection, layout: Layout, name: str) -> dict[str, Any] | None:
    """The post of that name with its id; None where the district has none, or the program knows no posts."""
    return next((row for row in _rows(conn, layout, POST) if row.get("name") == name), None) if name else None


def role_of(conn: Connection, layout: Layout, name: str) -> Role | None:
    """The role of the post of that name: as its record says, else what the post is called by."""
    row = post_row(conn, layout, name)
    return role_named(row.get("role")) if row is not None else role_in_name(name)


def duties_of(conn: Connection, layout: Layout, identity: DeskIdentity) -> frozenset[Duty]:
    """What the post is for where it is an administrator's; empty for every other. Known before its record has come."""
    row = post_row(conn, layout, identity.post)
    role = (role_named(row.get("role")) if row is not None else None) or next(iter(by_home(identity.areas)), None)
    return POWERS[role].duties if role is not None else frozenset()


def placed(conn: Connection, layout: Layout, identity: DeskIdentity) -> DeskIdentity:
    """The desk with what its post may hold today, where the district has changed that since it was enrolled."""
    row = post_row(conn, layout, identity.post)
    grants = tuple(row.get("grants") or ()) if row is not None else ()
    return msgspec.structs.replace(identity, areas=grants) if grants else identity


def members_of(conn: Connection, layout: Layout, post: str) -> list[Member]:
    """Every officer who holds a post or held it until he left, by name."""
    rows = [row for row in _rows(conn, layout, OFFICER) if post in (row.get("posts") or ())]
    return sorted((Member.of(row["id"], row) for row in rows), key=lambda m: (m.name, m.login))


def called(conn: Connection, layout: Layout, typed: str) -> list[Member]:
    """The officers of any post whom this desk knows by that log-in name, else by that name; those who left are nobody."""
    known = [Member.of(row["id"], row) for row in _rows(conn, layout, OFFICER) if row.get("state") != "left"]
    return [m for m in known if m.login == typed] or [m for m in known if m.name == typed]


def roles_of(conn: Connection, layout: Layout, officer: str) -> tuple[Role, ...]:
    """The roles of the posts that an officer holds, as far as this desk knows them."""
    held = next((row.get("posts") or () for row in _rows(conn, layout, OFFICER) if row["id"] == officer), ())
    roles = [role_named(row.get("role")) for row in _rows(conn, layout, POST) if row["id"] in held]
    return tuple(role for role in roles if role is not None)


def _rows(conn: Connection, layout: Layout, kind: str) -> list[dict[str, Any]]:
    """All live rows of a kind: an area has some dozens of them."""
    reader = layout.readers.get(kind)
    if reader is None:
        return []
    found = conn.exec_driver_sql(f'SELECT {reader.columns} FROM "{kind}" WHERE voided = 0').all()
    return [{**reader.values(row), "id": row[0]} for row in found]
