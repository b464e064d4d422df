"""A desk in a process of its own that saves until it is killed at a named point: started by the power-cut tests."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica import Replica
from tests.replica.desk import KEY, PROGRAM, ManualClock, SeededIds


def main() -> None:
    path, point, saves = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    clock = ManualClock()
    ids = SeededIds(clock, "victim")
    desk = Replica.open(path, KEY, PROGRAM, clock, ids)
    for number in range(saves):
        if number == saves - 1:
            desk.store.at = lambda now: os.kill(os.getpid(), signal.SIGKILL) if now == point else None
        visit = Draft.create("visit", ids.new(), topic=f"第{number}次")
        person = Draft.create("person", ids.new(), name=f"王{'一二三四五六七八九十'[number]}")
        desk.door.step("visit", visit.id, "走访", drafts=[visit, person], stated_date="2026-09-01")
        sys.stdout.write(f"{visit.id} {person.id}\n")
        sys.stdout.flush()
