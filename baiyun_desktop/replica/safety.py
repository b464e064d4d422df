"""What the page for backups and keys shows and does: one desk's plan, its copies, and who keeps its key."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from baiyun_desktop.keys.keyfile import load_keyfile
from baiyun_desktop.keys.wraps import check_new_passphrase, id_of
from baiyun_desktop.replica.backup import Backup, backups_in, check_backup, words_for
from baiyun_desktop.replica.errors import BackupTrouble
from baiyun_desktop.replica.home import DeskHome
from baiyun_desktop.replica.lifeboats import Outcome
from baiyun_desktop.replica.nightly import Plan, Upkeep, load_plan
from baiyun_desktop.replica.replica import Replica
from sync.desk.lifeboat import Sent


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands now. `words` say what is wrong with the backups, empty where all is well."""

    plan: Plan
    words: str
    copies: tuple[Backup, ...]
    same_disk: bool
    by_passphrase: bool
    at_district: bool
    """Whether the district can give the key back."""


class Safety:
    """One desk's. What reads or writes the folder may hang on a share, and is to be called beside the window."""

    def __init__(
        self,
        home: DeskHome,
        replica: Replica,
        upkeep: Upkeep,
        boats: Callable[[], Iterable[tuple[Path, Sent]]] = tuple,
    ) -> None:
        """`boats` sends the lifeboats of this PC, after a round: see `Carrier.send_lifeboats`."""
        self._home, self._replica, self._upkeep, self._boats = home, replica, upkeep, boats

    def standing(self) -> Standing:
        """Raises KeysDamaged."""
        plan, keys = load_plan(self._home), load_keyfile(self._home.keys)
        folder = Path(plan.folder) if plan.folder else None
        copies: list[Backup] = []
        if folder is not None:
            with suppress(OSError):  # a stick that is not plugged in
                copies = backups_in(folder, self._replica.identity.replica)
        return Standing(
            plan,
            plan.words(self._replica.clock.now_ms()),
            tuple(copies),
            folder is not None and _one_disk(folder, self._home.folder),
            keys.by_passphrase,
            keys.keys[-1].district is not None,
        )

    def choose(self, folder: Path, cancelled: Callable[[], bool]) -> Backup:
        """Takes a folder for the nights and makes the first backup there. Raises BackupTrouble, and keeps the old plan
        where the folder is none."""
        folder = folder.expanduser()
        if not folder.is_dir():
            raise BackupTrouble(words_for(FileNotFoundError(), folder))
        if folder.resolve().is_relative_to(self._home.folder.resolve()):
            raise BackupTrouble("这是存放数据本身的文件夹，它坏了备份也没有了；请另选一个，最好在 U 盘或网络盘上")
        self._upkeep.choose(folder.absolute(), soon=False)
        return self._upkeep.back_up(cancelled)

    def back_up(self, cancelled: Callable[[], bool]) -> Backup:
        """One backup now. Raises BackupTrouble, KeyTrouble."""
        if not load_plan(self._home).folder:
            raise BackupTrouble("请先选择存放备份的文件夹")
        return self._upkeep.back_up(cancelled)

    def test(self) -> tuple[Backup, int]:
        """Opens the newest backup as a restore would and reads all of it: (which, how many people). Raises BackupTrouble."""
        copies = self.standing().copies
        if not copies:
            raise BackupTrouble("还没有可以试的备份：请插上存放备份的磁盘，或先备份一次")
        newest, key = copies[0], self._replica.store.key
        if all(entry.id != id_of(key) for entry in load_keyfile(newest.keys).keys):
            raise BackupTrouble("最近的备份用的是以前的密钥；请现在备份一次再试")
        counts = check_backup(newest, key)
        self._upkeep.note_test()
        return newest, counts.get("person", 0)

    def send_lifeboats(self) -> Outcome:
        """What the files that were here before had not sent, and this one's lifeboat. Raises SyncError."""
        return Outcome.of(self._boats())

    def change_passphrase(self, old: str, new: str, again: str) -> None:
        """Another passphrase for the file's key. Raises WrongPassphrase, WeakPassphrase, NoKeyStore."""
        load_keyfile(self._home.keys).unlock(old)
        self._home.change_passphrase(self._replica, check_new_passphrase(new, again))


def _one_disk(folder: Path, other: Path) -> bool:
    """Whether two folders go together when a disk dies."""
    try:
        return os.stat(folder).st_dev == os.stat(other).st_dev
    except OSError:
        return False
