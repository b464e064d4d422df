"""Versions lie side by side, one is started, and a power cut or a bad version never leaves a PC without a program."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from baiyun_desktop.updates.errors import UpdateTrouble
from baiyun_desktop.updates.package import about, pack, unpack
from baiyun_desktop.updates.slots import COUNTED_SAID_BY, Pointer, Slots
from baiyun_desktop.updates.starting import Start

from .conftest import Pc, built


@pytest.fixture
def package(tmp_path: Path) -> Path:
    file = tmp_path / "0.2.0.zip"
    pack(built(tmp_path / "built"), file, {"version": "0.2.0", "system": "linux-x86_64"})
    return file


def test_a_package_is_the_folder_it_was_made_of(package: Path, pc: Pc, tmp_path: Path) -> None:
    assert about(package)["version"] == "0.2.0"
    again = tmp_path / "again.zip"
    pack(tmp_path / "built", again, {"version": "0.2.0", "system": "linux-x86_64"})
    assert again.read_bytes() == package.read_bytes()
    unpack(package, pc.slots, "0.2.0")
    assert os.access(pc.slots.program("0.2.0"), os.X_OK)
    assert not os.access(pc.slots.folder("0.2.0") / "_internal" / "lib.bin", os.X_OK)


@pytest.mark.parametrize("point", ["half", "unpacked", "named"])
def test_a_power_cut_while_unpacking_leaves_the_old_version_and_the_next_try_succeeds(
    package: Path, pc: Pc, point: str
) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path\n"
        "from baiyun_desktop.updates.package import unpack; from baiyun_desktop.updates.slots import Slots\n"
        "at = lambda p: os.kill(os.getpid(), signal.SIGKILL) if p == sys.argv[3] else None\n"
        "unpack(Path(sys.argv[1]), Slots(Path(sys.argv[2])), '0.2.0', at)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(package), str(pc.slots.root), point], check=False)
    assert done.returncode == -signal.SIGKILL
    assert pc.slots.has("0.2.0") is (point == "named")
    unpack(package, pc.slots, "0.2.0")
    pc.slots.stage("0.2.0")
    assert pc.slots.switch() == "0.2.0"
    assert sorted(p.name for p in pc.slots.versions.iterdir()) == ["0.1.0", "0.2.0"]


@pytest.mark.parametrize("name", ["../outside", "/outside", "a/../../outside", "C:outside", "a\\b"])
def test_a_package_names_nothing_outside_its_folder(pc: Pc, tmp_path: Path, name: str) -> None:
    bad = tmp_path / "bad.zip"
    with zipfile.ZipFile(bad, "w") as file:
        file.writestr(name, "x")
    with pytest.raises(UpdateTrouble, match="现在的程序照常使用"):
        unpack(bad, pc.slots, "0.2.0")
    assert not pc.slots.folder("0.2.0").exists()


def switched(slots: Slots, version: str) -> None:
    built(slots.folder(version))
    slots.stage(version)
    assert slots.switch() == version


def test_the_last_two_versions_are_kept(pc: Pc) -> None:
    for version in ("0.2.0", "0.3.0", "0.10.0"):
        switched(pc.slots, version)
        pc.slots.came_up()
    assert sorted(p.name for p in pc.slots.versions.iterdir()) == ["0.10.0", "0.3.0"]
    assert pc.slots.pointer() == Pointer("0.10.0", before="0.3.0")


def test_an_older_version_is_never_staged(pc: Pc) -> None:
    switched(pc.slots, "0.2.0")
    with pytest.raises(UpdateTrouble, match="不比正在用的"):
        pc.slots.stage("0.1.0")
    with pytest.raises(UpdateTrouble, match="没有装完整"):
        pc.slots.stage("0.3.0")


def test_two_failed_starts_switch_back_and_the_version_is_not_tried_again(pc: Pc) -> None:
    switched(pc.slots, "0.2.0")
    assert [pc.slots.begin().current for _ in range(3)] == ["0.2.0", "0.2.0", "0.1.0"]
    now = pc.slots.pointer()
    assert (now.rolled_back_from, now.refused, now.trial) == ("0.2.0", ("0.2.0",), False)
    pc.slots.told()
    assert pc.slots.pointer().rolled_back_from == ""


def test_a_version_that_came_up_once_stays_however_often_the_power_goes(pc: Pc) -> None:
    switched(pc.slots, "0.2.0")
    pc.slots.begin()
    pc.slots.came_up()
    assert {pc.slots.begin().current for _ in range(5)} == {"0.2.0"}


def test_who_cancels_does_not_count_as_a_failed_start(pc: Pc, monkeypatch: pytest.MonkeyPatch) -> None:
    switched(pc.slots, "0.2.0")
    monkeypatch.setenv(COUNTED_SAID_BY, "1")
    for _ in range(4):
        assert pc.slots.begin().current == "0.2.0"
        pc.slots.excused()


def test_a_window_that_closes_with_something_unsaved_changes_nothing(pc: Pc) -> None:
    built(pc.slots.folder("0.2.0"))
    pc.slots.stage("0.2.0")
    Start(pc.slots).closed(typed=True)
    assert pc.slots.pointer().current == "0.1.0"
    Start(pc.slots).closed(typed=False)
    assert pc.slots.pointer().current == "0.2.0"


def test_a_version_whose_folder_is_gone_goes_back_at_once(pc: Pc) -> None:
    switched(pc.slots, "0.2.0")
    pc.slots.program("0.2.0").unlink()
    assert pc.slots.begin().current == "0.1.0"


def test_a_pointer_that_cannot_be_read_means_the_newest_that_is_there(pc: Pc) -> None:
    built(pc.slots.folder("0.10.0"))
    built(pc.slots.folder("0.9.0"))
    (pc.slots.root / "current.json").write_text("{", "utf-8")
    assert pc.slots.pointer() == Pointer("0.10.0")
