"""Erasing records by law: content and salts go everywhere, what was done and when stays, and the chain still verifies.

A record is erased with its children and with what was said about them (contests, doubts, links). Where an act named it,
the act is kept without that part. Each erasure is also written to a file beside the database, so that a district
restored from a backup erases again what its backup still has.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Select, bindparam, select, update

from ..act import Act, Base, Change, Op, Outcome
from ..blobs import blobs_of, is_hash
from ..codec import compress, decompress
from ..erasing import ERASED_WORDS, VERB, Key, as_bytes, mentions, without
from ..merge import Author, Stamp
from ..outside import Clock, Random
from ..schema import Schema
from ..system import CONTEST, DOUBT, LINK
from . import erased
from .blobs import let_go
from .chain import EMPTY
from .doubts import Doubts, write_system
from .entries import PENDING, FeedEntry
from .entries import Change as FeedChange
from .feed import Placed, publish, take_turn
from .lines import body_of, digest_of_act, line_name
from .membership import Membership, moved_with, parent_key
from .rescue import rescue, rescue_key
from .scope import AreaTree, Scope
from .tables import ACT, DESK, FEED, META
from .unit import Unit

EFFECTIVE = ("applied", "merged", "contested")
_ABOUT = (CONTEST, DOUBT, LINK)
_ACTS = select(ACT.c.replica, ACT.c.epoch, ACT.c.number, ACT.c.outcome, ACT.c.reason, ACT.c.body)
_OF_DESKS = ACT.c.replica.in_(select(DESK.c.replica))
_IS = {n: ACT.c[n] == bindparam(f"of_{n}") for n in ("replica", "epoch", "number")}
_ONE = _ACTS.where(*_IS.values())
_STRIP = update(ACT).where(*_IS.values()).values({n: bindparam(n) for n in ("body", "digest", "reason")})
_CLEAR = (
    update(FEED)
    .where(FEED.c.collection == bindparam("of_collection"), FEED.c.record == bindparam("of_record"))
    .values(fields=EMPTY, whole=None, own=None, salt=None)
)


@dataclass(frozen=True, slots=True)
class Order:
    """Which records an officer orders to be erased, and why."""

    keys: tuple[Key, ...]
    officer: str
    reason: str
    at: int


ActName = tuple[str, int, int]
"""(replica, epoch, number)"""


@dataclass(frozen=True, slots=True)
class Erasure:
    """What an order came to: where it stands, the records erased, and the acts that named them."""

    pos: int
    keys: frozenset[Key] = frozenset()
    acts: frozenset[ActName] = frozenset()


@dataclass(slots=True)
class Named:
    """The acts that name what is erased: which, and what each desk's acts named. `upto` is where the look ended."""

    keys: set[Key]
    upto: int = 0
    acts: dict[ActName, Act] = field(default_factory=dict)
    authors: dict[Key, set[str]] = field(default_factory=dict)
    rescues: dict[Key, tuple[ActName, int]] = field(default_factory=dict)
    """The records that keep a rescued act, and how often it was kept anew."""
    files: set[str] = field(default_factory=set)


class _More(Exception):
    """More hangs on what is erased than was looked for before the turn was taken."""

    def __init__(self, keys: set[Key]) -> None:
        super().__init__()
        self.keys = keys


