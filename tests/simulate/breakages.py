"""The engine broken on purpose, one promise at a time: a simulator that does not notice is no simulator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import select

import baiyun_desktop.replica.counted
import baiyun_desktop.replica.numbers
import sync.desk.apply
import sync.desk.blobs
import sync.desk.lifeboat
import sync.desk.rewind
import sync.district.changes
import sync.district.compact
import sync.district.district
import sync.district.erase
import sync.district.feed
import sync.district.numbers
import sync.district.taking
import sync.district.telling
from sync.act import Outcome, Verdict
from sync.desk.apply import Applier
from sync.desk.courier import Courier
from sync.desk.lifeboat import Boat
from sync.desk.lifeboat_files import Cargo
from sync.district.accept import Acceptor
from sync.district.contests import Contests, Decided
from sync.district.district import District
from sync.district.doubts import Doubts, write_system
from sync.district.holding import Holding
from sync.district.judging import UnitReader
from sync.district.lifeboat import Lifeboats
from sync.district.membership import Membership
from sync.district.numbers import SERIES
from sync.district.tables import ACT, HEAD
from sync.district.taking import Taker
from sync.district.unit import Unit
from sync.errors import Refused
from sync.merge import Author, Merged
from sync.system import CONTEST


@dataclass(frozen=True, slots=True)
class Breakage:
    """Attributes that stand otherwise while it lasts."""

    puts: tuple[tuple[Any, str, Any], ...]

    def __call__(self) -> AbstractContextManager[None]:
        return self._broken()

    @contextmanager
    def _broken(self) -> Iterator[None]:
        before = [(owner, name, owner.__dict__[name]) for owner, name, _ in self.puts]
        for owner, name, value in self.puts:
            setattr(owner, name, value)
        try:
            yield
        finally:
            for owner, name, value in before:
                setattr(owner, name, value)


def _nothing(*_args: Any, **_named: Any) -> None:
    return None


_desk = Taker._desk
_hello = Taker._hello
_cursor = Applier._cursor
_settle_acts = Applier._settle_acts
_next_acts = Courier._next_acts
_digest_of = sync.district.telling.digest_of


def _any_fence(self: Any, conn: Any, replica: str, request: Any) -> Any:
    return _desk(self, conn, replica, msgspec.structs.replace(request, fence=2**40))


def _any_hello(self: Any, conn: Any, *, request: Any, **more: Any) -> Any:
    return _hello(self, conn, request=msgspec.structs.replace(request, fence=2**40), **more)


def _last_cursor(self: Any, conn: Any, pos: int, tag: bytes, change: int, count: int) -> None:
    if tag:
        _cursor(self, conn, pos, tag, change, count)


def _no_own(_schema: Any, entries: Any, *_rest: Any) -> Any:
    return entries


def _early(self: Any, conn: Any, pos: int, **more: Any) -> Any:
    return _settle_acts(self, conn, 2**60, **more)


def _half(self: Any, mark: int) -> None:
    del self._undo[mark:]


def _kept(self: Any, conn: Any, key: Any, current: Any) -> tuple[int, int]:
    return (-current.rowhash, -1) if current else (0, 0)


def _at_once(self: Any, conn: Any, key: Any, current: Any) -> tuple[int, int]:
    self.rows.of(key[0]).remove(conn, key[1])
    conn.exec_driver_sql("DELETE FROM sync_touch WHERE collection=? AND record=?", key)
    conn.exec_driver_sql("DELETE FROM sync_pristine WHERE collection=? AND record=?", key)
    return (-current.rowhash, -int(current.rowhash != 0)) if current else (0, 0)


def _by_number(conn: Any, line: Any, acts: Any, hashes: Any) -> Any:
    query = select(ACT).where(line.acts, ACT.c.number.between(acts[0].number, acts[-1].number))
    rows = conn.execute(query).all()
    return {r.number: Verdict(r.number, Outcome(r.outcome), r.pos, r.reason) for r in rows}, None


def _anywhere(entries: Any) -> Iterator[Any]:
    yield from (entries[at : at + 3] for at in range(0, len(entries), 3))


def _pushed_by(self: Any, conn: Any) -> Iterator[Any]:
    acts = list(_next_acts(self, conn))
    yield from (msgspec.structs.replace(act, officer=acts[-1].officer) for act in acts)


def _not_put(self: Any) -> None:
    self._upto = self._next or self._upto


def _counted(conn: Any, *rest: Any) -> tuple[int, int]:
    conn.execute(select(HEAD)).all()
    return _digest_of(conn, *rest)


def _last_word(self: Any, change: Any, head: Any, author: Any) -> Any:
    value = dict(change.fields["value"])
    fields = {"state": "decided", "chosen": value, "decided_by": author.officer, "decided_at": author.at}
    write_system(self.unit, author, (CONTEST, head.id), fields)
    return Decided(value=value, group=head.payload["group"])


def _silent_void(head: Any, author: Any, contest: Any, *_steps: Any) -> Merged:
    return Merged(fields={} if head.voided else {"voided": True})


def _refused_at_once(self: Any, reply: Any, *_rest: Any) -> None:
    raise Refused(reply.revoked)


def _cut_short(engine: Any, upto: int, limits: Any) -> int:
    while sync.district.compact._sweep(engine, upto, limits.positions_per_sweep):
        pass
    return upto


def _once_more(conn: Any, wanted: Any, *_rest: Any) -> Any:
    """The next block, and nothing is written down."""
    query = select(SERIES.c.reserved_to).where(SERIES.c.pattern == wanted.pattern, SERIES.c.year == wanted.year)
    last = conn.execute(query).scalar_one_or_none() or 0
    return msgspec.structs.replace(wanted, first=last + 1, last=last + wanted.last)


BREAKAGES = {
    "everything counts as seen": Breakage(((Author, "saw", lambda self, stamp: True),)),
    "fences are ignored": Breakage(((Taker, "_desk", _any_fence), (Taker, "_hello", _any_hello))),
    "digests are not kept": Breakage(((sync.district.feed, "sum_up", _nothing),)),
    "held acts are never released": Breakage(((Holding, "release", _nothing), (Holding, "_ready", lambda self: []))),
    "rows that leave stay in the file": Breakage(((Applier, "_leave", _kept),)),
    "what waited to leave never does": Breakage(((Applier, "_leave_at_last", _nothing),)),
    "rows leave though an act on them waits": Breakage(((Applier, "_leave", _at_once),)),
    "slices without a cursor": Breakage(((Applier, "_cursor", _last_cursor),)),
    "slices end in the middle of an act": Breakage(((sync.desk.apply, "_slices", _anywhere),)),
    "what was judged is judged again": Breakage(((sync.district.taking, "known_acts", lambda *_: ({}, None)),)),
    "own acts are not written down": Breakage(((sync.desk.apply, "with_own", _no_own),)),
    "acts leave the shown sum with their verdict": Breakage(((Applier, "_settle_acts", _early),)),
    "a refused act stays half": Breakage(((Unit, "rollback", _half),)),
    "areas do not follow": Breakage(((Membership, "refresh", lambda self, keys: {}),)),
    "steps are not judged": Breakage(((Acceptor, "_judged", lambda self, change: False),)),
    "a guard sees no history": Breakage(((UnitReader, "children", lambda self, collection, parent: []),)),
    "doubts are not looked for": Breakage(((Doubts, "check", lambda self, keys: []),)),
    "a base is what the desk knows now": Breakage(
        ((Author, "made", lambda self, desk, number: desk == self.stamp.desk or number < self.base.pos),)
    ),
    "packs keep what has left": Breakage(((Applier, "held", lambda self, conn, upto: []),)),
    "a round that was given up goes on writing": Breakage(
        ((Courier, "_writing", lambda self: self._store.writing("courier")),)
    ),
    "a copy's acts are taken for those under their numbers": Breakage(
        ((sync.district.taking, "known_acts", _by_number),)
    ),
    "what a restored district lost is not offered again": Breakage(
        ((sync.desk.rewind, "offer_again", lambda *_: (set(), set())),)
    ),
    "a restored district says nothing of it": Breakage(((District, "new_timeline", _nothing),)),
    "whoever sends an act has made it": Breakage(((Courier, "_next_acts", _pushed_by),)),
    "a round in step counts all rows": Breakage(((sync.district.telling, "digest_of", _counted),)),
    "the last decision counts": Breakage(((Contests, "decide", _last_word),)),
    "a void wins silently": Breakage(((sync.district.changes, "merge_void", _silent_void),)),
    "what a link joins or parts keeps its areas": Breakage(((Membership, "_stirred", lambda self, key: []),)),
    "a revoked desk is turned away with all it has": Breakage(((Courier, "_end", _refused_at_once),)),
    "acts keep what was erased": Breakage(((sync.district.erase, "_strip_acts", _nothing),)),
    "files stay when their record leaves": Breakage(((sync.desk.blobs, "leave_record", _nothing),)),
    "the journal tells of what has left": Breakage(((sync.desk.apply, "seal_acts_about", _nothing),)),
    "the feed is cut short and nobody told": Breakage(((sync.district.district, "compact", _cut_short),)),
    "the district gives the same block twice": Breakage(((sync.district.numbers, "_give", _once_more),)),
    "numbers are not counted beside the file": Breakage(((baiyun_desktop.replica.counted, "save", _nothing),)),
    "blocks that a round brings are not written down": Breakage(
        ((baiyun_desktop.replica.numbers, "take_block", _nothing),)
    ),
    "the lifeboat is cut before the backup covers it": Breakage(
        (
            (sync.desk.lifeboat, "covered_end", lambda frames, conn: frames[-1].end if frames else 0),
            (sync.desk.lifeboat, "_COVERED", "SELECT coalesce(max(number), 0) FROM sync_journal"),
        )
    ),
    "what is saved does not go to the lifeboat": Breakage(((Boat, "put", _not_put),)),
    "a lifeboat takes no files": Breakage(((Cargo, "_stow", _nothing),)),
    "a lifeboat's acts go where the frame before them went": Breakage(
        ((Lifeboats, "_way_of", lambda self, conn, after, start, lines, way, act: way),)
    ),
    "nothing is rescued when its time is over": Breakage(((Holding, "tend", lambda self, now_ms: 0),)),
}
"""Each by what an engineer would say of it."""
