"""Taking in what a desk pushes: its acts are judged in order, a few a transaction, and answered by their numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import DBAPIError

from ..act import Act, Verdict
from ..enrolment import NumberBlock
from ..erasing import without
from ..errors import Refused, Superseded, WrongTimeline
from ..limits import LIMITS, Limits
from ..outside import Clock, Random
from ..protocol import NumbersAsked, RoundRequest, numbers_asked
from ..schema import Schema
from . import erased, numbers
from .desks import Desk, desk_of, heard, lock_desk
from .feed import take_turn
from .judging import Judge
from .lanes import Lanes
from .lines import Fork, Line, body_of, digest_of_act, find_line, fork, forked_ahead, known_acts, move_line
from .quota import spend
from .rights import Deposit, Reserved
from .scope import Scope
from .tables import META
from .verdicts import Verdicts, seen_upto
from .wellformed import malformed

ACTS_PER_TRANSACTION = LIMITS.acts_per_transaction
IMPORT_ACTS_PER_TRANSACTION = LIMITS.import_acts_per_transaction
CHANGES_PER_TRANSACTION = LIMITS.changes_per_transaction
"""Few, so that another office's turn comes soon: no more than one act of an import may hold."""
_TIMELINE = select(META.c.timeline)
TRIES_MAX = 4
_VICTIM = ("40001", "40P01", "23505")

T = TypeVar("T")


@dataclass(slots=True)
class Pushed:
    """What came of a request. `stale`: no acts were taken, for the desk knows an older timeline. `upgraded`: its level rose.

    `last` is the last act that the line had when the request came, `numbers` the blocks given, None where none were asked
    for or it is not the time.
    """

    stale: bool = False
    upgraded: bool = False
    last: int = 0
    numbers: list[NumberBlock] | None = None
    aside: bool = False
    verdicts: list[Verdict] = field(default_factory=list)
    fork: Fork | None = None
    made: set[str] = field(default_factory=set)
    """The contests, doubts, links and rescues that came of it, as held acts name what they wait for."""


def _common(act: Act, request: RoundRequest) -> int:
    """How far the position that an author saw is of this timeline: a form may have been open while the district changed."""
    old = act.number <= request.old_upto or act.base.own <= request.old_upto
    return request.old_pos if old else act.base.pos


def retried(engine: Engine, work: Callable[[Connection], T]) -> T:
    """Runs a transaction, again where the database chose it as the victim of a deadlock."""
    for attempt in range(TRIES_MAX):
        try:
            with engine.begin() as conn:
                return work(conn)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", "") not in _VICTIM or attempt == TRIES_MAX - 1:
                raise
    raise AssertionError("unreachable")


def _parts(acts: list[Act]) -> Iterator[list[Act]]:
    """Runs of acts that one transaction takes."""
    first, changes = 0, 0
    for n, act in enumerate(acts):
        changes += len(act.changes)
        most = IMPORT_ACTS_PER_TRANSACTION if acts[first].batch else ACTS_PER_TRANSACTION
        full = n - first >= most or changes > CHANGES_PER_TRANSACTION
        if n > first and (full or act.batch != acts[first].batch):
            yield acts[first:n]
            first, changes = n, len(act.changes)
    if acts:
        yield acts[first:]


