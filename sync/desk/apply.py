"""Taking in what the district said: verdicts, feed and cursor, in slices so short that a clerk's save never waits."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import Connection

from ..act import Act, Outcome, Verdict
from ..canon import add_hash, row_hash
from ..enrolment import NumberBlock
from ..limits import LIMITS
from ..protocol import ASK_SEAL, Entry, RoundReply, Stamp, numbers_given, unpack_feed, unpack_verdicts
from ..ranges import sums
from ..schema import Schema
from . import blobs
from .erase import concerned, purge
from .journal import Key, load_pristine, reshow, save_pristine, shown_parts
from .keeping import PLAIN, let_go, seal_acts, seal_acts_about, seal_out_of_sight, seal_what_left, typed
from .own import Sent, with_own
from .rows import Rows, Stored

SLICE_ENTRIES = LIMITS.entries_per_slice
"""Feed entries written in one transaction: about 20 ms on an office PC."""

Writing = Callable[[], AbstractContextManager[Connection]]
"""Opens a transaction for the courier (door open, writer lock held, the clerk first)."""
After = Callable[[Connection, frozenset[Key]], None]
"""Told of the records a transaction touched, before it commits."""
Given = Callable[[Connection, Sequence[NumberBlock]], None]
"""Given the blocks of numbers that a reply brings, in the transaction that ends it."""


@dataclass(slots=True)
class Applied:
    """What a reply came to on this desk. `erased`: some records were, by law."""

    entries: int = 0
    erased: bool = False
    verdicts: list[Verdict] = field(default_factory=list)
    touched: set[Key] = field(default_factory=set)
    in_step: bool = True


class Applier:
    """Writes replies into one replica."""

    def __init__(self, schema: Schema) -> None:
        self.rows = Rows(schema)
        self.removed = False
        """Whether anything has left since the store last made the past unreadable."""

    def apply(
        self, reply: RoundReply, sent: Sent, now_ms: int, writing: Writing, after: After, given: Given
    ) -> Applied:
        """Takes in the reply to what was sent. A crash between two slices leaves one to go on from."""
        entries, stamps = unpack_feed(reply.feed)
        blocks = numbers_given(reply)
        erased = any(e.kind == "x" for e in entries)
        done = Applied(len(entries), erased, unpack_verdicts(reply.verdicts))
        entries = with_own(self.rows.schema, entries, sent, done.verdicts, reply.pos)
        slices = list(_slices(entries)) or [[]]
        for n, part in enumerate(slices):
            last = n == len(slices) - 1
            pos = reply.pos if last else part[-1].pos
            with writing() as conn:
                if n == 0:
                    self._answers(conn, done.verdicts, sent.numbers)
                touched: set[Key] = set()
                change, count = 0, 0
                for entry in part:
                    delta, rows = self._take(conn, entry)
                    change, count = add_hash(change, delta), count + rows
                    touched.add((entry.collection, entry.id))
                self._cursor(conn, pos, reply.tag if last else b"", change, count)
                if last:
                    self._finish(conn, reply, now_ms, stamps)
                    if blocks is not None:
                        given(conn, blocks)
                touched |= self._settle_acts(conn, pos)
                after(conn, frozenset(touched))
            done.touched |= touched
        if reply.digest is not None:
            done.in_step = self.compare(reply.digest, writing)
        return done

    def _answers(self, conn: Connection, verdicts: Sequence[Verdict], sent: set[int]) -> None:
        """Writes the answers beside the acts; an answer stays.

        What was not sent may have been answered for another copy of this file, which used the number first; only an act
        that the district holds is answered later.
        """
        sql = "UPDATE sync_journal SET outcome=?, pos=?, reason=? WHERE number=? AND shown=1 AND (? OR outcome='held')"
        params = [(v.outcome.value, v.pos, v.reason, v.number, v.number in sent) for v in verdicts]
        if params:
            conn.exec_driver_sql(sql, params)

    def slice(
        self, entries: Sequence[Entry], upto: int, writing: Writing, after: After, *, repair: bool = False
    ) -> set[Key]:
        """Writes rows as of position `upto`, outside the feed's order; the cursor stays where it is."""
        touched = {(e.collection, e.id) for e in entries}
        with writing() as conn:
            change, count = 0, 0
            for entry in entries:
                self._contained(conn, (entry.collection, entry.id), upto)
                delta, rows = self._take(conn, entry, repair=repair)
                change, count = add_hash(change, delta), count + rows
            total = conn.exec_driver_sql("SELECT digest FROM sync_state").scalar_one()
            conn.exec_driver_sql("UPDATE sync_state SET digest=?, rows=rows+?", (add_hash(total, change), count))
            if any(e.kind == "l" for e in entries):  # the last slices: acts are sealed as their record leaves
                touched |= self._settle_acts(conn, upto)
            after(conn, frozenset(touched))
        return touched

    def _contained(self, conn: Connection, key: Key, upto: int) -> None:
        """Own acts that a row of that position has in it already may not be shown on top of it once more."""
        sql = (
            "DELETE FROM sync_touch WHERE collection=? AND record=? AND EXISTS (SELECT 1 FROM sync_journal j"
            " WHERE j.number = sync_touch.number AND outcome IS NOT NULL AND outcome<>? AND pos<=?)"
        )
        conn.exec_driver_sql(sql, (*key, Outcome.HELD.value, upto))

    def held(self, conn: Connection, upto: int) -> list[Key]:
        """The records that the district has given this replica up to a position."""
        found: list[Key] = []
        for name in self.rows.schema.collections:
            sql = f'SELECT id FROM "{name}" WHERE rowhash<>0 AND pos<=?'
            found += [(name, record) for (record,) in conn.exec_driver_sql(sql, (upto,))]
        sql = "SELECT collection, id FROM sync_unknown WHERE rowhash<>0 AND pos<=?"
        unknown = conn.exec_driver_sql(sql, (upto,))
        return found + [(collection, record) for collection, record in unknown]

    def _hashes(self, conn: Connection) -> Iterator[tuple[str, int]]:
        """(id, row hash) of every row that the district has given this replica."""
        for name in self.rows.schema.collections:
            for record, rowhash in conn.exec_driver_sql(f'SELECT id, rowhash FROM "{name}" WHERE rowhash<>0'):
                yield record, rowhash
        for record, rowhash in conn.exec_driver_sql("SELECT id, rowhash FROM sync_unknown WHERE rowhash<>0"):
            yield record, rowhash

    def sums(self, conn: Connection) -> bytes:
        """The sums of all ranges."""
        return sums(self._hashes(conn))

    def recount(self, conn: Connection) -> None:
        """Makes the replica's digest again from its rows."""
        shares = [rowhash for _, rowhash in self._hashes(conn)]
        conn.exec_driver_sql("UPDATE sync_state SET digest=?, rows=?", (add_hash(0, *shares), len(shares)))

    def _take(self, conn: Connection, entry: Entry, *, repair: bool = False) -> tuple[int, int]:
        """Writes one entry; returns by how much the digest's sum and count change."""
        key = (entry.collection, entry.id)
        store = self.rows.of(entry.collection)
        current = store.get(conn, entry.id)
        if entry.kind == "l":
            return self._leave(conn, key, current)
        if entry.kind == "x":
            return self._erase(conn, entry, current)
        covered, pristine = load_pristine(conn, key)
        if current is not None and current.rowhash and not repair and self._seen(key, current, entry):
            return 0, 0
        if not covered:
            pristine = current
        old = current.rowhash if current else 0
        row = dict(pristine.row) if pristine and entry.kind == "f" else {}
        row.update(entry.fields)
        row = {k: v for k, v in row.items() if v is not None}
        new = Stored(row, entry.voided, entry.pos, row_hash(*key, entry.voided, row))
        if covered:
            save_pristine(conn, key, new)
            shown = Stored(current.row, current.voided, new.pos, new.rowhash) if current else new
            store.put(conn, entry.id, shown)
            reshow(conn, self.rows, key)
        else:
            store.put(conn, entry.id, new)
        if entry.kind == "e" and pristine is not None and self.rows.schema.views:
            self.removed = True  # fields may have gone out of sight, and their past goes with them
            seal_out_of_sight(conn, key, row)
            if not pristine.row.keys() <= row.keys() and not blobs.waits_on(conn, key):
                blobs.leave_record(conn, self.rows.schema, key, pristine.row)
        conn.exec_driver_sql("DELETE FROM sync_leaving WHERE collection=? AND record=?", key)
        return add_hash(new.rowhash, -old), int(old == 0)

    @staticmethod
    def _seen(key: Key, current: Stored, entry: Entry) -> bool:
        """Whether an entry says nothing new; of one position another part of the row may come in other grants' pack."""
        if current.pos != entry.pos or entry.kind != "e":
            return current.pos >= entry.pos
        return current.rowhash == row_hash(*key, entry.voided, entry.fields)

    def _erase(self, conn: Connection, entry: Entry, current: Stored | None) -> tuple[int, int]:
        """A record was erased by law; what is held of it still is an empty, void row."""
        key = (entry.collection, entry.id)
        purge(conn, self.rows, [key])
        self.removed = True
        if current is not None and current.rowhash and current.pos >= entry.pos:
            return 0, 0  # a pack has brought what is left of it
        old, store = current.rowhash if current else 0, self.rows.of(entry.collection)
        new = row_hash(*key, True, {}) if entry.voided else 0
        if new:
            store.put(conn, entry.id, Stored({}, True, entry.pos, new))
        else:
            store.remove(conn, entry.id)
        blobs.forget_record(conn, self.rows.schema, key, current.row if current else {})
        return add_hash(new, -old), int(new != 0) - int(old != 0)

    def forget_erased(self, keys: Iterable[Key], pos: int, writing: Writing, after: After) -> set[Key]:
        """Forgets records that were erased up to a position while this replica was not told of each change."""
        with writing() as conn:
            found = concerned(conn, self.rows, keys)
        for at in range(0, len(found), SLICE_ENTRIES):
            entries = [Entry(pos, "x", *key, {}) for key in found[at : at + SLICE_ENTRIES]]
            self.slice(entries, pos, writing, after)
        return set(found)

    def _leave(self, conn: Connection, key: Key, current: Stored | None) -> tuple[int, int]:
        """A record leaves: at once where nothing waits on it, else when the last act on it has its verdict."""
        if current is None:
            return 0, 0
        if self._waited_on(conn, key):
            conn.exec_driver_sql("INSERT OR IGNORE INTO sync_leaving VALUES (?, ?)", key)
            self.rows.of(key[0]).put(conn, key[1], Stored(current.row, current.voided, current.pos, 0))
        else:
            conn.exec_driver_sql("DELETE FROM sync_pristine WHERE collection=? AND record=?", key)
            self._remove(conn, key, current)
        return -current.rowhash, -int(current.rowhash != 0)

    def _waited_on(self, conn: Connection, key: Key) -> bool:
        """Whether an act on a record is unanswered, or a file that it links has not reached the district."""
        sql = "SELECT 1 FROM sync_touch WHERE collection=? AND record=?"
        if conn.exec_driver_sql(sql, key).first() is not None:
            return True
        return blobs.waits_on(conn, key)

    def _remove(self, conn: Connection, key: Key, current: Stored) -> None:
        """Takes a record out of the file, with what the journal and the files tell of it."""
        self.rows.of(key[0]).remove(conn, key[1])
        self.removed = True
        blobs.leave_record(conn, self.rows.schema, key, current.row)
        seal_acts_about(conn, key[1])

    def sent_blob(self, conn: Connection, name: str) -> set[Key]:
        """A file has reached the district: records that waited for it may leave; returns those that waited."""
        blobs.confirm(conn, name)
        waiting = conn.exec_driver_sql("SELECT collection, record FROM sync_leaving ORDER BY collection, record").all()
        keys = {(collection, record) for collection, record in waiting}
        for key in sorted(keys):
            self._leave_at_last(conn, key)
        return keys

    def _cursor(self, conn: Connection, pos: int, tag: bytes, change: int, count: int) -> None:
        total = conn.exec_driver_sql("SELECT digest FROM sync_state").scalar_one()
        sql = "UPDATE sync_state SET pos=?, tag=?, digest=?, rows=rows+?"
        conn.exec_driver_sql(sql, (pos, tag, add_hash(total, change), count))

    def _finish(self, conn: Connection, reply: RoundReply, now_ms: int, stamps: Sequence[Stamp]) -> None:
        sql = "UPDATE sync_state SET last_round_at=?, skew_ms=?, scope=?, timeline=max(timeline, ?)"
        conn.exec_driver_sql(sql, (now_ms, now_ms - reply.now, reply.scope, reply.timeline))
        if not reply.more and reply.pack is None and reply.fork is None:
            # A restored file takes no number again that it had used; all those acts have just been heard.
            conn.exec_driver_sql("UPDATE sync_state SET next_number=max(next_number, ?)", (reply.upto + 1,))
        if reply.digest is not None:
            blobs.had_before(conn, reply.pos)
        let_go(conn, reply.covered, reply.now)
        if reply.restores:
            conn.exec_driver_sql("UPDATE sync_state SET restores=?", (json.dumps(reply.restores),))
        if ASK_SEAL in reply.answers:
            conn.exec_driver_sql("UPDATE sync_state SET seal=?", (reply.answers[ASK_SEAL],))
        if stamps:
            rows = [(s.pos, s.desk, s.officer, s.at, s.verb) for s in stamps]
            conn.exec_driver_sql("INSERT OR IGNORE INTO sync_stamp VALUES (?, ?, ?, ?, ?)", rows)

    def end(self, conn: Connection) -> set[Key]:
        """Nothing more is told to this desk: its answered acts leave the shown sum, and only the district reads them still."""
        blobs.give_up(conn)
        keys = self._settle_acts(conn, 2**62, held="")
        answered = conn.exec_driver_sql("SELECT number FROM sync_journal WHERE outcome IS NOT NULL").all()
        seal_acts(conn, [number for (number,) in answered])
        for key in blobs.records(conn):
            if self.rows.of(key[0]).get(conn, key[1]) is None:
                blobs.leave_record(conn, self.rows.schema, key, {})
        self.removed = True
        return keys

    def _settle_acts(self, conn: Connection, pos: int, held: str = Outcome.HELD.value) -> set[Key]:
        """Acts whose verdict's position has been pulled leave the shown sum; the rows stand on without them."""
        sql = (
            "SELECT number, outcome, body, kept FROM sync_journal"
            " WHERE shown=1 AND outcome IS NOT NULL AND outcome<>? AND pos<=?"
        )
        found = conn.exec_driver_sql(sql, (held, pos)).all()
        numbers = [(n,) for n, *_ in found]
        if not numbers:
            return set()
        keys: set[Key] = set()
        acts: list[Act] = []
        for _, _, body, kept in found:
            if kept == PLAIN:
                act = msgspec.msgpack.decode(body, type=Act)
                acts.append(act)
                keys.update(key for change in act.changes for key, _ in shown_parts(change))
        for number in numbers:  # of an act that was emptied meanwhile, only this knows what it stood on
            touched = conn.exec_driver_sql("SELECT collection, record FROM sync_touch WHERE number=?", number)
            keys.update((collection, record) for collection, record in touched)
        conn.exec_driver_sql("DELETE FROM sync_touch WHERE number=?", numbers)
        conn.exec_driver_sql("UPDATE sync_journal SET shown=0 WHERE number=?", numbers)
        for key in sorted(keys):
            reshow(conn, self.rows, key)
            self._leave_at_last(conn, key)
        self.removed |= any(outcome == Outcome.RESCUED.value for _, outcome, *_ in found)
        seal_acts(conn, [n for n, outcome, *_ in found if outcome == Outcome.RESCUED.value])
        for key in seal_what_left(conn, self.rows, sorted(keys)):
            self.removed = True
            if blobs.waits_on(conn, key):
                conn.exec_driver_sql("INSERT OR IGNORE INTO sync_leaving VALUES (?, ?)", key)
            else:
                blobs.leave_record(conn, self.rows.schema, key, {})
        for key in sorted(keys) if self.rows.schema.views else ():
            stored = self.rows.of(key[0]).get(conn, key[1])
            if stored is not None and any(not typed(act, key) <= stored.row.keys() for act in acts):
                self.removed |= seal_out_of_sight(conn, key, stored.row)
        return keys

    def _leave_at_last(self, conn: Connection, key: Key) -> None:
        sql = "SELECT 1 FROM sync_leaving WHERE collection=? AND record=?"
        if conn.exec_driver_sql(sql, key).first() is None:
            return
        current = self.rows.of(key[0]).get(conn, key[1]) or Stored({})
        if not self._waited_on(conn, key):
            conn.exec_driver_sql("DELETE FROM sync_leaving WHERE collection=? AND record=?", key)
            self._remove(conn, key, current)

    def compare(self, digest: tuple[int, int], writing: Writing) -> bool:
        """Whether the rows held add up to what the district holds for this replica."""
        with writing() as conn:
            mine = tuple(conn.exec_driver_sql("SELECT digest, rows FROM sync_state").one())
        return mine == digest


def _slices(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Runs of entries that end where an act ends."""
    part: list[Entry] = []
    for entry in entries:
        if len(part) >= SLICE_ENTRIES and entry.pos != part[-1].pos:
            yield part
            part = []
        part.append(entry)
    if part:
        yield part
