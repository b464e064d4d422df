"""The messages of a round: what a desk asks, what the district answers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

import msgspec

from .act import Act, Change, Op, Verdict
from .codec import BROKEN, CHANGES_MAX, MESSAGE_BYTES_MAX, compress, decompress, pack_changes, unpack_changes
from .columns import IdTable, pack_column, pack_ints, unpack_column, unpack_ints
from .enrolment import NumberBlock
from .errors import Damaged, Refused
from .limits import LIMITS

VERSION = 1
"""The protocol's version; the district serves each version that a supported desk may speak."""

ACTS_PER_BATCH_MAX = LIMITS.acts_per_batch
CHANGES_PER_ACT_MAX = LIMITS.changes_per_act
ACT_BYTES_MAX = LIMITS.act_bytes
BATCH_BYTES_MAX = LIMITS.batch_bytes
"""Bounds: an act is refused above them, a batch is cut between acts."""

LEVEL, LEVEL_SMALL, SMALL_BYTES = 12, 17, 2**19
"""A small message is worth the few milliseconds that zstd takes to tell its columns apart; a large one is not."""

ASK_SEAL = "seal"
"""Asks for the public key that acts are sealed to; see `seal`."""

ASK_NUMBERS = "numbers"
"""Asks for blocks of numbers; see `NumbersAsked`. What comes is a list of `NumberBlock`."""

NUMBER_MAX = 2**53
"""Whole numbers are exact up to it in every program that may ever read them."""

T = TypeVar("T")
_CHANGE = Op.FIELDS
_SAID = ("desk", "officer", "verb")
_KINDS = frozenset("eflx")


class RoundRequest(msgspec.Struct, array_like=True):
    """A desk's part of a round: where it stands, and the next acts that have no verdict.

    `fence` grows with every round of a desk, so that a request of an abandoned round writes nothing any more.
    `scope` is the fingerprint of the areas whose rows the desk holds. `acts` are `codec.pack_acts`.
    `ranges` are `ranges.sums` of all rows held, sent after a digest did not agree. `timeline` is the district's as this
    desk knows it, 0 where it knows none; acts up to `old_upto` were typed before it knew that one, and count as having seen
    no more than `old_pos`.

    `level` is the desk's schema level: what a newer level asks of a step waits for the desk's upgrade. `waiting` more acts
    have no verdict, the oldest for `oldest_ms` milliseconds of the desk's never-decreasing clock. `sealed` are acts whose content
    only the district can read any more, sent in place of `acts`: as (number, last own act seen, `seal.seal`), of which a fork
    changes the first two. `asks` are questions beside the
    round by their names; a district that does not know one leaves it out of its `answers`.
    """

    version: int
    epoch: int
    fence: int
    pos: int
    tag: bytes
    scope: str
    acts: bytes = b""
    limit: int = BATCH_BYTES_MAX
    ranges: bytes = b""
    timeline: int = 0
    old_upto: int = -1
    old_pos: int = 0
    level: int = 0
    waiting: int = 0
    oldest_ms: int = 0
    sealed: list[tuple[int, int, bytes]] = []
    asks: dict[str, Any] = {}


class RoundReply(msgspec.Struct, array_like=True):
    """The district's part: verdicts on acts, what changed since the cursor, and the cursor to hold next.

    `upto` is the last act the district has taken. `verdicts` holds only answers that differ from
    "applied at the position before plus one"; see `pack_verdicts`. `more` says that the feed goes on. `digest` is
    (sum, rows) of what the desk should hold at `pos`, sent where the feed has come to its end. `pack` names a pack to
    be loaded first: (name, position). `repair` are the ranges that differ; the feed then holds all rows of those.

    `fork` is (epoch, number, first): the district has another act of that number, and from there on the file's own acts
    are numbered from `first` in that epoch; (0, 0, 0) where the request's epoch was given on a past that is lost.
    `timeline` is the district's, begun at its last restore; where the desk knows an older one, no acts are taken. Who knows
    another or none is told of all `restores` that led to it: each as (timeline begun, the last position kept).

    `covered` is the position up to which a backup off the district's machine goes: what lies above it a desk may have to
    offer again. `revoked` says why this desk is served no more; its acts have been taken in all the same. `pause_ms` asks
    it to wait so long before its next request. `answers` are those to the request's `asks`.
    """

    pos: int
    tag: bytes
    now: int
    upto: int
    verdicts: list[Any]
    feed: bytes = b""
    more: bool = False
    digest: tuple[int, int] | None = None
    scope: str = ""
    pack: tuple[str, int] | None = None
    repair: list[int] | None = None
    fork: tuple[int, int, int] | None = None
    timeline: int = 0
    restores: list[tuple[int, int]] = []
    covered: int = 0
    revoked: str = ""
    pause_ms: int = 0
    answers: dict[str, Any] = {}


