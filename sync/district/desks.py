"""What the district knows of a desk: what it is granted now and was before, whether it still serves it, and its last word."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from ..errors import Refused
from ..protocol import RoundRequest
from .feed import take_turn
from .lines import Line, begin_line
from .tables import DESK, META

REVOKED = "本机的登记已被撤销，请联系管理员"
_DESK = select(DESK).where(DESK.c.replica == bindparam("replica"))
_LOCKED = _DESK.with_for_update()
_GRANTS = select(DESK.c.grants, DESK.c.revoked_at).where(DESK.c.replica == bindparam("replica"))
_HEARD = ("last_contact", "cursor", "level", "waiting", "oldest_ms")
_CONTACT = update(DESK).where(DESK.c.replica == bindparam("of")).values({n: bindparam(n) for n in _HEARD})


@dataclass(frozen=True, slots=True)
class Desk:
    """What the district knows of a desk when a round begins; `line` is the one that its file goes on with."""

    line: Line
    grants: tuple[str, ...]
    past: tuple[tuple[int, tuple[str, ...]], ...]
    cause: str
    level: int


def desk_of(row: Any, line: Line) -> Desk:
    """A desk's row with its line."""
    past = tuple((upto, tuple(grants)) for upto, grants in json.loads(row.past))
    return Desk(line, tuple(json.loads(row.grants)), past, row.cause, row.level)


def find_desk(conn: Connection, replica: str) -> Any:
    """The row of a desk that is known to be here."""
    return conn.execute(_DESK, {"replica": replica}).one()


def lock_desk(conn: Connection, replica: str) -> Any:
    """Its row, held until the transaction ends. Raises Refused where nobody knows it."""
    row = conn.execute(_LOCKED, {"replica": replica}).one_or_none()
    if row is None:
        raise Refused("本机未在区服务器注册，请联系管理员")
    return row


def heard(conn: Connection, replica: str, request: RoundRequest, now_ms: int) -> None:
    """Notes that a round of it begins, and what the desk says of itself."""
    seen = {"level": request.level, "waiting": request.waiting, "oldest_ms": request.oldest_ms}
    values = {"last_contact": now_ms, "cursor": request.pos, **seen}
    conn.execute(_CONTACT, {"of": replica, **values})


def granted(conn: Connection, replica: str, *, revoked: bool = False) -> list[str]:
    """What it is granted. Raises Refused where it is nobody here, or was revoked and that is not allowed for."""
    row = conn.execute(_GRANTS, {"replica": replica}).one_or_none()
    if row is None or (row.revoked_at is not None and not revoked):
        raise Refused(REVOKED)
    found: list[str] = json.loads(row.grants)
    return found


def check_serves(conn: Connection, replica: str) -> None:
    """Raises Refused where the district does not serve it, or not any more."""
    granted(conn, replica)


def admit(conn: Connection, replica: str, grants: Sequence[str], post: str, officer: str, now_ms: int) -> None:
    """A new desk, and the line that its first file goes on with."""
    row = {"replica": replica, "epoch": 1, "grants": json.dumps(list(grants)), "post": post, "officer": officer}
    conn.execute(insert(DESK), {**row, "enrolled_at": now_ms})
    begin_line(conn, replica)


def give(conn: Connection, replica: str, grants: Sequence[str]) -> None:
    """Other grants from the next position on; those before it stay known, with the last position at which they held."""
    row = conn.execute(select(DESK).where(DESK.c.replica == replica).with_for_update()).one()
    take_turn(conn)
    pos = conn.execute(select(META.c.pos)).scalar_one()
    past = [*json.loads(row.past), [pos, json.loads(row.grants)]]
    values = {"grants": json.dumps(list(grants)), "past": json.dumps(past)}
    conn.execute(update(DESK).where(DESK.c.replica == replica).values(**values))


def end(conn: Connection, replica: str, cause: str, now_ms: int) -> None:
    """Its right to be served ends, with a cause or without."""
    values = {"revoked_at": now_ms, "cause": cause}
    conn.execute(update(DESK).where(DESK.c.replica == replica).values(**values))
