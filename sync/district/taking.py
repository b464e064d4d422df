"""Taking in what a desk pushes: its acts are judged in order, a few a transaction, and answered by their numbers."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Engine, Select, bindparam, insert, select, update
from sqlalchemy.exc import DBAPIError

from ..act import Act, Base, Outcome, Verdict
from ..blobs import blobs_of
from ..codec import compress, decompress
from ..enrolment import NumberBlock
from ..erasing import without
from ..errors import Refused, Superseded, WrongTimeline
from ..limits import LIMITS, Limits
from ..outside import Clock, Random
from ..protocol import ACT_BYTES_MAX, CHANGES_PER_ACT_MAX, NumbersAsked, RoundRequest, numbers_asked
from ..schema import Schema
from . import erased, numbers
from .accept import Acceptor
from .blobs import promise
from .entries import PENDING, Key
from .feed import Placed, publish, take_turn
from .judging import Judge
from .lanes import Lanes
from .lawful import created
from .lines import (
    Fork,
    Line,
    acts_of_line,
    body_of,
    digest_of_act,
    find_line,
    fork,
    forked_ahead,
    known_acts,
    move_line,
)
from .quota import spend
from .rights import Deposit, Reserved, Rights
from .scope import Scope
from .tables import ACT, DESK, META
from .unit import Unit
from .wellformed import malformed

ACTS_PER_TRANSACTION = LIMITS.acts_per_transaction
IMPORT_ACTS_PER_TRANSACTION = LIMITS.import_acts_per_transaction
CHANGES_PER_TRANSACTION = LIMITS.changes_per_transaction
"""Few, so that another office's turn comes soon: no more than one act of an import may hold."""
_TIMELINE = select(META.c.timeline)
_DESK = select(DESK).where(DESK.c.replica == bindparam("replica"))
_DESK_LOCKED = _DESK.with_for_update()
_HEARD = ("last_contact", "cursor", "level", "waiting", "oldest_ms")
_CONTACT = update(DESK).where(DESK.c.replica == bindparam("of")).values({n: bindparam(n) for n in _HEARD})
_TAKEN = insert(ACT)
TRIES_MAX = 4
_VICTIM = ("40001", "40P01", "23505")

T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Desk:
    """What the district knows of a desk when a round begins; `line` is the one that its file goes on with."""

    line: Line
    grants: tuple[str, ...]
    past: tuple[tuple[int, tuple[str, ...]], ...]
    cause: str
    level: int


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


def desk_of(row: Any, line: Line) -> Desk:
    """A desk's row with its line."""
    past = tuple((upto, tuple(grants)) for upto, grants in json.loads(row.past))
    return Desk(line, tuple(json.loads(row.grants)), past, row.cause, row.level)


def _common(act: Act, request: RoundRequest) -> int:
    """How far the position that an author saw is of this timeline: a form may have been open while the district changed."""
    old = act.number <= request.old_upto or act.base.own <= request.old_upto
    return request.old_pos if old else act.base.pos


def seen_upto(act: Act, pos: int) -> Act:
    base = act.base
    return act if base.pos <= pos else msgspec.structs.replace(act, base=Base(pos, base.own))