class NumbersAsked(msgspec.Struct, array_like=True, frozen=True):
    """A desk's question for blocks of numbers, of each of `series` as (pattern, year).

    `mark` is the question's own and stays the same until an answer has been read, so that what was lost on the line is
    given again. `last` is the last act that the desk knows of its line: one that has not heard of all of them is a copy,
    or an older file, and what the other was given is none of its business.
    """

    mark: Annotated[str, msgspec.Meta(pattern="^[!-~]{1,64}$")]
    last: int
    series: Annotated[list[tuple[str, int]], msgspec.Meta(max_length=64)]


class News(msgspec.Struct, array_like=True):
    """What wakes a waiting desk: there is something up to `pos`, in these of the areas that it holds; no content."""

    pos: int
    areas: list[str]


class Entry(msgspec.Struct, frozen=True):
    """What one act did to one record, as the feed carries it.

    `kind` is "e" where the record enters the desk's areas (fields are the whole row as the desk may see it), "f" for
    fields, "l" where it leaves, "x" where it was erased by law. `void` is the record's state after it.
    """

    pos: int
    kind: str
    collection: str
    id: str
    fields: dict[str, Any]
    voided: bool = False


class Stamp(msgspec.Struct, frozen=True, array_like=True):
    """Who did what stands at a position: shown in a record's history."""

    pos: int
    desk: str
    officer: str
    at: int
    verb: str


def _v1(raw: bytes) -> RoundRequest:
    return msgspec.msgpack.decode(raw, type=RoundRequest)


UPCASTERS: dict[int, Callable[[bytes], RoundRequest]] = {1: _v1}
"""How a request of each version that a supported desk may speak becomes one of today's. A desk never migrates its acts."""

TOO_OLD = "这台电脑上的白云版本太旧，请先升级；未上传的内容仍在本机，不会丢失"
TOO_NEW = "区服务器的版本比这台电脑旧，请等区里升级；未上传的内容仍在本机，不会丢失"


class PackHead(msgspec.Struct, array_like=True):
    """The first frame of a pack: what it holds. Each further frame is (collection, columns) for `unpack_rows`.

    `erased` are all records that were erased by law up to its position: whoever takes the pack in may have content of
    theirs in a journal, and did not hear the feed say so.
    """

    version: int
    pos: int
    tag: bytes
    scope: str
    schema: str
    rows: int
    digest: int
    erased: list[tuple[str, str]] = []


def encode(message: Any) -> bytes:
    """A message as it travels: msgpack, compressed where that saves anything; the first byte says which.

    Each form carries a checksum: TLS ends at an office's proxy, and a parcel travels on a stick.
    """
    raw = msgspec.msgpack.encode(message)
    if len(raw) < 200:
        return b"\0" + _checksum(raw) + raw
    return b"\1" + compress(raw, LEVEL_SMALL if len(raw) <= SMALL_BYTES else LEVEL)


def decode(data: bytes, kind: type[T], limit: int = MESSAGE_BYTES_MAX) -> T:
    """The message; raises Damaged where the bytes are not one, or would unpack into more than `limit`."""
    try:
        return msgspec.msgpack.decode(_raw(data, limit), type=kind)
    except BROKEN as error:
        raise Damaged(f"a message could not be read: {error}") from error


def _raw(data: bytes, limit: int) -> bytes:
    try:
        return _plain(data) if data[:1] == b"\0" else decompress(data[1:], limit)
    except BROKEN as error:
        raise Damaged(f"a message could not be read: {error}") from error


def read_request(data: bytes, limit: int = LIMITS.message_bytes_district) -> RoundRequest:
    """A request of any version that a supported desk may speak, as one of today's; raises Damaged or Refused."""
    raw = _raw(data, limit)
    try:
        version = msgspec.msgpack.decode(raw)[0]
        upcast = UPCASTERS.get(version)
    except BROKEN as error:
        raise Damaged(f"a message could not be read: {error}") from error
    if upcast is None:
        older = isinstance(version, int) and version < VERSION
        raise Refused(TOO_OLD if older else TOO_NEW)
    try:
        return upcast(raw)
    except BROKEN as error:
        raise Damaged(f"a message could not be read: {error}") from error


def read_reply(data: bytes) -> RoundReply:
    """A district's answer; raises Damaged where it is none, or says a number that no district comes to."""
    reply = decode(data, RoundReply)
    r, sums = reply, reply.digest or (0, 0)
    numbers = [r.pos, r.now, r.upto, r.timeline, r.covered, r.pause_ms, sums[1], *(r.fork or ()), *(r.pack or ())[1:]]
    numbers += [part for restore in r.restores for part in restore]
    if not all(0 <= number <= NUMBER_MAX for number in numbers) or not -(2**63) <= sums[0] < 2**63:
        raise Damaged("a number of the message is beyond what any district says")
    return reply


def numbers_asked(request: RoundRequest) -> NumbersAsked | None:
    """A request's question for numbers, if there is one; raises Damaged where it is none that a desk would ask."""
    asked = request.asks.get(ASK_NUMBERS)
    try:
        return None if asked is None else msgspec.convert(asked, NumbersAsked)
    except BROKEN as error:
        raise Damaged(f"a question for numbers could not be read: {error}") from error


