"""Opens the desk's window in a new process as the program does, and says when it was painted first.

Run as `python -m tests.bench.ui_window FILE KEY BEGAN`; everything that the program imports is imported here too.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer

from baiyun_desktop import app as root
from baiyun_desktop.replica import Replica
from baiyun_desktop.ui.opening import application, open_desk
from baiyun_desktop.ui.work import Work
from sync.outside import SystemClock, SystemIds

ROOT = Path(__file__).parents[2]


class NoCourier:
    """The window's courier where no rounds are run, or the bench runs them."""

    problem = ""

    def round_now(self) -> None:
        """Nobody asks for one."""


class FirstPaint(QObject):
    """Notes when the page was painted first, and when it had its answers."""

    def __init__(self, work: Work, began: float) -> None:
        super().__init__()
        self._work = work
        self._began = began
        self._painting = False
        self.painted_s = 0.0
        self.settled_s = 0.0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and not self._painting:
            self._painting = True
            QTimer.singleShot(0, self._painted)  # comes after the event that paints the whole window
        return False

    def _painted(self) -> None:
        self.painted_s = time.time() - self._began
        self._settle()

    def _settle(self) -> None:
        if self._work.busy:
            QTimer.singleShot(2, self._settle)
        else:
            self.settled_s = time.time() - self._began
            application().exit(0)


def opened_s(desk: Path, key: bytes) -> tuple[float, float]:
    """Seconds from before a new process starts until its window is painted, and until its page has its answers."""
    command = [sys.executable, "-m", "tests.bench.ui_window", str(desk), key.hex(), repr(time.time())]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # a program that is installed has its bytecode
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    painted, settled = done.stdout.split()[-2:]
    return float(painted), float(settled)


def main() -> None:
    """In the new process."""
    path, key, began = Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), float(sys.argv[3])
    app, made, clock = application(), root.program(), SystemClock()
    with Replica.open(path, key, made, clock, SystemIds(clock)) as replica:
        window = open_desk(replica, made, NoCourier(), root.SCREENS)
        watch = FirstPaint(window.shell.work, began)
        window.page.installEventFilter(watch)
        window.show()
        app.exec()
        window.close()
    sys.stdout.write(f"{watch.painted_s:.4f} {watch.settled_s:.4f}\n")


if __name__ == "__main__":
    main()
