"""The district: one door for rounds, in which acts are judged in order and each desk is told what concerns it."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
    """What the district knows of a desk when a round begins."""

    replica: str
    epoch: int
    grants: tuple[str, ...]
    past: tuple[tuple[int, tuple[str, ...]], ...]
    last_number: int


def _desk_of(row: Any) -> Desk:
    past = tuple((upto, tuple(grants)) for upto, grants in json.loads(row.past))
    return Desk(row.replica, row.epoch, tuple(json.loads(row.grants)), past, row.last_number)


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

    # --- a round ------------------------------------------------------------------------------------------------

    def round(self, replica: str, body: bytes) -> bytes:
        """Answers one message of a round. Raises Refused, Superseded, WrongTimeline or Damaged."""
        request = decode(body, RoundRequest)
        if request.version != VERSION:
            raise Refused("这台电脑上的白云版本太旧，请先升级；未上传的内容仍在本机，不会丢失")
        acts = unpack_acts(request.acts) if request.acts else []
        verdicts = self._push(replica, request, acts)
        with self.engine.connect().execution_options(reads=True, **self._snapshot()) as conn, conn.begin():
            reply = self._pull(conn, replica, request, verdicts)
        return encode(reply)

    def _snapshot(self) -> dict[str, Any]:
        """Readers need one consistent state; SQLite gives it anyway."""
        return {"isolation_level": "REPEATABLE READ"} if self.engine.dialect.name == "postgresql" else {}

    def _push(self, replica: str, request: RoundRequest, acts: list[Act]) -> list[Verdict]:
        verdicts: list[Verdict] = []
        self._retried(lambda conn: self._desk(conn, replica, request, fence=True))
        for at in range(0, len(acts), ACTS_PER_TRANSACTION):
            part = acts[at : at + ACTS_PER_TRANSACTION]
            verdicts += self._retried(partial(self._accept, replica=replica, request=request, acts=part))
        if acts:
            self._release(set().union(*map(released, acts)))
            self._tell()
        return verdicts

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
        desk = _desk_of(conn.execute(select(DESK).where(DESK.c.replica == replica).with_for_update()).one())
        take_turn(conn)
        row = conn.execute(select(ACT).where(where)).one()
        if row.waits_for is None:
            return set()
        act = msgspec.msgpack.decode(decompress(row.body), type=Act)
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
        before = cache(partial(self._dropped, unit.conn, desk.replica, desk.epoch))
        rights = Rights(unit, tree, desk.replica, desk.grants, desk.past)
        return Acceptor(unit, tree, self.judge, desk.replica, rights, self._fault, before)

    @staticmethod
    def _dropped(conn: Connection, replica: str, epoch: int) -> set[Key]:
        """The records that acts of a desk would have made which were not taken."""
        query = select(ACT.c.body).where(ACT.c.replica == replica, ACT.c.epoch == epoch)
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

    def _desk(self, conn: Connection, replica: str, request: RoundRequest, *, fence: bool = False) -> Desk:
        """Locks the desk and checks that this round is its newest."""
        row = conn.execute(select(DESK).where(DESK.c.replica == replica).with_for_update()).one_or_none()
        if row is None or row.revoked_at is not None:
            raise Refused("本机的登记已被撤销，请联系管理员")
        if request.fence < row.fence:
            raise Superseded("a newer round of this desk has begun")
        if request.epoch != row.epoch:
            raise Refused("本机的数据文件是旧的副本，请联系管理员重新登记；未上传的内容不会丢失")
        if fence and request.fence > row.fence:
            values = {"fence": request.fence, "last_contact": self.clock.now_ms(), "cursor": request.pos}
            conn.execute(update(DESK).where(DESK.c.replica == replica).values(**values))
        return _desk_of(row)

    def _accept(self, conn: Connection, *, replica: str, request: RoundRequest, acts: list[Act]) -> list[Verdict]:
        """Judges a few acts in one transaction; what was judged before is answered as it was."""
        desk = self._desk(conn, replica, request)
        take_turn(conn)
        bodies = [msgspec.msgpack.encode(a, order="sorted") for a in acts]  # in whatever batch an act arrives
        hashes = [hashlib.blake2b(b, digest_size=8).digest() for b in bodies]
        known = self._known(conn, desk, acts, hashes)
        unit = Unit(conn, self.schema)
        unit.prefetch({(c.collection, c.id) for a in acts for c in a.changes}, lock=True)
        acceptor = self._acceptor(unit, desk)
        verdicts: list[Verdict] = []
        placed: list[Placed] = []
        rows: list[dict[str, Any]] = []
        following = desk.last_number + 1
        for act, body, digest in zip(acts, bodies, hashes, strict=True):
            if act.number in known:
                verdicts.append(known[act.number])
                continue
            if act.number != following:
                raise Refused("本机上传的序号与区里记录的不一致，请联系管理员；未上传的内容不会丢失")
            verdict = self._bounded(act, body) or acceptor.take(act, PENDING + len(placed))
            if verdict.pos:
                placed.append(Placed(act, replica, desk.epoch))
            following += 1
            verdicts.append(verdict)
            rows.append(self._act_row(desk, act, body, digest, verdict, acceptor.waits.get(act.number)))
        first = 0
        if placed:
            first = publish(conn, unit, placed) - len(placed) + 1
        settle = first - PENDING
        verdicts = [msgspec.structs.replace(v, pos=v.pos + settle) if v.pos >= PENDING else v for v in verdicts]
        for row in rows:
            row["pos"] += settle if row["pos"] >= PENDING else 0
        if rows:
            conn.execute(insert(ACT), rows)
            conn.execute(update(DESK).where(DESK.c.replica == replica).values(last_number=following - 1))
        return verdicts

    @staticmethod
    def _bounded(act: Act, body: bytes) -> Verdict | None:
        if len(body) <= ACT_BYTES_MAX and len(act.changes) <= CHANGES_PER_ACT_MAX:
            return None
        return Verdict(act.number, Outcome.REFUSED, 0, "一次保存的内容过多，请分成几次")

    def _act_row(
        self, desk: Desk, act: Act, body: bytes, digest: bytes, verdict: Verdict, waits_for: str | None
    ) -> dict[str, Any]:
        return {
            "replica": desk.replica,
            "epoch": desk.epoch,
            "number": act.number,
            "digest": digest,
            "body": compress(body, 3),
            "arrived_at": self.clock.now_ms(),
            "outcome": verdict.outcome.value,
            "pos": verdict.pos,
            "reason": verdict.reason,
            "waits_for": waits_for,
        }

    @staticmethod
    def _known(conn: Connection, desk: Desk, acts: list[Act], hashes: list[bytes]) -> dict[int, Verdict]:
        """The verdicts given before on these numbers: sending again changes nothing."""
        if not acts or acts[0].number > desk.last_number:
            return {}
        query = select(ACT).where(ACT.c.replica == desk.replica, ACT.c.epoch == desk.epoch)
        query = query.where(ACT.c.number.between(acts[0].number, acts[-1].number))
        by_number = {a.number: h for a, h in zip(acts, hashes, strict=True)}
        found = {}
        for row in conn.execute(query):
            if row.digest != by_number[row.number]:
                raise Refused("本机的数据文件是恢复出来的旧副本，请联系管理员重新登记；未上传的内容不会丢失")
            found[row.number] = Verdict(row.number, Outcome(row.outcome), row.pos, row.reason)
        return found

    # --- what the desk is told ----------------------------------------------------------------------------------

    def _pull(self, conn: Connection, replica: str, request: RoundRequest, verdicts: list[Verdict]) -> RoundReply:
        meta = conn.execute(select(META)).one()
        desk = conn.execute(select(DESK).where(DESK.c.replica == replica)).one()
        areas = self.scope.tree(conn).cover(json.loads(desk.grants))
        scope = fingerprint(areas)
        self._check_cursor(conn, request, meta)
        runs = pack_verdicts(verdicts)
        reply = RoundReply(request.pos, request.tag, self.clock.now_ms(), desk.last_number, runs, scope=scope)
        if request.pos < meta.horizon or (request.scope and request.scope != scope) or not request.scope:
            reply.pack = self.packs.for_scope(conn, areas, request.pos)
            reply.scope = request.scope
            return reply
        if request.ranges and request.pos == meta.pos:
            reply.repair, entries = repair(conn, areas, request.ranges)
            reply.feed, reply.digest = pack_feed(entries, []), digest_of(conn, areas)
            return reply
        reply.verdicts = runs + pack_verdicts(self._later(conn, replica, request, meta.pos, verdicts))
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
    def _later(conn: Connection, replica: str, request: RoundRequest, upto: int, given: list[Verdict]) -> list[Verdict]:
        """Verdicts that fell after the desk's cursor and are not in this reply yet: held acts that were released."""
        query = select(ACT).where(ACT.c.replica == replica, ACT.c.epoch == request.epoch)
        query = query.where(ACT.c.pos > request.pos, ACT.c.pos <= upto).order_by(ACT.c.number)
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
