"""A district founded by its own command on either database, with real desks, for the tests of its commands."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from typer.main import get_command

from baiyun_desktop import district
from baiyun_desktop.district import Assembly
from baiyun_desktop.district.files import tighten
from baiyun_desktop.keys.wraps import new_key
from baiyun_desktop.replica import DeskIdentity, Replica
from sync.desk.courier import Courier, RoundReport
from sync.desk.enrolling import enrol_desk, new_nonce
from sync.outside import SystemClock, SystemIds
from tests.born import Born
from tests.end2end.mortal_desk import line_of
from tests.end2end.offices import BAOSHAN, PROGRAM, Wire
from tests.postgres import postgres
from tests.sync.conftest import database_url
from tests.sync.net.conftest import Running, ready_port

__all__ = ["database_url", "postgres"]

Run = Callable[..., str]
made_once = cache(get_command)
"""All of a program's commands, which a real process makes only once too."""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process and gives what it says; it must end with `code`."""

    def command(*words: object, code: int = 0) -> str:
        monkeypatch.setattr(sys, "argv", ["baiyun-district", *map(str, words)])
        monkeypatch.setattr("typer.main.get_command", made_once)
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            district.main()
        said = capsys.readouterr()
        assert (ended.value.code or 0) == code, said.out + said.err
        assert "Traceback" not in said.err
        return said.out + said.err

    return command


@dataclass
class Town:
    """A district's folder and database, the key to its backups, and where those go."""

    run: Run
    folder: Path
    key: Path
    store: Path
    spare: str
    """An empty database of the same kind, for what is restored."""

    def backup(self, *words: object) -> Path:
        """One backup; its file."""
        self.run("backup", self.folder, "--to", self.store, *words)
        return max(self.store.glob("150206-*.baiyun-backup"))

    def restore(self, folder: Path, *words: object, code: int = 0) -> str:
        where = ["--from", self.store, "--key-file", self.key, "--database", self.spare]
        return self.run("restore", folder, *where, *words, code=code)

    def desk(self, running: Running, name: str = "宝山社区·窗口") -> Replica:
        """A real desk, enrolled over the line, that has loaded what it may hold."""
        said = self.run("enrol", self.folder, "--post", name, "--officer", "张三", "--area", BAOSHAN)
        clock = SystemClock()
        enrolment = enrol_desk(running.url, said.splitlines()[0], new_nonce(os.urandom(16)), clock.now_ms)
        path = self.folder.parent / f"{name}.baiyun"
        desk = Replica.create(path, new_key(), PROGRAM, DeskIdentity.of(enrolment), clock, SystemIds(clock))
        go(desk)
        return desk

    @contextmanager
    def desk_here(self, name: str = "宝山社区·窗口") -> Iterator[tuple[Replica, Courier]]:
        """A real desk whose line leads to the district within this process."""
        with Assembly(self.folder) as assembly:
            replica = assembly.ids.new()
            assembly.district.add_desk(replica, [BAOSHAN], post=name, officer="张三")
            who = DeskIdentity(replica=replica, post=name, officer="张三", areas=(BAOSHAN,))
            path = self.folder.parent / f"{name}.baiyun"
            desk = Replica.create(path, new_key(), PROGRAM, who, assembly.clock, assembly.ids)
            courier = Courier(desk.layout.schema, Wire(assembly.district, replica), desk, assembly.clock)
            for _ in range(2):  # with the second it says how far it has read
                courier.round()
            yield desk, courier
            desk.close()
        tighten(self.folder)  # a server's process writes nothing that others may read; this one does


def go(desk: Replica) -> RoundReport:
    """One round of a desk over its line."""
    line = line_of(desk)
    try:
        return Courier(desk.layout.schema, line, desk, desk.clock).round()
    finally:
        line.close()


@contextmanager
def serving(folder: Path, port: int = 0) -> Iterator[Running]:
    """The real server, in a process of its own."""
    process = Born("baiyun_desktop.district.__main__", "serve", str(folder), "--port", str(port), quiet=True)
    try:
        yield Running(process, ready_port(process))
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        process.stdout.close()


@pytest.fixture
def town(tmp_path: Path, run: Run, database_url: str, request: pytest.FixtureRequest) -> Iterator[Town]:
    """Founded on SQLite and on PostgreSQL, each test once on both."""
    (tmp_path / "store").mkdir()
    folder, key = tmp_path / "district", tmp_path / "key.txt"
    words = [] if database_url.startswith("sqlite") else ["--database", database_url]
    run("init", folder, "--key-file", key, *words)
    if not words:
        yield Town(run, folder, key, tmp_path / "store", "sqlite")
        return
    with request.getfixturevalue("postgres").database() as spare:
        yield Town(run, folder, key, tmp_path / "store", spare)


@pytest.fixture
def lite(tmp_path: Path, run: Run) -> Town:
    """On SQLite alone, for what no database has a part in."""
    (tmp_path / "store").mkdir()
    run("init", tmp_path / "district", "--key-file", tmp_path / "key.txt")
    return Town(run, tmp_path / "district", tmp_path / "key.txt", tmp_path / "store", "sqlite")
