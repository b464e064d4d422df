"""Somebody at a terminal, or a script, in the window's place: what commands ask, say and open."""

from __future__ import annotations

import os
import sys
from getpass import getpass
from pathlib import Path

from baiyun_desktop.keys.wraps import check_new_passphrase
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.desk_line import DeskLine, line_of
from baiyun_desktop.replica.errors import ReplicaInUse
from baiyun_desktop.replica.home import DeskHome
from baiyun_desktop.replica.leftovers import Unsent, send
from baiyun_desktop.updates.taking import FOLDER as UPDATES
from baiyun_desktop.updates.taking import SOURCE, Source
from sync.outside import Clock, SystemClock, SystemIds

from .assembly import carrier, open_desk, program


class Terminal:
    """Somebody at a terminal, or a script that sets BAIYUN_PASSPHRASE."""

    def __init__(self) -> None:
        self.home = DeskHome.of_system()
        self.clock: Clock = SystemClock()

    @property
    def folder(self) -> Path:
        return self.home.folder

    def know_district(self) -> None:
        if self.home.enrolled and not (self.folder / UPDATES / SOURCE).exists():
            with self.open() as replica:
                Source(replica.identity.url, replica.identity.ca).save(self.folder / UPDATES)

    def typing(self) -> bool:
        if not self.home.enrolled:
            return False
        try:
            with self.open() as replica:
                return bool(replica.unsaved.all())
        except ReplicaInUse:
            return True

    def open(self) -> Replica:
        return open_desk(self.home, passphrase_of(self.home))

    def send(self, aside: Path, passphrase: str) -> tuple[int, Unsent]:
        clock = SystemClock()
        return send(self.home, aside, passphrase, program(), clock, SystemIds(clock), lambda r: carrier(r).run())

    def line(self, replica: Replica) -> DeskLine:
        carrier(replica).run()
        return line_of(replica)

    def ask(self, question: str) -> str:
        return os.environ.get("BAIYUN_PASSPHRASE") or getpass(question)

    def say(self, line: str) -> None:
        tell(line)


def passphrase_of(home: DeskHome) -> str:
    """From the terminal, or from BAIYUN_PASSPHRASE where a script runs the command."""
    wanted = home.enrolled and home.needs_passphrase
    return (os.environ.get("BAIYUN_PASSPHRASE") or getpass("口令: ")) if wanted else ""


def new_passphrase_of(home: DeskHome) -> str:
    """Typed twice."""
    if not home.needs_passphrase:
        return ""
    given = os.environ.get("BAIYUN_PASSPHRASE")
    return check_new_passphrase(given or getpass("口令: "), given or getpass("再输一次口令: "))


def tell(line: str) -> None:
    """One line for whoever sits there."""
    sys.stdout.write(f"{line}\n")
