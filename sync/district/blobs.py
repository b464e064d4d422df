"""Files at the district: promised by the acts that name them, taken in piece by piece, given to those who hold a record."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from ..blobs import BLOB_BYTES_MAX, HASH_CHARS, PIECE_BYTES, is_hash
from ..errors import Damaged, Refused
from .sight import Cover, split
from .tables import BLOB, HEAD, PIECE, REF

_NAMED = BLOB.c.hash == bindparam("name")
_KNOWN = select(BLOB.c.hash, BLOB.c.desk, BLOB.c.size).where(BLOB.c.hash.in_(bindparam("names", expanding=True)))
_STATE = select(BLOB).where(_NAMED)
_STATE_LOCKED = _STATE.with_for_update()
_ADD_PIECE = insert(PIECE)
_SET_HAVE = update(BLOB).where(_NAMED).values(have=bindparam("have"), size=bindparam("size"))
_BODIES = select(PIECE.c.body).where(PIECE.c.hash == bindparam("name")).order_by(PIECE.c.at)


def promise(conn: Connection, hashes: Iterable[str], replica: str, now_ms: int) -> None:
    """Notes files that acts name and that have not come yet: from whom, and since when."""
    wanted = set(hashes)
    if not wanted:
        return
    known = {r.hash: r for r in conn.execute(_KNOWN, {"names": sorted(wanted)})}
    rows = [{"hash": h, "size": 0, "have": 0, "desk": replica, "since": now_ms} for h in sorted(wanted - known.keys())]
    if rows:
        conn.execute(insert(BLOB), rows)
    for row in known.values():
        if not row.size and replica not in _desks(row):  # another desk has the same file
            conn.execute(update(BLOB).where(BLOB.c.hash == row.hash).values(desk=f"{row.desk},{replica}"))


def _desks(row: Any) -> list[str]:
    """The desks that promised a file: whose acts named it before it was whole."""
    desks: list[str] = row.desk.split(",")
    return desks


def state_of(conn: Connection, name: str) -> tuple[bool, bool]:
    """Whether a file has come whole, and whether it may still come."""
    row = conn.execute(_STATE, {"name": name}).first()
    there = row is not None and row.size > 0 and row.have == row.size
    return there, not there and (row is None or row.lost_at is None)


def take(conn: Connection, name: str, replica: str, at: int, size: int, piece: bytes) -> tuple[int, bool]:
    """Takes a desk's piece in; returns how many bytes there are, and whether the file is whole since now.

    A piece that does not begin where the last one ended changes nothing. Raises Refused where no act of the desk names the
    file, so that nobody spoils what another sends; Damaged where what came is not what its name says: it then begins anew.
    """
    if not is_hash(name) or not 0 < size <= BLOB_BYTES_MAX or len(piece) > PIECE_BYTES:
        raise Damaged("a file cannot be taken in like this")
    row = conn.execute(_STATE_LOCKED, {"name": name}).first()
    whole = row is not None and row.size and row.have == row.size
    if row is None or not (whole or replica in _desks(row)):
        raise Refused("没有记录引用这份附件")
    if whole or at != row.have or not piece or at + len(piece) > size:
        return row.have, False
    conn.execute(_ADD_PIECE, {"hash": name, "at": at, "body": piece})
    have = at + len(piece)
    if have == size and _hash(conn, name) != name:
        conn.execute(delete(PIECE).where(PIECE.c.hash == name))
        conn.execute(update(BLOB).where(BLOB.c.hash == name).values(have=0, size=0))
        conn.commit()
        raise Damaged("附件传输有误，将重新上传")
    conn.execute(_SET_HAVE, {"name": name, "have": have, "size": size if have == size else 0})
    return have, have == size


def _hash(conn: Connection, name: str) -> str:
    digest = hashlib.blake2b(digest_size=HASH_CHARS // 2)
    for body in conn.execute(_BODIES, {"name": name}).scalars():
        digest.update(body)
    return digest.hexdigest()


def piece_of(conn: Connection, name: str, cover: Cover, at: int) -> bytes:
    """A piece of a file from byte `at`, empty at its end.

    Raises FileNotFoundError where it has not come, or where no field that the desk sees links it.
    """
    linked = select(HEAD.c.areas, REF.c.collection, REF.c.field).where(REF.c.target == name)
    linked = linked.join(REF, (REF.c.collection == HEAD.c.collection) & (REF.c.record == HEAD.c.record))
    held = any(cover.hides(split(r.areas), r.collection, [r.field]) is None for r in conn.execute(linked))
    if not held or not state_of(conn, name)[0]:
        raise FileNotFoundError(name)
    first = select(func.max(PIECE.c.at)).where(PIECE.c.hash == name, PIECE.c.at <= at).scalar_subquery()
    row = conn.execute(select(PIECE).where(PIECE.c.hash == name, PIECE.c.at == first)).one()
    return bytes(row.body)[at - row.at :]


def give_up(conn: Connection, name: str, officer: str, now_ms: int) -> None:
    """A person says that a promised file will not come any more; what waits for it goes on without."""
    where = (BLOB.c.hash == name) & (BLOB.c.size == 0)
    conn.execute(update(BLOB).where(where).values(lost_at=now_ms, lost_by=officer))


def let_go(conn: Connection, names: Iterable[str]) -> None:
    """Removes files that no record links any more."""
    for name in names:
        if conn.execute(select(REF.c.record).where(REF.c.target == name)).first() is None:
            conn.execute(delete(PIECE).where(PIECE.c.hash == name))
            conn.execute(delete(BLOB).where(BLOB.c.hash == name))
