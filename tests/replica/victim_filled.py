"""A new desk in a process of its own that is killed at a named point of its first filling."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from baiyun_desktop.kernel.value import Draft
from tests.replica.offices import BAOSHAN, Town


def main() -> None:
    folder, point = Path(sys.argv[1]), sys.argv[2]
    town = Town(folder)
    first = town.office("first", BAOSHAN)
    for number in range(5):
        first.replica.door.save([Draft.create("person", first.replica.ids.new(), name=f"王{number}")])
    first.round()
    second = town.office("second", BAOSHAN)
    second.replica.store.at = lambda now: os.kill(os.getpid(), signal.SIGKILL) if now == point else None
    second.round()
