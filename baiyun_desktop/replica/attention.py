"""What waits for a person on this desk: contests, doubts, refused acts; the sections that a day starts with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.replica.snapshots import snapshots, snapshots_by_id
from baiyun_desktop.replica.store import Store
from sync.act import Act, Outcome
from sync.desk.journal import Journal
from sync.system import CONTEST, DOUBT

SHOWN_MAX = 200


@dataclass(frozen=True, slots=True)
class Side:
    """One of the values of a contest, and whose it is."""

    value: Mapping[str, Any]
    desk: str
    officer: str
    at: int
    post: str = ""


@dataclass(frozen=True, slots=True)
class ContestView:
    """A contest with the record it is about; the first side stands in the row meanwhile."""

    id: str
    kind: str
    record: str
    group: str
    sides: Sequence[Side]
    subject: Snapshot | None

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that have several values."""
        return tuple(dict.fromkeys(name for side in self.sides for name in side.value))


@dataclass(frozen=True, slots=True)
class DoubtView:
    """Records that cannot all be right; `members` holds those that this desk may see."""

    id: str
    rule: str
    kind: str
    grade: str
    """ask: one thing or two · both: two that exclude each other · facts: one thing, facts differ."""
    facts: tuple[str, ...]
    ids: tuple[str, ...]
    members: Mapping[str, Snapshot]
    summary: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class TrayItem:
    """An act that the district did not take, with what was typed in it."""

    number: int
    verb: str
    at: int
    outcome: str
    reason: str
    changes: Sequence[tuple[str, str, Mapping[str, Any]]]
    """(kind, id, fields) of each change."""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the worklist: `name` for the program, how many wait, and the first of them."""

    name: str
    title: str
    count: int
    items: Sequence[Any] = field(default_factory=tuple)


class Attention:
    """Reads what needs a person. Each method sees one moment of the file."""

    def __init__(self, store: Store, journal: Journal) -> None:
        self._store = store
        self._journal = journal

    def contests(self, record: str | None = None) -> list[ContestView]:
        """Open contests, of one record or all, the oldest first."""
        rows = self._open(CONTEST, "subject", record)
        subjects = self._held((r.subject_kind, r.subject) for r in rows)
        return [
            ContestView(
                id=row.id, kind=row.subject_kind, record=row.subject, group=row.group,
                sides=[_side(side) for side in row.get("sides", [])],
                subject=subjects.get((row.subject_kind, row.subject)),
            )
            for row in rows
        ]  # fmt: skip

    def doubts(self) -> list[DoubtView]:
        """Open doubts, the oldest first."""
        rows = self._open(DOUBT, None, None)
        held = self._held((row.subject_kind, member) for row in rows for member in row.get("members", []))
        return [
            DoubtView(
                id=row.id, rule=row.rule, kind=row.subject_kind, grade=row.grade, facts=tuple(row.get("facts", [])),
                ids=tuple(row.get("members", [])), summary=tuple(row.get("summary", [])),
                members={m: held[row.subject_kind, m] for m in row.get("members", []) if (row.subject_kind, m) in held},
            )
            for row in rows
        ]  # fmt: skip

    def tray(self) -> list[TrayItem]:
        """Acts that were refused, overtaken or are held, the latest first, until someone puts them aside."""
        outcomes = tuple(o.value for o in (Outcome.REFUSED, Outcome.OVERTAKEN, Outcome.HELD))
        sql = (
            "SELECT number, body, outcome, reason FROM sync_journal"
            " WHERE outcome IN (?, ?, ?) AND dismissed = 0 ORDER BY number DESC LIMIT ?"
        )
        with self._store.reading() as conn:
            found = list(conn.exec_driver_sql(sql, (*outcomes, SHOWN_MAX)))
        return [_tray(number, body, outcome, reason) for number, body, outcome, reason in found]

    def worklist(self) -> list[Section]:
        """The sections that a clerk's day starts with, empty ones left out."""
        sections = [
            Section("contests", "以哪个为准", 0, self.contests()),
            Section("doubts", "是否同一人", 0, self.doubts()),
            Section("tray", "未被采纳", 0, self.tray()),
        ]
        return [Section(s.name, s.title, len(s.items), s.items) for s in sections if s.items]

    def _open(self, kind: str, column: str | None, value: str | None) -> list[Snapshot]:
        reader = self._store.layout.readers[kind]
        sql = f"SELECT {reader.columns} FROM \"{kind}\" WHERE state = 'open' AND voided = 0"
        params: tuple[Any, ...] = ()
        if column is not None and value is not None:
            sql, params = f'{sql} AND "{column}" = ?', (value,)
        with self._store.reading() as conn:
            rows = conn.exec_driver_sql(f"{sql} ORDER BY id LIMIT {SHOWN_MAX}", params)
            return snapshots(conn, self._store.layout, self._journal.base(conn), kind, rows)

    def _held(self, keys: Any) -> dict[tuple[str, str], Snapshot]:
        by_kind: dict[str, list[str]] = {}
        for kind, record in keys:
            if kind in self._store.layout.readers:
                by_kind.setdefault(kind, []).append(record)
        found: dict[tuple[str, str], Snapshot] = {}
        with self._store.reading() as conn:
            base = self._journal.base(conn)
            for kind, ids in by_kind.items():
                held = snapshots_by_id(conn, self._store.layout, base, kind, ids)
                found.update(((kind, record), snap) for record, snap in held.items())
        return found


def _side(side: Mapping[str, Any]) -> Side:
    names = [str(side.get(name) or "") for name in ("desk", "officer", "post")]
    return Side(side.get("value") or {}, names[0], names[1], side.get("at") or 0, names[2])


def _tray(number: int, body: bytes, outcome: str, reason: str) -> TrayItem:
    act = msgspec.msgpack.decode(body, type=Act)
    changes = [(c.collection, c.id, c.fields) for c in act.changes]
    return TrayItem(number, act.verb, act.at, outcome, reason, changes)
