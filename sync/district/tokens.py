"""Which desk is speaking: tokens are kept as hashes, so that a copy of the database lets nobody in."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, select, update

from sync.errors import Refused

from .tables import DESK

TOKEN_CHARS = 22


class UnknownToken(Refused):
    """Nobody was enrolled under this token, or none was sent."""

    def __init__(self) -> None:
        super().__init__("本机未在区服务器注册")


def token_hash(token: str) -> str:
    """What is kept of a token. It has 128 random bits, so one round of SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def replica_of(conn: Connection, token: str) -> str:
    """The replica this token belongs to; raises UnknownToken.

    A revoked desk is known too: what it has not sent yet is still taken in, and nothing else is said to it.
    """
    if len(token) != TOKEN_CHARS:
        raise UnknownToken
    query = select(DESK.c.replica).where(DESK.c.token_hash == token_hash(token))
    row = conn.execute(query).one_or_none()
    if row is None:
        raise UnknownToken
    return str(row.replica)


def check_standing(conn: Connection, replica: str) -> None:
    """Raises Refused where a desk was revoked: it may hand in what it has, and come back in no other way."""
    if conn.execute(select(DESK.c.revoked_at).where(DESK.c.replica == replica)).scalar() is not None:
        raise Refused("本机的注册已被撤销，请联系管理员")


def revoke(conn: Connection, replica: str, at_ms: int) -> bool:
    """End a desk's right to speak; says whether it had one."""
    change = update(DESK).where(DESK.c.replica == replica, DESK.c.revoked_at.is_(None)).values(revoked_at=at_ms)
    return conn.execute(change).rowcount == 1
