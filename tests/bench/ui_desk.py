"""The desk of the window's bench: an encrypted replica that holds a register, and a line that brings it more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from baiyun_desktop.replica import DeskIdentity, Replica
from sync.act import Change
from sync.codec import add_hash, row_hash
from sync.desk.packs import Frame
from sync.desk.rows import Stored
from sync.outside import SystemClock, SystemIds
from sync.protocol import VERSION, Entry, PackHead, RoundReply, RoundRequest, decode, encode, pack_feed

from .desk import KEY
from .district import program
from .register import DISTRICT, Register

RECORDS_A_PERSON = 5.2
"""More than a register has of them, so that it never ends before the people do."""
ROWS_PER_FRAME = 4_000
PACK_POS = 1_000
NEWS_SEED = 4_711
NEWS_A_REPLY = 500


def records_of(people: int) -> list[Change]:
    """A register of so many people with their houses, registrations, movements and households."""
    found: list[Change] = []
    seen = 0
    for change in Register(int(people * RECORDS_A_PERSON) + 200).records():
        seen += change.collection == "person"
        if seen > people:
            return found
        found.append(change)
    raise RuntimeError(f"the register holds only {seen} people")


def fill(path: Path, people: int) -> dict[str, int]:
    """Makes the replica and fills it as a pack would; returns how many rows of each kind it holds."""
    frames = list(_frames(records_of(people)))
    digest = add_hash(0, *(stored.rowhash for _, rows in frames for _, stored in rows))
    counts: dict[str, int] = {}
    for collection, rows in frames:
        counts[collection] = counts.get(collection, 0) + len(rows)
    identity = DeskIdentity(
        replica=SystemIds().new(), post="矿区流动人口服务中心·窗口", officer="乌兰", areas=(DISTRICT,)
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with Replica.create(path, KEY, program(), identity, SystemClock(), SystemIds()) as replica:
        schema = replica.layout.schema.fingerprint
        replica.fill_fresh(PackHead(VERSION, PACK_POS, b"", "", schema, sum(counts.values()), digest), frames)
    return counts


def _frames(records: Sequence[Change]) -> Iterator[Frame]:
    by_collection: dict[str, list[Change]] = {}
    for change in records:
        by_collection.setdefault(change.collection, []).append(change)
    for name, part in sorted(by_collection.items()):
        part.sort(key=lambda c: c.id)
        for at in range(0, len(part), ROWS_PER_FRAME):
            yield name, [(c.id, _stored(c)) for c in part[at : at + ROWS_PER_FRAME]]


def _stored(change: Change) -> Stored:
    row = {name: value for name, value in change.fields.items() if value is not None}
    return Stored(row, False, PACK_POS, row_hash(change.collection, change.id, False, row))


class NewsLine:
    """A line whose district has so many new records for this desk, as after a week without a line.

    The bytes are those of the protocol; only the district behind it is played, so that what the bench measures is the desk.
    """

    def __init__(self, records: int) -> None:
        news = [c for c in Register(records * 2, seed=NEWS_SEED).records() if c.collection != "organisation"][:records]
        parts = [news[at : at + NEWS_A_REPLY] for at in range(0, len(news), NEWS_A_REPLY)]
        self._replies = [self._reply(n, part, more=n < len(parts) - 1) for n, part in enumerate(parts)]

    def _reply(self, number: int, part: Sequence[Change], *, more: bool) -> bytes:
        first = PACK_POS + 1 + number * NEWS_A_REPLY
        entries = [Entry(first + n, "e", c.collection, c.id, c.fields) for n, c in enumerate(part)]
        last = entries[-1].pos
        return encode(RoundReply(last, b"", SystemClock().now_ms(), 0, [], pack_feed(entries, []), more))

    def post(self, path: str, body: bytes) -> bytes:
        at = (decode(body, RoundRequest).pos - PACK_POS) // NEWS_A_REPLY
        return self._replies[at]

    def get(self, path: str, span: tuple[int, int] | None = None) -> bytes:
        raise AssertionError("no pack was offered")
