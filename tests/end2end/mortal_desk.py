"""A desk in a process of its own that registers people, goes on a round, and is killed at a named point of either."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica import Replica
from sync.desk import apply, laying
from sync.desk.courier import Courier
from sync.desk.transport import Transport
from sync.outside import SystemClock, SystemIds
from tests.end2end.offices import PROGRAM

SLICE_ENTRIES = 4
"""Short, so that a round of some families has several."""


def register(desk: Replica, name: str, phone: str) -> tuple[str, str]:
    """One act: a person, a stay, and the step that numbers it. Returns the ids of both records."""
    area = desk.identity.areas[0]
    person = Draft.create("person", desk.ids.new(), name=name, phone=phone, area=area)
    stay = Draft.create(
        "residence_reg", desk.ids.new(), area=area, person=person.id, live_addr="1号楼1单元101室", dwelling="01",
        arrive_date="2026-10-01", inflow_reason="01", source="1",
    )  # fmt: skip
    desk.door.step("residence_reg", stay.id, "登记", drafts=[person, stay], stated_date="2026-11-20")
    return person.id, stay.id


def line_of(desk: Replica) -> Transport:
    """The desk's line to its district."""
    who = desk.identity
    return Transport(who.url, who.token, who.ca, desk.clock.now_ms)


def at(point: str) -> Callable[[str], None]:
    """Ends this process when a point comes; `before commit 3` is the third time that `before commit` comes."""
    name, _, count = point.rpartition(" ") if point[-1].isdigit() else (point, "", "1")
    left = [int(count)]

    def passed(now: str) -> None:
        left[0] -= now == name
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    return passed


def main(path: Path, key: bytes, where: str, point: str, mark: str, saves: int) -> None:
    clock = SystemClock()
    desk = Replica.open(path, key, PROGRAM, clock, SystemIds(clock))
    for number in range(saves):
        if where == "save" and number == saves - 1:
            desk.store.at = at(point)
        person, stay = register(desk, f"{mark}{number}", f"1380000{number:04d}")
        sys.stdout.write(f"{person} {stay}\n")
        sys.stdout.flush()
    apply.SLICE_ENTRIES = laying.SLICE_ENTRIES = SLICE_ENTRIES
    die = at(point)
    desk.store.at = die
    Courier(desk.layout.schema, line_of(desk), desk, clock, crash=die, pack_key=desk.pack_key).round()


if __name__ == "__main__":
    main(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), *sys.argv[3:6], int(sys.argv[6]))
