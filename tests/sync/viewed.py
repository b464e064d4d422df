"""A district whose desks see parts of rows, and what each of them should hold, worked out from the rows alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Column, Engine, Integer, MetaData, Table, Text, select
from sqlalchemy.types import JSON

from sync.canon import add_hash, row_hash
from sync.desk.audit import pristine_rows, shown_rows
from sync.district.audit import lost_values, rows_for
from sync.district.district import District
from sync.district.scope import FixedScope
from sync.district.sight import sights_of
from sync.district.tables import DESK, DIGEST, FEED, HEAD, PART_DIGEST
from sync.schema import (
    CollectionSpec,
    FieldSpec,
    Kind,
    Policy,
    Referral,
    Schema,
    Unique,
    View,
    envelope_columns,
)
from sync.system import CONTEST, LINK, SYSTEM
from tests.sync.small import OneOfEach
from tests.sync.world import Counter, DeskInTest, Time, World

AREAS = {"D": None, "S1": "D", "S2": "D", "A": "S1", "B": "S1", "C": "S2", "P": "D", "Q": "D"}
"""The streets and communities of the small world, and beside them a police station P and a court Q."""

METADATA = MetaData()
Key = tuple[str, str]
Pair = tuple[str, frozenset[str]]
"""An area, and the views through which a record is held there."""


def _table(name: str, *names: str, lists: tuple[str, ...] = (), numbers: tuple[str, ...] = ()) -> Table:
    texts = [Column(n, Text) for n in names]
    others = [*(Column(n, JSON) for n in lists), *(Column(n, Integer) for n in numbers)]
    return Table(name, METADATA, *envelope_columns(), *texts, *others)


def _live(row: Any) -> bool:
    return not row.get("until")


PERSON = CollectionSpec(
    "person",
    _table("person", "name", "phone", "idno", "birth", "note", "area", lists=("tags",), numbers=("visits",)),
    (
        FieldSpec("name"),
        FieldSpec("phone"),
        FieldSpec("idno", group="identity"),
        FieldSpec("birth", group="identity"),
        FieldSpec("note", policy=Policy.LATEST),
        FieldSpec("area"),
        FieldSpec("tags", Kind.CODES, Policy.UNION),
        FieldSpec("visits", Kind.INT, Policy.ADD),
    ),
    area="area",
    uniques=(
        Unique(
            "person",
            lambda row: [row["idno"]] if row.get("idno") else [],
            lambda a, b: "certain" if a.get("name") == b.get("name") else "ask",
            facts=("phone",),
        ),
    ),
)
LINE = CollectionSpec(
    "line",
    _table("line", "person", "text", "secret"),
    (FieldSpec("person", Kind.REF), FieldSpec("text"), FieldSpec("secret")),
    parent=("person", "person"),
)
VISIT = CollectionSpec(
    "visit",
    _table("visit", "person", "area", "text", "secret"),
    (FieldSpec("person", Kind.REF), FieldSpec("area"), FieldSpec("text"), FieldSpec("secret")),
    parent=("person", "person"),
    area="area",
)
PHOTO = CollectionSpec(
    "photo",
    _table("photo", "visit", "area", "text"),
    (FieldSpec("visit", Kind.REF), FieldSpec("area"), FieldSpec("text")),
    parent=("visit", "visit"),
    area="area",
)
CASE = CollectionSpec(
    "case",
    _table("case", "person", "witness", "area", "text", "until"),
    (
        FieldSpec("person", Kind.REF),
        FieldSpec("witness", Kind.REF),
        FieldSpec("area"),
        FieldSpec("text"),
        FieldSpec("until", Kind.DATE),
    ),
    area="area",
    carries=(("person", "person"), ("witness", "person", "card")),
    live=_live,
)
REFERRAL = CollectionSpec(
    "referral",
    _table("referral", "person", "reason", "until", lists=("to",)),
    (FieldSpec("person", Kind.REF), FieldSpec("reason"), FieldSpec("until", Kind.DATE), FieldSpec("to", Kind.CODES)),
    parent=("person", "person"),
    refers=(Referral(("person", "person"), "to", "card", _live),),
)
TASK = CollectionSpec(
    "task",
    _table("task", "visit", "area", "to", "until"),
    (FieldSpec("visit", Kind.REF), FieldSpec("area"), FieldSpec("to"), FieldSpec("until", Kind.DATE)),
    area="area",
    live=_live,
    refers=(Referral(("visit", "visit"), "to"),),
)
STEP = CollectionSpec(
    "step",
    _table("step", "subject_kind", "subject", "verb", "judgement", "note"),
    (
        FieldSpec("subject_kind"),
        FieldSpec("subject", Kind.REF),
        FieldSpec("verb"),
        FieldSpec("judgement", policy=Policy.MACHINE),
        FieldSpec("note", policy=Policy.MACHINE),
    ),
    parent=("subject", ""),
    judged=True,
)

CARD = View(
    "card",
    {
        "person": frozenset({"name", "phone", "area", "tags"}),
        "line": frozenset({"person", "text"}),
        "visit": frozenset({"person", "area", "text"}),
        "referral": None,
        "step": frozenset({"subject_kind", "subject", "verb"}),
    },
)
POLICE = View(
    "police",
    {
        "person": frozenset({"name", "idno", "birth", "area"}),
        "case": frozenset({"person", "area", "text"}),
        "link": None,
    },
)
COUNTER = View(
    "counter",
    dict.fromkeys(("person", "line", "visit", "photo", "case", "referral", "step", "doubt", "link")),
)
"""All of a person and of what goes along with him, but not who was given a task."""
SCHEMA = Schema([PERSON, LINE, VISIT, PHOTO, CASE, REFERRAL, TASK, STEP, *SYSTEM], [CARD, POLICE, COUNTER])


class ViewedWorld(World):
    """A world over this schema."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.clock, self.ids, self.folder = Time(), Counter(), folder
        scope, packs = FixedScope(AREAS), folder / "packs"
        self.district = District(engine, SCHEMA, scope, OneOfEach(), self.clock, self.ids, packs)
        self.district.found("D")
        self.desks = []

    def desk(self, name: str, *grants: str, schema: Schema = SCHEMA) -> DeskInTest:
        return super().desk(name, *grants, schema=schema)


