"""The desk of the window's bench: an encrypted replica that holds a register of so many people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

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

RECORDS_A_PERSON = 5
"""About so many a register has of them: by it the years are shared out."""
ROWS_PER_FRAME = 4_000
Held = dict[str, list[tuple[str, bytes]]]
"""By collection, the ids and packed fields of its records: a million people as objects would fill a PC's memory."""


def records_of(people: int) -> Iterator[Change]:
    """So many people with their houses, registrations and households, and what they came to the counter for."""
    known: list[counter.Someone] = []
    for change in Register(people * RECORDS_A_PERSON).each():
        if change.collection == "person":
            if len(known) == people:
                break
            known.append((change.id, change.fields["area"]))
        yield change
    chance = Chance(people)
    yield from counter.catalogue()
    yield from counter.tickets(known, chance)
    yield from counter.permits(known, chance)


def fill(path: Path, people: int) -> dict[str, int]:
    """Makes the replica and fills it as a pack would; returns how many rows of each kind it holds."""
    held: Held = {}
    for change in records_of(people):
        row = {name: value for name, value in change.fields.items() if value is not None}
        held.setdefault(change.collection, []).append((change.id, msgspec.msgpack.encode(row)))
    for part in held.values():
        part.sort()
    digest = 0
    for _, rows in _frames(held):
        digest = add_hash(digest, *(stored.rowhash for _, stored in rows))
    counts = {name: len(part) for name, part in held.items()}
    identity = DeskIdentity(
        replica=SystemIds().new(), post="矿区流动人口服务中心·窗口", officer="乌兰", areas=(DISTRICT,)
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with Replica.create(path, KEY, program(), identity, SystemClock(), SystemIds()) as replica:
        schema = replica.layout.schema.fingerprint
        replica.fill_fresh(PackHead(VERSION, PACK_POS, b"", "", schema, sum(counts.values()), digest), _frames(held))
    return counts


def _frames(held: Held) -> Iterator[Frame]:
    for name, part in sorted(held.items()):
        for at in range(0, len(part), ROWS_PER_FRAME):
            yield name, [(record, _stored(name, record, body)) for record, body in part[at : at + ROWS_PER_FRAME]]


def _stored(name: str, record: str, body: bytes) -> Stored:
    row = msgspec.msgpack.decode(body)
    return Stored(row, False, PACK_POS, row_hash(name, record, False, row))
