"""Servers for tests as processes of their own, forked from one that has imported everything: a start is most of their work."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import subprocess
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[1]
PRELOADED = ["tests.sync.net.toy", "baiyun_desktop.district.__main__"]
_NURSERY = multiprocessing.get_context("forkserver")


class Born:
    """What tests use of `subprocess.Popen`, for `python -m MODULE ARGUMENTS` of a module with a `main`."""

    def __init__(self, module: str, *arguments: str, quiet: bool = False) -> None:
        _NURSERY.set_forkserver_preload(PRELOADED)
        heard, said = _NURSERY.Pipe(duplex=False)
        given = (said, module, arguments, dict(os.environ), quiet)
        self._process = _NURSERY.Process(target=_live, args=given, daemon=True)
        self._process.start()
        said.close()
        self.stdout: IO[str] = os.fdopen(os.dup(heard.fileno()), encoding="utf-8")
        heard.close()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("a server", timeout)
        return self._process.exitcode

    def send_signal(self, which: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, which)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _live(said: Connection, module: str, arguments: tuple[str, ...], environment: dict[str, str], quiet: bool) -> None:
    os.dup2(said.fileno(), 1)
    said.close()
    if quiet:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    sys.argv = [module, *arguments]
    importlib.import_module(module).main()
