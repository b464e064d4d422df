"""Taking in lifeboats: acts of files that never come again, judged as their own desks' and placed where the file would have gone on."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from ..act import Act, Base, Op
from ..codec import decompress
from ..columns import is_id
from ..erasing import without
from ..errors import Damaged, Refused, WrongTimeline
from ..lifeboat import (
    DAMAGED,
    FILES,
    KNOWN,
    TAKEN,
    UNKNOWN,
    UNNAMED,
    Answer,
    Frame,
    Inside,
    open_frame,
    open_piece,
    trace_of,
)
from ..protocol import NUMBER_MAX
from ..schema import Schema
from ..timelines import common_past
from . import blobs, erased
from .desks import desk_of
from .feed import take_turn
from .holding import brought
from .lines import body_of, digest_of_act, find_line, fork, fork_ahead
from .steps import BLOB
from .tables import ACT, DESK, EPOCH, META
from .taking import Taker, retried
from .verdicts import seen_upto
from .wellformed import malformed

_DESK = select(DESK)
_UNREADABLE = "有内容读不出来，已原样留在救生文件里"
_NOBODY = "有内容来自没有在本区登记过的电脑，已原样留在救生文件里"


class _When(msgspec.Struct):
    """As much of an act as tells most of them apart."""

    at: int = 0


@dataclass(slots=True)
class Way:
    """Where the acts of one line of a file have gone: on which line they are now, and what each fork did to their numbers."""

    epoch: int
    forks: list[tuple[int, int]] = field(default_factory=list)
    """(number at which it went, what is added from there on), the earliest first."""

    def number(self, number: int) -> int:
        """An act's number by now, or that of the last own act that its author saw."""
        for at, more in self.forks:
            number += more if number >= at else 0
        return number

    def moved(self, act: Act) -> Act:
        base = Base(act.base.pos, self.number(act.base.own))
        return msgspec.structs.replace(act, number=self.number(act.number), base=base)


@dataclass(slots=True)
class _Read:
    """The acts of one replica by the millisecond at which they were saved, as they were when its lines stood so."""

    state: Any = None
    by_time: dict[int, list[Any]] = field(default_factory=dict)


@dataclass(slots=True)
class _Lines:
    """A replica's epochs as they are in this transaction."""

    replica: str
    rows: dict[int, Any]

    def nearest(self, epoch: int) -> int:
        """A line that this district knows: one given on a past that is lost goes back to one before it."""
        return epoch if epoch in self.rows else max((e for e in self.rows if e < epoch), default=min(self.rows))

    def way(self, start: int, end: int) -> Way | None:
        """From one line to another that came of it; None where it did not."""
        forks: list[tuple[int, int]] = []
        at = end
        while at != start:
            row = self.rows.get(at)
            if row is None or not row.parent:
                return None
            forks.insert(0, (row.fork_at, row.first - row.fork_at))
            at = row.parent
        return Way(end, forks)

    @property
    def state(self) -> tuple[tuple[int, int], ...]:
        return tuple(sorted((r.epoch, r.last_number) for r in self.rows.values()))


