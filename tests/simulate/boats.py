"""Lifeboats of simulated PCs: files that are lost for good, and what comes of them by the hands of others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import nullcontext
from random import Random
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from sync.desk.lifeboat import Boat, Sent, send
from sync.desk.lifeboat_files import Cargo, send_files
from sync.district.tables import HEAD, META
from sync.errors import Damaged, LineDown
from tests.sync.world import Dice

if TYPE_CHECKING:
    from .office import Office
    from .town import Town

FAULTS = {"": 10, "before": 2, "reply": 3, "delayed": 2, "twice": 2, "byte up": 1, "byte down": 1}


class MemoryHold:
    """Where a lifeboat's files lie, in memory."""

    def __init__(self, files: dict[str, bytes] | None = None) -> None:
        self.files = dict(files or {})

    def sizes(self) -> dict[str, int]:
        return {name: len(data) for name, data in self.files.items()}

    def read(self, name: str) -> bytes:
        return self.files[name]

    def write(self, name: str, data: bytes) -> None:
        self.files[name] = data

    def rename(self, name: str, to: str) -> None:
        self.files[to] = self.files.pop(name)

    def remove(self, name: str) -> None:
        self.files.pop(name, None)


class MemoryPlace:
    """A lifeboat's file, in memory, and the hold beside it."""

    def __init__(self, copy_of: MemoryPlace | None = None) -> None:
        self.data = copy_of.data if copy_of else b""
        self.hold = MemoryHold(copy_of.hold.files if copy_of else None)

    def read(self) -> bytes:
        return self.data

    def append(self, data: bytes) -> None:
        self.data += data

    def replace(self, data: bytes) -> None:
        self.data = data


def board(office: Office) -> None:
    """The program opens the file, and beside it the lifeboat."""
    if office.boat is not None:
        cargo = Cargo(office.boat.hold, b"", lambda: nullcontext(office.store.untrapped()), Dice())
        office.store.boat = Boat(office.boat, b"", Dice(), named=cargo.soon)
        office.store.boat.board(office.store.untrapped())
        office.stow = cargo.soon
        cargo.soon()


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


def hand_in(town: Town, office: Office, rng: Random) -> None:
    """Somebody sends the lifeboat of a desk that lives, whatever its file has not sent yet."""
    if office.boat is not None and office.boat.data:
        town.trail.follow(town)
        _send(town, _sender(town, rng), office.boat, rng)


def _sender(town: Town, rng: Random) -> Office:
    return rng.choice([o for o in town.alive() if not o.revoked])


def _send(town: Town, by: Office, boat: MemoryPlace, rng: Random) -> None:
    """As far as the line goes."""
    by.line.fault = rng.choices(list(FAULTS), list(FAULTS.values()))[0]
    by.line.skip, by.line.rng = 0, rng
    fault = by.line.fault
    try:
        sent: Sent | None = send_whole(by, boat)
    except (LineDown, Damaged, OperationalError):
        sent = None
    by.line.fault = ""
    said = sorted({**sent.fates, **{f"file {k}": n for k, n in sent.files.items()}}.items()) if sent else "cut"
    town.say(by, f"sends a lifeboat {fault}: {said}")


def send_whole(by: Office, boat: MemoryPlace) -> Sent:
    """A lifeboat with its files."""
    sent = send(by.line, boat)
    send_files(by.line, boat.hold, sent)
    return sent


def come_home(town: Town, *, living: bool = False) -> None:
    """Faults are over: every lifeboat of a lost file arrives, and once all desks have sent what they have, a living one's."""
    rng = Random(len(town.log))
    boats = [o.boat for o in town.alive() if o.boat is not None and o.boat.data] if living else list(town.adrift)
    for boat in rng.sample(boats, min(1, len(boats))) if living else boats:
        sent = send_whole(_sender(town, rng), boat)
        town.home.append(boat)
        odd = {fate: n for fate, n in sent.fates.items() if fate not in ("taken", "known")}
        # Of a file nobody knows any more what named it once that was erased by law.
        odd |= {fate: n for fate, n in sent.files.items() if fate not in ("taken", "known", "unnamed")}
        if odd or sent.broken:
            town.wrongs.append(f"I2 of a lifeboat not all was taken: {odd}, {sent.broken}")


def again(town: Town) -> Iterator[str]:
    """I4: a lifeboat that has come home may be sent again."""
    for boat in town.home:
        with town.engine.connect() as conn:
            before, heads = conn.execute(select(META)).one(), conn.execute(select(HEAD.c.rowhash)).scalars().all()
        sent = send_whole(_sender(town, Random(1)), boat)
        with town.engine.connect() as conn:
            after, now = conn.execute(select(META)).one(), conn.execute(select(HEAD.c.rowhash)).scalars().all()
        if after != before or now != heads or set(sent.fates) - {"known"} or "taken" in sent.files:
            yield f"I4 a lifeboat that was sent again changed the district: {sent.fates} {sent.files}"


def grants_of(town: Town, office: Office) -> list[str]:
    """What the district lets a desk hold."""
    row = town.engine.raw.execute("SELECT grants FROM desk WHERE replica=?", (office.replica,)).fetchone()
    return list(json.loads(row[0]))
