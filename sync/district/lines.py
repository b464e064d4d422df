"""The number lines of a replica, one an epoch: which of them a file goes on with, and where a copy's ways part."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, insert, or_, select, update
from sqlalchemy.sql import Select, Update

from ..act import Act, Base, Outcome, Verdict
from .tables import ACT, DESK, EPOCH, META

FIRST_EPOCH = 1
_MARK = "#"
_LINES = select(EPOCH).where(EPOCH.c.replica == bindparam("replica"))
_OF_LINE = (EPOCH.c.replica == bindparam("of_replica")) & (EPOCH.c.epoch == bindparam("of_epoch"))


def line_name(replica: str, epoch: int) -> str:
    """What stamps and sides call a line; the first one of a replica is called like the replica."""
    return replica if epoch <= FIRST_EPOCH else f"{replica}{_MARK}{epoch}"


def replica_named(line: str) -> str:
    """The replica that a line's name speaks of."""
    return line.partition(_MARK)[0]


def epoch_named(line: str) -> int:
    """The epoch that a line's name speaks of."""
    return int(line.partition(_MARK)[2] or FIRST_EPOCH)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a replica; `parents` are older ones as (epoch, last number that this line has in common), nearest first."""

    replica: str
    epoch: int
    last_number: int
    fence: int
    parents: tuple[tuple[int, int], ...] = ()
    ahead: frozenset[int] = frozenset()
    """Numbers beyond its last one at which another line goes on: a lifeboat had them, and not those before."""

    @property
    def name(self) -> str:
        return line_name(self.replica, self.epoch)

    @property
    def before(self) -> dict[str, int]:
        """What this line has in common with older ones, by their names."""
        return {line_name(self.replica, epoch): shared for epoch, shared in self.parents}

    @property
    def acts(self) -> ColumnElement[bool]:
        """The acts of this line, those in common with older lines included."""
        own = and_(ACT.c.epoch == self.epoch)
        older = [and_(ACT.c.epoch == epoch, ACT.c.number <= shared) for epoch, shared in self.parents]
        return and_(ACT.c.replica == self.replica, or_(own, *older))

    @property
    def named(self) -> dict[str, Any]:
        """The values of `acts_of_line`."""
        older = {k: v for n, p in enumerate(self.parents) for k, v in ((f"l_epoch{n}", p[0]), (f"l_upto{n}", p[1]))}
        return {"l_replica": self.replica, "l_epoch": self.epoch, **older}


@cache
def acts_of_line(parents: int) -> ColumnElement[bool]:
    """What `Line.acts` is, of a line with so many older ones: for statements that are made once."""
    older = [
        and_(ACT.c.epoch == bindparam(f"l_epoch{n}"), ACT.c.number <= bindparam(f"l_upto{n}")) for n in range(parents)
    ]
    return and_(ACT.c.replica == bindparam("l_replica"), or_(ACT.c.epoch == bindparam("l_epoch"), *older))


@dataclass(frozen=True, slots=True)
class Fork:
    """Where a file's acts leave the line they were numbered in: from `number` on they are `first` and so on of `epoch`."""

    epoch: int
    number: int
    first: int


def digest_of_act(body: bytes) -> bytes:
    """By which an act is known again."""
    return hashlib.blake2b(body, digest_size=8).digest()


def body_of(act: Act) -> bytes:
    """An act's bytes, in whatever batch it arrives."""
    return msgspec.msgpack.encode(act, order="sorted")


def begin_line(conn: Connection, replica: str, epoch: int = FIRST_EPOCH) -> None:
    """Gives a replica its first line."""
    conn.execute(insert(EPOCH), {"replica": replica, "epoch": epoch})


def find_line(conn: Connection, replica: str, epoch: int) -> Line | None:
    """A line that was given to a replica, or None."""
    rows = {r.epoch: r for r in conn.execute(_LINES, {"replica": replica})}
    row = rows.get(epoch)
    if row is None:
        return None
    parents: list[tuple[int, int]] = []
    at, shared = row, row.last_number
    while at.parent:
        shared = min(shared, at.fork_at - 1)
        parents.append((at.parent, shared))
        at = rows[at.parent]
    ahead = frozenset(r.fork_at for r in rows.values() if r.parent == epoch and r.fork_at > row.last_number)
    return Line(replica, epoch, row.last_number, row.fence, tuple(parents), ahead)


def last_of(conn: Connection, line: Line) -> int:
    """The last act of a line as it stands now."""
    query = select(EPOCH.c.last_number).where(EPOCH.c.replica == line.replica, EPOCH.c.epoch == line.epoch)
    return int(conn.execute(query).scalar_one())


