"""Bears desk and district processes in milliseconds: one process has imported everything and forks, so that hundreds
of kills are cheap."""

from __future__ import annotations

import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[3]
PRELOADED = ("tests.sync.processes.worker", "tests.sync.processes.desk", "requests.adapters")
WAIT_S_MAX = 60.0
ORDER_BYTES_MAX = 65536


class Talk:
    """One JSON message a line, over the socket between a test and one of its processes."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._file = sock.makefile("rb")

    def say(self, **message: Any) -> None:
        self._sock.sendall(json.dumps(message).encode() + b"\n")

    def hear(self) -> dict[str, Any] | None:
        """The next message; None where the other side is no more."""
        try:
            line = self._file.readline()
        except ConnectionError:
            return None
        return json.loads(line) if line.endswith(b"\n") else None

    def close(self) -> None:
        self._file.close()
        self._sock.close()


class Child:
    """A forked process as its test sees it."""

    def __init__(self, sock: socket.socket) -> None:
        sock.settimeout(WAIT_S_MAX)
        self.talk = Talk(sock)
        born = self.talk.hear()
        assert born is not None, "the nursery could not fork"
        self.pid: int = born["pid"]
        self._process = psutil.Process(self.pid)
        self.talk.say(begin=True)

    def hear(self) -> dict[str, Any] | None:
        return self.talk.hear()

    def wait_stopped(self) -> None:
        """Until the system says that it is frozen, which is a moment after it asked for it."""
        until = time.monotonic() + WAIT_S_MAX
        while self._process.status() != psutil.STATUS_STOPPED:
            assert time.monotonic() < until, "a process that was to stop runs on"
            time.sleep(0.001)

    def go_on(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """kill -9, and until it is gone."""
        try:
            self._process.kill()
            self._process.wait(WAIT_S_MAX)
        except psutil.NoSuchProcess:
            pass
        self.talk.close()

    def wait_gone(self) -> None:
        self._process.wait(WAIT_S_MAX)
        self.talk.close()


class Nursery:
    """The test's side: asks for processes."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._children: list[Child] = []

    def bear(self, module: str, **arguments: Any) -> Child:
        """A new process that runs `module.run(talk, **arguments)`."""
        mine, its = socket.socketpair()
        order = json.dumps({"module": module, "arguments": arguments}).encode()
        assert len(order) < ORDER_BYTES_MAX
        socket.send_fds(self._sock, [order], [its.fileno()])
        its.close()
        self._children.append(Child(mine))
        return self._children[-1]

    def close(self) -> None:
        for child in self._children:
            child.kill()


@contextmanager
def nursery() -> Iterator[Nursery]:
    """A nursery, and no child of it left afterwards."""
    mine, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-m", "tests.sync.processes.nursery", str(its.fileno())]
    process = subprocess.Popen(command, cwd=ROOT, pass_fds=[its.fileno()])
    its.close()
    found = Nursery(mine)
    try:
        yield found
    finally:
        found.close()
        mine.close()
        assert process.wait(WAIT_S_MAX) == 0


def main(sock: socket.socket) -> None:
    """Forks on each order, until the test hangs up."""
    for name in PRELOADED:
        importlib.import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who dies is gone at once
    while True:
        order, fds, _, _ = socket.recv_fds(sock, ORDER_BYTES_MAX, 1)
        if not order:
            return
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            sock.close()
            _live(socket.socket(fileno=fds[0]), **json.loads(order))
        os.close(fds[0])


def _live(sock: socket.socket, module: str, arguments: dict[str, Any]) -> None:
    talk = Talk(sock)
    talk.say(pid=os.getpid())
    assert talk.hear() is not None, "nobody looks after this process"
    try:
        importlib.import_module(module).run(talk, **arguments)
    except BaseException:  # noqa: BLE001 - whatever it is, the test is told and this process ends
        talk.say(bug=traceback.format_exc())
    os._exit(0)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
