"""What each act of a desk comes to: judged in its turn, published where it counts, and remembered by its number."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, bindparam, insert, select, update

from ..act import Act, Base, Outcome, Verdict
from ..blobs import blobs_of
from ..codec import compress, decompress
from ..erasing import without
from ..outside import Clock, Random
from ..protocol import ACT_BYTES_MAX, CHANGES_PER_ACT_MAX
from ..schema import Schema
from . import erased
from .accept import Acceptor
from .blobs import promise
from .desks import Desk, desk_of, find_desk
from .entries import PENDING, Key
from .feed import Placed, publish
from .judging import Judge
from .lawful import created
from .lines import Line, acts_of_line, body_of, digest_of_act, find_line, move_line
from .rights import Deposit, Reserved, Rights
from .scope import Scope
from .tables import ACT
from .unit import Unit
from .wellformed import malformed

_TAKEN = insert(ACT)
log = logging.getLogger(__name__)


def seen_upto(act: Act, pos: int) -> Act:
    """The act as if its author had seen nothing beyond a position."""
    base = act.base
    return act if base.pos <= pos else msgspec.structs.replace(act, base=Base(pos, base.own))


@cache
def _fallen(parents: int) -> Select[Any]:
    """The acts of a line that came to one of some fates."""
    return select(ACT.c.body).where(acts_of_line(parents), ACT.c.outcome.in_(bindparam("fates", expanding=True)))


class Verdicts:
    """Gives the acts of desks their verdicts, within a turn that its caller has taken."""

    def __init__(
        self,
        schema: Schema,
        scope: Scope,
        judge: Judge,
        clock: Clock,
        random: Random,
        reserved: Mapping[str, Reserved | Deposit],
    ) -> None:
        self.schema = schema
        self.scope = scope
        self.judge = judge
        self.clock = clock
        self.random = random
        self.reserved = reserved
        self.faults: list[tuple[str, int, str]] = []

    def given(
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

    def again(self, conn: Connection, row: Any, *, rescued: str = "") -> set[str] | None:
        """Judges an act once more that was held, or rescues it for the reason given; the caller has taken a turn.

        Its answer gets a position, so that its desk hears it. Returns the contests, doubts, links and rescues that came
        of it, or None where it stays held.
        """
        line = find_line(conn, row.replica, row.epoch)
        assert line is not None
        found = find_desk(conn, row.replica)
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
