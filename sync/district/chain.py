"""The feed's running tag, over salted commitments: what was told can be shown later, and what was erased not be guessed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from .tables import FEED, META, POSITION

TAG_BYTES = 8
SALT_BYTES = 16
COMMITMENT_BYTES = 16
EMPTY = msgspec.msgpack.encode({})
"""What is left of an entry's content when its record was erased; the salt is gone with it."""
POSITIONS_AT_ONCE = 1_000


def next_tag(tag: bytes, pos: int, said: bytes, commitments: Iterable[bytes]) -> bytes:
    """The running hash of the feed after one more position."""
    digest = hashlib.blake2b(tag + pos.to_bytes(8, "big") + said, digest_size=TAG_BYTES)
    for commitment in commitments:
        digest.update(commitment)
    return digest.digest()


SPINE = ("desk", "epoch", "number", "officer", "at", "verb", "committed")
"""Who did what, and when it was told: what a position says of its act. An erasure leaves it."""


def spine(said: Mapping[str, Any]) -> bytes:
    """What a position says, as the chain holds it."""
    return msgspec.msgpack.encode([said[name] for name in SPINE])


def commitment(salt: bytes, collection: str, record: str, voided: bool, fields: bytes) -> bytes:
    """What stands for an entry in the chain: without the salt nobody can tell which content it stands for."""
    content = msgspec.msgpack.encode((collection, record, voided, fields))
    return hashlib.blake2b(salt + content, digest_size=COMMITMENT_BYTES).digest()


def verify_chain(conn: Connection) -> list[str]:
    """What is wrong with the feed from its horizon on, in words; an empty list where nothing was changed or taken out.

    Of erased entries the commitment alone is left, and holds its place in the chain.
    """
    meta = conn.execute(select(META)).one()
    walk = _Walk(meta.horizon)
    if meta.horizon:
        query = select(POSITION.c.tag).where(POSITION.c.pos == meta.horizon)
        walk.tag = conn.execute(query).scalar_one_or_none() or b""
    for first in range(meta.horizon, meta.pos, POSITIONS_AT_ONCE):
        walk.over(conn, first, first + POSITIONS_AT_ONCE)
    if (walk.pos, walk.tag) != (meta.pos, meta.tag):
        walk.wrongs.append(f"the feed ends at {walk.pos}, not at {meta.pos}")
    return walk.wrongs


@dataclass(slots=True)
class _Walk:
    """Where a look along the chain stands, and what it found."""

    pos: int
    tag: bytes = b""
    wrongs: list[str] = field(default_factory=list)

    def over(self, conn: Connection, first: int, last: int) -> None:
        """The positions above `first` up to `last`."""
        feed: dict[int, list[Any]] = {}
        within = (FEED.c.pos > first) & (FEED.c.pos <= last)
        for entry in conn.execute(select(FEED).where(within).order_by(FEED.c.pos, FEED.c.n)):
            feed.setdefault(entry.pos, []).append(entry)
            if not _holds(entry):
                self.wrongs.append(f"entry {entry.pos}/{entry.n} is not what was told")
        within = (POSITION.c.pos > first) & (POSITION.c.pos <= last)
        for row in conn.execute(select(POSITION).where(within).order_by(POSITION.c.pos)):
            if row.pos != self.pos + 1:
                self.wrongs.append(f"positions {self.pos + 1} to {row.pos - 1} are missing")
            said = {name: getattr(row, name) for name in SPINE}
            if row.tag != next_tag(self.tag, row.pos, spine(said), [e.commitment for e in feed.pop(row.pos, [])]):
                self.wrongs.append(f"position {row.pos} does not follow from the one before")
            self.pos, self.tag = row.pos, row.tag
        self.wrongs += [f"entries at {pos} belong to no position" for pos in feed]


def _holds(entry: Any) -> bool:
    """Whether an entry is what its commitment says, or was emptied whole."""
    if entry.salt is None:
        return bool(entry.fields == EMPTY)
    said = commitment(entry.salt, entry.collection, entry.record, bool(entry.voided), entry.fields)
    return bool(said == entry.commitment)
