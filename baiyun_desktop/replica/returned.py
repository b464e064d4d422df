"""The tray: own acts that the district did not take, or holds, with all that was typed and what they wait for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from baiyun_desktop.replica.layout import Layout
from baiyun_desktop.replica.plain import every, one
from baiyun_desktop.replica.store import Store
from sync.act import Act, Op, Outcome
from sync.system import CONTEST

SHOWN_MAX = 200


class Did(Enum):
    """What a change did to its record."""

    CREATE = Op.CREATE.value
    EDIT = Op.FIELDS.value
    VOID = Op.VOID.value
    DECIDE = Op.DECIDE.value


@dataclass(frozen=True, slots=True)
class Typed:
    """One change of an act as it was typed."""

    kind: str
    id: str
    did: Did
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a held act waits for: a record that is not there yet or not yet with the district, or an open contest."""

    kind: str
    id: str
    contest: str = ""
    """The contest's id where a decision is waited for; `kind` and `id` are then the record it is about."""


@dataclass(frozen=True, slots=True)
class TrayItem:
    """An act that the district did not take, or holds, with what was typed in it."""

    number: int
    verb: str
    at: int
    outcome: str
    reason: str
    changes: Sequence[Typed]
    officer: str = ""
    aside: bool = False
    """Whether somebody has put it aside; it stays here to be found."""
    wants: Sequence[Wanted] = ()
    """For a held act."""
    away: bool = False
    """Whether what was typed is kept by the district alone: this desk may not hold it any more."""


class Returned:
    """Reads the tray. Each method sees one moment of the file."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def items(self, *, aside: bool = False) -> list[TrayItem]:
        """Acts that were refused, overtaken or are held, the latest first; `aside` gives those that were put aside."""
        outcomes = tuple(o.value for o in (Outcome.REFUSED, Outcome.OVERTAKEN, Outcome.HELD))
        sql = (
            "SELECT number, at, body, outcome, reason FROM sync_journal"
            " WHERE outcome IN (?, ?, ?) AND dismissed = ? ORDER BY number DESC LIMIT ?"
        )
        with self._store.reading() as conn:
            found = every(conn, sql, (*outcomes, int(aside), SHOWN_MAX))
            return [self._item(conn, *row, aside=aside) for row in found]

    def aside_count(self) -> int:
        """How many were put aside."""
        with self._store.reading() as conn:
            sql = "SELECT count(*) FROM sync_journal WHERE dismissed = 1 AND outcome IS NOT NULL"
            return int(one(conn, sql)[0])

    def _item(
        self, conn: Connection, number: int, at: int, body: bytes, outcome: str, reason: str, *, aside: bool
    ) -> TrayItem:
        if not body:
            return TrayItem(number, "", at, outcome, reason, (), aside=aside, away=True)
        act = msgspec.msgpack.decode(body, type=Act)
        changes = [Typed(c.collection, c.id, Did(c.op.value), c.fields) for c in act.changes]
        wants = list(_wants(conn, self._store.layout, changes)) if outcome == Outcome.HELD.value else []
        return TrayItem(number, act.verb, act.at, outcome, reason, changes, act.officer, aside, wants)


def _wants(conn: Connection, layout: Layout, changes: Sequence[Typed]) -> Iterator[Wanted]:
    """What the district may be waiting for, as far as this desk can tell."""
    own = {(c.kind, c.id) for c in changes if c.did is Did.CREATE}
    keys = dict.fromkeys(key for change in changes for key in _stands_on(layout, change))
    for kind, record in keys:
        if kind not in layout.readers:
            continue
        if (kind, record) not in own and not one(conn, f'SELECT 1 FROM "{kind}" WHERE id = ? AND pos > 0', (record,)):
            yield Wanted(kind, record)
        sql = f"SELECT id FROM \"{CONTEST}\" WHERE subject = ? AND state = 'open' ORDER BY id"
        for (contest,) in every(conn, sql, (record,)):
            yield Wanted(kind, record, contest)


def _stands_on(layout: Layout, change: Typed) -> Iterator[tuple[str, str]]:
    """The records that a change needs: its own, its parent, what it carries."""
    if change.did is not Did.CREATE:
        yield change.kind, change.id
    spec = layout.spec(change.kind)
    if spec is None:
        return
    if spec.parent is not None and change.fields.get(spec.parent[0]):
        field, kind = spec.parent
        yield kind or str(change.fields.get(f"{field}_kind", "")), str(change.fields[field])
    for name, (kind, _) in spec.carried.items():
        if change.fields.get(name):
            yield kind, str(change.fields[name])
