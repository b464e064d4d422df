"""A second start brings the first one's window up; a killed first start leaves nothing in the way."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QMainWindow
from pytestqt.qtbot import QtBot

from baiyun_desktop.replica.errors import ReplicaInUse
from baiyun_desktop.replica.lock import InstanceLock
from baiyun_desktop.ui import instance
from baiyun_desktop.ui.foreground_windows import allow_foreground
from baiyun_desktop.ui.instance import SingleInstance, bring_up, socket_of
from tests.born import Born


@pytest.fixture
def start() -> Iterator[Callable[[Path], Born]]:
    """Starts the program on a folder, as often as wanted; none of them outlives the test."""
    made: list[Born] = []

    def begin(folder: Path) -> Born:
        made.append(Born("tests.ui.first_start", str(folder)))
        return made[-1]

    yield begin
    for process in made:
        process.kill()
        process.wait(30)
        process.stdout.close()


def said(process: Born) -> str:
    return process.stdout.readline().strip()


def test_a_second_start_brings_the_window_up_and_ends(start: Callable[[Path], Born], tmp_path: Path) -> None:
    first = start(tmp_path / "home")
    assert said(first) == "first"
    for _ in range(2):
        second = start(tmp_path / "home")
        assert said(second) == "raised the other"
        assert second.wait(30) == 0
        assert said(first) == "up"


def test_after_a_crash_the_next_start_is_the_first(start: Callable[[Path], Born], tmp_path: Path) -> None:
    first = start(tmp_path / "home")
    assert said(first) == "first"
    first.kill()
    first.wait(30)
    following = start(tmp_path / "home")
    assert said(following) == "first"
    second = start(tmp_path / "home")
    assert said(second) == "raised the other"
    assert said(following) == "up"


def test_the_program_itself_is_started_once(tmp_path: Path) -> None:
    """On a PC that is not enrolled: the first start asks for the district, the second ends at once and well."""
    environment = {**os.environ, "BAIYUN_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-m", "baiyun_desktop.app"]
    first = subprocess.Popen(command, env=environment)
    try:
        lock, until = InstanceLock(tmp_path / "home" / "window"), time.monotonic() + 60
        while lock.holder() != first.pid:
            assert first.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
        assert subprocess.run(command, env=environment, timeout=60, check=False).returncode == 0
        assert first.poll() is None
    finally:
        first.kill()
        first.wait(30)


def test_another_folder_has_its_own_window(start: Callable[[Path], Born], tmp_path: Path) -> None:
    assert said(start(tmp_path / "home")) == "first"
    assert said(start(tmp_path / "another home")) == "first"
    assert socket_of(tmp_path / "home") != socket_of(tmp_path / "another home")


def test_one_that_does_not_answer_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    mine = SingleInstance.claim(tmp_path)
    assert mine is not None
    monkeypatch.setattr(instance, "GIVE_UP_S", 0.1)
    mine._server.close()
    with pytest.raises(ReplicaInUse, match="没有应答"):
        SingleInstance.claim(tmp_path)
    mine.release()
    again = SingleInstance.claim(tmp_path)
    assert again is not None
    again.release()


def test_a_dialog_that_waits_comes_up_before_the_window(qtbot: QtBot) -> None:
    window, dialog = QMainWindow(), QDialog()
    for widget in (window, dialog):
        qtbot.addWidget(widget)
    window.showMinimized()
    bring_up()
    assert not window.isMinimized()
    dialog.setModal(True)
    dialog.showMinimized()
    window.showMinimized()
    bring_up()
    assert not dialog.isMinimized()
    assert window.isMinimized()


def test_the_one_in_front_lets_the_other_forward() -> None:
    allowed: list[int] = []
    allow_foreground(4711, allowed.append)
    allow_foreground(None, allowed.append)
    assert allowed == [4711]