def file_of(desk: DeskInTest) -> bytes:
    """A desk's file and what lies beside it byte for byte: free pages, log and packs that were kept."""
    path = Path(str(desk.store.engine.url.database))
    beside = [p for p in path.parent.glob(f"{path.name}*") if p.is_file()]
    kept = [p for p in desk.store.folder.rglob("*") if p.is_file()] if desk.store.folder.exists() else []
    return b"".join(p.read_bytes() for p in (*beside, *kept))


MARK = re.compile(rb"~[0-9]{5}~")
"""A value that is typed once, and that hardly any other bytes look like."""


# --- what everybody should hold ------------------------------------------------------------------------------------


class Expected:
    """Which records each area holds and through which views, by following the rules from row to row until nothing moves."""

    def __init__(self, rows: list[Any]) -> None:
        self.rows = {(r.collection, r.record): msgspec.msgpack.decode(r.payload) for r in rows}
        self.voided = {(r.collection, r.record): bool(r.voided) for r in rows}
        self.homes = {(r.collection, r.record): r.home for r in rows}
        self.down: dict[Key, set[Pair]] = {key: set() for key in self.rows}
        self.up: dict[Key, set[Pair]] = {key: set() for key in self.rows}
        for key in self.rows:
            self.down[key] |= self._named(key)
        for key in self.rows:
            if not self._named(key) and self._parent(key) is None and self.homes[key]:
                self.down[key].add((self.homes[key], frozenset()))
        while self._flow():
            pass

    def _flow(self) -> bool:
        before = sum(len(s) for s in (*self.down.values(), *self.up.values()))
        for key, row in self.rows.items():
            parent = self._parent(key)
            if parent is not None:
                self.down[key] |= self.down[parent]
                if key[0] in ("visit", "photo"):  # the children that are held for their own sake
                    alone = self._named(key) | self._referred(key)
                    self.up[parent] |= alone | self.up[key]
            for field, view in (("person", None), ("witness", "card")) if key[0] == "case" else ():
                target = ("person", row.get(field, ""))
                if target in self.rows and _live(row) and not self.voided[key]:
                    held = self.down[key] | self.up[key]
                    self.down[target] |= {(a, v | {view} if view else v) for a, v in held}
            self.down[key] |= self._referred(key)
            for other in self._linked(key):
                self.down[other] |= self.down[key]
                self.up[other] |= self.up[key]
        return sum(len(s) for s in (*self.down.values(), *self.up.values())) != before

    def _named(self, key: Key) -> set[Pair]:
        value = self.rows[key].get("areas" if key[0] in ("doubt", "rescue") else "area")
        named = value if isinstance(value, list) else [value] if value else []
        return {(area, frozenset()) for area in named}

    def _parent(self, key: Key) -> Key | None:
        row, parents = self.rows[key], {"line": "person", "visit": "person", "photo": "visit", "referral": "person"}
        if key[0] in parents:
            field = "visit" if key[0] == "photo" else "person"
            return (parents[key[0]], row[field])
        return (row["subject_kind"], row["subject"]) if key[0] in ("step", CONTEST, LINK) else None

    def _referred(self, key: Key) -> set[Pair]:
        found: set[Pair] = set()
        for other, row in self.rows.items():
            if self.voided[other] or not _live(row):
                continue
            if other[0] == "referral" and key in (other, ("person", row["person"])):
                found |= {(area, frozenset({"card"})) for area in row.get("to") or ()}
            if other[0] == "task" and key in (other, ("visit", row["visit"])) and row.get("to"):
                found.add((row["to"], frozenset()))
        return found

    def _linked(self, key: Key) -> Iterator[Key]:
        for (collection, _), row in self.rows.items():
            ends = [row.get("subject"), row.get("head")]
            if (
                collection == LINK
                and row["state"] == "live"
                and key == (row["subject_kind"], key[1])
                and key[1] in ends
            ):
                yield from ((key[0], end) for end in ends if end != key[1])

    def held(self, grants: list[str]) -> dict[Key, tuple[bool, dict[str, Any]]]:
        """What a desk with these grants should hold, field by field."""
        found = {}
        for key, row in self.rows.items():
            cut = self._seen(key, row, self._ways(key, grants))
            if cut is not None:
                found[key] = (self.voided[key], cut)
        return found

    def may_know(self, grants: list[str], past: dict[tuple[str, str], set[bytes]]) -> set[bytes]:
        """What ever stood in the fields that a desk with these grants sees."""
        found: set[bytes] = set()
        for key in self.held(grants):
            ways = self._ways(key, grants)
            for (record, field), marks in past.items():
                if record == key[1] and (key[0] == CONTEST or any(_shows(way, key[0], field) for way in ways)):
                    found |= marks
        return found

    def _ways(self, key: Key, grants: list[str]) -> list[frozenset[str]]:
        ways = []
        for area, views in {*self.down[key], *self.up[key]}:
            for grant in [*grants, "*"]:
                base, _, through = grant.partition("|")
                if area == base or base in _above(area):
                    ways.append(views | frozenset(through.split("&") if through else ()))
        return ways

    def _seen(self, key: Key, row: dict[str, Any], ways: list[frozenset[str]]) -> dict[str, Any] | None:
        if key[0] == CONTEST:
            kind, group = row["subject_kind"], row["group"]
            fields = ["idno", "birth"] if group == "identity" else [group]
            open_ = any(_shows(way, kind) for way in ways)
            everything = group == "*void" or all(any(_shows(way, kind, f) for way in ways) for f in fields)
            return row if open_ and everything else None
        if not any(_shows(way, key[0]) for way in ways):
            return None
        return {f: v for f, v in row.items() if any(_shows(way, key[0], f) for way in ways)}


