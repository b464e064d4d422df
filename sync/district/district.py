"""The district: one door for rounds, in which acts are judged in order and each desk is told what concerns it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from ..act import Act, Base, Change, Outcome, Verdict
from ..codec import compress, decompress, unpack_acts
from ..errors import Refused, Superseded, WrongTimeline
from ..outside import Clock, Ids
from ..protocol import (
    ACT_BYTES_MAX,
    BATCH_BYTES_MAX,
    CHANGES_PER_ACT_MAX,
    VERSION,
    RoundReply,
    RoundRequest,
    decode,
    encode,
    pack_feed,
    pack_verdicts,
)
from ..schema import Schema
from ..system import with_system
from .accept import Acceptor, created, released
from .feed import Placed, digest_of, publish, read_feed, take_turn
from .judging import Judge
from .lines import Fork, Line, begin_line, body_of, digest_of_act, find_line, fork, move_line
from .packs import Packs
from .rights import Rights
from .scope import Scope, fingerprint
from .settle import repair
from .tables import ACT, DESK, FEED_AREA, META, METADATA, POSITION
from .unit import PENDING, Key, Unit

ACTS_PER_TRANSACTION = 32
"""Few, so that another office's turn comes soon."""
TRIES_MAX = 4
SCHEMA_VERSION = 1

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Desk:
    """What the district knows of a desk when a round begins; `line` is the one that its file goes on with."""

    line: Line
    grants: tuple[str, ...]
    past: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(slots=True)
class Pushed:
    """What came of a request's acts. `stale`: none were taken, for the desk knows an older timeline."""

    verdicts: list[Verdict] = field(default_factory=list)
    fork: Fork | None = None
    stale: bool = False


def _desk_of(row: Any, line: Line) -> Desk:
    past = tuple((upto, tuple(grants)) for upto, grants in json.loads(row.past))
    return Desk(line, tuple(json.loads(row.grants)), past)


def _common(act: Act, request: RoundRequest) -> int:
    """How far the position that an author saw is of this timeline: a form may have been open while the district changed."""
    old = act.number <= request.old_upto or act.base.own <= request.old_upto
    return request.old_pos if old else act.base.pos


def _seen_upto(act: Act, pos: int) -> Act:
    base = act.base
    return act if base.pos <= pos else msgspec.structs.replace(act, base=Base(pos, base.own))


