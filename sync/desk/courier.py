"""A round: what was typed goes up, answers and news come down, until both sides hold the same."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import msgspec
from sqlalchemy import Connection

from ..act import Act, Verdict
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
    NumbersAsked,
    PackHead,
    RoundReply,
    RoundRequest,
    encode,
    read_reply,
)
from ..schema import Schema
from ..wire import RESCUE_PATH
from .apply import Applied, Applier
from .files import Files
from .journal import Key
from .laying import Laying
from .own import Sent
from .packs import Frame, Line, discard, fetch, open_pack
from .rewind import NOT_GIVEN, Moved, catch_up, leave_fork, rewind, take_fork

ROUND_PATH = "/v1/round"
REQUESTS_PER_ROUND_MAX = LIMITS.requests_per_round
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
        self._laying = Laying(self._applier, store, lambda: self._writing(), self._alarm)

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
                report.in_step = in_step = self._laying.mend(reply, report)
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
            report.touched |= self._laying.lay_over(head, frames)
        discard(self._store.folder)
        return head.rows

    def _alarm(self, words: str) -> None:
        with self._writing() as conn:
            conn.exec_driver_sql("UPDATE sync_state SET alarm=?", (words,))
