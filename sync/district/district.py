"""The district: one door for rounds, in which acts are judged in order and each desk is told what concerns it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, bindparam, insert, select, update

from ..act import Act, Base, Change, Outcome
from ..codec import decompress, unpack_acts
from ..errors import Damaged, Refused
from ..lifeboat import FILES, FRAMES_PER_PART, BoatReply, BoatRequest
from ..limits import LIMITS, Limits
from ..outside import Clock, Ids, Random, system_random
from ..protocol import TOO_NEW, VERSION, News, decode, encode, read_request, read_sealed
from ..schema import Schema
from ..seal import new_key, open_sealed
from ..system import with_system
from . import erased, numbers
from .accept import Acceptor
from .blobs import give_up, piece_of, take
from .compact import compact, idle, old_positions
from .desks import admit, check_serves, end, give, granted
from .engine import scrub
from .entries import PENDING, Key
from .erase import Eraser, Erasure
from .feed import Placed, publish, take_turn
from .fleet import Seen, fleet
from .holding import Holding, brought
from .judging import Judge
from .lifeboat import Lifeboats
from .lines import find_line
from .packs import Packs
from .parts import Parts, keep_parts
from .quota import spend
from .rights import Deposit, Reserved
from .scope import Scope, covered
from .sight import Cover, sights_of
from .steps import BLOB, UPGRADE
from .stirred import news_of, stirred
from .tables import ACT, DESK, META, METADATA
from .taking import Taker
from .telling import Teller
from .unit import Unit
from .wellformed import check_request, malformed

SCHEMA_VERSION = 1
ERASURES = "erasures.log"
"""Beside the packs, and part of every backup of the district's folder: a restored database erases again."""