def numbers_given(reply: RoundReply) -> list[NumberBlock] | None:
    """The blocks that a reply brings; None where it does not answer. Raises Damaged where no district would give them."""
    given = reply.answers.get(ASK_NUMBERS)
    try:
        blocks = None if given is None else msgspec.convert(given, list[NumberBlock])
    except BROKEN as error:
        raise Damaged(f"blocks of numbers could not be read: {error}") from error
    if any(not (1 <= b.first <= b.last <= NUMBER_MAX and 0 <= b.year <= NUMBER_MAX) for b in blocks or ()):
        raise Damaged("a block of numbers that no district gives")
    return blocks


def _checksum(raw: bytes) -> bytes:
    return hashlib.blake2b(raw, digest_size=4).digest()


def _plain(data: bytes) -> bytes:
    """The content of a message that was not compressed; raises Damaged where it is not what was sent."""
    if data[1:5] != _checksum(data[5:]):
        raise Damaged("a message arrived damaged")
    return data[5:]


def sealed_form(body: bytes) -> bytes:
    """An act's bytes as they are sealed: who opens them later must know the version that wrote them."""
    return bytes((VERSION,)) + body


def read_sealed(content: bytes) -> Act:
    """The act of `sealed_form`; raises Damaged where it is none that a supported desk may have sealed."""
    try:
        if content[0] not in UPCASTERS:
            raise Damaged("a sealed act of another version")
        return msgspec.msgpack.decode(content[1:], type=Act)
    except BROKEN as error:
        raise Damaged(f"a sealed act could not be read: {error}") from error


def pack_verdicts(verdicts: Sequence[Verdict]) -> list[Any]:
    """Verdicts as runs [first number, outcome, first position, count], where numbers and positions go up together."""
    runs: list[Any] = []
    for v in verdicts:
        last = runs[-1] if runs else None
        if (
            last is not None
            and not v.reason
            and not v.results
            and len(last) == 4
            and (last[0] + last[3], last[1]) == (v.number, v.outcome.value)
            and v.pos == (last[2] + last[3] if last[2] else 0)
        ):
            last[3] += 1
        elif v.reason or v.results:
            runs.append([v.number, v.outcome.value, v.pos, 1, v.reason, list(v.results)])
        else:
            runs.append([v.number, v.outcome.value, v.pos, 1])
    return runs


def unpack_verdicts(runs: Sequence[Any]) -> list[Verdict]:
    """The verdicts of `pack_verdicts`; raises Damaged where the runs are none."""
    found = []
    try:
        for number, outcome, pos, count, *rest in runs:
            if not 0 <= number + count + pos <= NUMBER_MAX or not 0 <= count <= CHANGES_MAX:
                raise Damaged("a verdict on acts that no desk has sent")
            reason, results, *_ = rest or ("", [])
            for n in range(count):
                row = (number + n, outcome, pos + n if pos else 0, reason, tuple(results))
                found.append(msgspec.convert(row, Verdict))
    except BROKEN as error:
        raise Damaged(f"verdicts could not be read: {error}") from error
    return found


def pack_feed(entries: Sequence[Entry], stamps: Sequence[Stamp]) -> bytes:
    """Feed entries and the stamps of their positions as columns, not yet compressed."""
    ids = IdTable()
    columns = [
        len(entries),
        pack_ints([e.pos for e in entries]),
        pack_column([e.kind for e in entries], ids),
        pack_ints([n for n, e in enumerate(entries) if e.voided]),
        sum(e.voided for e in entries),
        pack_changes([Change(e.collection, e.id, _CHANGE, e.fields) for e in entries]),
        len(stamps),
        pack_ints([s.pos for s in stamps]),
        pack_ints([s.at for s in stamps]),
        *(pack_column([getattr(s, name) for s in stamps], ids) for name in _SAID),
    ]
    return msgspec.msgpack.encode([ids.dump(), *columns])


def unpack_feed(data: bytes) -> tuple[list[Entry], list[Stamp]]:
    """The entries and stamps of `pack_feed`; raises Damaged where the bytes are not such a feed."""
    if not data:
        return [], []
    try:
        table, count, poss, kinds, voided, voids, sheet, stamped, spos, sat, *said = msgspec.msgpack.decode(data)
        ids = IdTable.load(table)
        void = set(unpack_ints(voided, voids))
        heads = zip(unpack_ints(poss, count), unpack_column(kinds, count, ids), unpack_changes(sheet), strict=True)
        entries = [Entry(pos, kind, c.collection, c.id, c.fields, n in void) for n, (pos, kind, c) in enumerate(heads)]
        times = unpack_ints(spos, stamped), unpack_ints(sat, stamped)
        if any(entry.kind not in _KINDS for entry in entries):
            raise Damaged("a feed holds what this version cannot take in")
        words = [unpack_column(column, stamped, ids) for column in said[: len(_SAID)]]
        stamps = [
            Stamp(pos, desk, officer, at, verb) for pos, at, desk, officer, verb in zip(*times, *words, strict=True)
        ]
        return entries, stamps
    except BROKEN as error:
        raise Damaged(f"a feed could not be read: {error}") from error