class Lifeboats:
    """Takes the frames of one request, in their order. `key` gives the district's private key."""

    def __init__(self, taker: Taker, schema: Schema, key: Callable[[], bytes]) -> None:
        self._taker, self._schema, self._key = taker, schema, key

    def take(self, frames: Sequence[Frame]) -> tuple[list[Answer], set[str]]:
        """An answer a frame, and what held acts may have waited for; one that cannot be read stops no other."""
        key = self._key() if frames else b""
        ways: dict[tuple[str, int], Way] = {}
        read = _Read()
        answers, arrived = list[Answer](), set[str]()
        for frame in frames:
            work = partial(self._one, frame=frame, key=key, ways=ways, read=read)
            if frame.epoch == FILES:
                work = partial(self._piece, frame=frame, key=key)
            with self._taker.lanes.turn(aside=True):
                try:
                    answer, made = retried(self._taker.engine, work)
                except Damaged:  # a file that is not what its name says: it begins anew
                    answer, made = Answer(DAMAGED, reason=_UNREADABLE), set()
            answers.append(answer)
            arrived |= made
        return answers, arrived

    def _piece(self, conn: Connection, *, frame: Frame, key: bytes) -> tuple[Answer, set[str]]:
        """Takes a piece of a file as its desk would have sent it; one that the district has on from there is cut to fit."""
        row = conn.execute(_DESK.where(DESK.c.replica == frame.replica)).one_or_none() if is_id(frame.replica) else None
        if row is None:
            return Answer(UNKNOWN, reason=_NOBODY), set()
        piece = open_piece(key, frame, row.token_hash.encode() if row.token_hash else None)
        take_turn(conn)  # a step that is being judged sees the file, or is held before its release looks
        fate = KNOWN if blobs.state_of(conn, piece.name)[0] else TAKEN
        try:
            have, _ = blobs.take(conn, piece.name, frame.replica, -1, piece.size, b"")
            rest = piece.body[max(0, have - piece.at) :] if have >= piece.at else b""
            have, whole = blobs.take(conn, piece.name, frame.replica, have, piece.size, rest)
        except Refused as error:
            return Answer(UNNAMED, reason=str(error)), set()
        pos = conn.execute(select(META.c.pos)).scalar_one() if whole or fate == KNOWN else 0
        return Answer(fate, pos=pos, have=have), {f"{BLOB}/{piece.name}"} if whole else set()

    def _one(
        self, conn: Connection, *, frame: Frame, key: bytes, ways: dict[tuple[str, int], Way], read: _Read
    ) -> tuple[Answer, set[str]]:
        of = _DESK.where(DESK.c.replica == frame.replica).with_for_update()
        row = conn.execute(of).one_or_none() if is_id(frame.replica) else None
        if row is None:
            return Answer(UNKNOWN, reason=_NOBODY), set()
        try:
            inside = open_frame(key, frame, row.token_hash.encode() if row.token_hash else None)
            act = inside.act
            _check(frame, inside, act)
        except Damaged:
            return Answer(DAMAGED, reason=_UNREADABLE), set()
        take_turn(conn)
        gone = erased.named_by(conn, [act])
        bare = without(act, gone)[0]
        lines, whose = _lines(conn, frame.replica), (frame.replica, frame.epoch)
        start = lines.nearest(frame.epoch)
        way = deepcopy(ways.get(whose)) or Way(start)  # this transaction may be tried again
        found = self._known(conn, frame.replica, bare, way, lines, read)
        if found is not None:
            there = lines.way(start, found.epoch)
            if there is not None and there.number(act.number) == found.number:
                ways[whose] = there
            return Answer(KNOWN, found.outcome, found.pos, found.reason), set()
        way = self._way_of(conn, inside, start, lines, way, bare)
        moved = self._placed(conn, frame.replica, bare, way)
        line, upto = find_line(conn, frame.replica, way.epoch), _seen(conn, act, inside)
        assert line is not None
        desk, wrongs = desk_of(row, line), {moved.number: malformed(self._schema, moved)}
        (verdict,), made = self._taker.verdicts.given(
            conn, desk, [moved], {}, gone, wrongs, lambda a: seen_upto(a, upto)
        )
        where = (ACT.c.replica == frame.replica) & (ACT.c.epoch == way.epoch) & (ACT.c.number == moved.number)
        read.by_time.setdefault(act.at, []).append(conn.execute(select(ACT).where(where)).one())
        read.state = frame.replica, _lines(conn, frame.replica).state
        ways[whose] = way
        return Answer(TAKEN, verdict.outcome.value, verdict.pos, verdict.reason), made | brought([moved])

    def _way_of(self, conn: Connection, inside: Inside, start: int, lines: _Lines, way: Way, act: Act) -> Way:
        """Where the act before this one in its file has gone, which is where the file itself goes on.

        One file may have several pasts in its lifeboat, each with acts of the same numbers. A desk that may not read the act
        before any more, or has none, says nothing of it: then it stands where it was answered. Where the act before has not
        come, an act stays on the way of the frames before it, unless that has another act in its place.
        """
        number, trace = inside.after
        for epoch in sorted(lines.rows) if trace else ():
            there = lines.way(start, epoch)
            if there is None:
                continue
            line = find_line(conn, lines.replica, epoch)
            assert line is not None
            its = line.acts if epoch == start else (ACT.c.replica == line.replica) & (ACT.c.epoch == epoch)
            body = conn.execute(select(ACT.c.body).where(its, ACT.c.number == there.number(number))).scalar()
            if body is not None and trace_of(msgspec.msgpack.decode(decompress(body), type=Act)) == trace:
                return there
        if not trace and _answered_before(conn, inside, act.number - 1, lines.rows[start].last_number):
            return Way(start)
        return way if way.moved(act).number > lines.rows[way.epoch].last_number else Way(start)

    def _placed(self, conn: Connection, replica: str, act: Act, way: Way) -> Act:
        """The act under the number that it gets, which is the next of the way's line.

        Where that line has another act there, it is a copy's; where it is not that far, what is missing may have been in
        a frame that is damaged. Either way these acts go on beside it, as the file itself would.
        """
        line, moved = find_line(conn, replica, way.epoch), way.moved(act)
        assert line is not None
        if moved.number == line.last_number + 1:
            return moved
        if moved.number <= line.last_number:
            parts = fork(conn, line, moved, line.fence)
        else:
            parts = fork_ahead(conn, line, moved.number)
        way.epoch = parts.epoch
        way.forks.append((parts.number, parts.first - parts.number))
        return way.moved(act)

    def _known(self, conn: Connection, replica: str, act: Act, way: Way, lines: _Lines, read: _Read) -> Any:
        """The act as the district has it: under the number that it would get now, or by what it says under any other."""
        line, moved = find_line(conn, replica, way.epoch), way.moved(act)
        assert line is not None
        there = conn.execute(select(ACT).where(line.acts, ACT.c.number == moved.number)).one_or_none()
        if there is not None and there.digest == digest_of_act(body_of(moved)):
            return there
        if read.state != (replica, lines.state):
            read.state, read.by_time = (replica, lines.state), _by_time(conn, replica)
        for row in read.by_time.get(act.at, ()):
            if _same(msgspec.msgpack.decode(decompress(row.body), type=Act), act):
                return row
        return None


