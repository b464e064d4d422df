"""One transaction's working set: heads read and locked once, changed in memory, written in one go at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, insert, select, update

from ..act import Act
from ..codec import decompress
from ..merge import Head
from ..schema import CollectionSpec, Schema
from ..system import CONTEST, DOUBT, LINK, RESCUE
from .blobs import state_of
from .entries import PENDING, Change, FeedEntry, Key, pack_stamps, real, settle_sides, unpack_stamps
from .index import Index
from .lines import epoch_named, replica_named
from .sight import Cover, split
from .tables import ACT, DESK, HEAD, POSITION

# Statements are made once: building one takes as long as running it.
_ONE_HEAD = select(HEAD).where(HEAD.c.collection == bindparam("collection"), HEAD.c.record == bindparam("record"))
_HEADS = (
    select(HEAD)
    # Not as pairs: for a list of those SQLite reads the whole table.
    .where(HEAD.c.collection.in_(bindparam("collections", expanding=True)))
    .where(HEAD.c.record.in_(bindparam("records", expanding=True)))
    .order_by(HEAD.c.record, HEAD.c.collection)
)
_AGES = select(HEAD.c.record, HEAD.c.created).where(
    HEAD.c.collection == bindparam("collection"), HEAD.c.record.in_(bindparam("records", expanding=True))
)
_HEADS_LOCKED = _HEADS.with_for_update()
_AUTHOR = select(POSITION.c.officer, POSITION.c.at).where(POSITION.c.pos == bindparam("pos"))
_BODY = select(ACT.c.body).where(
    ACT.c.replica == bindparam("replica"), ACT.c.epoch == bindparam("epoch"), ACT.c.number == bindparam("number")
)
_POST = select(DESK.c.post).where(DESK.c.replica == bindparam("replica"))
_INSERT_HEAD = insert(HEAD)
_UPDATE_HEAD = (
    update(HEAD)
    .where(HEAD.c.collection == bindparam("v_collection"), HEAD.c.record == bindparam("v_record"))
    .values({n: bindparam(f"v_{n}") for n in ("pos", "voided", "payload", "stamps", "areas", "down", "rowhash")})
)


class Refuse(Exception):
    """The act cannot be taken; the words are for the officer."""


class Hold(Exception):
    """The act waits for a record: one that has not arrived, or a contest or doubt that nobody has decided.

    `ask` are the fields of a doubt that is opened for it.
    """

    def __init__(self, key: Key, reason: str = "", ask: dict[str, Any] | None = None) -> None:
        super().__init__(f"{key[0]}/{key[1]}")
        self.key = key
        self.reason = reason or "所依据的记录还没有传到区里，到后自动办理"
        self.ask = ask


class Unit:
    """Heads and their indexes as one transaction sees them; every change can be undone to a mark."""

    def __init__(self, conn: Connection, schema: Schema) -> None:
        self.conn = conn
        self.schema = schema
        self.changes: list[Change] = []
        self.entries: list[FeedEntry] = []
        self._posts: dict[str, str] = {}
        self._blobs: dict[str, tuple[bool, bool]] = {}
        self.authors: dict[tuple[str, int], tuple[str, int]] = {}
        self._heads: dict[Key, Head | None] = {}
        self._homes: dict[Key, str] = {}
        self._fresh: dict[str, Key] = {}
        self._made: set[Key] = set()
        self._undo: list[Callable[[], None]] = []
        self.index = Index(conn, self._fresh.keys(), self._undo)
        self.stored: dict[Key, Head] = {}
        """Heads as they stood when the transaction began."""
        self.stored_hash: dict[Key, int] = {}

    # --- reading ------------------------------------------------------------------------------------------------

    def prefetch(self, keys: Iterable[Key], *, lock: bool = False) -> None:
        """Loads heads in id order, locked where they will be written."""
        wanted = sorted({k for k in keys if k not in self._heads}, key=lambda k: (k[1], k[0]))
        for at in range(0, len(wanted), 400):
            part = wanted[at : at + 400]
            if lock or len(part) > 1:
                names = {"collections": sorted({k[0] for k in part}), "records": [k[1] for k in part]}
                rows = self.conn.execute(_HEADS_LOCKED if lock else _HEADS, names)
            else:
                rows = self.conn.execute(_ONE_HEAD, {"collection": part[0][0], "record": part[0][1]})
            for row in rows:
                if (row.collection, row.record) not in self._heads:
                    self._load(row)
            for key in part:
                self._heads.setdefault(key, None)

    def _load(self, row: Any) -> None:
        key = (row.collection, row.record)
        meta, void = unpack_stamps(row.stamps)
        areas = split(row.areas)
        payload = msgspec.msgpack.decode(row.payload)
        head = Head(*key, row.pos, row.created, payload, meta, areas, row.voided, void)
        head.down = None if row.down is None else split(row.down)
        self._heads[key] = self.stored[key] = head
        self._homes[key] = row.home
        self.stored_hash[key] = row.rowhash

    def head(self, key: Key) -> Head | None:
        """The record as this transaction sees it. Do not change it: see `edit`."""
        if key not in self._heads:
            self.prefetch([key])
        return self._heads[key]

    def by_age(self, collection: str, records: Iterable[str]) -> list[str]:
        """Records of a collection in the order in which they were made; those not loaded yet are not loaded for it."""
        heads = {r: self._heads.get((collection, r)) for r in records}
        ages = {r: head.created for r, head in heads.items() if head is not None}
        rest = [r for r, head in heads.items() if head is None]
        for at in range(0, len(rest), 400):
            rows = self.conn.execute(_AGES, {"collection": collection, "records": rest[at : at + 400]})
            ages.update((r.record, r.created) for r in rows)
        return sorted(ages, key=lambda r: (ages[r], r))

    def spec(self, key: Key) -> CollectionSpec | None:
        return self.schema.get(key[0])

    def home(self, key: Key) -> str:
        return self._homes.get(key, "")

    def assume_absent(self, key: Key) -> None:
        """Spares looking up a record that the caller knows is new."""
        self._heads.setdefault(key, None)

    def author_of(self, pos: int, desk: str, number: int) -> tuple[str, int]:
        """(officer, instant on the desk's clock) of what stands at a position, or in an act of this transaction."""
        if (desk, number) in self.authors:
            return self.authors[(desk, number)]
        row = self.conn.execute(_AUTHOR, {"pos": pos}).first()
        return (row.officer, row.at) if row is not None else self._author_of_act(desk, number)

    def _author_of_act(self, desk: str, number: int) -> tuple[str, int]:
        """The same by the act itself, where the feed behind the horizon is gone."""
        name = {"replica": replica_named(desk), "epoch": epoch_named(desk), "number": number}
        body = self.conn.execute(_BODY, name).scalar()
        if body is None:
            return "", 0
        act = msgspec.msgpack.decode(decompress(body), type=Act)
        return act.officer, act.at

    def committed_at(self, pos: int) -> int:
        """When the newest position up to this one was committed, by the district's clock; 0 where none was."""
        if pos >= PENDING or not pos:
            return 0
        query = select(POSITION.c.committed).where(POSITION.c.pos <= pos).order_by(POSITION.c.pos.desc()).limit(1)
        return int(self.conn.execute(query).scalar() or 0)

    def blob(self, name: str) -> tuple[bool, bool]:
        """Whether a file has come whole, and whether it may still come."""
        if name not in self._blobs:
            self._blobs[name] = state_of(self.conn, name)
        return self._blobs[name]

    def post_of(self, desk: str) -> str:
        """The post of a desk, by the name of one of its lines, for people to read; empty for the district itself."""
        if desk not in self._posts:
            row = self.conn.execute(_POST, {"replica": replica_named(desk)}).first()
            self._posts[desk] = str(row.post) if row is not None else ""
        return self._posts[desk]

    # --- writing ------------------------------------------------------------------------------------------------

    def mark(self) -> int:
        return len(self._undo)

    def rollback(self, mark: int) -> None:
        """Undoes what was done since the mark: an act is whole or not at all."""
        while len(self._undo) > mark:
            self._undo.pop()()

    def create(self, head: Head, home: str) -> Head:
        key = (head.collection, head.id)
        old = self.head(key)
        self._heads[key] = head
        self._homes[key] = home
        self._fresh[head.id] = key
        self._made.add(key)

        def undo() -> None:
            self._heads[key] = old
            self._fresh.pop(head.id, None)
            self._made.discard(key)

        self._undo.append(undo)
        return head

    def edit(self, key: Key) -> Head:
        """A copy of the head to change; the one before comes back on rollback."""
        old = self.head(key)
        if old is None:
            raise KeyError(key)
        new = old.copy()
        self._heads[key] = new
        self._undo.append(lambda: self._heads.__setitem__(key, old))
        return new

    def record(self, change: Change) -> None:
        """Notes what goes into the feed; the record's parts in one act become one entry."""
        self.changes.append(change)
        self._undo.append(lambda: self.changes.__delitem__(-1))

    def close_act(self, first: int, pos: int, *, told: bool, cover: Cover | None = None) -> None:
        """Makes the feed entries of the act whose changes begin at `first`.

        `told`: its verdict tells the author. `cover` is what the author holds; None for the district itself.
        """
        parts: dict[Key, list[Change]] = {}
        for change in self.changes[first:]:
            parts.setdefault(change.key, []).append(change)
        for key, changes in parts.items():
            head = self._heads[key]
            assert head is not None
            fields: dict[str, Any] = {}
            known: set[str] = set()
            for change in changes:
                fields.update(change.fields)
                known = (known - set(change.fields)) | (change.known or set())
            voids = any(c.voids for c in changes)
            aware = told and all(c.known is not None for c in changes) and head.voided == voids
            rest = {k: v for k, v in fields.items() if k not in known}
            own = None if aware and not rest else rest if aware else fields
            before = changes[0].before
            enters = bool(set(head.areas) - set(before)) or (
                bool(self.schema.views) and self._seen_anew(changes, cover)
            )
            whole = dict(head.payload) if enters else None
            far = cover is not None and not cover.touches((*before, *head.areas))
            entry = FeedEntry(pos, key, fields, own, whole, before, head.areas, head.voided, far)
            self.entries.append(entry)

    def _seen_anew(self, changes: Sequence[Change], cover: Cover | None) -> bool:
        """Whether someone who sees a part of the record may need that part whole, or the row to know what is a part of it.

        Where other areas hold it or in other views; where it is voided or not any more, of which no field tells; where its
        author wrote what he does not see; and a contest, which is shown or not by what it is about.
        """
        head = self._heads[changes[0].key]
        assert head is not None
        if head.collection == CONTEST or head.areas != changes[0].before or any(c.turns for c in changes):
            return True
        names = {name for change in changes for name in change.fields}
        return cover is not None and bool(cover.hides(head.areas, head.collection, names))

    # --- the end ------------------------------------------------------------------------------------------------

    def brought(self) -> set[str]:
        """The records that the engine made by itself, as held acts name what they wait for."""
        return {
            f"{collection}/{record}"
            for collection, record in self._made
            if collection in (CONTEST, DOUBT, LINK, RESCUE)
        }

    def touched(self) -> list[Key]:
        """The records changed, in the order of their first change."""
        return list(dict.fromkeys(c.key for c in self.changes))

    def settle(self, first: int) -> None:
        """Turns provisional positions into real ones: `first` is the position of the first act."""
        base = first - PENDING
        for key in self.touched():
            head = self._heads[key]
            assert head is not None
            head.pos += base if head.pos >= PENDING else 0
            head.created += base if head.created >= PENDING else 0
            head.meta = {n: real(s, base) for n, s in head.meta.items()}
            head.void = real(head.void, base) if head.void else None
            settle_sides(head.payload, base)
        for entry in self.entries:
            entry.pos += base
            if entry.key[0] == CONTEST:
                for row in (entry.fields, entry.own, entry.whole):
                    settle_sides(row or {}, base)

    def flush(self, hashes: dict[Key, int]) -> None:
        """Writes heads and the index."""
        rows = [self._row(key, hashes[key]) for key in self.touched()]
        inserts = [r for r in rows if (r["collection"], r["record"]) in self._made]
        known = [r for r in rows if (r["collection"], r["record"]) not in self._made]
        updates = [{f"v_{k}": v for k, v in r.items()} for r in known]
        if inserts:
            self.conn.execute(_INSERT_HEAD, inserts)
        if updates:
            self.conn.execute(_UPDATE_HEAD, updates)
        self.index.flush()

    def _row(self, key: Key, rowhash: int) -> dict[str, Any]:
        head = self._heads[key]
        assert head is not None
        return {
            "collection": key[0],
            "record": key[1],
            "pos": head.pos,
            "created": head.created,
            "voided": head.voided,
            "payload": msgspec.msgpack.encode(head.payload),
            "stamps": pack_stamps(head.meta, head.void),
            "areas": ",".join(head.areas),
            "down": None if head.down is None else ",".join(head.down),
            "home": self._homes.get(key, ""),
            "rowhash": rowhash,
        }

    # --- links --------------------------------------------------------------------------------------------------

    def group(self, key: Key) -> list[Key]:
        """The records linked as one thing with this one, itself included; the head, the earliest, first."""
        found, todo = {key}, [key]
        while todo:
            at = todo.pop()
            for collection, record, _ in self.index.referrers(at[1]):
                link = self.head((collection, record)) if collection == LINK else None
                if link is None or link.voided or link.payload.get("state") != "live":
                    continue
                if link.payload.get("subject_kind") != key[0]:
                    continue  # of records of another collection with the same id
                for end in ("subject", "head"):
                    other = (key[0], link.payload[end])
                    if other not in found:
                        found.add(other)
                        todo.append(other)
        if len(found) == 1:
            return [key]

        def age(k: Key) -> tuple[int, str]:
            head = self.head(k)
            return (head.created if head else PENDING * 2, k[1])

        return sorted(found, key=age)