def _shows(way: frozenset[str], collection: str, field: str | None = None) -> bool:
    for name in way:
        view = SCHEMA.views.get(name)
        if view is None or collection not in view.fields:
            return False
        fields = view.fields[collection]
        if field is not None and fields is not None and field not in fields:
            return False
    return True


def _above(area: str) -> list[str]:
    found, at = [], AREAS.get(area)
    while at:
        found.append(at)
        at = AREAS.get(at)
    return found


def wrongs(world: World) -> list[str]:
    """Everything that is not as it should be, once a world has come to rest."""
    found: list[str] = []
    with world.district.engine.connect().execution_options(reads=True) as conn:
        rows = conn.execute(select(HEAD)).all()
        expected = Expected(list(rows))
        grants = {r.replica: msgspec.json.decode(r.grants) for r in conn.execute(select(DESK))}
        audited = {r: rows_for(conn, world.district.scope, r, SCHEMA) for r in grants}
        found += [f"lost {key} {name} {value!r}" for key, name, value in lost_values(conn, SCHEMA)]
        past = _past(conn.execute(select(FEED)).all())
        found += _sums(rows, conn.execute(select(DIGEST)).all(), conn.execute(select(PART_DIGEST)).all())
    for desk in world.desks:
        there = expected.held(grants[desk.wire.replica])
        known = expected.may_know(grants[desk.wire.replica], past)
        found += [f"{desk.name}: {w}" for w in _desk(desk, there, audited[desk.wire.replica], known)]
    return found + [f"fault {fault}" for fault in world.district.faults]


