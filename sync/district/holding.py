"""Held acts: judged when what they wait for arrives, tried again after a fault, rescued when a deadline has passed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Engine, and_, bindparam, select, update
from sqlalchemy.exc import DBAPIError

from ..act import Act, Outcome
from ..codec import decompress
from ..limits import LIMITS
from ..system import SYSTEM_NAMES
from . import erased
from .accept import released
from .feed import take_turn
from .steps import BLOB, UPGRADE
from .tables import ACT, DESK
from .taking import Taker, retried
from .unit import Unit

HOLD_MS = LIMITS.hold_ms
"""How long an act may wait for another desk's: longer than that office's parcels take."""
TRIES_MAX = LIMITS.fault_tries
"""So often an act is judged whose judging fails; then it waits for the district's people."""

_LATE = "所依据的内容一直没有传到区里，已超过期限"
_WAITS = (ACT.c.replica, ACT.c.epoch, ACT.c.number)
_NAMED = select(*_WAITS).where(ACT.c.waits_for.in_(bindparam("names", expanding=True)))


class Holding:
    """The held acts of a district."""

    def __init__(self, taker: Taker) -> None:
        self._taker = taker
        self._engine: Engine = taker.engine

    def release(self, arrived: set[str]) -> None:
        """Judges the acts that waited for what has arrived, and then those that waited for what these made."""
        while arrived:
            waiting = self._named(sorted(arrived))
            arrived = set()
            for r in waiting:
                arrived |= self._judged(_same(r))

    def judge(self, names: Iterable[tuple[str, int, int]]) -> None:
        """Judges held acts again whatever they wait for, and then those that waited for what they make."""
        for name in sorted(names):
            where = and_(*(column == part for column, part in zip(_WAITS, name, strict=True)))
            self.release(self._judged(where))

    def judge_all_of(self, replica: str) -> None:
        """Judges all held acts of a desk again: it has other rights now."""
        for r in self._waiting((ACT.c.replica == replica) & (ACT.c.outcome == Outcome.HELD.value)):
            self.release(retried(self._engine, partial(self._again, where=_same(r))))

    def tend(self, now_ms: int) -> int:
        """What time alone brings: another try after a fault, a rescue after the deadline; returns how many it moved.

        And what has been there since before it could be released: the process ended between the two, or what an act
        waits for came from another worker while it was judged.
        """
        moved = 0
        for r in self._ready():
            self.release(self._judged(_same(r)))
            moved += 1
        faulty = (ACT.c.waits_for.is_(None)) & (ACT.c.tries < TRIES_MAX) & (ACT.c.outcome == Outcome.HELD.value)
        for r in self._waiting(faulty):
            self.release(self._judged(_same(r)))
        late = (ACT.c.outcome == Outcome.HELD.value) & (ACT.c.arrived_at < now_ms - HOLD_MS)
        for r in self._waiting(late):
            self.release(self._judged(_same(r), _LATE))
            moved += 1
        return moved

    def _ready(self) -> list[Any]:
        """The held acts that need not wait any more."""
        query = select(*_WAITS, ACT.c.waits_for, ACT.c.body).where(ACT.c.waits_for.is_not(None))
        with self._engine.connect().execution_options(reads=True) as conn:
            unit = Unit(conn, self._taker.schema)
            rows = conn.execute(query.where(ACT.c.outcome == Outcome.HELD.value).order_by(*_WAITS)).all()
            return [r for r in rows if _is_there(unit, r)]

    def _named(self, names: list[str]) -> list[Any]:
        parts = [names[at : at + 400] for at in range(0, len(names), 400)]
        with self._engine.connect().execution_options(reads=True) as conn:
            found = [r for part in parts for r in conn.execute(_NAMED, {"names": part})]
        return sorted(found, key=lambda r: (r.replica, r.epoch, r.number))

    def _waiting(self, which: ColumnElement[bool]) -> list[Any]:
        with self._engine.connect().execution_options(reads=True) as conn:
            return list(conn.execute(select(*_WAITS).where(which).order_by(*_WAITS)))

    def _judged(self, where: ColumnElement[bool], rescued: str = "") -> set[str]:
        """Judges one act once more; one that cannot be is reported, and stops neither the others nor whom they waited for."""
        try:
            with self._taker.lanes.turn():
                return retried(self._engine, partial(self._again, where=where, rescued=rescued))
        except DBAPIError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it is wrong with this act alone
            with self._engine.begin() as conn:
                row = conn.execute(select(ACT).where(where)).one()
                conn.execute(update(ACT).where(where).values(tries=row.tries + 1, waits_for=None))
            self._taker.verdicts.fault(msgspec.msgpack.decode(decompress(row.body), type=Act), error)
            return set()

    def _again(self, conn: Connection, *, where: ColumnElement[bool], rescued: str = "") -> set[str]:
        """Judges one act once more; returns what held acts may have waited for that it brings."""
        replica = select(ACT.c.replica).where(where).scalar_subquery()
        conn.execute(select(DESK.c.replica).where(DESK.c.replica == replica).with_for_update())
        take_turn(conn)
        row = conn.execute(select(ACT).where(where)).one()
        if row.outcome != Outcome.HELD.value:
            return set()
        made = self._taker.verdicts.again(conn, row, rescued=rescued)
        return set() if made is None else made | released(msgspec.msgpack.decode(decompress(row.body), type=Act))


def _same(row: Any) -> ColumnElement[bool]:
    return and_(ACT.c.replica == row.replica, ACT.c.epoch == row.epoch, ACT.c.number == row.number)


def _is_there(unit: Unit, row: Any) -> bool:
    """Whether what a held act waits for has come, or was decided, or will not come any more."""
    collection, _, record = row.waits_for.rpartition("/")
    if collection == BLOB:
        there, coming = unit.blob(record)
        return there or not coming
    if collection == UPGRADE:
        level = unit.conn.execute(select(DESK.c.level).where(DESK.c.replica == record)).scalar()
        return level is not None and level >= unit.schema.level
    head = unit.head((collection, record))
    if head is None:
        return (collection, record) in erased.among(unit.conn, [record])
    if head.payload.get("state") != "open" or collection not in SYSTEM_NAMES:
        return True
    # What is asked still is: only whoever answers it has waited for the question.
    return row.waits_for in released(msgspec.msgpack.decode(decompress(row.body), type=Act))


def brought(acts: Iterable[Act]) -> set[str]:
    """What held acts may have waited for that these bring."""
    found: set[str] = set()
    for act in acts:
        found |= released(act)
    return found
