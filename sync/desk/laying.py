"""Rows that come beside the feed: a pack laid over a file in use, and ranges that differ, written again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Protocol

from sqlalchemy import Connection

from ..canon import add_hash
from ..protocol import Entry, PackHead, RoundReply, unpack_feed
from ..ranges import range_of
from .apply import SLICE_ENTRIES, Applier, Writing
from .journal import Key
from .packs import Frame, set_state

_ANY = 2**62


class Store(Protocol):
    """What is told of the rows that are written."""

    def after(self, conn: Connection, touched: frozenset[Key]) -> None: ...


class Report(Protocol):
    """What of a round's report is of rows that had to be mended."""

    touched: set[Key]
    repaired: bool


class Laying:
    """Lays rows into one replica in slices, as the feed is written. `writing` is a transaction of the round that runs."""

    def __init__(self, applier: Applier, store: Store, writing: Writing, alarm: Callable[[str], None]) -> None:
        self._applier = applier
        self._store = store
        self._writing = writing
        self._alarm = alarm

    def lay_over(self, head: PackHead, frames: Iterator[Frame]) -> set[Key]:
        """Lays a pack into a file in use, in slices; rows that it lacks have left, unless they are newer than it.

        From the first slice to the last the file holds the rows of no one set of areas, and says so.
        """
        seen: set[Key] = set()
        touched: set[Key] = set()
        with self._writing() as conn:
            # Where one was being laid already, rows newer than this one are that one's, of other areas perhaps.
            newest = head.pos if conn.exec_driver_sql("SELECT scope FROM sync_state").scalar_one() else _ANY
            conn.exec_driver_sql("UPDATE sync_state SET scope=''")
        if head.erased:
            touched |= self._applier.forget_erased(head.erased, head.pos, self._writing, self._store.after)
        for collection, part in frames:
            seen.update((collection, record) for record, _ in part)
            for at in range(0, len(part), SLICE_ENTRIES):
                rows = part[at : at + SLICE_ENTRIES]
                entries = [Entry(s.pos, "e", collection, record, s.row, s.voided) for record, s in rows]
                touched |= self._applier.slice(entries, head.pos, self._writing, self._store.after)
        with self._writing() as conn:
            gone = [k for k in self._applier.held(conn, newest) if k not in seen][::-1]  # children before parents
        for at in range(0, len(gone), SLICE_ENTRIES):
            entries = [Entry(head.pos, "l", *key, {}) for key in gone[at : at + SLICE_ENTRIES]]
            touched |= self._applier.slice(entries, head.pos, self._writing, self._store.after)
        with self._writing() as conn:
            total, count = conn.exec_driver_sql("SELECT digest, rows FROM sync_state").one()
            set_state(conn, head, add_hash(total), count)
        self._applier.removed = True  # also of rows that stay, what stood there before may not be this desk's any more
        return touched

    def mend(self, reply: RoundReply, report: Report) -> bool:
        """Writes the rows of the ranges that differed again, and removes what the district does not have there.

        A range that has to be mended a second time is an alarm: something on this PC writes beside the program.
        Without a digest the district has gone on meanwhile: whether all is well now, the next answer tells.
        """
        assert reply.repair is not None
        entries, _ = unpack_feed(reply.feed)
        there = {(e.collection, e.id) for e in entries}
        with self._writing() as conn:
            gone = [k for k in self._applier.held(conn, reply.pos) if range_of(k[1]) in reply.repair and k not in there]
            before = set(json.loads(conn.exec_driver_sql("SELECT mended FROM sync_state").scalar_one()))
            conn.exec_driver_sql("UPDATE sync_state SET mended=?", (json.dumps(sorted(before | set(reply.repair))),))
        entries += [Entry(reply.pos, "l", *key, {}) for key in gone]
        for at in range(0, len(entries), SLICE_ENTRIES):
            part = entries[at : at + SLICE_ENTRIES]
            report.touched |= self._applier.slice(part, reply.pos, self._writing, self._store.after, repair=True)
        with self._writing() as conn:
            self._applier.recount(conn)
        report.repaired = True
        in_step = reply.digest is None or self._applier.compare(reply.digest, self._writing)
        if not in_step or before & set(reply.repair):
            self._alarm("本机数据与区里核对不上，请联系管理员")
        return in_step
