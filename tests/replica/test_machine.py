"""Each system says by its own mark which machine this is, and one that says nothing stops nobody."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from baiyun_desktop.replica import machine
from baiyun_desktop.replica.machine_macos import platform_id
from baiyun_desktop.replica.machine_windows import machine_guid

IOREG = """+-o J314sAP  <class IOPlatformExpertDevice>
    {
      "IOPlatformUUID" = "2FA1C8E0-9D5B-5C1A-8D60-0F4E3B1B7A11"
    }
"""


def test_linux_says_it_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = tmp_path / "machine-id"
    mark.write_text("0123456789abcdef\n")
    monkeypatch.setattr(machine, "LINUX", (tmp_path / "none", mark))
    monkeypatch.setattr(sys, "platform", "linux")
    machine.machine_mark.cache_clear()
    said = machine.machine_mark()
    mark.write_text("")
    machine.machine_mark.cache_clear()
    assert (len(said), "0123" in said, machine.machine_mark()) == (16, False, "")
    machine.machine_mark.cache_clear()


def test_windows_says_it_in_the_registry() -> None:
    def nobody(_key: str, _name: str) -> str:
        raise FileNotFoundError

    assert machine_guid(lambda key, name: f"{key.rpartition(chr(92))[2]} {name}\n") == "Cryptography MachineGuid"
    assert machine_guid(nobody) == ""


def test_a_mac_says_it_of_its_main_board(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: SimpleNamespace(stdout=IOREG))
    assert platform_id() == "2FA1C8E0-9D5B-5C1A-8D60-0F4E3B1B7A11"
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: SimpleNamespace(stdout=""))
    assert platform_id() == ""
