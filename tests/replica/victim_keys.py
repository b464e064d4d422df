"""A desk in a process of its own that is killed at a named point of its upkeep: started by the tests of keys and backups."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from baiyun_desktop.replica.backup import backups_in, make_backup
from baiyun_desktop.replica.home import DeskHome
from baiyun_desktop.replica.restoring import restore
from baiyun_desktop.replica.rotation import rotate
from baiyun_desktop.replica.tidying import tidy
from baiyun_desktop.replica.wiping import LossConfirmed, wipe
from tests.replica.desk import NOW_MS, PROGRAM, ManualClock, SeededIds
from tests.replica.enrolled import SECRET


def main(work: str, point: str, home: DeskHome, backups: Path) -> None:
    def at(now: str) -> None:
        if now == point:
            os.kill(os.getpid(), signal.SIGKILL)

    clock = ManualClock(NOW_MS + 60_000)
    if work == "rotate":
        rotate(home, SECRET, at)
    elif work == "restore":
        restore(home, backups_in(backups)[0], SECRET, at)
    else:
        with home.open(SECRET, PROGRAM, clock, SeededIds(clock, "victim")) as replica:
            key = replica.store.key
            if work == "backup":
                make_backup(replica, home.keys, backups, at=at)
            elif work == "tidy":
                replica.store.at = at
                tidy(replica, at=at)
        if work == "wipe":
            wipe(home, key, clock.now_ms(), LossConfirmed(by="李主任", reason="电脑被盗", acts=2, files=0), at)
    raise SystemExit(f"{point} was never reached")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], DeskHome(Path(sys.argv[3])), Path(sys.argv[4]))