def _answered_before(conn: Connection, inside: Inside, before: int, last_number: int) -> bool:
    """Whether an act's desk had an answer to the one before it on this timeline, or there is none before."""
    timeline = conn.execute(select(META.c.timeline)).scalar_one()
    return not before or (inside.timeline == timeline and inside.old_upto < before <= last_number)


def _lines(conn: Connection, replica: str) -> _Lines:
    return _Lines(replica, {r.epoch: r for r in conn.execute(select(EPOCH).where(EPOCH.c.replica == replica))})


def _by_time(conn: Connection, replica: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in conn.execute(select(ACT).where(ACT.c.replica == replica)):
        found.setdefault(msgspec.msgpack.decode(decompress(row.body), type=_When).at, []).append(row)
    return found


def _check(frame: Frame, inside: Inside, act: Act) -> None:
    """Raises Damaged where a frame says a number that no desk comes to, or another than its act's."""
    past = [frame.epoch, act.base.own, inside.timeline, inside.old_pos, inside.old_upto + 1, inside.after[0]]
    past += [part for restore in inside.restores for part in restore]
    if act.number != frame.number or act.number < 1 or not all(0 <= n <= NUMBER_MAX for n in [*past, act.number]):
        raise Damaged("a number of a frame is beyond what any desk says")


def _same(there: Act, act: Act) -> bool:
    """Whether an act is another but for number and base: it names records by random ids, its officer and the millisecond.

    Of what was erased by law nothing is left to compare; what hung on it may be gone in one of them alone.
    """
    if (there.officer, there.at, there.verb, there.batch) != (act.officer, act.at, act.verb, act.batch):
        return False
    pairs = list(zip(there.changes, act.changes, strict=False))
    return len(there.changes) == len(act.changes) and all(
        a == b or ((a.collection, a.id) == (b.collection, b.id) and Op.ERASE in (a.op, b.op)) for a, b in pairs
    )


def _seen(conn: Connection, act: Act, inside: Inside) -> int:
    """How far the position that an author saw is of this timeline, which need not be the one on which he saw it."""
    meta = conn.execute(select(META)).one()
    if inside.timeline > meta.timeline:
        raise WrongTimeline("区服务器恢复过旧数据，还没有确认")
    old = act.number <= inside.old_upto or act.base.own <= inside.old_upto
    pos = inside.old_pos if old else act.base.pos
    if inside.timeline == meta.timeline or not inside.timeline:
        return pos
    restores = [(timeline, kept) for timeline, kept in json.loads(meta.restored_at)]
    return min(pos, common_past([(timeline, kept) for timeline, kept in inside.restores], restores))
