"""What administrators do is written down before it is done, whether in a window or by a command, for the auditor to read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from sqlalchemy import Connection, inspect, select

from .admin_tables import DEED
from .assembly import Assembly

AT_COMMAND = "命令行"
"""Who has done what was typed at the server: whoever may use its shell."""
SHOWN_MAX = 2_000


class Deed(Enum):
    """What can be done; the value is what the auditor reads."""

    POST_MADE = "设岗位"
    POST_CHANGED = "改岗位"
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


@dataclass(frozen=True, slots=True)
class Done:
    """One of them. `at` in milliseconds since 1970 UTC."""

    number: int
    at: int
    by: str
    what: str
    about: str
    reason: str


def note(assembly: Assembly, by: str, what: Deed, about: str, reason: str = "") -> None:
    """Writes one down, in a transaction of its own: what then fails was tried, and that is worth knowing too."""
    row = {"at": assembly.clock.now_ms(), "by": by or AT_COMMAND, "what": what.value, "about": about, "reason": reason}
    with assembly.engine.begin() as conn:
        DEED.create(conn, checkfirst=True)  # a district that was founded before there were any has no table
        conn.execute(DEED.insert().values(**row))


def last(conn: Connection, limit: int = SHOWN_MAX) -> list[Done]:
    """The newest first."""
    if not inspect(conn).has_table(DEED.name):
        return []
    rows = conn.execute(select(DEED).order_by(DEED.c.number.desc()).limit(limit))
    return [Done(r.number, r.at, r.by, r.what, r.about, r.reason) for r in rows]
