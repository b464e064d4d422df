"""A real district beside a story: founded in a folder, served as its own process on loopback, asked for codes."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from baiyun_desktop.support.stated_clock import STATED_CLOCK

READY_S_MAX = 90.0
STOP_S_MAX = 15.0
GRIDS = 5
"""In each community, as its ledgers name them."""


def district_command(*words: str) -> list[str]:
    """The district's command line, from source and from a packaged program alike."""
    if getattr(sys, "frozen", False):
        name = "baiyun-district.exe" if os.name == "nt" else "baiyun-district"
        return [str(Path(sys.executable).with_name(name)), *words]
    return [sys.executable, "-m", "baiyun_desktop.district", *words]


class DistrictProcess:
    """One district in a folder of its own. `url` is known once it serves."""

    def __init__(self, folder: Path, key_file: Path | None = None, clock: Path | None = None) -> None:
        """`key_file` is where the key to its backups goes; without one, nobody hears it. `clock` is a stated clock's."""
        self.folder = folder
        self._key_file = key_file
        self._clock = clock
        self.url = ""
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        key = ["--key-file", str(self._key_file)] if self._key_file else []
        self.run("init", str(self.folder), "--grids", str(GRIDS), *key)
        try:
            self.start()
        except BaseException:
            self.stop()  # nobody else would end a process that did not come up in time
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, port: int = 0) -> None:
        """Serves, and waits until it says so. Raises RuntimeError with its last words where it does not."""
        command = self._serving(port)
        self._process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            env=self._environment(),
        )
        lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=_drain, args=(self._process, lines), daemon=True)
        self._reader.start()
        said: list[str] = []
        while True:
            try:
                line = lines.get(timeout=READY_S_MAX)
            except queue.Empty as error:
                raise RuntimeError("the district did not come up: " + " / ".join(said[-3:])) from error
            said.append(line)
            if "https://" in line:
                self.url = "https://" + line.split("https://", 1)[1].split()[0].rstrip("/.,")
                return
            if line == "":
                raise RuntimeError("the district ended: " + " / ".join(said[-4:]))

    def _serving(self, port: int) -> list[str]:
        """The command line that serves it."""
        return district_command("serve", str(self.folder), "--port", str(port))

    def stop(self) -> None:
        """Ends it as an administrator would."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_S_MAX)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._gone()

    def kill(self) -> None:
        """Ends it as a power cut would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._gone()

    def _gone(self) -> None:
        assert self._process is not None
        self._reader.join(STOP_S_MAX)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = None

    def code(self, post: str, areas: Sequence[str], officer: str) -> str:
        """A one-time code that enrols one desk."""
        words = ["enrol", str(self.folder), "--post", post, "--officer", officer]
        for area in areas:
            words += ["--area", area]
        lines = self.run(*words).split()
        return next(word for word in lines if word.count("-") >= 5)

    def run(self, *words: str) -> str:
        """What one of its commands says on its standard output. Raises RuntimeError with all it said where it fails."""
        done = subprocess.run(
            district_command(*words),
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=self._environment(),
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"baiyun-district {words[0]}: {done.stdout}{done.stderr}")
        return done.stdout

    def _environment(self) -> dict[str, str]:
        clock = {STATED_CLOCK: str(self._clock)} if self._clock is not None else {}
        return {**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1", **clock}


def _drain(process: subprocess.Popen[str], lines: queue.Queue[str]) -> None:
    """Reads on for as long as the process lives: a full pipe would stop it."""
    assert process.stdout is not None
    for line in process.stdout:
        if lines.qsize() < 1000:
            lines.put(line.rstrip("\n") or " ")
    lines.put("")
