"""What waits for a person on this desk: contests, doubts, refused acts; the sections that a day starts with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.replica.deciding import DECIDE, OPEN, QUESTIONS
from baiyun_desktop.replica.plain import every
from baiyun_desktop.replica.returned import Returned, TrayItem
from baiyun_desktop.replica.snapshots import snapshots, snapshots_by_id
from baiyun_desktop.replica.store import Store
from sync.act import Act, Op
from sync.desk.journal import Journal
from sync.system import CONTEST, DOUBT

SHOWN_MAX = 200
WHOLE_RECORD = "*void"
"""The group of a contest about whether the record stands at all."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the values of a contest, and whose it is."""

    value: Mapping[str, Any]
    desk: str
    officer: str
    at: int
    post: str = ""
    number: int = 0
    decided: bool = False
    """Whether it was not typed as an edit but chosen by somebody who decided."""
    changed: Mapping[str, Any] = field(default_factory=dict)
    """Of a contest on a whole record: what this side's act wrote, as far as this desk knows."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What a contest or doubt was settled with, by whom and when; a decision of this desk's is not signed yet."""

    chosen: Mapping[str, Any]
    officer: str = ""
    at: int | None = None


@dataclass(frozen=True, slots=True)
class ContestView:
    """A contest with the record it is about; the first side stands in the row meanwhile."""

    id: str
    kind: str
    record: str
    group: str
    sides: Sequence[Side]
    subject: Snapshot | None
    settled: Settled | None = None
    """None while it is open."""
    reopened: Settled | None = None
    """What this desk showed as decided before the contest was open again."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that have several values."""
        return tuple(dict.fromkeys(name for side in self.sides for name in side.value))

    @property
    def whole(self) -> bool:
        """Whether it is about the record's standing at all."""
        return self.group == WHOLE_RECORD

    @property
    def saw(self) -> list[tuple[str, int]]:
        """The sides as a decision names them."""
        return [(side.desk, side.number) for side in self.sides]


@dataclass(frozen=True, slots=True)
class DoubtView:
    """Records that cannot all be right; `members` holds those that this desk may see."""

    id: str
    rule: str
    kind: str
    grade: str
    """ask: one thing or two · both: two that exclude each other · facts: one thing, facts differ. About one record: date:
    stated outside the time in which it can have been typed · step: objected to later · paper: not what the rows say."""
    facts: tuple[str, ...]
    ids: tuple[str, ...]
    members: Mapping[str, Snapshot]
    summary: Sequence[Mapping[str, Any]] = ()
    settled: Settled | None = None
    """`chosen` is {"answer": same, different, stands, wrong or settled}; None while it is open."""

    @property
    def question(self) -> bool:
        """Whether it asks about one record, not about two."""
        return self.grade in QUESTIONS


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
        self._returned = Returned(store)

    def contests(self, record: str | None = None) -> list[ContestView]:
        """Open contests, of one record or all: those of a record together, the oldest first."""
        where, params = ("AND subject = ?", (record,)) if record is not None else ("", ())
        with self._store.reading() as conn:
            return self._contests(conn, self._rows(conn, CONTEST, f"state = '{OPEN}' {where}", params))

    def contest(self, id: str) -> ContestView | None:  # noqa: A002
        """One contest, open or settled; None where its record has left this desk."""
        with self._store.reading() as conn:
            return next(iter(self._contests(conn, self._rows(conn, CONTEST, "id = ?", (id,)))), None)

    def doubts(self) -> list[DoubtView]:
        """Open doubts, the oldest first."""
        with self._store.reading() as conn:
            return self._doubts(conn, self._rows(conn, DOUBT, f"state = '{OPEN}'", ()))

    def doubt(self, id: str) -> DoubtView | None:  # noqa: A002
        """One doubt, open or settled; None where it has left this desk."""
        with self._store.reading() as conn:
            return next(iter(self._doubts(conn, self._rows(conn, DOUBT, "id = ?", (id,)))), None)

    def tray(self, *, aside: bool = False) -> list[TrayItem]:
        """Acts that were refused, overtaken or are held, the latest first; `aside` gives those put aside."""
        return self._returned.items(aside=aside)

    def aside_count(self) -> int:
        """How many acts were put aside."""
        return self._returned.aside_count()

    def worklist(self) -> list[Section]:
        """The sections that a clerk's day starts with, empty ones left out."""
        sections = [
            Section("contests", "以哪个为准", 0, self.contests()),
            Section("doubts", "是否同一人", 0, self.doubts()),
            Section("tray", "未被采纳", 0, self.tray()),
        ]
        return [Section(s.name, s.title, len(s.items), s.items) for s in sections if s.items]

    # --- from rows to views -------------------------------------------------------------------------------------

    def _rows(self, conn: Connection, kind: str, where: str, params: Sequence[Any]) -> list[Snapshot]:
        reader = self._store.layout.readers[kind]
        sql = f'SELECT {reader.columns} FROM "{kind}" WHERE voided = 0 AND {where} ORDER BY pos, id LIMIT {SHOWN_MAX}'
        rows = conn.exec_driver_sql(sql, tuple(params))
        return snapshots(conn, self._store.layout, self._journal.base(conn), kind, rows)

    def _contests(self, conn: Connection, rows: Sequence[Snapshot]) -> list[ContestView]:
        subjects = self._held(conn, ((r.subject_kind, r.subject) for r in rows))
        decided = _decisions(conn, [side for row in rows for side in row.get("sides", [])])
        reopened = _reopened(conn, [row.id for row in rows if row.state == OPEN])
        since: dict[str, int] = {}
        for row in rows:
            since[row.subject] = min(since.get(row.subject, _since(row)), _since(row))
        return [
            ContestView(
                id=row.id, kind=row.subject_kind, record=row.subject, group=row.group,
                sides=[_side(conn, row, side, decided) for side in row.get("sides", [])],
                subject=subjects.get((row.subject_kind, row.subject)),
                settled=None if row.state == OPEN else Settled(row.get("chosen") or {}, *_signed(row)),
                reopened=reopened.get(row.id),
            )
            for row in sorted(rows, key=lambda row: (since[row.subject], row.subject, _since(row), row.group))
        ]  # fmt: skip

    def _doubts(self, conn: Connection, rows: Sequence[Snapshot]) -> list[DoubtView]:
        held = self._held(conn, ((row.subject_kind, member) for row in rows for member in row.get("members", [])))
        return [
            DoubtView(
                id=row.id, rule=row.rule, kind=row.subject_kind, grade=row.grade, facts=tuple(row.get("facts", [])),
                ids=tuple(row.get("members", [])), summary=tuple(row.get("summary", [])),
                members={m: held[row.subject_kind, m] for m in row.get("members", []) if (row.subject_kind, m) in held},
                settled=None if row.state == OPEN else Settled({"answer": row.state}, *_signed(row)),
            )
            for row in rows
        ]  # fmt: skip

    def _held(self, conn: Connection, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Snapshot]:
        by_kind: dict[str, list[str]] = {}
        for kind, record in keys:
            if kind in self._store.layout.readers:
                by_kind.setdefault(kind, []).append(record)
        found: dict[tuple[str, str], Snapshot] = {}
        base = self._journal.base(conn)
        for kind, ids in by_kind.items():
            held = snapshots_by_id(conn, self._store.layout, base, kind, ids)
            found.update(((kind, record), snap) for record, snap in held.items())
        return found