_SPENT = select(DESK.c.spent).where(DESK.c.replica == bindparam("replica")).with_for_update()
_UNAPPLIED = [o.value for o in (Outcome.REFUSED, Outcome.OVERTAKEN, Outcome.RESCUED, Outcome.HELD)]


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
        *,
        random: Random = system_random,
        limits: Limits = LIMITS,
        reserved: Mapping[str, Reserved | Deposit] | None = None,
        numbering: numbers.Numbering | None = None,
    ) -> None:
        """`reserved` are the collections that only the district's own post writes, beside that which areas come from, and
        those that everybody adds to and nobody changes. Without `numbering` rounds bring no numbers.
        """
        self.engine = engine
        self.schema = with_system(schema)
        self.scope = scope
        self.judge = judge
        self.clock = clock
        self.ids = ids
        self.random = random
        self.limits = limits
        self.packs = Packs(packs, self.schema.fingerprint, list(self.schema.collections), clock, limits)
        self.listeners: list[Callable[[], None]] = []
        kept: dict[str, Reserved | Deposit] = {
            **({scope.collection: Reserved()} if scope.collection else {}),
            **(reserved or {}),
        }
        numbered = numbering or numbers.Numbering()
        self._taker = Taker(engine, self.schema, scope, judge, clock, random, limits, kept, numbered)
        self._eraser = Eraser(engine, self.schema, scope, clock, random, packs.parent / ERASURES)
        self._teller = Teller(self.schema, scope, self.packs, clock)
        self._holding = Holding(self._taker)
        self._lifeboats = Lifeboats(self._taker, self.schema, self._seal_key)
        self.faults = self._taker.verdicts.faults

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
            acceptor = Acceptor(unit, self.scope.tree(conn), self.judge, "", None, self._taker.verdicts.fault)
            act = Act(0, officer, self.clock.now_ms(), verb, Base(PENDING, 0), tuple(changes))
            acceptor.erased = erased.named_by(conn, [act])
            wrong = malformed(self.schema, msgspec.structs.replace(act, base=Base())) if changes else ""
            if wrong:
                raise ValueError(f"{verb}: {wrong}")
            verdict = acceptor.take(act, PENDING)
            if verdict.outcome not in (Outcome.APPLIED, Outcome.MERGED):
                raise ValueError(f"{verb}: {verdict.reason}")
            pos = publish(conn, unit, [Placed(act, "", 0, act.at)], self.random) if unit.changes else 0
        self._tell()
        return pos

    def add_desk(self, replica: str, grants: Sequence[str], post: str = "", officer: str = "") -> None:
        """Admits a replica without a code: for engines and tests that do their own enrolling."""
        with self.engine.begin() as conn:
            admit(conn, replica, grants, post, officer, self.clock.now_ms())

    def grant(self, replica: str, grants: Sequence[str]) -> None:
        """Gives a desk other areas; what its officers typed before they heard of it is judged by the ones before."""
        with self.engine.begin() as conn:
            give(conn, replica, grants)
        self._tell()

    def revoke(self, replica: str, cause: str = "") -> None:
        """Ends a desk's right to hold anything; what it has not sent yet is still taken in.

        Without a cause (a PC retired) its edits count as far as it had the right when they were typed. With one (an
        account misused) nothing counts by itself any more: all of it is rescued, for people to look at.
        """
        self.grant(replica, ())
        with self.engine.begin() as conn:
            end(conn, replica, cause, self.clock.now_ms())
        if cause:
            self._holding.judge_all_of(replica)
        self._tell()

    def backed_up(self, pos: int) -> None:
        """Says that a backup off this machine reaches up to a position: desks need not keep their acts below it."""
        with self.engine.begin() as conn:
            conn.execute(update(META).where(META.c.covered < pos).values(covered=pos))

    def new_timeline(self, restores: int = 1) -> int:
        """To be called once after a restore from a backup, before the district serves again; returns the timeline.

        What was ordered after the backup is lost here, and desks offer their own part of it again. The number is the
        second of the restore, so that a second restore of the same backup is another timeline. Series of numbers skip
        ahead; `restores` are all that there have been from this backup and those beside it, of whatever past, this one
        included, which nobody but its administrator knows.
        """
        with self.engine.begin() as conn:
            meta = conn.execute(select(META).with_for_update()).one()
            timeline = max(meta.timeline + 1, self.clock.now_ms() // 1000)
            restored = json.dumps([*json.loads(meta.restored_at), [timeline, meta.pos]])
            conn.execute(update(META).values(timeline=timeline, restored_at=restored))
            numbers.skip_ahead(conn, self.clock.now_ms(), restores)
        self.packs.forget()
        self._eraser.forget_reading()
        self._catch_up()
        return int(timeline)

    def erase(self, keys: Iterable[Key], officer: str, reason: str) -> int:
        """Erases records by law, with their children and all that was said about them; returns the position.

        Their ids, and who did what to them when, stay. An officer's order is carried out once and stays carried out,
        also for what arrives later and in a district restored from an older backup.
        """
        done = self._eraser.erase(keys, officer, reason)
        self._after(done)
        return done.pos

    def _catch_up(self) -> None:
        """Carries out erasures that the database does not know of."""
        for done in self._eraser.catch_up():
            self._after(done)

    def _after(self, erasure: Erasure) -> None:
        """What files still hold, and the acts that waited and need wait no longer."""
        if not erasure.keys:
            return
        self.packs.remove_all()
        scrub(self.engine)
        self._holding.release({f"{collection}/{record}" for collection, record in erasure.keys})
        self._holding.judge(erasure.acts)
        self._tell()

    # --- what time brings ---------------------------------------------------------------------------------------

    def compact(self, before_pos: int) -> int:
        """Removes the feed up to a position; returns the horizon. A desk behind it is given a pack."""
        return compact(self.engine, before_pos, self.limits)

    def retire(self, idle_ms: int) -> list[str]:
        """Revokes the desks without contact for so long; returns their replicas. What one still sends is taken in."""
        with self.engine.connect().execution_options(reads=True) as conn:
            found = idle(conn, self.clock.now_ms() - idle_ms)
        for replica in found:
            self.revoke(replica)
        return found

    def tend(self) -> None:
        """What time alone brings; called once a minute by whoever serves the district. Twice does no harm."""
        now, limits = self.clock.now_ms(), self.limits
        self._catch_up()
        if self._holding.tend(now):
            self._tell()
        with self.engine.connect().execution_options(reads=True) as conn:
            horizon = conn.execute(select(META.c.horizon)).scalar_one()
            old = old_positions(conn, now - max(limits.horizon_age_ms, limits.desk_age_ms))
            since = erased.floor(conn)
        if old > horizon:
            self.compact(old)
        self.retire(limits.idle_desk_ms)
        self.packs.tidy(since)

    # --- a round ------------------------------------------------------------------------------------------------

    def round(self, replica: str, body: bytes) -> bytes:
        """Answers one message of a round. Raises Refused, Superseded, WrongTimeline or Damaged."""
        request = read_request(body, self.limits.message_bytes_district)
        if len(request.sealed) > self.limits.acts_per_batch:
            raise Damaged(f"a batch has at most {self.limits.acts_per_batch} acts")
        most = self.limits.acts_per_batch
        acts = unpack_acts(request.acts, most) if request.acts else []
        check_request(request, acts, self.limits.message_bytes_district)
        acts = acts or self._opened(replica, request.sealed)
        pushed = self._taker.push(replica, request, acts, len(body))
        arrived = brought(acts) | pushed.made | ({f"{UPGRADE}/{replica}"} if pushed.upgraded else set())
        if arrived:
            self._holding.release(arrived)
        if acts or arrived:
            self._tell()
        with self.engine.connect().execution_options(reads=True, **self._snapshot()) as conn, conn.begin():
            fresh: Parts = {}
            reply = self._teller.pull(conn, replica, request, pushed, fresh)
            pos = conn.execute(select(META.c.pos)).scalar_one() if fresh else 0
        if fresh:
            with self.engine.begin() as conn:
                take_turn(conn)
                keep_parts(conn, sights_of(self.schema), fresh, pos)
        reply.pause_ms = self.limits.import_pause_ms if pushed.aside else 0
        return encode(reply)

    def lifeboat(self, replica: str, body: bytes) -> bytes:
        """Takes part of a lifeboat, of whatever desk's file, from any desk; sent again, it is answered as it was.

        Raises Refused where the sender is nobody here or was revoked for a cause, Damaged, Busy, or WrongTimeline.
        """
        request = decode(body, BoatRequest, self.limits.message_bytes_district)
        if request.version != VERSION:
            raise Refused(TOO_NEW)
        if len(request.frames) > FRAMES_PER_PART + 1:
            raise Damaged(f"a part of a lifeboat has at most {FRAMES_PER_PART} frames, and one of the part before it")
        with self.engine.begin() as conn:
            sender = conn.execute(select(DESK.c.spent, DESK.c.cause).where(DESK.c.replica == replica)).one_or_none()
            if sender is None or sender.cause:
                raise Refused("本机的登记已被撤销，请联系管理员")
            files = sum(len(f.sealed) for f in request.frames if f.epoch == FILES)
            spend(conn, replica, sender.spent, self.clock.now_ms(), self.limits, size=len(body) - files, files=files)
        answers, arrived = self._lifeboats.take(request.frames)
        if arrived:
            self._holding.release(arrived)
            self._tell()
        with self.engine.connect().execution_options(reads=True) as conn:
            return encode(BoatReply(answers, conn.execute(select(META.c.covered)).scalar_one()))

    def _opened(self, replica: str, sealed: Sequence[tuple[int, int, bytes]]) -> list[Act]:
        """Acts that their desk can read no more, by their numbers of today."""
        key = self._seal_key() if sealed else b""
        return [self._open(key, replica, *each) for each in sealed]

    @staticmethod
    def _open(key: bytes, replica: str, number: int, own: int, body: bytes) -> Act:
        """One of them; where it cannot be read, an empty act, which is refused by itself and stops no other."""
        try:
            act = read_sealed(open_sealed(key, body, replica.encode()))
        except Damaged:
            return Act(number, "", 0, "", Base(), ())
        return msgspec.structs.replace(act, number=number, base=Base(act.base.pos, own))

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
        return self.news(replica, 0).pos

    def news(self, replica: str, since: int) -> News:
        """Where there is something beyond a position that concerns a desk. Raises Refused."""
        with self.engine.connect().execution_options(reads=True) as conn:
            return news_of(conn, self._cover(conn, replica), since)

    def stirred(self, since: int) -> tuple[int, dict[str, int]]:
        """The last position of all, and for each desk that something after `since` concerns, the last that does.

        Grows with what was written since and with the desks there are, not with how many of them wait.
        """
        with self.engine.connect().execution_options(reads=True, **self._snapshot()) as conn, conn.begin():
            return stirred(conn, self.scope, since)

    def pack(self, replica: str, name: str) -> Path:
        """The file of a pack of the desk's own areas; raises FileNotFoundError."""
        with self.engine.connect().execution_options(reads=True) as conn:
            cover = self._cover(conn, replica, revoked=True)  # then reference data alone
            since = erased.floor(conn)
        if not self.packs.held_by(name, cover, since):
            raise FileNotFoundError(name)
        return self.packs.path(name)

    def rescued(self, replica: str, epoch: int, number: int) -> bytes:
        """The content of an act that its desk keeps only the number of, as `Act`; raises FileNotFoundError, Refused."""
        with self.engine.connect().execution_options(reads=True) as conn:
            check_serves(conn, replica)
            line = find_line(conn, replica, epoch)
            # What was applied is in rows now, and its desk reads those that it still holds.
            query = select(ACT.c.body).where(ACT.c.number == number, ACT.c.outcome.in_(_UNAPPLIED))
            body = conn.execute(query.where(line.acts)).scalar() if line else None
        if body is None:
            raise FileNotFoundError(str(number))
        return decompress(body)

    def take_blob(self, replica: str, name: str, at: int, size: int, piece: bytes, *, sealed: bool = False) -> int:
        """A piece of a file from byte `at` of `size`; returns how many bytes there are. Raises Refused or Damaged."""
        piece = open_sealed(self._seal_key(), piece, replica.encode()) if sealed else piece
        with self.engine.begin() as conn:
            self._charge_file(conn, replica, len(piece))  # the desk's row before the turn, as a push locks them
            if at + len(piece) >= size:
                take_turn(conn)  # a step that is being judged sees the file, or is held before its release looks
            have, whole = take(conn, name, replica, at, size, piece)
        if whole:
            self._holding.release({f"{BLOB}/{name}"})
            self._tell()
        return have

    def _charge_file(self, conn: Connection, replica: str, size: int) -> None:
        """Counts what a desk sends of files. Raises Busy where that is too much for a day, Refused where nobody knows it."""
        spent = conn.execute(_SPENT, {"replica": replica}).scalar()
        if spent is None:
            raise Refused("本机未在区服务器注册，请联系管理员")
        spend(conn, replica, spent, self.clock.now_ms(), self.limits, files=size)

    def blob(self, replica: str, name: str, at: int) -> bytes:
        """A piece of a file that a record of the desk's areas links; raises FileNotFoundError, Refused."""
        with self.engine.connect().execution_options(reads=True) as conn:
            return piece_of(conn, name, self._cover(conn, replica), at)

    def give_up_blob(self, name: str, officer: str) -> None:
        """A promised file will not come any more: what waits for it is judged without."""
        with self.engine.begin() as conn:
            give_up(conn, name, officer, self.clock.now_ms())
        self._holding.release({f"{BLOB}/{name}"})
        self._tell()

    def fleet(self) -> list[Seen]:
        """How each desk stands, as the district knows it: for the watchdog and the system administrator."""
        with self.engine.connect().execution_options(reads=True) as conn:
            return fleet(conn, self.clock.now_ms())

    def _cover(self, conn: Connection, replica: str, *, revoked: bool = False) -> Cover:
        return covered(self.scope.tree(conn), granted(conn, replica, revoked=revoked), self.schema)

    def _tell(self) -> None:
        for listener in list(self.listeners):
            listener()
