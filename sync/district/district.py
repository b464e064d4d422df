"""The district: one door for rounds, in which acts are judged in order and each desk is told what concerns it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Text, column, func, insert, select, update, values

from ..act import Act, Base, Change, Outcome
from ..codec import decompress, unpack_acts
from ..errors import Refused
from ..outside import Clock, Ids
from ..protocol import VERSION, RoundRequest, decode, encode
from ..schema import Schema
from ..seal import new_key, open_sealed
from ..system import with_system
from .accept import Acceptor
from .feed import Placed, publish, take_turn
from .fleet import Seen, fleet
from .holding import Holding, brought
from .judging import Judge
from .lines import begin_line, find_line
from .packs import Packs
from .parts import Parts, keep_parts
from .scope import Scope, covered
from .sight import Cover, sights_of
from .tables import ACT, DESK, FEED_AREA, META, METADATA
from .taking import Taker
from .telling import Teller
from .unit import PENDING, Unit

SCHEMA_VERSION = 1


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
        self.packs = Packs(packs, self.schema.fingerprint, list(self.schema.collections))
        self.listeners: list[Callable[[], None]] = []
        self._taker = Taker(engine, self.schema, scope, judge, clock)
        self._teller = Teller(self.schema, scope, self.packs, clock)
        self._holding = Holding(self._taker)
        self.faults = self._taker.faults

    # --- founding -----------------------------------------------------------------------------------------------

    def found(self, name: str) -> None:
        """Makes the tables of a new district; nothing happens where they are there already."""
        METADATA.create_all(self.engine)
        with self.engine.begin() as conn:
            if conn.execute(select(META.c.pos)).first() is None:
                row = {"one": 1, "district": name, "timeline": 1, "pos": 0, "tag": b"", "horizon": 0}
                conn.execute(insert(META), {**row, "schema_version": SCHEMA_VERSION, "seal": new_key()})

    def write(self, changes: Sequence[Change], verb: str, officer: str = "system") -> int:
        """Takes an act of the district's own (reference data, what time alone brings); returns its position."""
        with self.engine.begin() as conn:
            take_turn(conn)
            unit = Unit(conn, self.schema)
            acceptor = Acceptor(unit, self.scope.tree(conn), self.judge, "", None, self._taker.fault)
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

    def revoke(self, replica: str, cause: str = "") -> None:
        """Ends a desk's right to hold anything; what it has not sent yet is still taken in.

        Without a cause (a PC retired) its edits count as far as it had the right when they were typed. With one (an
        account misused) nothing counts by itself any more: all of it is rescued, for people to look at.
        """
        self.grant(replica, ())
        with self.engine.begin() as conn:
            values = {"revoked_at": self.clock.now_ms(), "cause": cause}
            conn.execute(update(DESK).where(DESK.c.replica == replica).values(**values))
        self._tell()

    def backed_up(self, pos: int) -> None:
        """Says that a backup off this machine reaches up to a position: desks need not keep their acts below it."""
        with self.engine.begin() as conn:
            conn.execute(update(META).where(META.c.covered < pos).values(covered=pos))

    def tend(self) -> None:
        """What time alone brings; called once a minute by whoever serves the district."""
        if self._holding.tend(self.clock.now_ms()):
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
        acts = unpack_acts(request.acts) if request.acts else self._opened(request.sealed)
        pushed = self._taker.push(replica, request, acts)
        if acts:
            self._holding.release(brought(acts))
            self._tell()
        with self.engine.connect().execution_options(reads=True, **self._snapshot()) as conn, conn.begin():
            fresh: Parts = {}
            reply = self._teller.pull(conn, replica, request, pushed, fresh)
            pos = conn.execute(select(META.c.pos)).scalar_one() if fresh else 0
        if fresh:
            with self.engine.begin() as conn:
                take_turn(conn)
                keep_parts(conn, sights_of(self.schema), fresh, pos)
        return encode(reply)

    def _opened(self, sealed: Sequence[tuple[int, bytes]]) -> list[Act]:
        """Acts that their desk can read no more, by their numbers of today."""
        if not sealed:
            return []
        key = self._seal_key()
        acts = [(n, msgspec.msgpack.decode(open_sealed(key, body), type=Act)) for n, body in sealed]
        return [msgspec.structs.replace(act, number=n) for n, act in acts]

    def _seal_key(self) -> bytes:
        with self.engine.connect().execution_options(reads=True) as conn:
            return bytes(conn.execute(select(META.c.seal)).scalar_one())

    def _snapshot(self) -> dict[str, Any]:
        """Readers need one consistent state; SQLite gives it anyway."""
        return {"isolation_level": "REPEATABLE READ"} if self.engine.dialect.name == "postgresql" else {}

    # --- small questions ----------------------------------------------------------------------------------------

    def last_pos(self) -> int:
        """The last position of all."""
        with self.engine.connect().execution_options(reads=True) as conn:
            pos: int = conn.execute(select(META.c.pos)).scalar_one()
        return pos

    def head_pos(self, replica: str) -> int:
        """The last position that concerns a desk: cheap enough to ask on every wake-up."""
        with self.engine.connect().execution_options(reads=True) as conn:
            areas = self._cover(conn, replica).areas
            # The last of each area by itself: all of them at once would be looked for among all entries there are.
            one = values(column("area", Text), name="one").data([(area,) for area in sorted(areas)]).cte("one")
            last = select(func.max(FEED_AREA.c.pos)).where(FEED_AREA.c.area == one.c.area).scalar_subquery()
            return int(conn.execute(select(func.max(last)).select_from(one)).scalar_one() or 0)

    def pack(self, replica: str, name: str) -> Path:
        """The file of a pack of the desk's own areas; raises FileNotFoundError."""
        with self.engine.connect().execution_options(reads=True) as conn:
            cover = self._cover(conn, replica, revoked=True)  # then reference data alone
        if not self.packs.held_by(name, cover):
            raise FileNotFoundError(name)
        return self.packs.path(name)

    def rescued(self, replica: str, number: int, epoch: int = 0) -> bytes:
        """The content of an act that its desk keeps only the number of, as `Act`; raises FileNotFoundError, Refused."""
        with self.engine.connect().execution_options(reads=True) as conn:
            row = conn.execute(select(DESK).where(DESK.c.replica == replica)).one_or_none()
            if row is None or row.cause:
                raise Refused("本机的登记已被撤销，请联系管理员")
            line = find_line(conn, replica, epoch or row.epoch)
            query = select(ACT.c.body).where(ACT.c.number == number, line.acts if line else ACT.c.replica == replica)
            body = conn.execute(query).scalar()
        if body is None:
            raise FileNotFoundError(str(number))
        return decompress(body)

    def fleet(self) -> list[Seen]:
        """How each desk stands, as the district knows it: for the watchdog and the system administrator."""
        with self.engine.connect().execution_options(reads=True) as conn:
            return fleet(conn, self.clock.now_ms())

    def _cover(self, conn: Connection, replica: str, *, revoked: bool = False) -> Cover:
        row = conn.execute(select(DESK.c.grants, DESK.c.revoked_at).where(DESK.c.replica == replica)).one_or_none()
        if row is None or (row.revoked_at is not None and not revoked):
            raise Refused("本机的登记已被撤销，请联系管理员")
        return covered(self.scope.tree(conn), json.loads(row.grants), self.schema)

    def _tell(self) -> None:
        for listener in list(self.listeners):
            listener()
