"""The list of what was erased by law, which outlasts everything: what arrives of it later is kept without its content."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, func, insert, select

from ..act import Act
from ..erasing import Key, ids_in, key_of
from .tables import ERASED

_ANY = select(ERASED.c.pos).limit(1)
_LAST = select(func.max(ERASED.c.pos))
_ALL = select(ERASED.c.collection, ERASED.c.record).order_by(ERASED.c.pos, ERASED.c.collection, ERASED.c.record)
_OF = select(ERASED.c.collection, ERASED.c.record).where(ERASED.c.record.in_(bindparam("ids", expanding=True)))
AT_ONCE = 400


def among(conn: Connection, ids: Iterable[str]) -> set[Key]:
    """Those of some ids whose records were erased."""
    wanted, found = sorted(set(ids)), set[Key]()
    for at in range(0, len(wanted), AT_ONCE):
        found.update(map(key_of, conn.execute(_OF, {"ids": wanted[at : at + AT_ONCE]})))
    return found


def named_by(conn: Connection, acts: Sequence[Act]) -> set[Key]:
    """The erased records that acts name; where nothing was ever erased, this is one small question."""
    if conn.execute(_ANY).first() is None:
        return set()
    return among(conn, set().union(*map(ids_in, acts)))


def every(conn: Connection) -> list[Key]:
    """All of them, in the order of their erasure."""
    return [key_of(row) for row in conn.execute(_ALL)]


def floor(conn: Connection) -> int:
    """The position of the last erasure: a snapshot from before it may hold what is erased."""
    return int(conn.execute(_LAST).scalar_one() or 0)


def note(conn: Connection, keys: Iterable[Key], pos: int, at: int, officer: str, reason: str) -> None:
    """Adds to the list what is not on it."""
    wanted = set(keys)
    new = sorted(wanted - among(conn, (record for _, record in wanted)))
    if new:
        why = {"pos": pos, "at": at, "officer": officer, "reason": reason}
        conn.execute(insert(ERASED), [{"collection": c, "record": r, **why} for c, r in new])


def note_hung(conn: Connection, keys: Iterable[Key], on: Iterable[Key]) -> None:
    """Adds what arrived hung on erased records, in the words of their erasure."""
    ids = [record for _, record in on]
    row = conn.execute(select(ERASED).where(ERASED.c.record.in_(ids)).order_by(ERASED.c.pos.desc())).first()
    if row is not None:
        note(conn, keys, row.pos, row.at, row.officer, row.reason)
