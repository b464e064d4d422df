"""The administrator's commands on the real program: from an empty folder to an enrolled desk, on either database."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import update

from baiyun_desktop import district
from sync.desk.enrolling import enrol_desk, new_nonce
from sync.desk.transport import Transport
from sync.district.engine import open_engine
from sync.district.tables import META
from sync.enrolment import Code, Enrolment
from sync.outside import SystemClock
from tests.sync.net.conftest import ROOT, Running, ToyDesk, ready_port

COMMAND = [sys.executable, "-m", "baiyun_desktop.district"]
NOW = SystemClock().now_ms
COMMUNITY = "150206001006"


Run = Callable[..., str]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process and gives what it says; it must end with `code`."""

    def command(*words: str, code: int = 0) -> str:
        monkeypatch.setattr(sys, "argv", ["baiyun-district", *words])
        with pytest.raises(SystemExit) as ended:
            district.main()
        said = capsys.readouterr()
        assert (ended.value.code or 0) == code, said.out + said.err
        return said.out + said.err

    return command


@contextmanager
def serving(folder: Path) -> Iterator[Running]:
    command = [*COMMAND, "serve", str(folder), "--port", "0"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield Running(process, ready_port(process))
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert process.stdout is not None
        process.stdout.close()


def enrolled(run: Run, folder: Path, running: Running, area: str = COMMUNITY) -> Enrolment:
    said = run("enrol", str(folder), "--post", "登记岗", "--area", area, "--officer", "张三")
    code = said.splitlines()[0]
    assert str(Code.parse(code)) == code
    return enrol_desk(running.url, code, new_nonce(os.urandom(16)), NOW)


def test_from_an_empty_folder_to_an_enrolled_desk(tmp_path: Path, database_url: str, run: Run) -> None:
    folder = tmp_path / "district"
    run("init", str(folder), "--database", database_url, "--name", "qu.example")
    with serving(folder) as running:
        desk = enrolled(run, folder, running)
        assert (desk.post, desk.officer, desk.areas) == ("登记岗", "张三", [COMMUNITY])
        assert {(b.unit, b.first) for b in desk.blocks} == {("宝山", 1)}, "numbers carry the community's short name"
        line = Transport(desk.url, desk.token, desk.ca, NOW)
        first = ToyDesk(desk, line).round([])
        assert first.pack is not None
        line.close()
        report = json.loads(run("health", str(folder), "--url", running.url))
    assert report["server"] == "ok"
    assert (report["organisations"], report["database"]) == (7, database_url.partition(":")[0])
    assert report["certificate_days"] > 300


def test_init_again_keeps_what_desks_have_pinned(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "district"
    assert "7 organisations" in run("init", str(folder))
    ca = (folder / "tls" / "ca.pem").read_bytes()
    said = run("init", str(folder), "--name", "10.1.2.3", "--district", "150202")
    assert "150206" in said, "what was founded stays"
    assert "0 organisations" in said
    assert "10.1.2.3" in said
    assert (folder / "tls" / "ca.pem").read_bytes() == ca


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["serve", "{}/nothing"], "init"),
        (["enrol", "{}/nothing", "--post", "x", "--area", "1"], "init"),
        (["enrol", "{}/district", "--post", "x", "--area", "159999"], "159999"),
        (["init", "{}/district2", "--district", "999999"], "999999"),
        (["health", "{}/district", "--url", "https://127.0.0.1:1"], "连不上"),
    ],
)
def test_what_cannot_be_is_one_plain_line(tmp_path: Path, run: Run, words: list[str], said: str) -> None:
    run("init", str(tmp_path / "district"))
    heard = run(*(w.format(tmp_path) for w in words), code=1)
    assert said in heard
    assert "Traceback" not in heard


def test_tables_of_another_version_are_not_served(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "district"
    run("init", str(folder))
    engine = open_engine(f"sqlite:///{folder / 'district.db'}")
    with engine.begin() as conn:
        conn.execute(update(META).values(schema_version=99))
    engine.dispose()
    assert "version 99" in run("serve", str(folder), code=1)
