"""The desk of the window's bench: an encrypted replica that holds a register of so many people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from baiyun_desktop.replica import DeskIdentity, Replica
from sync.act import Change
from sync.canon import add_hash, row_hash
from sync.desk.packs import Frame
from sync.desk.rows import Stored
from sync.outside import SystemClock, SystemIds
from sync.protocol import VERSION, PackHead

from . import counter
from .chance import Chance
from .desk import KEY
from .district import program
from .register import DISTRICT, Register
from .ui_news import PACK_POS

RECORDS_A_PERSON = 5.2
"""More than a register has of them, so that it never ends before the people do."""
ROWS_PER_FRAME = 4_000


def records_of(people: int) -> list[Change]:
    """So many people with their houses, registrations and households, and what they came to the counter for."""
    found = _register(people)
    known, chance = [c for c in found if c.collection == "person"], Chance(people)
    return [*found, *counter.catalogue(), *counter.tickets(known, chance), *counter.permits(known, chance)]


def _register(people: int) -> list[Change]:
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
