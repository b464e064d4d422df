"""A card reader's own program may hand its lines in by a local socket, so that nothing has to be typed for it.

The socket is `baiyun-reader-` and the name of whoever is logged in at the PC: on Windows a pipe of that name, elsewhere
a socket file in $XDG_RUNTIME_DIR, or in the system's folder for passing files where that is not set. Only the same person
may connect. A line is what the device would type, in UTF-8 or GB18030, ended by a line feed; each is answered by one.
"""

from __future__ import annotations

import getpass
import logging
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from baiyun_desktop.ui.reading import Heard

log = logging.getLogger(__name__)

LINE_BYTES_MAX = 2_000
CALLERS_MAX = 4
LOOK_MS = 200
ANSWERS = {
    Heard.FILLED: "OK",
    Heard.WAITING: "OK waiting",
    Heard.LOCKED: "LATER nobody is logged in",
    Heard.BUSY: "LATER somebody is typing in the search box",
    Heard.ODD: "ERROR not understood: name|sex|ethnicity|birth date|address|ID number|issuer|from|until",
}
TOO_LONG = f"ERROR a line has at most {LINE_BYTES_MAX} bytes"
TOO_MANY = f"LATER at most {CALLERS_MAX} programs at once"


def reader_name() -> str:
    """The name under which this person's readers are heard."""
    name = f"baiyun-reader-{getpass.getuser()}"
    if os.name == "nt":
        return name
    return str(Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()) / name)


class ReaderSocket(QObject):
    """Hears lines and says what became of them. `hear` is asked in the window's thread."""

    def __init__(self, hear: Callable[[str], Heard], name: str = "", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hear, self.name = hear, name or reader_name()
        self._callers: list[QLocalSocket] = []
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._serve)

    def listen(self) -> bool:
        """Begin; false where another start of this person's listens already, or the system does not allow it."""
        other = QLocalSocket()
        other.connectToServer(self.name)
        if other.waitForConnected(LOOK_MS):
            other.abort()
            return False
        QLocalServer.removeServer(self.name)  # what a killed program left: nobody answers there
        if not self._server.listen(self.name):
            log.warning("no card reader's socket: %s", self._server.errorString())
            return False
        return True

    def close(self) -> None:
        """Hear nothing more."""
        self._server.close()
        for caller in self._callers:
            caller.abort()

    def _serve(self) -> None:
        while (caller := self._server.nextPendingConnection()) is not None:
            if len(self._callers) >= CALLERS_MAX:
                caller.disconnected.connect(caller.deleteLater)
                self._refuse(caller, TOO_MANY)
                continue
            self._callers.append(caller)
            caller.setReadBufferSize(LINE_BYTES_MAX + 1)
            caller.readyRead.connect(lambda caller=caller: self._read(caller))
            caller.disconnected.connect(lambda caller=caller: self._gone(caller))
            self._read(caller)

    def _gone(self, caller: QLocalSocket) -> None:
        if caller in self._callers:
            self._callers.remove(caller)
            caller.deleteLater()

    def _read(self, caller: QLocalSocket) -> None:
        while caller.canReadLine():
            line = bytes(caller.readLine(LINE_BYTES_MAX + 1).data())
            if not line.endswith(b"\n"):
                break
            if line.strip():
                self._say(caller, ANSWERS[self._hear(_decoded(line))])
        else:
            if caller.bytesAvailable() <= LINE_BYTES_MAX:
                return
        self._refuse(caller, TOO_LONG)

    @staticmethod
    def _say(caller: QLocalSocket, words: str) -> None:
        caller.write(words.encode() + b"\n")
        caller.flush()

    def _refuse(self, caller: QLocalSocket, words: str) -> None:
        self._say(caller, words)
        caller.disconnectFromServer()


def _decoded(line: bytes) -> str:
    """Offices' device programs write either; a line that is neither is read as far as it goes and then refused."""
    try:
        return line.decode("utf-8").strip()
    except UnicodeDecodeError:
        return line.decode("gb18030", errors="replace").strip()
