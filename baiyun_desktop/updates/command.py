"""`baiyun-desktop update`: takes an update from the district, or from a stick where there is never a line."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from sync.outside import Clock

from .client import Client
from .errors import NotInstalled
from .slots import Slots
from .taking import FOLDER, place_of, take


class Outside(Protocol):
    """What the command is given of the world."""

    clock: Clock

    @property
    def folder(self) -> Path:
        """This PC's folder."""
        ...

    def know_district(self) -> None:
        """Writes down where the district is, if the desk knows and nobody has written it down yet."""
        ...

    def typing(self) -> bool:
        """Whether the desk's window is open, where somebody may be typing, or something typed is not saved yet."""
        ...

    def say(self, line: str) -> None: ...


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser], outside: Callable[[], Outside]) -> None:
    """Adds `update`."""
    update = commands.add_parser("update", help="take a newer version of this program, signed by the district")
    update.add_argument("--from", dest="source", default="", help="a folder on a stick; left out, the district")
    update.add_argument(
        "--trust", default="", help="the fingerprint that the administrator read out; needed once, without a line"
    )
    update.add_argument("--again", action="store_true", help="also a version that did not come up here before")
    update.set_defaults(run=lambda o: run(outside(), Slots.here(), o.source, o.trust, again=o.again))


def run(outside: Outside, slots: Slots | None, source: str = "", trust: str = "", *, again: bool = False) -> None:
    """Raises UpdateTrouble; what is installed goes on working."""
    if slots is None:
        raise NotInstalled("本机的程序不是由白云启动器打开的，不能自己更新；请联系区管理员")
    if not source:
        outside.know_district()
    folder = outside.folder / FOLDER
    place, is_district = place_of(source, folder, outside.clock)
    client = Client(folder, place)
    if is_district or trust:
        client.trust(trust)
    found = take(client, slots, again=again)
    if found is None:
        outside.say(f"已是最新：{slots.pointer().current} 版")
    elif outside.typing():
        outside.say(f"{found.version} 版已备好，内容都保存、窗口关闭后，下次打开时启用。{found.notes}")
    else:
        slots.switch()
        outside.say(f"{found.version} 版已装好，下次打开时启用。{found.notes}")
