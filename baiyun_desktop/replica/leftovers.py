"""Sends what a replaced file had not sent: after a restore it lies aside, and its last acts are in no other place."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.keys.atomic import destroy
from baiyun_desktop.keys.keyfile import keyfile_of, load_keyfile
from baiyun_desktop.replica.home import DeskHome, key_that_opens
from baiyun_desktop.replica.replica import Replica
from sync.desk.blobs import unconfirmed
from sync.outside import Clock, Ids

TRIES = 3
"""Rounds of a file whose counters are behind: the first is told how far the district has counted."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """What only this PC has: acts without the district's answer, files that it has not got for certain."""

    acts: int
    files: int

    @property
    def nothing(self) -> bool:
        return not self.acts and not self.files

    def __add__(self, other: Unsent) -> Unsent:
        return Unsent(self.acts + other.acts, self.files + other.files)


def unsent(conn: Connection) -> Unsent:
    """What would be lost if this replica were no more."""
    acts = conn.exec_driver_sql("SELECT count(*) FROM sync_journal WHERE outcome IS NULL").scalar_one()
    return Unsent(int(acts), len(unconfirmed(conn)))


def asides(home: DeskHome, replica: str) -> list[Path]:
    """The files that restores have set aside on this PC, the oldest first."""
    return sorted(home.folder.glob(f"{replica}.before-*.baiyun"))


def send(
    home: DeskHome,
    aside: Path,
    passphrase: str,
    program: Program,
    clock: Clock,
    ids: Ids,
    carry: Callable[[Replica], object],
) -> tuple[int, Unsent]:
    """Sends what a file set aside has not sent, as the desk that it is; removes it once the district has all of it.

    `carry` runs one round of a replica. Returns how many acts were waiting, and what still waits. The passphrase is the
    one of the day on which it was set aside. Raises ReplicaError and KeyTrouble where the file does not open any more.
    """
    key = key_that_opens(aside, load_keyfile(keyfile_of(aside)).unlock(passphrase))
    with Replica.open(aside, key, program, clock, ids) as replica:
        before = left = _of(replica)
        for _ in range(TRIES):
            if left.nothing:
                break
            carry(replica)
            left = _of(replica)
    if left.nothing:
        remove(aside)
    return before.acts, left


def remove(aside: Path) -> None:
    """Destroys its keys first: from then on the file is noise."""
    destroy(keyfile_of(aside))
    for path in sorted(aside.parent.glob(f"{aside.stem}.*")):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _of(replica: Replica) -> Unsent:
    with replica.reading() as conn:
        return unsent(conn)