@cache
def _fallen(parents: int) -> Select[Any]:
    """The acts of a line that came to one of some fates."""
    return select(ACT.c.body).where(acts_of_line(parents), ACT.c.outcome.in_(bindparam("fates", expanding=True)))


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
        self.scope = scope
        self.judge = judge
        self.clock = clock
        self.random = random
        self.limits = limits
        self.reserved = reserved
        self.numbering = numbering
        self.lanes = Lanes()
        self.faults: list[tuple[str, int, str]] = []

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

    def again(self, conn: Connection, row: Any, *, rescued: str = "") -> set[str] | None:
        """Judges an act once more that was held, or rescues it for the reason given; the caller has taken a turn.

        Its answer gets a position, so that its desk hears it. Returns the contests, doubts, links and rescues that came
        of it, or None where it stays held.
        """
        line = find_line(conn, row.replica, row.epoch)
        assert line is not None
        found = conn.execute(_DESK, {"replica": row.replica}).one()
        act = seen_upto(msgspec.msgpack.decode(decompress(row.body), type=Act), row.seen)
        unit = Unit(conn, self.schema)
        unit.prefetch({(c.collection, c.id) for c in act.changes}, lock=True)
        acceptor = self._acceptor(unit, desk_of(found, line))
        acceptor.erased = erased.named_by(conn, [act])
        verdict = acceptor.rescue(act, PENDING, rescued) if rescued else acceptor.take(act, PENDING)
        held = verdict.outcome is Outcome.HELD
        place = Placed(act, row.replica, row.epoch, self.clock.now_ms())
        pos = 0 if held and not verdict.pos else publish(conn, unit, [place], self.random)
        tries = row.tries + 1 if row.waits_for is None else 0  # of its fault alone, not of what it had waited for
        values = {"outcome": verdict.outcome.value, "pos": pos, "reason": verdict.reason, "tries": tries}
        where = (ACT.c.replica == row.replica) & (ACT.c.epoch == row.epoch) & (ACT.c.number == row.number)
        conn.execute(update(ACT).where(where).values(**values, waits_for=acceptor.waits.get(row.number)))
        return None if held else unit.brought()

    def _acceptor(self, unit: Unit, desk: Desk) -> Acceptor:
        tree = self.scope.tree(unit.conn)
        line = desk.line
        dropped = cache(partial(self._dropped, unit.conn, line))
        rights = Rights(unit, tree, desk.grants, desk.past, self.reserved, desk.cause)
        acceptor = Acceptor(unit, tree, self.judge, line.name, rights, self.fault, dropped, line.before)
        acceptor.now_ms, acceptor.level = self.clock.now_ms(), desk.level
        return acceptor

    @staticmethod
    def _dropped(conn: Connection, line: Line, fate: Outcome) -> set[Key]:
        """The records that acts of a desk would have made which came to this."""
        fates = [Outcome.RESCUED] if fate is Outcome.RESCUED else [Outcome.REFUSED, Outcome.OVERTAKEN]
        named = {**line.named, "fates": [f.value for f in fates]}
        bodies = conn.execute(_fallen(len(line.parents)), named).scalars()
        return {key for body in bodies for key in created(msgspec.msgpack.decode(decompress(body), type=Act))}

    def _hello(
        self, conn: Connection, *, replica: str, request: RoundRequest, acts: int, size: int
    ) -> tuple[bool, bool, int]:
        """Begins a round; returns whether the desk knows only an older timeline, whether it was upgraded, and its last act."""
        timeline = conn.execute(_TIMELINE).scalar_one()
        if request.timeline > timeline:
            raise WrongTimeline("区服务器恢复过旧数据，还没有确认")
        stale = 0 < request.timeline < timeline
        row = self._lock(conn, replica)
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
            seen = {"level": request.level, "waiting": request.waiting, "oldest_ms": request.oldest_ms}
            values = {"last_contact": self.clock.now_ms(), "cursor": request.pos, **seen}
            conn.execute(_CONTACT, {"of": row.replica, **values})
        return bool(stale), request.level > row.level, line.last_number

    @staticmethod
    def _lock(conn: Connection, replica: str) -> Any:
        row = conn.execute(_DESK_LOCKED, {"replica": replica}).one_or_none()
        if row is None:
            raise Refused("本机未在区服务器注册，请联系管理员")
        return row

    def _desk(self, conn: Connection, replica: str, request: RoundRequest) -> Desk:
        return desk_of(*self._locked(conn, replica, request))

    def _locked(self, conn: Connection, replica: str, request: RoundRequest) -> tuple[Any, Line]:
        """Locks the desk and checks that this round is still the newest of its line."""
        row, line = self._lock(conn, replica), find_line(conn, replica, request.epoch)
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
        given, made = self.judged(conn, desk, acts, known, gone, wrongs, lambda a: seen_upto(a, _common(a, request)))
        return given, None, made

    def judged(
        self,
        conn: Connection,
        desk: Desk,
        acts: Sequence[Act],
        known: Mapping[int, Verdict],
        gone: set[Key],
        wrongs: Mapping[int, str],
        as_seen: Callable[[Act], Act],
    ) -> tuple[list[Verdict], set[str]]:
        """Judges the acts of a line that come next on it, in a turn that was taken, and remembers them by their numbers.

        `gone` are the erased records that they name, `wrongs` what is wrong with each as such; `as_seen` cuts what an
        author saw to this timeline. Returns the verdicts, and what held acts may have waited for.
        """
        unit = Unit(conn, self.schema)
        bodies = [body_of(a) for a in acts]
        wrongs = dict(wrongs)
        unit.prefetch({(c.collection, c.id) for a in acts if not wrongs[a.number] for c in a.changes}, lock=True)
        acceptor = self._acceptor(unit, desk)
        acceptor.erased = gone
        verdicts: list[Verdict] = []
        placed: list[Placed] = []
        rows: list[dict[str, Any]] = []
        taken: list[Act] = []
        following, now = desk.line.last_number + 1, self.clock.now_ms()
        for act, body in zip(acts, bodies, strict=True):
            digest = digest_of_act(body)
            if act.number in known:
                verdicts.append(known[act.number])
                continue
            if act.number != following:
                break  # the district is behind: it says how far it is, and the desk offers again what comes before
            if gone:
                act, body, digest = self._without_hung(unit, act, gone)
                wrongs[act.number] = malformed(self.schema, act)
            seen = as_seen(act)
            verdict = self._bounded(act, body, wrongs[act.number]) or acceptor.take(seen, PENDING + len(placed))
            if verdict.pos:
                placed.append(Placed(act, desk.line.replica, desk.line.epoch, now))
            following += 1
            verdicts.append(verdict)
            waits_for = acceptor.waits.get(act.number)
            rows.append({**self._act_row(desk.line, seen, verdict), "body": compress(body, 3), "digest": digest})
            rows[-1]["waits_for"] = waits_for
            taken.append(act)
        first = 0
        if placed:
            first = publish(conn, unit, placed, self.random) - len(placed) + 1
        settle = first - PENDING
        verdicts = [msgspec.structs.replace(v, pos=v.pos + settle) if v.pos >= PENDING else v for v in verdicts]
        for row in rows:
            row["pos"] += settle if row["pos"] >= PENDING else 0
        if rows:
            conn.execute(_TAKEN, rows)
            promise(conn, self._files(taken), desk.line.replica, now)
            move_line(conn, desk.line, last_number=following - 1)
        return verdicts, unit.brought()

    def _without_hung(self, unit: Unit, act: Act, gone: set[Key]) -> tuple[Act, bytes, bytes]:
        """A new act without what it hangs on erased records, which falls with them, and its bytes and digest."""
        act, fallen = without(act, gone, self.schema, lambda key: unit.head(key) is not None)
        erased.note_hung(unit.conn, fallen - gone, gone)
        gone |= fallen
        body = body_of(act)
        return act, body, digest_of_act(body)

    def _files(self, acts: list[Act]) -> set[str]:
        """The files that acts name."""
        named = (blobs_of(self.schema.get(c.collection), c.fields) for a in acts for c in a.changes)
        return {name for found in named for name in found.values()}

    def _bounded(self, act: Act, body: bytes, wrong: str) -> Verdict | None:
        """The refusal of an act that is too large or that no program of ours would write, and what is wrong with it."""
        if len(body) > ACT_BYTES_MAX or len(act.changes) > CHANGES_PER_ACT_MAX:
            return Verdict(act.number, Outcome.REFUSED, 0, "一次保存的内容过多，请分成几次")
        return Verdict(act.number, Outcome.REFUSED, 0, wrong) if wrong else None

    def _act_row(self, line: Line, act: Act, verdict: Verdict) -> dict[str, Any]:
        return {
            "replica": line.replica,
            "epoch": line.epoch,
            "number": act.number,
            "seen": act.base.pos,
            "arrived_at": self.clock.now_ms(),
            "outcome": verdict.outcome.value,
            "pos": verdict.pos,
            "reason": verdict.reason,
        }

    def fault(self, act: Act, error: Exception) -> None:
        """An act could not be judged: said aloud, for it is a bug."""
        log.exception("act %s could not be judged", act.number, exc_info=error)
        self.faults.append((act.officer, act.number, repr(error)))
