"""By how much a desk's clock is ahead, as far as its last act proves it: nobody types something after it has arrived."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, func, select

from sync.codec import decompress
from sync.district.tables import ACT, DESK
from sync.errors import Damaged

BODY_BYTES_MAX = 65_536
"""An import's act is not unpacked for its instant alone."""


class _Written(msgspec.Struct):
    """Of an act only when it was written, by its desk's clock."""

    at: int = 0


def clocks_ahead(conn: Connection) -> dict[str, int]:
    """Milliseconds by desk, for those whose last act was written later than it arrived.

    A clock that is behind is told by its own desk alone: what arrives late may have been typed long ago.
    """
    found: dict[str, int] = {}
    last = select(ACT.c.body, ACT.c.arrived_at).order_by(ACT.c.epoch.desc(), ACT.c.number.desc()).limit(1)
    short = func.length(ACT.c.body) <= BODY_BYTES_MAX
    for replica in conn.execute(select(DESK.c.replica).where(DESK.c.revoked_at.is_(None))).scalars():
        row = conn.execute(last.where(ACT.c.replica == replica, short)).one_or_none()
        if row is not None and row.body and (ahead := _written(row.body) - row.arrived_at) > 0:
            found[replica] = ahead
    return found


def _written(body: bytes) -> int:
    """0 where it cannot be read, such as what the law had erased."""
    try:
        return msgspec.msgpack.decode(decompress(body), type=_Written).at
    except (msgspec.MsgspecError, Damaged):
        return 0