def _past(feed: Any) -> dict[tuple[str, str], set[bytes]]:
    """By record and field, what ever stood there: a value that gave way to another is in a file's log for a while."""
    found: dict[tuple[str, str], set[bytes]] = {}
    for r in feed:
        for name, value in msgspec.msgpack.decode(r.fields).items():
            found.setdefault((r.record, name), set()).update(MARK.findall(msgspec.json.encode(value)))
    return found


def _desk(desk: DeskInTest, there: dict[Key, Any], audited: dict[Key, Any], known: set[bytes]) -> Iterator[str]:
    with desk.store.reading() as conn:
        pristine, shown = pristine_rows(conn, SCHEMA), shown_rows(conn, SCHEMA)
        digest, count, alarm = conn.exec_driver_sql("SELECT digest, rows, alarm FROM sync_state").one()
        typed = b"".join(bytes(b) for (b,) in conn.exec_driver_sql("SELECT body FROM sync_journal WHERE kept=0"))
        left = [t for t in ("sync_touch", "sync_pristine", "sync_leaving") if _count(conn, t)]
    for key in sorted(pristine.keys() | there.keys()):
        if pristine.get(key) != there.get(key):
            yield f"{key[0]} {key[1][-4:]}: {pristine.get(key)} is not {there.get(key)}"
    if there != audited:
        yield "the district itself would have it otherwise"
    if shown != pristine:
        yield "what is shown is not what is there"
    if (digest, count) != (add_hash(0, *(row_hash(*k, v, row) for k, (v, row) in pristine.items())), len(pristine)):
        yield "the digest is not that of the rows"
    if alarm or left:
        yield f"{alarm} {left}"
    may = known | set(MARK.findall(msgspec.json.encode(list(there.values())))) | set(MARK.findall(typed))
    hidden = set(MARK.findall(file_of(desk))) - may
    if hidden:
        yield f"in the file and out of sight: {sorted(hidden)[:4]}"


def _count(conn: Any, table: str) -> int:
    return int(conn.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


def _sums(rows: Any, whole: Any, parts: Any) -> Iterator[str]:
    """The district's sums made again from its rows, whole and in each sight that somebody needed."""
    for r in whole:
        shares = [h.rowhash for h in rows if h.areas == r.areas]
        if (r.total, r.rows) != (add_hash(0, *shares), len(shares)):
            yield f"the digest of {r.areas} is wrong"
    sights = sights_of(SCHEMA)
    for r in (p for p in parts if p.mark == sights.mark):
        of = [
            (h, sights.cut(r.sight, h.collection, msgspec.msgpack.decode(h.payload)))
            for h in rows
            if h.areas == r.areas
        ]
        shares = [row_hash(h.collection, h.record, h.voided, cut) for h, cut in of if cut is not None]
        if (r.total, r.rows) != (add_hash(0, *shares), len(shares)):
            yield f"the digest of {r.areas} seen as {r.sight} is wrong"
