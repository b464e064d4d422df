"""What administrators do is written down with what it does, whether in a window or by a command, for the auditor to read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, inspect, select

from . import deed_chain
from .admin_tables import DEED
from .assembly import Assembly

AT_COMMAND = "命令行"
"""Who has done what was typed at the server: whoever may use its shell."""
SHOWN_MAX = 2_000
P = ParamSpec("P")
T = TypeVar("T")


class Deed(Enum):
    """What can be done; the value is what the auditor reads."""

    POST_MADE = "设岗位"
    POST_CHANGED = "改岗位"
    ORGANISATION_MADE = "设组织"
    ORGANISATION_CHANGED = "改组织"
    OFFICER_MADE = "登记经办人"
    OFFICER_CHANGED = "调整经办人"
    OFFICER_STATE = "停用、恢复或离岗"
    PASSWORD_RESET = "重置密码"  # noqa: S105 - the name of a deed
    CODE_BY_PHONE = "电话一次性代码"
    ENROL_CODE = "发登记代码"
    REVOKED = "撤销电脑"
    TOKEN_MADE = "发管理令牌"  # noqa: S105
    TOKEN_ENDED = "停用管理令牌"  # noqa: S105
    RECOVERED = "找回密钥"
    YEAR_ENTERED = "录入放假安排"
    RESTORE_CONFIRMED = "恢复后放行"


@dataclass(frozen=True, slots=True)
class Done:
    """One of them. `at` in milliseconds since 1970 UTC."""

    number: int
    at: int
    by: str
    what: str
    about: str
    reason: str


def deed(do: Callable[Concatenate[Assembly, P], T]) -> Callable[Concatenate[Assembly, P], T]:
    """What it does and what it notes are one transaction: a power cut leaves both or neither."""

    @wraps(do)
    def done(assembly: Assembly, /, *args: P.args, **named: P.kwargs) -> T:
        with assembly.whole() as here:
            return do(here, *args, **named)

    return done


def note(assembly: Assembly, by: str, what: Deed, about: str, reason: str = "") -> None:
    """Writes one down, behind the last one; what is no `deed` is noted by itself, before it is handed to anybody."""
    row = {"at": assembly.clock.now_ms(), "by": by or AT_COMMAND, "what": what.value, "about": about, "reason": reason}
    with assembly.whole() as here, here.engine.begin() as conn:
        deed_chain.add(conn, row)


def last(conn: Connection, limit: int = SHOWN_MAX) -> list[Done]:
    """The newest first."""
    if not inspect(conn).has_table(DEED.name):
        return []
    rows = conn.execute(select(DEED).order_by(DEED.c.number.desc()).limit(limit))
    return [Done(r.number, r.at, r.by, r.what, r.about, r.reason) for r in rows]