def _since(row: Snapshot) -> int:
    """The position at which a contest's sides parted."""
    return min((int(side.get("pos") or 0) for side in row.get("sides", [])), default=0)


def _signed(row: Snapshot) -> tuple[str, int | None]:
    return str(row.get("decided_by") or ""), row.get("decided_at")


def _side(conn: Connection, row: Snapshot, side: Mapping[str, Any], decided: frozenset[tuple[str, int]]) -> Side:
    desk, number = _name(side)
    officer, post = (str(side.get(name) or "") for name in ("officer", "post"))
    changed = _written(conn, row, desk, number, int(side.get("pos") or 0)) if row.group == WHOLE_RECORD else {}
    value = side.get("value") or {}
    return Side(value, desk, officer, side.get("at") or 0, post, number, (desk, number) in decided, changed)


def _decisions(conn: Connection, sides: Sequence[Mapping[str, Any]]) -> frozenset[tuple[str, int]]:
    """The sides, as (desk, number), that were chosen by a decision and not typed as an edit.

    Others' acts are known by the stamps of their positions, this desk's own by its journal.
    """
    own = _own_name(conn)
    places = {int(side.get("pos") or 0): _name(side) for side in sides}
    marks = ", ".join("?" * len(places))
    sql = f"SELECT pos FROM sync_stamp WHERE pos IN ({marks}) AND verb = ?"
    found = {places[pos] for (pos,) in every(conn, sql, (*places, DECIDE))}
    numbers = [number for desk, number in places.values() if desk == own]
    marks = ", ".join("?" * len(numbers))
    for (body,) in every(conn, f"SELECT body FROM sync_journal WHERE number IN ({marks}) AND kept = 0", numbers):
        act = msgspec.msgpack.decode(body, type=Act)
        if any(change.op is Op.DECIDE for change in act.changes):
            found.add((own, act.number))
    return frozenset(found)


def _name(side: Mapping[str, Any]) -> tuple[str, int]:
    return str(side.get("desk") or ""), int(side.get("number") or 0)


def _own_name(conn: Connection) -> str:
    """What this desk's line of edits is called; after a restored file it has its epoch behind a #."""
    replica, epoch = every(conn, "SELECT replica, epoch FROM sync_state")[0]
    return str(replica) if epoch <= 1 else f"{replica}#{epoch}"


def _reopened(conn: Connection, contests: Sequence[str]) -> dict[str, Settled]:
    """What was shown as decided here before a contest was open again, by contest."""
    if not contests:
        return {}
    marks = ", ".join("?" * len(contests))
    sql = f"SELECT record, fields FROM history WHERE kind = ? AND record IN ({marks}) AND op = 'fields' ORDER BY id"
    found = {}
    for contest, text in every(conn, sql, (CONTEST, *contests)):
        fields = json.loads(text)
        if fields.get("state", [None, None])[1] == OPEN:
            was = {name: pair[0] for name, pair in fields.items()}
            found[contest] = Settled(was.get("chosen") or {}, was.get("decided_by") or "", was.get("decided_at"))
    return found


def _written(conn: Connection, row: Snapshot, desk: str, number: int, pos: int) -> dict[str, Any]:
    """What the act behind a side wrote on the record: by its position, or by its number where it was this desk's."""
    where, params = ("act = ?", (number,)) if desk == _own_name(conn) else ("pos = ? AND act = 0", (pos,))
    sql = f"SELECT fields FROM history WHERE kind = ? AND record = ? AND {where} ORDER BY id DESC LIMIT 1"
    for (text,) in every(conn, sql, (row.subject_kind, row.subject, *params)):
        return {name: pair[1] for name, pair in json.loads(text).items()}
    return {}
