"""What every story needs: a district process, desks enrolled with throw-away keys, and their couriers."""

from __future__ import annotations

import os
import random
import shutil
from dataclasses import dataclass
from pathlib import Path

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.keys.wraps import new_key
from baiyun_desktop.replica import DeskIdentity, Replica
from baiyun_desktop.replica.carrier import Carrier, SwitchedLine
from baiyun_desktop.replica.desk_line import line_of
from baiyun_desktop.stories.district_process import DistrictProcess
from sync.desk.enrolling import enrol_desk, new_nonce
from sync.desk.trust import Meter
from sync.outside import Clock, SystemClock, SystemIds

NOT_LEFT = (".lock", ".baiyun-shm")
"""What lives in memory or goes with the process, and is not found again after a power cut."""


@dataclass(frozen=True, slots=True)
class Place:
    """A desk that a story enrols."""

    name: str
    post: str
    area: str
    officer: str


@dataclass(slots=True)
class StoryDesk:
    """One desk of a story: its replica, its courier, and the line with a switch."""

    place: Place
    replica: Replica
    carrier: Carrier
    line: SwitchedLine
    news: SwitchedLine
    meter: Meter

    @property
    def on(self) -> bool:
        """Whether the line is up."""
        return self.line.on

    def turn(self, on: bool) -> None:
        """Cuts or restores the line."""
        self.line.turn(on)
        self.news.turn(on)
        self.carrier.round_now()

    def close(self) -> None:
        self.carrier.stop()
        self.replica.close()


def enrol(
    district: DistrictProcess, program: Program, place: Place, folder: Path, clock: Clock | None = None
) -> StoryDesk:
    """Enrols a desk with a code of the district's; its key lives in this process's memory alone.

    Without an area the post has a record that says what it holds.
    """
    clock = clock or SystemClock()
    code = district.code(place.post, [place.area] if place.area else [], place.officer)
    enrolment = enrol_desk(district.url, code, new_nonce(os.urandom(16)), clock.now_ms, machine=place.name)
    identity = DeskIdentity.of(enrolment)
    replica = Replica.create(folder / f"{place.name}.baiyun", new_key(), program, identity, clock, SystemIds(clock))
    return _carried(place, replica, Meter())


def kill(desk: StoryDesk, program: Program, folder: Path) -> None:
    """Ends a desk as a power cut would, and opens it again in `folder` on its files as they stood at that moment."""
    gone = desk.replica
    folder.mkdir()
    for path in gone.path.parent.glob(f"{gone.path.stem}.*"):
        if path.suffix not in NOT_LEFT:
            (shutil.copytree if path.is_dir() else shutil.copyfile)(path, folder / path.name)
    desk.close()
    opened = Replica.open(folder / gone.path.name, gone.store.key, program, gone.clock, SystemIds(gone.clock))
    again = _carried(desk.place, opened, desk.meter)
    desk.replica, desk.carrier, desk.line, desk.news = again.replica, again.carrier, again.line, again.news


def _carried(place: Place, replica: Replica, meter: Meter) -> StoryDesk:
    lines = [SwitchedLine(line_of(replica, meter=meter)) for _ in "12"]
    carrier = Carrier(replica, lines[0], lines[1], random.SystemRandom().random)
    return StoryDesk(place, replica, carrier, lines[0], lines[1], meter)
