"""One click opens a desk: with the new version where it comes up, else with the one before it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from baiyun_desktop import launcher
from tests.architecture.source import ROOT

from .conftest import Pc, built

LOG = 'echo "$(basename $(dirname $0)) trial=$BAIYUN_TRIAL $*" >> "$BAIYUN_INSTALL/log"; '
UP = f"""{sys.executable} -c "import sys; sys.path.insert(0, '{ROOT}')
from baiyun_desktop.updates.starting import Start
getattr(Start.here(), '%s')()"; """


def launched(pc: Pc, *words: str) -> tuple[int, list[str]]:
    """What the launcher ended with, and what it started."""
    environment = {"BAIYUN_INSTALL": str(pc.slots.root), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "baiyun_desktop.launcher", *words]
    code = subprocess.run(command, env=environment, cwd=ROOT, check=False, timeout=60).returncode
    log = pc.slots.root / "log"
    return code, log.read_text("utf-8").splitlines() if log.exists() else []


@pytest.fixture
def updated(pc: Pc) -> Pc:
    """Version 0.2.0 waits for its first start."""
    built(pc.slots.folder("0.1.0"), LOG + UP % "came_up" + "exit 3")
    built(pc.slots.folder("0.2.0"), LOG + UP % "came_up" + "exit 4")
    pc.slots.stage("0.2.0")
    pc.slots.switch()
    return pc


def test_a_version_that_comes_up_is_started_once_and_stays(updated: Pc) -> None:
    assert launched(updated) == (4, ["0.2.0 trial=1 "])
    assert not updated.slots.pointer().trial
    assert launched(updated)[0] == 4


def test_a_version_that_dies_is_tried_twice_and_the_one_before_it_comes_up_in_the_same_click(updated: Pc) -> None:
    built(updated.slots.folder("0.2.0"), LOG + "exit 1")
    assert launched(updated) == (3, ["0.2.0 trial=1 ", "0.2.0 trial=1 ", "0.1.0 trial= "])
    assert updated.slots.pointer().rolled_back_from == "0.2.0"


def test_a_version_that_cannot_be_started_at_all_goes_back_too(updated: Pc) -> None:
    updated.slots.program("0.2.0").write_bytes(b"")
    updated.slots.program("0.2.0").unlink()
    assert launched(updated) == (3, ["0.1.0 trial= "])


def test_who_cancels_is_not_asked_again_by_another_start(updated: Pc) -> None:
    built(updated.slots.folder("0.2.0"), LOG + UP % "excused" + "exit 0")
    assert launched(updated) == (0, ["0.2.0 trial=1 "])
    assert (updated.slots.pointer().trial, updated.slots.pointer().begun) == (True, 0)


def test_a_command_is_handed_on_and_is_no_trial(updated: Pc) -> None:
    assert launched(updated, "import", "a.xlsx") == (4, ["0.2.0 trial= import a.xlsx"])


def test_the_launcher_needs_the_standard_library_alone() -> None:
    code = "import sys, baiyun_desktop.launcher; print([n for n in sys.modules if n.split('.')[0] in %r])"
    known = ("PySide6", "sqlalchemy", "tuf", "requests", "cryptography", "msgspec", "nacl")
    said = subprocess.run([sys.executable, "-c", code % (known,)], capture_output=True, text=True, check=True, cwd=ROOT)
    assert said.stdout.strip() == "[]"


def test_a_packaged_launcher_gives_its_own_libraries_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    packaged = {"LD_LIBRARY_PATH": "/packed", "LD_LIBRARY_PATH_ORIG": "/usr/local/lib", "LANG": "zh_CN.UTF-8"}
    found = launcher._as_found(packaged)
    assert (found["LD_LIBRARY_PATH"], found["PYINSTALLER_RESET_ENVIRONMENT"]) == ("/usr/local/lib", "1")
    assert found["LANG"] == "zh_CN.UTF-8"
    assert "LD_LIBRARY_PATH" not in launcher._as_found({"LD_LIBRARY_PATH": "/packed"})


def test_without_a_program_it_says_so(tmp_path: Path, pc: Pc) -> None:
    code = "from baiyun_desktop.launcher import main; raise SystemExit(main([]))"
    environment = {"BAIYUN_INSTALL": str(tmp_path), "PYTHONPATH": str(ROOT)}
    said = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert said.returncode == 1
    assert "请重新安装" in said.stderr
