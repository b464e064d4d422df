"""The tray: own acts that the district did not take, or holds, with all that was typed and what they wait for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from baiyun_desktop.replica.layout import Layout
from baiyun_desktop.replica.plain import every, one
from baiyun_desktop.replica.store import Store
from sync.act import Act, Op, Outcome
from sync.system import CONTEST, RESCUE

SHOWN_MAX = 200
OUTCOMES = tuple(o.value for o in (Outcome.REFUSED, Outcome.OVERTAKEN, Outcome.HELD, Outcome.RESCUED))
"""What an officer has to hear of."""
HANDED = "handed"
"""Instead of an outcome: work that came too late to be applied, handed to those who hold its records."""


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
    rescue: str = ""
    """The id of a rescue: work of some desk that came too late, put before those who hold its records now."""
    post: str = ""
    """For a rescue: where it was typed."""


class Returned:
    """Reads the tray. Each method sees one moment of the file."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def items(self, *, aside: bool = False) -> list[TrayItem]:
        """Acts that were not taken or are held, the latest first, after work that others left; `aside` those put aside."""
        marks = ", ".join("?" * len(OUTCOMES))
        sql = (
            "SELECT number, at, CASE kept WHEN 0 THEN body ELSE x'' END, outcome, reason FROM sync_journal"
            f" WHERE outcome IN ({marks}) AND dismissed = ? ORDER BY number DESC LIMIT ?"
        )
        with self._store.reading() as conn:
            found = every(conn, sql, (*OUTCOMES, int(aside), SHOWN_MAX))
            own = [self._item(conn, *row, aside=aside) for row in found]
            if aside:
                return own
            rescues = self._rescues(conn)
            here = {act for act, _ in rescues}
            return [*(item for _, item in rescues), *(item for item in own if _act_name(conn, item) not in here)]

    def _rescues(self, conn: Connection) -> list[tuple[str, TrayItem]]:
        """(act, item) of what was typed too late, here or on another desk, about records that are held here now."""
        reader = self._store.layout.readers[RESCUE]
        sql = f"SELECT {reader.columns} FROM \"{RESCUE}\" WHERE state = 'open' AND voided = 0 ORDER BY pos, id LIMIT ?"
        rows = [(row[0], reader.values(row)) for row in every(conn, sql, (SHOWN_MAX,))]
        return [(str(row.get("act") or ""), _rescue(record, row)) for record, row in rows]

    def aside_count(self) -> int:
        """How many were put aside."""
        with self._store.reading() as conn:
            sql = f"SELECT count(*) FROM sync_journal WHERE dismissed = 1 AND outcome IN ({', '.join('?' * len(OUTCOMES))})"
            return int(one(conn, sql, OUTCOMES)[0])

    def _item(
        self, conn: Connection, number: int, at: int, body: bytes, outcome: str, reason: str, *, aside: bool
    ) -> TrayItem:
        if not body:
            return TrayItem(number, "", at, outcome, reason, (), aside=aside, away=True)
        item = item_of(msgspec.msgpack.decode(body, type=Act), outcome, reason)
        wants = list(_wants(conn, self._store.layout, item.changes)) if outcome == Outcome.HELD.value else []
        return replace(item, aside=aside, wants=wants)


def item_of(act: Act, outcome: str, reason: str) -> TrayItem:
    """An act as the tray shows it, wherever it is kept."""
    changes = [Typed(c.collection, c.id, Did(c.op.value), c.fields) for c in act.changes]
    return TrayItem(act.number, act.verb, act.at, outcome, reason, changes, act.officer)


def _rescue(record: str, row: Mapping[str, Any]) -> TrayItem:
    parts = [Typed(p["collection"], p["id"], Did(p["op"]), p.get("fields") or {}) for p in row.get("parts") or []]
    said = {name: str(row.get(name) or "") for name in ("verb", "why", "officer", "post")}
    return TrayItem(
        0,
        said["verb"],
        row.get("at") or 0,
        HANDED,
        said["why"],
        parts,
        said["officer"],
        rescue=record,
        post=said["post"],
    )


def _act_name(conn: Connection, item: TrayItem) -> str:
    """What a rescue calls an own act."""
    replica, epoch = one(conn, "SELECT replica, epoch FROM sync_state")
    return f"{replica if epoch <= 1 else f'{replica}#{epoch}'}/{item.number}"


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
