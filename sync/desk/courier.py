"""A round: what was typed goes up, answers and news come down, until both sides hold the same."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import msgspec
from sqlalchemy import Connection

from ..act import Act, Verdict
from ..canon import add_hash
from ..codec import pack_acts
from ..enrolment import NumberBlock
from ..errors import Damaged, Refused, Superseded
from ..limits import LIMITS
from ..outside import Clock
from ..protocol import (
    ACTS_PER_BATCH_MAX,
    ASK_NUMBERS,
    ASK_SEAL,
    BATCH_BYTES_MAX,
    VERSION,
    Entry,
    NumbersAsked,
    PackHead,
    RoundReply,
    RoundRequest,
    encode,
    read_reply,
    unpack_feed,
)
from ..ranges import range_of
from ..schema import Schema
from ..wire import RESCUE_PATH
from .apply import SLICE_ENTRIES, Applied, Applier, Sent
from .files import Files
from .journal import Key
from .packs import Frame, Line, discard, fetch, open_pack, set_state
from .rewind import NOT_GIVEN, Moved, catch_up, leave_fork, rewind, take_fork

ROUND_PATH = "/v1/round"
REQUESTS_PER_ROUND_MAX = LIMITS.requests_per_round
_ANY = 2**62
_WAITING = "SELECT count(*), min(at) FROM sync_journal WHERE outcome IS NULL AND number>?"


Need = tuple[str, list[tuple[str, int]]]
"""A question's mark, which no other question has, and the series as (pattern, year)."""


class Store(Protocol):
    """The replica as the courier needs it."""

    folder: Path
    """Where packs may lie while they are fetched."""

    def reading(self) -> AbstractContextManager[Connection]:
        """A connection that reads one consistent state."""
        ...

    def writing(self, priority: str = ...) -> AbstractContextManager[Connection]:
        """One transaction with the door open; waits while a clerk's save waits."""
        ...

    def after(self, conn: Connection, touched: frozenset[Key]) -> None:
        """Told, before the commit, which records the transaction touched."""
        ...

    def needs(self, conn: Connection) -> Need | None:
        """The numbers that this replica runs short of, asked as each round begins, in a transaction that may write.

        The same question with the same mark until `given` was called; None where nothing is needed.
        """
        ...

    def given(self, conn: Connection, blocks: Sequence[NumberBlock]) -> None:
        """The answer, in the transaction that ends the reply it came with; no blocks where the district gives none."""
        ...

    def forget(self) -> bool:
        """Makes what was removed unreadable in the file's log too; False where somebody still reads, to be called again."""
        ...

    def fill_fresh(self, head: PackHead, frames: Iterator[Frame]) -> None:
        """Fills a new file from a pack in one go and swaps it in; only while this replica holds nothing."""
        ...


@dataclass(slots=True)
class RoundReport:
    """What a round did."""

    sent: int = 0
    received: int = 0
    requests: int = 0
    verdicts: list[Verdict] = field(default_factory=list)
    touched: set[Key] = field(default_factory=set)
    pack_rows: int = 0
    blobs: int = 0
    in_step: bool = True
    repaired: bool = False
    rewound: bool = False


