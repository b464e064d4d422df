"""Shows the month as it is played, for training: the first window and the liaison's, with each act's record before one's eyes."""

from __future__ import annotations

import time
from collections.abc import Sequence

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.replica import Replica
from baiyun_desktop.stories.migrants.office import Office
from baiyun_desktop.ui import opening
from baiyun_desktop.ui.screens import Screens
from baiyun_desktop.ui.window import MainWindow

LOOK_S = 1.5
"""How long a record stands before the next one comes."""
FRAME_S = 0.02


class Watched:
    """The windows of two desks; whoever watches may look around in them, and closes both to let the month run out."""

    def __init__(self, office: Office, program: Program, screens: Sequence[Screens]) -> None:
        self._app = opening.application()
        self._windows: dict[str, MainWindow] = {}
        for n, desk in enumerate((office.windows[0], office.police)):
            window = opening.open_desk(desk.replica, program, desk.carrier, screens, line=desk)
            window.move(60 + 80 * n, 40 + 60 * n)
            window.show()
            self._windows[desk.replica.identity.replica] = window
        office.shown = self.show

    def show(self, desk: Replica, kind: str, record: str) -> None:
        """Opens the record in its desk's window, and gives people time to look."""
        window = self._windows.get(desk.identity.replica)
        if window is None or not window.isVisible():
            self._app.processEvents()
            return
        window.raise_()
        window.open(kind, record)
        window.refresh_status()
        end = time.monotonic() + LOOK_S
        while time.monotonic() < end and window.isVisible():
            self._app.processEvents()
            time.sleep(FRAME_S)

    def close(self) -> None:
        for window in self._windows.values():
            window.close()
        self._app.processEvents()
