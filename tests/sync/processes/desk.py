"""A desk in a process of its own: an officer types, the courier goes on a round, and a named point ends it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection, create_engine

from sync.desk import apply, laying, packs
from sync.desk.courier import Courier
from sync.desk.journal import Journal
from sync.desk.store import PlainStore
from sync.desk.transport import Transport
from sync.errors import SyncError
from sync.outside import SystemClock, SystemIds
from tests.sync.chance import Chance
from tests.sync.processes.fate import Fate
from tests.sync.processes.nursery import Talk
from tests.sync.small import SCHEMA
from tests.sync.world import DeskInTest

SLICE_ENTRIES = 3
PIECE_BYTES = 512
"""Both short, so that a small round has several."""


@dataclass
class Ground:
    """What a desk and its officers have of a world when they are alone in a process."""

    clock: SystemClock
    ids: SystemIds


class Officers(Chance):
    """Officers who do anything at the desk in front of them."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.world = Ground(SystemClock(), SystemIds())  # type: ignore[assignment]
        self.log = []
        self.forms = {}


class Line(Transport):
    """A desk's line, with a point on either side of each piece of a pack."""

    replica = ""
    fate: Fate | None = None

    def get(self, path: str, span: tuple[int, int] | None = None) -> bytes:
        piece = super().get(path, span)
        if self.fate is not None:
            self.fate.at("piece of a pack")
        return piece


class MortalStore(PlainStore):
    """A store with a point on either side of each commit."""

    fate: Fate | None = None
    saving = True

    @contextmanager
    def writing(self, priority: str = "clerk") -> Iterator[Connection]:
        what = "save" if self.saving else "slice" if priority == "courier" else "fill"
        with super().writing(priority) as conn:
            yield conn
            if self.fate is not None:
                self.fate.at(f"before commit of a {what}")
        if self.fate is not None:
            self.fate.at(f"after commit of a {what}")


def short_slices() -> None:
    """Makes slices and pieces of packs short in this process."""
    apply.SLICE_ENTRIES = laying.SLICE_ENTRIES = SLICE_ENTRIES  # type: ignore[attr-defined]
    packs.PIECE_BYTES = PIECE_BYTES


def open_desk(name: str, path: Path, line: Any, ground: Any, fate: Fate | None = None) -> DeskInTest:
    """The desk that works on a file."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"check_same_thread": False})
    store = MortalStore(engine, SCHEMA, path.with_suffix(""))
    store.fate = fate
    desk = DeskInTest(ground, name, store, Journal(SCHEMA, ground.clock), line)
    if fate is not None:
        desk.courier = Courier(SCHEMA, line, store, ground.clock, crash=fate.at)
    return desk


def run(talk: Talk, name: str, path: str, line: dict[str, str], seed: int, saves: int, fate: dict[str, Any]) -> None:
    """So many saves, then a round; `line` is where to and as whom, `fate` what to die of."""
    short_slices()
    doom, officers = Fate(talk), Officers(Random(seed))
    wire = Line(line["url"], line["token"], line["ca"], officers.world.clock.now_ms)
    desk = open_desk(name, Path(path), wire, officers.world, doom)
    assert isinstance(desk.store, MortalStore)
    doom.arm(**fate)
    wire.fate = doom
    for _ in range(saves):
        officers.type(desk)
        talk.say(saved=desk.base().own)
    desk.store.saving = False
    try:
        report = desk.courier.round()
        talk.say(ended="" if report.in_step and not report.repaired else "not in step")
    except SyncError as error:
        talk.say(ended=type(error).__name__)
