"""What a desk is told in a round: answers, the feed from its cursor on, or a pack to begin with."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from ..act import Outcome, Verdict
from ..errors import WrongTimeline
from ..outside import Clock
from ..protocol import ASK_NUMBERS, ASK_SEAL, BATCH_BYTES_MAX, RoundReply, RoundRequest, pack_feed, pack_verdicts
from ..schema import Schema
from ..seal import public_of
from .entries import PENDING
from .feed import digest_of, read_feed
from .lines import Line, acts_of_line, find_line
from .packs import Packs
from .parts import Parts
from .scope import Scope, covered, fingerprint
from .settle import repair
from .tables import ACT, DESK, META, POSITION
from .taking import Pushed

_META = select(META)
_DESK = select(DESK).where(DESK.c.replica == bindparam("replica"))
_TAG = select(POSITION.c.tag).where(POSITION.c.pos == bindparam("pos"))


class Teller:
    """The pull half of rounds; writes nothing."""

    def __init__(self, schema: Schema, scope: Scope, packs: Packs, clock: Clock) -> None:
        self.schema = schema
        self.scope = scope
        self.packs = packs
        self.clock = clock

    def pull(self, conn: Connection, replica: str, request: RoundRequest, pushed: Pushed, fresh: Parts) -> RoundReply:
        """The answer to a request; `fresh` gets the sums that had to be made for it and are worth keeping."""
        meta = conn.execute(_META).one()
        verdicts, line = pushed.verdicts, find_line(conn, replica, request.epoch)
        desk = conn.execute(_DESK, {"replica": replica}).one()
        cover = covered(self.scope.tree(conn), json.loads(desk.grants), self.schema)
        scope = fingerprint(cover.names)
        runs, upto = pack_verdicts(verdicts), line.last_number if line else 0
        reply = RoundReply(request.pos, request.tag, self.clock.now_ms(), upto, runs, scope=scope)
        reply.timeline, reply.covered = meta.timeline, meta.covered
        reply.answers = {k: v for k in request.asks if (v := self._answer(k, meta)) is not None}
        if pushed.numbers is not None:
            reply.answers[ASK_NUMBERS] = pushed.numbers
        if pushed.fork is not None:
            reply.fork = (pushed.fork.epoch, pushed.fork.number, pushed.fork.first)
        if request.timeline != meta.timeline:
            reply.restores = [(timeline, pos) for timeline, pos in json.loads(meta.restored_at)]
        if pushed.stale:
            reply.pack, reply.fork = self.packs.for_scope(conn, cover, fresh=fresh), None if line else (0, 0, 0)
            return reply
        if desk.revoked_at is not None:
            reply.revoked = "本机的登记已被撤销，请联系管理员"
            if request.scope != scope:  # what it holds goes, but for reference data
                reply.pack, reply.scope = self.packs.for_scope(conn, cover, request.pos, fresh), request.scope
            return reply
        _check_cursor(conn, request, meta)
        later = _later(conn, line, request.pos, meta.pos, verdicts) if line else []
        parted = pushed.fork.number if pushed.fork else PENDING  # what stands there is another file's
        reply.verdicts = runs + pack_verdicts([v for v in later if v.number < parted])
        changed = max((upto for upto, _ in json.loads(desk.past)), default=0)
        if request.pos < max(meta.horizon, changed) or request.scope != scope:
            # Also where it has the same areas again: what it wrote in others meanwhile it may still show.
            reply.pack = self.packs.for_scope(conn, cover, max(request.pos, changed), fresh)
            reply.scope = request.scope
            return reply
        if request.ranges:
            reply.repair, entries, all_ = repair(conn, cover, request.ranges, request.pos)
            reply.feed = pack_feed(entries, [])
            reply.digest = digest_of(conn, cover, fresh) if all_ and request.pos == meta.pos else None
            return reply
        told = {v.pos: v.number for v in verdicts if v.pos and v.outcome in (Outcome.APPLIED, Outcome.MERGED)}
        told = {} if request.sealed else told  # their desk cannot read them, and so not work out what came of them
        limit = min(request.limit, BATCH_BYTES_MAX)
        batch = read_feed(conn, replica, cover, request.pos, meta.pos, told, limit)
        reply.pos, reply.more = batch.pos, batch.more
        if batch.entries:
            reply.feed = pack_feed(batch.entries, batch.stamps)
        if batch.more:
            reply.tag = conn.execute(_TAG, {"pos": batch.pos}).scalar_one()
        else:
            reply.tag = meta.tag
            reply.digest = digest_of(conn, cover, fresh)
        return reply

    def _answer(self, name: str, meta: Any) -> Any:
        """What is said to a question beside the round; None where this district does not know it."""
        return public_of(meta.seal) if name == ASK_SEAL else None


def _later(conn: Connection, line: Line, since: int, upto: int, given: list[Verdict]) -> list[Verdict]:
    """Verdicts that fell after the desk's cursor and are not in this reply yet: held acts that were released."""
    known = {v.number for v in given}
    rows = conn.execute(_between(len(line.parents)), {**line.named, "since": since, "upto": upto})
    return [Verdict(r.number, Outcome(r.outcome), r.pos, r.reason) for r in rows if r.number not in known]


@cache
def _between(parents: int) -> Select[Any]:
    ours = select(ACT).where(acts_of_line(parents), ACT.c.pos > bindparam("since"), ACT.c.pos <= bindparam("upto"))
    return ours.order_by(ACT.c.number)


def _check_cursor(conn: Connection, request: RoundRequest, meta: Any) -> None:
    """A cursor whose tag is not the feed's has seen another past (the district was restored)."""
    if request.pos > meta.pos:
        raise WrongTimeline("区服务器的数据比本机旧")
    if request.pos and request.tag and request.pos > meta.horizon:
        tag = conn.execute(_TAG, {"pos": request.pos}).scalar_one_or_none()
        if tag != request.tag:
            raise WrongTimeline("区服务器的历史与本机所见不同")