def move_line(conn: Connection, line: Line, **values: Any) -> None:
    """Writes a line's last number or fence."""
    conn.execute(_moving(*values), {"of_replica": line.replica, "of_epoch": line.epoch, **values})


@cache
def _moving(*names: str) -> Update:
    return update(EPOCH).where(_OF_LINE).values({n: bindparam(n) for n in names})


def fork(conn: Connection, line: Line, act: Act, fence: int) -> Fork:
    """The line on which a file goes on whose act stands where the district has another.

    Asked again, the answer is the same: a fork at that number that has no acts yet, or begins with this act, is taken.
    """
    where = (EPOCH.c.replica == line.replica) & (EPOCH.c.parent == line.epoch) & (EPOCH.c.fork_at == act.number)
    for other in conn.execute(select(EPOCH).where(where).order_by(EPOCH.c.epoch)).all():
        if other.last_number < other.first or _begins_with(conn, other, act):
            return Fork(other.epoch, act.number, other.first)
    return _new_fork(conn, line, act.number, last_of(conn, line) + 1, fence)


def fork_ahead(conn: Connection, line: Line, number: int) -> Fork:
    """A line for acts from `number` on under their own numbers, where those between are missing and may never come."""
    return _new_fork(conn, line, number, number, line.fence)


def forked_ahead(conn: Connection, line: Line, acts: Sequence[Act]) -> tuple[Sequence[Act], Act | None]:
    """Of acts that a line has not got yet, those to be taken on it now, and the one at which they leave it."""
    met = next((n for n, act in enumerate(acts) if act.number in line.ahead), None)
    if met is None:
        return acts, None
    where = (EPOCH.c.replica == line.replica) & (EPOCH.c.parent == line.epoch) & (EPOCH.c.fork_at == acts[met].number)
    if not any(_begins_with(conn, other, acts[met]) for other in conn.execute(select(EPOCH).where(where)).all()):
        return acts[: met + 1], None
    return (acts[:met], None) if met else ((), acts[0])


def _new_fork(conn: Connection, line: Line, number: int, first: int, fence: int) -> Fork:
    newest = select(func.max(EPOCH.c.epoch)).where(EPOCH.c.replica == line.replica)
    timeline = conn.execute(select(META.c.timeline)).scalar_one()
    # An epoch of a lost timeline is never given again: whoever has it must not go on with another copy's acts.
    epoch = max(int(conn.execute(newest).scalar_one()) + 1, timeline)
    row = {"parent": line.epoch, "fork_at": number, "first": first, "last_number": first - 1, "fence": fence}
    conn.execute(insert(EPOCH), {"replica": line.replica, "epoch": epoch, **row})
    conn.execute(update(DESK).where(DESK.c.replica == line.replica).values(epoch=epoch))
    return Fork(epoch, number, first)


def _begins_with(conn: Connection, row: Any, act: Act) -> bool:
    """Whether a fork's first act is this one, renumbered: the file was restored again from before it heard of the fork."""
    known = select(ACT.c.digest).where(
        ACT.c.replica == row.replica, ACT.c.epoch == row.epoch, ACT.c.number == row.first
    )
    own = act.base.own if act.base.own < act.number else row.first  # the first act after a restore names itself
    moved = msgspec.structs.replace(act, number=row.first, base=Base(act.base.pos, own))
    return bool(conn.execute(known).scalar_one() == digest_of_act(body_of(moved)))


def known_acts(
    conn: Connection, line: Line, acts: list[Act], hashes: list[bytes]
) -> tuple[dict[int, Verdict], Act | None]:
    """The verdicts given before on these numbers, and the first act of which the line has another."""
    if not acts or acts[0].number > line.last_number:
        return {}, None
    between = {"first": acts[0].number, "last": acts[-1].number}
    by_number = {r.number: r for r in conn.execute(_numbered(len(line.parents)), {**line.named, **between})}
    found: dict[int, Verdict] = {}
    for act, digest in zip(acts, hashes, strict=True):
        row = by_number.get(act.number)
        if row is None and act.number > line.last_number:
            break
        if row is None or row.digest != digest:
            return found, act
        found[row.number] = Verdict(row.number, Outcome(row.outcome), row.pos, row.reason)
    return found, None


@cache
def _numbered(parents: int) -> Select[Any]:
    return select(ACT).where(acts_of_line(parents), ACT.c.number.between(bindparam("first"), bindparam("last")))
