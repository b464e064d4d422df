"""What officers saved, written down beside the engine: at the end each act is there once, as it was saved, or its loss has a name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import msgspec
from sqlalchemy import Connection, select

from sync.act import Act, Base, Op
from sync.desk.keeping import LET_GO, SEALED
from sync.district.audit import acts as arrived
from sync.district.tables import ACT, POSITION
from sync.protocol import read_sealed
from sync.seal import open_sealed

from .ground import seal_key
from .store import MemoryStore

LAW = "局长"
"""Who orders records to be erased."""


class Ledger:
    """Acts by their officer's name, which in these worlds no two acts share."""

    def __init__(self) -> None:
        self.saved: dict[str, Act] = {}
        self.lost: set[str] = set()
        """Acts whose last file is gone: a backup from before them took its place, or its office never came back."""
        self.owed: set[str] = set()
        """Of these, what the district has answered: it must have it, unless it was restored itself."""

    def save(self, store: MemoryStore, number: int) -> None:
        act = _act(store.raw.execute("SELECT body FROM sync_journal WHERE number=?", (number,)).fetchone()[0])
        self.saved[act.officer] = act

    def lose(self, old: MemoryStore, others: list[MemoryStore], timeline: int) -> None:
        """A file is gone; what it had stays where another file has it too. `timeline` is the district's."""
        (known,) = old.raw.execute("SELECT timeline FROM sync_state").fetchone()
        stays = {act.officer for store in others for act, _ in _journal(store)}
        for act, answered in _journal(old):
            if act.officer not in stays:
                self.lost.add(act.officer)
                if answered and known == timeline:
                    self.owed.add(act.officer)

    def district_restored(self) -> None:
        self.owed.clear()

    def wrongs(self, conn: Connection) -> Iterator[str]:
        """Acts that are nowhere, there twice, or not as they were saved."""
        there: dict[str, Act] = {}
        for replica, _, act in arrived(conn):
            if act.officer in there:
                yield f"I4 {act.officer} of {replica[-3:]} was taken twice: as {there[act.officer].number}, {act.number}"
            there[act.officer] = act
        for officer, act in self.saved.items():
            if officer not in there:
                if officer not in self.lost or officer in self.owed:
                    yield f"I2 act {act.number} of {officer} is nowhere"
            elif not _as_saved(there[officer], act):
                yield f"I2 act {act.number} of {officer} is not as it was saved: {there[officer]}"
        query = select(ACT.c.pos, ACT.c.number, POSITION.c.officer, POSITION.c.number.label("there"))
        for r in conn.execute(query.join(POSITION, POSITION.c.pos == ACT.c.pos).where(ACT.c.pos > 0)):
            if r.number != r.there:
                yield f"I2 position {r.pos} is of act {r.there}, not {r.number}"
            if r.officer not in there and r.officer != LAW:
                yield f"I2 position {r.pos} is by {r.officer}, who saved nothing"


def _journal(store: MemoryStore) -> list[tuple[Act, bool]]:
    sql = "SELECT number, body, kept, own, (SELECT replica FROM sync_state), outcome IS NOT NULL FROM sync_journal WHERE kept<>?"
    rows = store.raw.execute(sql, (LET_GO,)).fetchall()
    return [(as_saved(*written), bool(answered)) for *written, answered in rows]


def as_saved(number: int, body: bytes, kept: int, own: int, replica: str) -> Act:
    """An act of a desk's journal, also one that only the district can read any more."""
    if kept != SEALED:
        return _act(body)
    act = _opened(body, replica)
    return msgspec.structs.replace(act, number=number, base=Base(act.base.pos, own))


@lru_cache(maxsize=1024)
def _opened(body: bytes, replica: str) -> Act:
    """A sealed act, opened once though it is looked at after each round."""
    return read_sealed(open_sealed(seal_key(), body, replica.encode()))


def _act(body: bytes) -> Act:
    return msgspec.msgpack.decode(body, type=Act)


def _as_saved(there: Act, saved: Act) -> bool:
    """Whether an act is what was saved, but for its number, which changes with a copy, and for what the law took out."""
    if (there.officer, there.at, there.verb, there.batch) != (saved.officer, saved.at, saved.verb, saved.batch):
        return False
    if any(c.op is Op.ERASE for c in there.changes):
        return all(c.op is Op.ERASE or c in saved.changes for c in there.changes)
    return there.changes == saved.changes
