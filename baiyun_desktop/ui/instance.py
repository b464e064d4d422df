"""One window a person and folder: a second start brings the first one's window up and ends."""

from __future__ import annotations

import getpass
import hashlib
import os
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from baiyun_desktop.replica.errors import ReplicaInUse
from baiyun_desktop.replica.lock import InstanceLock
from baiyun_desktop.ui.foreground_windows import allow_foreground
from baiyun_desktop.ui.words import say

RAISE, RAISED = b"raise\n", b"raised\n"
CONNECT_MS = 300
ANSWER_MS = 2_000
GIVE_UP_S = 5.0
"""How long a second start tries: the first may still be opening its ears."""


class SingleInstance(QObject):
    """Held by the first start. The lock goes with the process however it dies; the socket only carries the news."""

    wanted = Signal()
    """A second start was made: `bring_up` is already connected."""

    def __init__(self, folder: Path, lock: InstanceLock) -> None:
        """For `claim` alone: the lock is held."""
        super().__init__()
        self._lock = lock
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._serve)
        name = socket_of(folder)
        QLocalServer.removeServer(name)  # what a killed program left; the lock says that nobody listens
        self._server.listen(name)
        self.wanted.connect(bring_up)

    @classmethod
    def claim(cls, folder: Path) -> SingleInstance | None:
        """The first start's hold on the folder; None where another start has it, whose window was brought up.

        Raises ReplicaInUse where the other one does not answer.
        """
        folder.mkdir(parents=True, exist_ok=True)
        lock = InstanceLock(folder / "window")
        try:
            lock.acquire()
        except ReplicaInUse:
            allow_foreground(lock.holder())
            if not _asked_to_rise(socket_of(folder)):
                raise ReplicaInUse(say("shell.not_answering")) from None
            return None
        return cls(folder, lock)

    def release(self) -> None:
        """Lets another start have the folder."""
        self._server.close()
        self._lock.release()

    def _serve(self) -> None:
        while (caller := self._server.nextPendingConnection()) is not None:
            caller.readyRead.connect(lambda caller=caller: self._answer(caller))
            caller.disconnected.connect(caller.deleteLater)
            self._answer(caller)

    def _answer(self, caller: QLocalSocket) -> None:
        if not caller.canReadLine():
            return
        if bytes(caller.readLine().data()) == RAISE:
            self.wanted.emit()
            caller.write(RAISED)
            caller.flush()


def socket_of(folder: Path) -> str:
    """The name under which the first start of this person on this folder listens."""
    mine = f"{getpass.getuser()}/{os.path.realpath(folder)}"
    name = "baiyun-" + hashlib.blake2b(mine.encode(), digest_size=10).hexdigest()
    if os.name == "nt":
        return name
    return str(Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()) / name)


def bring_up() -> None:
    """Shows what the officer should see: the dialog that waits, else the window, wherever they are hidden."""
    window = QApplication.activeModalWidget() or _main_window()
    if window is None:
        return
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()
    QApplication.alert(window)  # where the system lets no program push itself forward, the task bar blinks


def _main_window() -> QWidget | None:
    shown = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
    return next((w for w in shown if isinstance(w, QMainWindow)), next(iter(shown), None))


def _asked_to_rise(name: str) -> bool:
    until = time.monotonic() + GIVE_UP_S
    while time.monotonic() < until:
        socket = QLocalSocket()
        socket.connectToServer(name)
        if socket.waitForConnected(CONNECT_MS):
            socket.write(RAISE)
            socket.flush()
            if socket.waitForReadyRead(ANSWER_MS) and bytes(socket.readLine().data()) == RAISED:
                return True
        time.sleep(0.05)
    return False