class Courier:
    """Carries one replica's rounds. One at a time; a newer round fences an older one off at the district.

    `renumbered` is told, in the transaction, where acts get other numbers, for what a program keeps by them. `pause` waits
    so many seconds where the district asks for it. With `pack_key`, 32 bytes that the store keeps secret, packs lie sealed
    while they are fetched.
    """

    def __init__(
        self,
        schema: Schema,
        line: Line,
        store: Store,
        clock: Clock,
        *,
        crash: Callable[[str], None] | None = None,
        renumbered: Callable[[Connection, Sequence[Moved]], None] | None = None,
        pause: Callable[[float], object] = time.sleep,
        pack_key: bytes = b"",
    ) -> None:
        self._applier = Applier(schema)
        self._schema = schema
        self._line = line
        self._store = store
        self._clock = clock
        self._at = crash or (lambda _point: None)
        self._renumbered = renumbered or (lambda _conn, _moved: None)
        self._fence = 0
        self._wanted: NumbersAsked | None = None
        self._pause = pause
        self._pack_key = pack_key
        self._owed_s = 0.0
        kind = schema, line, store, clock, self._applier, self._writing, self._alarm
        self._files = Files(*kind, lambda point: self._at(point))

    def round(self) -> RoundReport:
        """Runs requests until nothing is unsent and the feed has come to its end.

        Raises LineDown where the line fails (what was taken in stays), Refused, Superseded or WrongTimeline.
        """
        try:
            report = self._run()
            self._files.send_in_time(report)
            return report
        finally:
            if self._applier.removed and self._store.forget():
                self._applier.removed = False

    def _run(self) -> RoundReport:
        report = RoundReport()
        fence = self._new_fence()
        in_step = True
        for _ in range(REQUESTS_PER_ROUND_MAX):
            request, acts = self._request(fence, sums=not in_step)
            self._at("before push")
            answer = self._post(request)
            self._at("after push")
            reply = read_reply(answer)
            self._owed_s = min(reply.pause_ms, LIMITS.pause_ms_max) / 1000
            report.requests += 1
            if self._other_past(request, reply, report):
                continue
            report.sent += len(acts) + len(request.sealed)
            if reply.revoked:
                self._end(reply, request, acts, report)
                continue
            if reply.repair is not None:
                report.in_step = in_step = self._settle(reply, report)
                if reply.digest is not None:
                    return report
                continue
            applied = self._take(reply, request, acts, report)
            self._at("after apply")
            if reply.pack is not None:
                report.pack_rows += self._take_pack(*reply.pack, report)
            if self._other_numbers(request, acts, reply, report) or reply.pack is not None:
                continue
            in_step = applied.in_step
            if in_step and not reply.more and not self._unsent():
                return report
        raise RuntimeError("a round came to no end")

    def rescued(self, number: int) -> Act:
        """An act whose content only the district has any more. Raises LineDown, Refused or Damaged."""
        with self._store.reading() as conn:
            epoch = conn.exec_driver_sql("SELECT epoch FROM sync_state").scalar_one()
        body = self._line.get(f"{RESCUE_PATH}{epoch}/{number}")
        try:
            return msgspec.msgpack.decode(body, type=Act)
        except msgspec.DecodeError as error:
            raise Damaged(f"an act could not be read: {error}") from error

    def blob(self, name: str) -> bytes:
        """A file that a record held here links. Raises LineDown, Damaged, or FileNotFoundError where it has not come (yet)."""
        return self._files.fetch(name)

    # --- asking -------------------------------------------------------------------------------------------------

    def _new_fence(self) -> int:
        with self._store.writing("courier") as conn:
            conn.exec_driver_sql("UPDATE sync_state SET fence=fence+1")
            self._fence, following = conn.exec_driver_sql("SELECT fence, next_number FROM sync_state").one()
            need = self._store.needs(conn)
            self._wanted = NumbersAsked(need[0], following - 1, need[1]) if need else None
        return self._fence

    def _request(self, fence: int, *, sums: bool) -> tuple[RoundRequest, list[Act]]:
        """The next request: acts, or after a digest that did not agree, the sums of all ranges."""
        with self._store.reading() as conn:
            sql = "SELECT epoch, pos, tag, scope, seal, timeline, old_upto, old_pos FROM sync_state"
            epoch, pos, tag, scope, key, *past = conn.exec_driver_sql(sql).one()
            acts = [] if sums else list(self._next_acts(conn))
            sealed = [] if sums or acts else list(self._next_sealed(conn))
            ranges = self._applier.sums(conn) if sums else b""
            last = acts[-1].number if acts else sealed[-1][0] if sealed else 0
            waiting, oldest = conn.exec_driver_sql(_WAITING, (last,)).one()
        body = pack_acts(acts) if acts else b""
        request = RoundRequest(VERSION, epoch, fence, pos, tag, scope, body)
        request.level = self._schema.level
        request.ranges, request.sealed, request.waiting = ranges, sealed, waiting
        request.oldest_ms = max(0, self._clock.now_ms() - oldest) if waiting else 0
        request.timeline, request.old_upto, request.old_pos = past
        request.asks = {} if key else {ASK_SEAL: True}
        if self._wanted is not None:  # once a round: where it is not answered, the next one asks again
            request.asks[ASK_NUMBERS], self._wanted = self._wanted, None
        return request, acts

    def _post(self, request: RoundRequest) -> bytes:
        if self._owed_s:
            self._pause(self._owed_s)  # others wait for the district while this desk imports
        try:
            return self._line.post(ROUND_PATH, encode(request))
        except Superseded as error:
            if str(error).isdigit():  # a restored file's counter is behind: the next round goes above the district's
                with self._store.writing("courier") as conn:
                    conn.exec_driver_sql("UPDATE sync_state SET fence=max(fence, ?)", (int(str(error)),))
            raise

    def _next_acts(self, conn: Connection) -> Iterator[Act]:
        """Unanswered acts, one number after the other, up to a batch's bounds."""
        sql = "SELECT body, kept FROM sync_journal WHERE outcome IS NULL ORDER BY number LIMIT ?"
        size, last = 0, 0
        for body, kept in conn.exec_driver_sql(sql, (ACTS_PER_BATCH_MAX,)):
            size += len(body)
            if kept or (size > BATCH_BYTES_MAX and size > len(body)):
                return
            act = msgspec.msgpack.decode(body, type=Act)
            if last and act.number != last + 1:
                return
            last = act.number
            yield act

    def _next_sealed(self, conn: Connection) -> Iterator[tuple[int, int, bytes]]:
        """Unanswered acts that this desk may not read any more, up to the first that it may."""
        sql = "SELECT number, own, body, kept FROM sync_journal WHERE outcome IS NULL ORDER BY number LIMIT ?"
        size = 0
        for number, own, body, kept in conn.exec_driver_sql(sql, (ACTS_PER_BATCH_MAX,)):
            size += len(body)
            if not kept or (size > BATCH_BYTES_MAX and size > len(body)):
                return
            yield number, own, bytes(body)

    def _unsent(self) -> bool:
        with self._store.reading() as conn:
            return conn.exec_driver_sql("SELECT 1 FROM sync_journal WHERE outcome IS NULL LIMIT 1").first() is not None

    # --- taking in ----------------------------------------------------------------------------------------------

    def _end(self, reply: RoundReply, request: RoundRequest, acts: Sequence[Act], report: RoundReport) -> None:
        """The district serves this desk no more: all that was typed goes there, all that is held goes. Raises Refused then."""
        self._take(reply, request, acts, report)
        self._other_numbers(request, acts, reply, report)
        with self._writing() as conn:
            conn.exec_driver_sql("UPDATE sync_state SET revoked=?", (reply.revoked,))
        if self._unsent():
            return
        if reply.pack is None:
            self._files.send(report)
            with self._writing() as conn:
                self._store.after(conn, frozenset(self._applier.end(conn)))
            raise Refused(reply.revoked)
        report.pack_rows += self._take_pack(*reply.pack, report)

    def _take(self, reply: RoundReply, request: RoundRequest, acts: Sequence[Act], report: RoundReport) -> Applied:
        sent = Sent(request.pos, acts, frozenset(n for n, *_ in request.sealed))
        now, store = self._clock.now_ms(), self._store
        applied = self._applier.apply(reply, sent, now, self._writing, store.after, store.given)
        report.verdicts += applied.verdicts
        report.received += applied.entries
        report.touched |= applied.touched
        if applied.erased:
            discard(self._store.folder, parts=True)  # a pack that was begun before may hold it
        return applied

    def _other_past(self, request: RoundRequest, reply: RoundReply, report: RoundReport) -> bool:
        """Goes back to what is in common where the district was restored; returns whether it was."""
        rows = self._applier.rows
        if reply.fork == NOT_GIVEN:
            with self._writing() as conn:
                touched, moved = leave_fork(conn, rows)
                self._applier.recount(conn)
                self._renumbered(conn, moved)
                self._store.after(conn, frozenset(touched))
            report.touched |= touched
            return True
        if not 0 < request.timeline < reply.timeline or reply.pack is None:
            return False
        with self._writing() as conn:
            touched = rewind(conn, rows, reply)
            self._applier.recount(conn)
            self._store.after(conn, frozenset(touched))
        report.touched |= touched
        report.rewound = True
        report.pack_rows += self._take_pack(*reply.pack, report)
        return True

    def _other_numbers(
        self, request: RoundRequest, acts: Sequence[Act], reply: RoundReply, report: RoundReport
    ) -> bool:
        """Renumbers where a copy of this file used the numbers, and offers again what the district has not got."""
        first = acts[0].number if acts else request.sealed[0][0] if request.sealed else 0
        behind = reply.upto < first - 1
        if reply.fork is None and not behind:
            return False
        with self._writing() as conn:
            touched: set[Key] = set()
            if reply.fork is not None:
                moved = take_fork(conn, reply.fork)
            else:
                touched, moved = catch_up(conn, self._applier.rows, reply.upto)
                self._applier.recount(conn)
                self._store.after(conn, frozenset(touched))
            self._renumbered(conn, moved)
        report.touched |= touched
        return True

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction of this round; raises Superseded where a newer round of this file has begun meanwhile.

        What an abandoned round was told is older than what the newer one has written, its cursor too.
        """
        with self._store.writing("courier") as conn:
            if conn.exec_driver_sql("SELECT fence FROM sync_state").scalar_one() != self._fence:
                raise Superseded
            yield conn

    def _take_pack(self, name: str, pos: int, report: RoundReport) -> int:
        path = fetch(self._line, name, self._store.folder, self._pack_key)
        report.requests += 1
        head, frames = open_pack(path, name, self._pack_key)
        with self._store.reading() as conn:
            state = conn.exec_driver_sql("SELECT pos, next_number, rows FROM sync_state").one()
        if tuple(state) == (0, 1, 0):
            self._store.fill_fresh(head, frames)
        else:
            report.touched |= self._lay_over(head, frames)
        discard(self._store.folder)
        return head.rows

    def _lay_over(self, head: PackHead, frames: Iterator[Frame]) -> set[Key]:
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

    def _settle(self, reply: RoundReply, report: RoundReport) -> bool:
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

    def _alarm(self, words: str) -> None:
        with self._writing() as conn:
            conn.exec_driver_sql("UPDATE sync_state SET alarm=?", (words,))
