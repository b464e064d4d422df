"""Lifeboats of simulated PCs: files that are lost for good, and what comes of them by the hands of others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from sync.desk.lifeboat import Boat, Sent, send
from sync.district.tables import HEAD, META
from sync.errors import Damaged, LineDown
from tests.sync.world import Dice

if TYPE_CHECKING:
    from .office import Office
    from .town import Town

FAULTS = {"": 10, "before": 2, "reply": 3, "delayed": 2, "twice": 2, "byte up": 1, "byte down": 1}


class MemoryPlace:
    """A lifeboat's file, in memory."""

    def __init__(self, data: bytes = b"") -> None:
        self.data = data

    def read(self) -> bytes:
        return self.data

    def append(self, data: bytes) -> None:
        self.data += data

    def replace(self, data: bytes) -> None:
        self.data = data


def board(office: Office) -> None:
    """The program opens the file, and beside it the lifeboat."""
    if office.boat is not None:
        office.store.boat = Boat(office.boat, b"", Dice())
        office.store.boat.board(office.store.untrapped())


def sink(town: Town, office: Office, rng: Random) -> None:
    """A file is lost for good. Another desk sends its lifeboat, also one that is enrolled in its place."""
    awake = [o for o in town.alive() if not (o.revoked or o.frozen or o is office)]
    if office.boat is None or len(awake) < 2:  # somebody has to go on typing
        return
    town.say(office, "its file is lost for good")
    town.trail.follow(town)
    if rng.random() < 0.5:
        office.restart()  # it still opened that morning
    office.sink()
    town.adrift.append(office.boat)
    if rng.random() < 0.5 and not office.revoked:
        town.take_place_of(office)
    _send(town, _sender(town, rng), office.boat, rng)


def _sender(town: Town, rng: Random) -> Office:
    return rng.choice([o for o in town.alive() if not o.revoked])


def _send(town: Town, by: Office, boat: MemoryPlace, rng: Random) -> None:
    """As far as the line goes."""
    by.line.fault = rng.choices(list(FAULTS), list(FAULTS.values()))[0]
    by.line.skip, by.line.rng = 0, rng
    fault = by.line.fault
    try:
        sent: Sent | None = send(by.line, boat)
    except (LineDown, Damaged, OperationalError):
        sent = None
    by.line.fault = ""
    town.say(by, f"sends a lifeboat {fault}: {sorted(sent.fates.items()) if sent else 'cut'}")


def come_home(town: Town, *, living: bool = False) -> None:
    """Faults are over: every lifeboat of a lost file arrives, and once all desks have sent what they have, a living one's."""
    rng = Random(len(town.log))
    boats = [o.boat for o in town.alive() if o.boat is not None and o.boat.data] if living else list(town.adrift)
    for boat in rng.sample(boats, min(1, len(boats))) if living else boats:
        sent = send(_sender(town, rng).line, boat)
        town.home.append(boat)
        odd = {fate: n for fate, n in sent.fates.items() if fate not in ("taken", "known")}
        if odd or sent.broken:
            town.wrongs.append(f"I2 of a lifeboat not all was taken: {odd}, {sent.broken}")


def again(town: Town) -> Iterator[str]:
    """I4: a lifeboat that has come home may be sent again."""
    for boat in town.home:
        with town.engine.connect() as conn:
            before, heads = conn.execute(select(META)).one(), conn.execute(select(HEAD.c.rowhash)).scalars().all()
        sent = send(_sender(town, Random(1)).line, boat)
        with town.engine.connect() as conn:
            after, now = conn.execute(select(META)).one(), conn.execute(select(HEAD.c.rowhash)).scalars().all()
        if after != before or now != heads or set(sent.fates) - {"known"}:
            yield f"I4 a lifeboat that was sent again changed the district: {sent.fates}"


def grants_of(town: Town, office: Office) -> list[str]:
    """What the district lets a desk hold."""
    row = town.engine.raw.execute("SELECT grants FROM desk WHERE replica=?", (office.replica,)).fetchone()
    return list(json.loads(row[0]))