class District:
    """The ordering server of one district over one database; several processes may serve the same one."""

    def __init__(
        self,
        engine: Engine,
        schema: Schema,
        scope: Scope,
        judge: Judge,
        clock: Clock,
        ids: Ids,
        packs: Path,
    ) -> None:
        self.engine = engine
        self.schema = with_system(schema)
        self.scope = scope
        self.judge = judge
        self.clock = clock
        self.ids = ids
        self.packs = Packs(packs, self.schema.fingerprint)
        self.listeners: list[Callable[[], None]] = []
        self.faults: list[tuple[str, int, str]] = []

    # --- founding -----------------------------------------------------------------------------------------------

    def found(self, name: str) -> None:
        """Makes the tables of a new district; nothing happens where they are there already."""
        METADATA.create_all(self.engine)
        with self.engine.begin() as conn:
            if conn.execute(select(META.c.pos)).first() is None:
                row = {"one": 1, "district": name, "timeline": 1, "pos": 0, "tag": b"", "horizon": 0}
                conn.execute(insert(META), {**row, "schema_version": SCHEMA_VERSION})

    def write(self, changes: Sequence[Change], verb: str, officer: str = "system") -> int:
        """Takes an act of the district's own (reference data, what time alone brings); returns its position."""
        with self.engine.begin() as conn:
            take_turn(conn)
            unit = Unit(conn, self.schema)
            acceptor = Acceptor(unit, self.scope.tree(conn), self.judge, "", None, self._fault)
            act = Act(0, officer, self.clock.now_ms(), verb, Base(PENDING, 0), tuple(changes))
            verdict = acceptor.take(act, PENDING)
            if verdict.outcome not in (Outcome.APPLIED, Outcome.MERGED):
                raise ValueError(f"{verb}: {verdict.reason}")
            pos = publish(conn, unit, [Placed(act, "", 0)]) if unit.changes else 0
        self._tell()
        return pos

    def add_desk(self, replica: str, grants: Sequence[str], post: str = "", officer: str = "") -> None:
        """Admits a replica without a code: for engines and tests that do their own enrolling."""
        with self.engine.begin() as conn:
            row = {"replica": replica, "epoch": 1, "grants": json.dumps(list(grants)), "post": post, "officer": officer}
            conn.execute(insert(DESK), {**row, "enrolled_at": self.clock.now_ms()})
            begin_line(conn, replica)

    def grant(self, replica: str, grants: Sequence[str]) -> None:
        """Gives a desk other areas; what its officers typed before they heard of it is judged by the ones before."""
        with self.engine.begin() as conn:
            row = conn.execute(select(DESK).where(DESK.c.replica == replica).with_for_update()).one()
            take_turn(conn)
            pos = conn.execute(select(META.c.pos)).scalar_one()
            past = [*json.loads(row.past), [pos, json.loads(row.grants)]]
            values = {"grants": json.dumps(list(grants)), "past": json.dumps(past)}
            conn.execute(update(DESK).where(DESK.c.replica == replica).values(**values))
        self._tell()

    def new_timeline(self) -> int:
        """To be called once after a restore from a backup, before the district serves again; returns the timeline.

        What was ordered after the backup is lost here, and desks offer their own part of it again. The number is the
        second of the restore, so that a second restore of the same backup is another timeline.
        """
        with self.engine.begin() as conn:
            meta = conn.execute(select(META).with_for_update()).one()
            timeline = max(meta.timeline + 1, self.clock.now_ms() // 1000)
            restored = json.dumps([*json.loads(meta.restored_at), [timeline, meta.pos]])
            conn.execute(update(META).values(timeline=timeline, restored_at=restored))
        self.packs.forget()
        return int(timeline)

    # --- a round ------------------------------------------------------------------------------------------------

    def round(self, replica: str, body: bytes) -> bytes:
        """Answers one message of a round. Raises Refused, Superseded, WrongTimeline or Damaged."""
        request = decode(body, RoundRequest)
        if request.version != VERSION:
            raise Refused("这台电脑上的白云版本太旧，请先升级；未上传的内容仍在本机，不会丢失")
        acts = unpack_acts(request.acts) if request.acts else []
        pushed = self._push(replica, request, acts)
        with self.engine.connect().execution_options(reads=True, **self._snapshot()) as conn, conn.begin():
            reply = self._pull(conn, replica, request, pushed)
        return encode(reply)

    def _snapshot(self) -> dict[str, Any]:
        """Readers need one consistent state; SQLite gives it anyway."""
        return {"isolation_level": "REPEATABLE READ"} if self.engine.dialect.name == "postgresql" else {}

    def _push(self, replica: str, request: RoundRequest, acts: list[Act]) -> Pushed:
        pushed = Pushed(stale=self._retried(partial(self._hello, replica=replica, request=request)))
        if pushed.stale:
            return pushed
        for at in range(0, len(acts), ACTS_PER_TRANSACTION):
            part = acts[at : at + ACTS_PER_TRANSACTION]
            given, pushed.fork = self._retried(partial(self._accept, replica=replica, request=request, acts=part))
            pushed.verdicts += given
            if len(given) < len(part):
                break
        if acts:
            self._release(set().union(*map(released, acts)))
            self._tell()
        return pushed

    def _release(self, arrived: set[str]) -> None:
        """Judges the acts that waited for what has arrived, and then those that waited for what these made."""
        while arrived:
            with self.engine.connect().execution_options(reads=True) as conn:
                query = select(ACT.c.replica, ACT.c.epoch, ACT.c.number, ACT.c.waits_for)
                query = query.where(ACT.c.waits_for.is_not(None)).order_by(ACT.c.replica, ACT.c.epoch, ACT.c.number)
                waiting = [r for r in conn.execute(query) if r.waits_for in arrived]
            arrived = set()
            for r in waiting:
                arrived |= self._retried(partial(self._again, replica=r.replica, epoch=r.epoch, number=r.number))

    def _again(self, conn: Connection, *, replica: str, epoch: int, number: int) -> set[str]:
        """Judges a held act once more; returns what it made. Its answer gets a position, so that its desk hears it."""
        where = (ACT.c.replica == replica) & (ACT.c.epoch == epoch) & (ACT.c.number == number)
        found = conn.execute(select(DESK).where(DESK.c.replica == replica).with_for_update()).one()
        line = find_line(conn, replica, epoch)
        take_turn(conn)
        row = conn.execute(select(ACT).where(where)).one()
        if row.waits_for is None or line is None:
            return set()
        desk = _desk_of(found, line)
        act = _seen_upto(msgspec.msgpack.decode(decompress(row.body), type=Act), row.seen)
        unit = Unit(conn, self.schema)
        unit.prefetch({(c.collection, c.id) for c in act.changes}, lock=True)
        acceptor = self._acceptor(unit, desk)
        verdict = acceptor.take(act, PENDING)
        held = verdict.outcome is Outcome.HELD
        pos = 0 if held else publish(conn, unit, [Placed(act, replica, epoch)])
        values = {"outcome": verdict.outcome.value, "pos": pos, "reason": verdict.reason}
        conn.execute(update(ACT).where(where).values(**values, waits_for=acceptor.waits.get(number)))
        return set() if held else released(act)

    def _acceptor(self, unit: Unit, desk: Desk) -> Acceptor:
        tree = self.scope.tree(unit.conn)
        line = desk.line
        dropped = cache(partial(self._dropped, unit.conn, line))
        rights = Rights(unit, tree, desk.grants, desk.past)
        return Acceptor(unit, tree, self.judge, line.name, rights, self._fault, dropped, line.before)

    @staticmethod
    def _dropped(conn: Connection, line: Line) -> set[Key]:
        """The records that acts of a desk would have made which were not taken."""
        query = select(ACT.c.body).where(line.acts)
        query = query.where(ACT.c.outcome.in_([Outcome.REFUSED.value, Outcome.OVERTAKEN.value]))
        bodies = conn.execute(query).scalars()
        return {key for body in bodies for key in created(msgspec.msgpack.decode(decompress(body), type=Act))}

    def _retried(self, work: Callable[[Connection], Any]) -> Any:
        """Runs a transaction, again where the database chose it as the victim of a deadlock."""
        for attempt in range(TRIES_MAX):
            try:
                with self.engine.begin() as conn:
                    return work(conn)
            except DBAPIError as error:
                state = getattr(error.orig, "sqlstate", "")
                if state not in ("40001", "40P01", "23505") or attempt == TRIES_MAX - 1:
                    raise
        raise AssertionError("unreachable")

    def _hello(self, conn: Connection, *, replica: str, request: RoundRequest) -> bool:
        """Begins a round; returns whether the desk knows only an older timeline."""
        timeline = conn.execute(select(META.c.timeline)).scalar_one()
        if request.timeline > timeline:
            raise WrongTimeline("区服务器恢复过旧数据，还没有确认")
        stale = 0 < request.timeline < timeline
        row = self._lock(conn, replica)
        line = find_line(conn, replica, request.epoch)
        if line is None:
            if not stale:
                raise Refused("本机的数据文件是旧的副本，请联系管理员重新登记；未上传的内容不会丢失")
            return True
        if request.fence < line.fence:
            raise Superseded(str(line.fence))
        if request.fence > line.fence:
            move_line(conn, line, fence=request.fence)
            values = {"last_contact": self.clock.now_ms(), "cursor": request.pos}
            conn.execute(update(DESK).where(DESK.c.replica == row.replica).values(**values))
        return bool(stale)

    @staticmethod
    def _lock(conn: Connection, replica: str) -> Any:
        row = conn.execute(select(DESK).where(DESK.c.replica == replica).with_for_update()).one_or_none()
        if row is None or row.revoked_at is not None:
            raise Refused("本机的登记已被撤销，请联系管理员")
        return row

    def _desk(self, conn: Connection, replica: str, request: RoundRequest) -> Desk:
        """Locks the desk and checks that this round is still the newest of its line."""
        row, line = self._lock(conn, replica), find_line(conn, replica, request.epoch)
        if line is None or request.fence < line.fence:
            raise Superseded(str(line.fence) if line else "")
        return _desk_of(row, line)

    def _accept(
        self, conn: Connection, *, replica: str, request: RoundRequest, acts: list[Act]
    ) -> tuple[list[Verdict], Fork | None]:
        """Judges a few acts in one transaction; what was judged before is answered as it was.

        There are fewer verdicts than acts where the file parts from its line, or where acts before these are missing.
        """
        desk = self._desk(conn, replica, request)
        take_turn(conn)
        bodies = [body_of(a) for a in acts]
        hashes = [digest_of_act(b) for b in bodies]
        known, parted = self._known(conn, desk.line, acts, hashes)
        if parted is not None:
            way = fork(conn, desk.line, parted, request.fence)
            return [known[a.number] for a in acts if a.number < parted.number], way
        unit = Unit(conn, self.schema)
        unit.prefetch({(c.collection, c.id) for a in acts for c in a.changes}, lock=True)
        acceptor = self._acceptor(unit, desk)
        verdicts: list[Verdict] = []
        placed: list[Placed] = []
        rows: list[dict[str, Any]] = []
        following = desk.line.last_number + 1
        for act, body, digest in zip(acts, bodies, hashes, strict=True):
            if act.number in known:
                verdicts.append(known[act.number])
                continue
            if act.number != following:
                break  # the district is behind: it says how far it is, and the desk offers again what comes before
            seen = _seen_upto(act, _common(act, request))
            verdict = self._bounded(act, body) or acceptor.take(seen, PENDING + len(placed))
            if verdict.pos:
                placed.append(Placed(act, replica, desk.line.epoch))
            following += 1
            verdicts.append(verdict)
            waits_for = acceptor.waits.get(act.number)
            rows.append({**self._act_row(desk.line, seen, verdict), "body": compress(body, 3), "digest": digest})
            rows[-1]["waits_for"] = waits_for
        first = 0
        if placed:
            first = publish(conn, unit, placed) - len(placed) + 1
        settle = first - PENDING
        verdicts = [msgspec.structs.replace(v, pos=v.pos + settle) if v.pos >= PENDING else v for v in verdicts]
        for row in rows:
            row["pos"] += settle if row["pos"] >= PENDING else 0
        if rows:
            conn.execute(insert(ACT), rows)
            move_line(conn, desk.line, last_number=following - 1)
        return verdicts, None

    @staticmethod
    def _bounded(act: Act, body: bytes) -> Verdict | None:
        if len(body) <= ACT_BYTES_MAX and len(act.changes) <= CHANGES_PER_ACT_MAX:
            return None
        return Verdict(act.number, Outcome.REFUSED, 0, "一次保存的内容过多，请分成几次")

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

    @staticmethod
    def _known(
        conn: Connection, line: Line, acts: list[Act], hashes: list[bytes]
    ) -> tuple[dict[int, Verdict], Act | None]:
        """The verdicts given before on these numbers, and the first act of which the line has another."""
        if not acts or acts[0].number > line.last_number:
            return {}, None
        query = select(ACT).where(line.acts, ACT.c.number.between(acts[0].number, acts[-1].number))
        by_number = {r.number: r for r in conn.execute(query)}
        found: dict[int, Verdict] = {}
        for act, digest in zip(acts, hashes, strict=True):
            row = by_number.get(act.number)
            if row is None and act.number > line.last_number:
                break
            if row is None or row.digest != digest:
                return found, act
            found[row.number] = Verdict(row.number, Outcome(row.outcome), row.pos, row.reason)
        return found, None

    # --- what the desk is told ----------------------------------------------------------------------------------

    def _pull(self, conn: Connection, replica: str, request: RoundRequest, pushed: Pushed) -> RoundReply:
        meta = conn.execute(select(META)).one()
        verdicts, line = pushed.verdicts, find_line(conn, replica, request.epoch)
        desk = conn.execute(select(DESK).where(DESK.c.replica == replica)).one()
        areas = self.scope.tree(conn).cover(json.loads(desk.grants))
        scope = fingerprint(areas)
        runs, upto = pack_verdicts(verdicts), line.last_number if line else 0
        reply = RoundReply(request.pos, request.tag, self.clock.now_ms(), upto, runs, scope=scope)
        reply.timeline = meta.timeline
        if pushed.fork is not None:
            reply.fork = (pushed.fork.epoch, pushed.fork.number, pushed.fork.first)
        if pushed.stale:
            reply.restored_at = min(
                pos for timeline, pos in json.loads(meta.restored_at) if timeline > request.timeline
            )
            reply.pack, reply.fork = self.packs.for_scope(conn, areas), None if line else (0, 0, 0)
            return reply
        self._check_cursor(conn, request, meta)
        if request.pos < meta.horizon or (request.scope and request.scope != scope) or not request.scope:
            reply.pack = self.packs.for_scope(conn, areas, request.pos)
            reply.scope = request.scope
            return reply
        if request.ranges and request.pos == meta.pos:
            reply.repair, entries = repair(conn, areas, request.ranges)
            reply.feed, reply.digest = pack_feed(entries, []), digest_of(conn, areas)
            return reply
        later = self._later(conn, line, request.pos, meta.pos, verdicts) if line else []
        parted = pushed.fork.number if pushed.fork else PENDING  # what stands there is another file's
        reply.verdicts = runs + pack_verdicts([v for v in later if v.number < parted])
        told = {v.pos: v.number for v in verdicts if v.pos and v.outcome in (Outcome.APPLIED, Outcome.MERGED)}
        limit = min(request.limit, BATCH_BYTES_MAX)
        batch = read_feed(conn, replica, areas, request.pos, meta.pos, told, limit)
        reply.pos, reply.more = batch.pos, batch.more
        if batch.entries:
            reply.feed = pack_feed(batch.entries, batch.stamps)
        if batch.more:
            reply.tag = conn.execute(select(POSITION.c.tag).where(POSITION.c.pos == batch.pos)).scalar_one()
        else:
            reply.tag = meta.tag
            reply.digest = digest_of(conn, areas)
        return reply

    @staticmethod
    def _later(conn: Connection, line: Line, since: int, upto: int, given: list[Verdict]) -> list[Verdict]:
        """Verdicts that fell after the desk's cursor and are not in this reply yet: held acts that were released."""
        query = select(ACT).where(line.acts, ACT.c.pos > since, ACT.c.pos <= upto).order_by(ACT.c.number)
        known = {v.number for v in given}
        rows = conn.execute(query)
        return [Verdict(r.number, Outcome(r.outcome), r.pos, r.reason) for r in rows if r.number not in known]

    @staticmethod
    def _check_cursor(conn: Connection, request: RoundRequest, meta: Any) -> None:
        """A cursor whose tag is not the feed's has seen another past (the district was restored)."""
        if request.pos > meta.pos:
            raise WrongTimeline("区服务器的数据比本机旧")
        if request.pos and request.tag and request.pos > meta.horizon:
            tag = conn.execute(select(POSITION.c.tag).where(POSITION.c.pos == request.pos)).scalar_one_or_none()
            if tag != request.tag:
                raise WrongTimeline("区服务器的历史与本机所见不同")

    # --- small questions ----------------------------------------------------------------------------------------

    def last_pos(self) -> int:
        """The last position of all."""
        with self.engine.connect().execution_options(reads=True) as conn:
            pos: int = conn.execute(select(META.c.pos)).scalar_one()
        return pos

    def head_pos(self, replica: str) -> int:
        """The last position that concerns a desk: cheap enough to ask on every wake-up."""
        with self.engine.connect().execution_options(reads=True) as conn:
            areas = self._areas(conn, replica)
            query = select(func.max(FEED_AREA.c.pos)).where(FEED_AREA.c.area.in_(sorted(areas)))
            return int(conn.execute(query).scalar_one() or 0)

    def pack(self, replica: str, name: str) -> Path:
        """The file of a pack of the desk's own areas; raises FileNotFoundError."""
        with self.engine.connect().execution_options(reads=True) as conn:
            areas = self._areas(conn, replica)
        if not self.packs.held_by(name, areas):
            raise FileNotFoundError(name)
        return self.packs.path(name)

    def _areas(self, conn: Connection, replica: str) -> frozenset[str]:
        grants = conn.execute(select(DESK.c.grants).where(DESK.c.replica == replica)).scalar_one_or_none()
        if grants is None:
            raise Refused("本机的登记已被撤销，请联系管理员")
        return self.scope.tree(conn).cover(json.loads(grants))

    def _tell(self) -> None:
        for listener in list(self.listeners):
            listener()

    def _fault(self, act: Act, error: Exception) -> None:
        log.exception("act %s could not be judged", act.number, exc_info=error)
        self.faults.append((act.officer, act.number, repr(error)))