class Taker:
    """The push half of rounds. `told` is called after acts were taken in."""

    def __init__(
        self,
        engine: Engine,
        schema: Schema,
        scope: Scope,
        judge: Judge,
        clock: Clock,
        random: Random,
        limits: Limits,
        reserved: Mapping[str, Reserved | Deposit],
        numbering: numbers.Numbering,
    ) -> None:
        self.engine = engine
        self.schema = schema
        self.clock = clock
        self.limits = limits
        self.numbering = numbering
        self.lanes = Lanes()
        self.verdicts = Verdicts(schema, scope, judge, clock, random, reserved)

    def push(self, replica: str, request: RoundRequest, acts: list[Act], size: int = 0) -> Pushed:
        """Takes in the acts of a request of so many bytes. Raises Refused, Superseded, WrongTimeline or Busy."""
        hello = partial(self._hello, replica=replica, request=request, acts=len(acts), size=size)
        asked = numbers_asked(request) if self.numbering.series else None
        pushed = Pushed(*self._in_turn(hello))
        self._take_in(replica, request, acts, pushed)
        # After the acts: they may have shown that the file is a copy, and what was given on a line is that line's.
        if asked is not None and not pushed.stale and pushed.fork is None and pushed.last <= asked.last:
            pushed.numbers = self._in_turn(partial(self._give, replica=replica, request=request, asked=asked))
        return pushed

    def _in_turn(self, work: Callable[[Connection], T]) -> T:
        with self.lanes.turn() if self.engine.dialect.name == "sqlite" else nullcontext():
            return retried(self.engine, work)

    def _give(
        self, conn: Connection, *, replica: str, request: RoundRequest, asked: NumbersAsked
    ) -> list[NumberBlock] | None:
        """Blocks of numbers for a desk that may have them."""
        row, line = self._locked(conn, replica, request)
        if row.revoked_at is not None:
            return None
        most = self.limits.blocks_per_day
        return numbers.answer(conn, self.numbering, asked, line, self.clock.now_ms(), most)

    def _take_in(self, replica: str, request: RoundRequest, acts: list[Act], pushed: Pushed) -> None:
        if pushed.stale:
            return
        for part in _parts(acts):
            wrongs = {a.number: malformed(self.schema, a) for a in part}  # before anybody has to wait for it
            work = partial(self._accept, replica=replica, request=request, acts=part, wrongs=wrongs)
            with self.lanes.turn(aside=bool(part[0].batch)) as others:
                given, pushed.fork, made = retried(self.engine, work)
            pushed.aside |= others
            pushed.verdicts += given
            pushed.made |= made
            if len(given) < len(part):
                break

    def _hello(
        self, conn: Connection, *, replica: str, request: RoundRequest, acts: int, size: int
    ) -> tuple[bool, bool, int]:
        """Begins a round; returns whether the desk knows only an older timeline, whether it was upgraded, and its last act."""
        timeline = conn.execute(_TIMELINE).scalar_one()
        if request.timeline > timeline:
            raise WrongTimeline("区服务器恢复过旧数据，还没有确认")
        stale = 0 < request.timeline < timeline
        row = lock_desk(conn, replica)
        line = find_line(conn, replica, request.epoch)
        if line is None:
            if not stale:
                raise Refused("本机的数据文件是旧的副本，请联系管理员重新登记；未上传的内容不会丢失")
            return True, False, 0
        if request.fence < line.fence:
            raise Superseded(str(line.fence))
        if acts:
            spend(conn, row.replica, row.spent, self.clock.now_ms(), self.limits, acts=acts, size=size)
        if request.fence > line.fence:
            move_line(conn, line, fence=request.fence)
            heard(conn, row.replica, request, self.clock.now_ms())
        return bool(stale), request.level > row.level, line.last_number

    def _desk(self, conn: Connection, replica: str, request: RoundRequest) -> Desk:
        return desk_of(*self._locked(conn, replica, request))

    def _locked(self, conn: Connection, replica: str, request: RoundRequest) -> tuple[Any, Line]:
        """Locks the desk and checks that this round is still the newest of its line."""
        row, line = lock_desk(conn, replica), find_line(conn, replica, request.epoch)
        if line is None or request.fence < line.fence:
            raise Superseded(str(line.fence) if line else "")
        return row, line

    def _accept(
        self, conn: Connection, *, replica: str, request: RoundRequest, acts: Sequence[Act], wrongs: dict[int, str]
    ) -> tuple[list[Verdict], Fork | None, set[str]]:
        """Judges a few acts in one transaction; what was judged before is answered as it was.

        There are fewer verdicts than acts where the file parts from its line, or where acts before these are missing.
        """
        desk = self._desk(conn, replica, request)
        take_turn(conn)
        gone = erased.named_by(conn, acts)
        acts = [without(a, gone)[0] for a in acts]
        hashes = [digest_of_act(body_of(a)) for a in acts]
        known, parted = known_acts(conn, desk.line, acts, hashes)
        if desk.line.ahead and parted is None:
            acts, parted = forked_ahead(conn, desk.line, acts)
        if parted is not None:
            way = fork(conn, desk.line, parted, request.fence)
            return [known[a.number] for a in acts if a.number < parted.number], way, set()
        wrongs = {a.number: malformed(self.schema, a) for a in acts} if gone else wrongs
        given, made = self.verdicts.given(
            conn, desk, acts, known, gone, wrongs, lambda a: seen_upto(a, _common(a, request))
        )
        return given, None, made
