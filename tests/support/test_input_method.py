"""How Chinese comes into a field: what the desktop says, what Qt is told, and who listens there."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from baiyun_desktop.support.input_method import asked, carried, out_of_reach, prepare

pytestmark = pytest.mark.usefixtures("on_linux")


@pytest.fixture
def on_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """Qt's plugins as its wheel has them."""
    folder = tmp_path / "platforminputcontexts"
    folder.mkdir()
    for name in ("ibus", "compose"):
        (folder / f"lib{name}platforminputcontextplugin.so").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"QT_IM_MODULE": "fcitx"}, {"QT_IM_MODULE": "ibus"}),
        ({"QT_IM_MODULE": "fcitx5", "XDG_SESSION_TYPE": "wayland"}, {"QT_IM_MODULE": "ibus"}),
        ({"XMODIFIERS": "@im=fcitx"}, {"QT_IM_MODULE": "ibus"}),
        ({"XMODIFIERS": "@im=ibus", "QT_IM_MODULE": "xim"}, {"QT_IM_MODULE": "ibus"}),
        ({"QT_IM_MODULES": "fcitx", "QT_IM_MODULE": "fcitx"}, {"QT_IM_MODULE": "ibus"}),
        ({"QT_IM_MODULES": "wayland;fcitx;ibus"}, {}),
        ({"XMODIFIERS": "@im=fcitx", "XDG_SESSION_TYPE": "wayland"}, {}),
        ({"QT_IM_MODULE": "ibus", "XMODIFIERS": "@im=ibus"}, {}),
        ({"QT_IM_MODULE": "compose", "XMODIFIERS": "@im=fcitx"}, {}),
        ({}, {}),
    ],
)
def test_what_the_desktop_types_with_is_what_qt_is_told(
    wheel: Path, said: dict[str, str], told: dict[str, str]
) -> None:
    environ = dict(said)
    prepare(environ, wheel)
    kept = {name: value for name, value in said.items() if name != "QT_IM_MODULES" or not told}
    assert environ == {**kept, **told}


def test_a_qt_that_speaks_to_fcitx_itself_is_left_alone(wheel: Path) -> None:
    (wheel / "platforminputcontexts" / "libfcitxplatforminputcontextplugin.so").touch()
    environ = {"QT_IM_MODULE": "fcitx"}
    prepare(environ, wheel)
    assert environ == {"QT_IM_MODULE": "fcitx"}
    assert carried(wheel) == {"ibus", "compose", "fcitx"}


def test_nobody_listening_is_said_only_where_somebody_should(tmp_path: Path) -> None:
    assert out_of_reach({}, "fcitx", tmp_path)
    assert not out_of_reach({}, asked({}), tmp_path)
    assert not out_of_reach({"IBUS_ADDRESS": "unix:abstract=x"}, "fcitx", tmp_path)
    (tmp_path / "ibus" / "bus").mkdir(parents=True)
    (tmp_path / "ibus" / "bus" / "0123-unix-0").touch()
    assert not out_of_reach({}, "fcitx", tmp_path)


def test_the_program_loads_qts_own_ibus_where_the_desktop_says_fcitx(tmp_path: Path) -> None:
    """A process of its own: Qt looks once."""
    code = (
        "from baiyun_desktop.ui.opening import application; from baiyun_desktop.ui import typing_check\n"
        "application(); print(typing_check.trouble())"
    )
    environ = {
        **os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_DEBUG_PLUGINS": "1", "QT_IM_MODULE": "fcitx",
        "XDG_CONFIG_HOME": str(tmp_path), "PYTHONUTF8": "1",
    }  # fmt: skip
    for name in ("IBUS_ADDRESS", "IBUS_USE_PORTAL", "QT_IM_MODULES"):
        environ.pop(name, None)
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, encoding="utf-8", timeout=60)
    assert done.returncode == 0, done.stderr
    if platform.system() != "Linux":  # there an input method is the system's own
        assert done.stdout.strip() == ""
        return
    loaded = [line for line in done.stderr.splitlines() if "loaded library" in line]
    assert any("libibusplatforminputcontextplugin" in line for line in loaded)
    assert "“IBus 前端”" in done.stdout