class Eraser:
    """Carries out erasures. `log` is the file beside the database."""

    def __init__(self, engine: Engine, schema: Schema, scope: Scope, clock: Clock, random: Random, log: Path) -> None:
        self._engine = engine
        self._schema = schema
        self._scope = scope
        self._clock = clock
        self._random = random
        self._log = log
        self._read = 0

    def erase(self, keys: Iterable[Key], officer: str, reason: str) -> Erasure:
        """Erases these records and all about them; what was erased before is left out."""
        return self._carry_out(Order(tuple(keys), officer, reason, self._clock.now_ms()), noted=False)

    def catch_up(self) -> list[Erasure]:
        """Erases what the file orders and the database does not know of: it was restored, or the process ended between."""
        size = self._log.stat().st_size if self._log.exists() else 0
        done: list[Erasure] = []
        if size == self._read:
            return done
        for line in self._log.read_bytes().split(b"\n"):
            order = _read_order(line)
            if order is not None:
                done.append(self._carry_out(order, noted=True))
        self._read = size
        return done

    def forget_reading(self) -> None:
        """The database is another: everything in the file is to be held against it again."""
        self._read = 0

    def _carry_out(self, order: Order, *, noted: bool) -> Erasure:
        wanted = set(order.keys)
        with self._engine.connect().execution_options(reads=True) as conn:
            wanted -= erased.among(conn, (record for _, record in wanted))
            last = erased.floor(conn)
        if not wanted:
            return Erasure(last)
        while True:
            named = self._look(wanted)
            try:
                with self._engine.begin() as conn:
                    pos = self._erase(conn, order, named, noted=noted)
                return Erasure(pos, frozenset(named.keys), frozenset(named.acts))
            except _More as more:
                wanted = more.keys

    # --- what is concerned --------------------------------------------------------------------------------------

    def _look(self, keys: set[Key]) -> Named:
        """Looks through all acts before the turn is taken, for that may take long."""
        with self._engine.connect().execution_options(reads=True) as conn:
            unit = Unit(conn, self._schema)
            upto: int = conn.execute(select(META.c.pos)).scalar_one()
            named = Named(_with_all_about(unit, keys), upto)
            while more := self._search(unit, named, _ACTS):
                named.keys |= more
        return named

    def _search(self, unit: Unit, named: Named, query: Select[Any], given: dict[str, Any] | None = None) -> set[Key]:
        """Notes the acts of a query that name what is erased; returns records that hang on it and were never taken."""

        def alive(key: Key) -> bool:
            return key not in named.keys and unit.head(key) is not None

        ids, more = as_bytes(named.keys), set[Key]()
        rows = unit.conn.execute(query.execution_options(yield_per=500), given or {})
        for row, body in ((r, decompress(r.body)) for r in rows):
            if mentions(body, ids):
                taken = row.outcome in EFFECTIVE
                whole = msgspec.msgpack.decode(body, type=Act)
                act, gone = without(whole, named.keys, None if taken else self._schema, alive)
                if gone:
                    named.acts[(row.replica, row.epoch, row.number)] = act
                    more |= _rescues(unit, named, row)
                    fallen = [c for c in whole.changes if (c.collection, c.id) in gone]
                    named.files.update(
                        f for c in fallen for f in blobs_of(unit.schema.get(c.collection), c.fields).values()
                    )
                more |= gone
                for key in gone:
                    named.authors.setdefault(key, set()).add(row.replica)
        return more - named.keys

    # --- the transaction ----------------------------------------------------------------------------------------

    def _erase(self, conn: Connection, order: Order, named: Named, *, noted: bool) -> int:
        take_turn(conn)
        unit = Unit(conn, self._schema)
        self._look_again(unit, named)
        unit.prefetch(named.keys, lock=True)
        author = Author(Stamp(PENDING, "", 0), Base(PENDING, 0), order.officer, order.at)
        self._empty(unit, author, named)
        _strip_acts(conn, named)
        conn.execute(_CLEAR, [{"of_collection": c, "of_record": r} for c, r in sorted(named.keys)])
        changes = tuple(Change(*key, Op.ERASE) for key in sorted(named.keys))
        act = Act(0, order.officer, order.at, VERB, Base(), changes)
        pos = publish(conn, unit, [Placed(act, "", 0, self._clock.now_ms())], self._random)
        let_go(conn, sorted(named.files))
        erased.note(conn, named.keys, pos, order.at, order.officer, order.reason)
        if not noted:
            self._note(order, named.keys)
        return pos

    def _look_again(self, unit: Unit, named: Named) -> None:
        """What came since the look; raises _More where that hangs other records on what is erased."""
        keys = _with_all_about(unit, named.keys)
        for query in (_ACTS.where(_OF_DESKS, ACT.c.pos == 0), _ACTS.where(_OF_DESKS, ACT.c.pos > named.upto)):
            keys |= self._search(unit, named, query)
        for replica, epoch, number in list(named.acts):
            keys |= self._search(unit, named, _ONE, {"of_replica": replica, "of_epoch": epoch, "of_number": number})
        if not keys <= named.keys:
            raise _More(keys)

    def _empty(self, unit: Unit, author: Author, named: Named) -> None:
        """Leaves an empty, void row of each record, and makes right what depended on it."""
        there = [key for key in sorted(named.keys) if unit.head(key) is not None]
        stirred = _stirred(unit, there)
        rescued = {key: dict(head.payload) for key in named.rescues if (head := unit.head(key)) is not None}
        for key in there:
            head = unit.edit(key)
            unit.record(FeedChange(key, {}, head.areas))
            head.payload, head.meta, head.voided, head.void, head.pos = {}, {}, True, author.stamp, author.stamp.pos
            head.areas = () if key[0] in _ABOUT else head.areas
            named.files.update(target for _, target in unit.index.ever_pointed(key[1]) if is_hash(target))
            unit.index.point(key, set())
        tree = self._scope.tree(unit.conn)
        membership = Membership(unit, tree)
        kept = [k for key, row in rescued.items() if (k := _keep_rest(unit, tree, author, named, key, row)) is not None]
        plain = [k for k in there if k[0] not in _ABOUT]
        moved = membership.refresh(plain + stirred + kept)
        written = Doubts(unit, tree, author).check(_standing_on(unit, plain + stirred))
        moved = {**membership.refresh(written), **moved}
        known = {c.key for c in unit.changes}
        for key, before in moved.items():
            if key not in known:
                unit.edit(key).pos = author.stamp.pos
                unit.record(FeedChange(key, {}, before))
        unit.close_act(0, PENDING, told=False)
        self._address(unit, named, set(there))

    @staticmethod
    def _address(unit: Unit, named: Named, there: set[Key]) -> None:
        """Whoever holds a record hears of it, and each desk whose own acts named it: its journal has the content."""
        for entry in unit.entries:
            if entry.key in there:
                entry.erases, entry.authors = True, tuple(sorted(named.authors.get(entry.key, ())))
        for key in sorted(named.keys - there):
            authors = tuple(sorted(named.authors.get(key, ())))
            entry = FeedEntry(PENDING, key, {}, None, None, (), (), voided=True, erases=True, authors=authors)
            unit.entries.append(entry)

    def _note(self, order: Order, keys: set[Key]) -> None:
        """Written before the commit: what the file orders and the database lacks is done later, not forgotten."""
        line = {"at": order.at, "officer": order.officer, "reason": order.reason, "keys": sorted(keys)}
        with os.fdopen(os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb") as file:
            # On a line of its own also where the last one was torn by a power cut.
            file.write(b"\n" + json.dumps(line).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())


def _read_order(line: bytes) -> Order | None:
    """A line of the file; None for an empty one, and where the process ended while it wrote."""
    try:
        said = json.loads(line)
        return Order(tuple((c, r) for c, r in said["keys"]), said["officer"], said["reason"], said["at"])
    except (ValueError, KeyError, TypeError):
        return None


def _with_all_about(unit: Unit, keys: Iterable[Key]) -> set[Key]:
    """Records with their children, and with what was said about any of them."""
    found, todo = set[Key](), list(keys)
    while todo:
        key = todo.pop()
        if key in found:
            continue
        found.add(key)
        for collection, record, _ in unit.index.referrers(key[1]):
            head = unit.head((collection, record))
            child = head is not None and parent_key(unit.schema.get(collection), head) == key
            if child or collection in _ABOUT:
                todo.append((collection, record))
    return found


def _stirred(unit: Unit, keys: list[Key]) -> list[Key]:
    """What these carry, and what was one thing with them: their areas, and who is one with whom, are to be seen anew."""
    found: dict[Key, None] = {}
    for key in keys:
        found.update(dict.fromkeys([*moved_with(unit, key), *unit.group(key)]))
    return [key for key in found if key not in set(keys)]


def _rescues(unit: Unit, named: Named, row: Any) -> set[Key]:
    """The record that keeps an act, if it was rescued: what it says of others is kept anew."""
    if row.outcome != Outcome.RESCUED.value:
        return set()
    for again in count():
        key = rescue_key(line_name(row.replica, row.epoch), row.number, again)
        head = unit.head(key)
        if head is None:
            return set()
        if head.payload:
            named.rescues[key] = (row.replica, row.epoch, row.number), again
            return {key}
    return set()


def _keep_rest(unit: Unit, tree: AreaTree, author: Author, named: Named, key: Key, row: dict[str, Any]) -> Key | None:
    """Keeps a rescued act without what was erased, as it stands; None where nothing else was in it."""
    name, again = named.rescues[key]
    act = named.acts[name]
    if all(c.op is Op.ERASE for c in act.changes):
        return None
    line = line_name(name[0], name[1])
    by = replace(author, stamp=Stamp(PENDING, line, act.number))
    new = rescue(unit, tree, by, act, row["why"], row["areas"], again + 1)
    said: dict[str, Any] = {n: row[n] for n in ("state", "decided_by", "decided_at") if n in row}
    return write_system(unit, author, new, said)


def _standing_on(unit: Unit, keys: list[Key]) -> list[Key]:
    """Records, and the rows whose rules see through to them."""
    found = dict.fromkeys(keys)
    for key in keys:
        for collection, record, name in sorted(unit.index.referrers(key[1])):
            spec = unit.schema.get(collection)
            if spec is not None and any(name in rule.through for rule in spec.uniques):
                found[(collection, record)] = None
    return list(found)


def _strip_acts(conn: Connection, named: Named) -> None:
    """Writes the acts again without what is erased, and by which they are known again."""
    rows = list(_stripped(conn, named))
    if rows:
        conn.execute(_STRIP, rows)


def _stripped(conn: Connection, named: Named) -> Iterator[dict[str, Any]]:
    for (replica, epoch, number), act in named.acts.items():
        where = {"of_replica": replica, "of_epoch": epoch, "of_number": number}
        row, body = conn.execute(_ONE, where).one(), body_of(act)
        reason = row.reason if row.outcome in EFFECTIVE else ERASED_WORDS
        yield {**where, "body": compress(body, 3), "digest": digest_of_act(body), "reason": reason}
