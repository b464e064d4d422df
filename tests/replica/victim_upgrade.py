"""A process that upgrades a file and is killed at one named point, as by a power cut."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from baiyun_desktop.replica import upgrading
from baiyun_desktop.replica.layout import Layout
from tests.replica.desk import KEY, PROGRAM


def main() -> None:
    def at(point: str) -> None:
        if point == sys.argv[2]:
            os.kill(os.getpid(), signal.SIGKILL)

    upgrading.upgrade(Path(sys.argv[1]), KEY, Layout(PROGRAM), at=at)
