"""Takes a backup back as this PC's replica: what was there before is set aside, and a power cut leaves either of them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from baiyun_desktop.keys.errors import KeyLost, KeysDamaged, KeyTrouble, NoKeyStore
from baiyun_desktop.keys.keyfile import KeyFile, changing, keyfile_of, load_keyfile, save_keyfile
from baiyun_desktop.replica import counted
from baiyun_desktop.replica.backup import Backup, check_backup, check_bytes
from baiyun_desktop.replica.drives import refuse_network_drive
from baiyun_desktop.replica.engine import writer_engine
from baiyun_desktop.replica.errors import BackupTrouble, DiskTrouble, ReplicaError
from baiyun_desktop.replica.home import DeskHome, key_that_opens
from baiyun_desktop.replica.lock import InstanceLock
from baiyun_desktop.replica.migrations import settle, swap


def restore(
    home: DeskHome, backup: Backup, passphrase: str, at: Callable[[str], None] = lambda _point: None
) -> Path | None:
    """Puts a backup in the place of this PC's replica, which must be closed, or of a new PC's that has none.

    Returns where the replica that was there has been set aside: whatever it held that the district has not stays in it.
    The passphrase is the one of the backup's day. On another PC, whose key store never had the key, the backup is taken
    all the same: opening then fails with KeyLost, and `DeskHome.ask_for_key` gets the key from the district. What was
    typed on after the backup and reached the district comes back with the next round; new acts become a fork; what did
    not reach it goes up from the replica set aside (`leftovers`). No number is handed out again (`counted`).
    `at` is called at named points: "both keys", "copied", "set aside", "swapped". Raises ReplicaInUse, BackupTrouble,
    NetworkDrive, DiskTrouble and, for a wrong passphrase, WrongPassphrase.
    """
    refuse_network_drive(home.folder)
    if home.enrolled and home.replica_id != backup.info.replica:
        raise BackupTrouble("这份备份是另一个岗位的，不能放到本机的岗位上；请选本机的备份，或在新电脑上恢复")
    _prove(backup, passphrase)
    home.folder.mkdir(parents=True, exist_ok=True)
    path = home.path_of(backup.info.replica)
    lock = InstanceLock(path)
    lock.acquire()
    try:
        with changing():
            before = _keys_of_today(path)
            theirs = load_keyfile(backup.keys)
            save_keyfile(keyfile_of(path), before.taking_back(theirs) if before else theirs)
        at("both keys")
        staging = _copied(backup, path)
        at("copied")
        counted.begin_life(path)
        aside = _set_aside(path, before, passphrase, backup.info.made_at) if path.exists() else None
        at("set aside")
        swap(staging, path)
        at("swapped")
        home.name(backup.info.replica)
    finally:
        lock.release()
    return aside


def _prove(backup: Backup, passphrase: str) -> None:
    """The restore test before anything is touched; without a key, as far as that goes."""
    try:
        keys = load_keyfile(backup.keys).unlock(passphrase)
    except (KeyLost, NoKeyStore):
        check_bytes(backup)
    else:
        check_backup(backup, keys[0])


def _keys_of_today(path: Path) -> KeyFile | None:
    """None on a new PC, and where the key file is what is broken."""
    try:
        return load_keyfile(keyfile_of(path)) if path.exists() else None
    except KeysDamaged:
        return None


def _copied(backup: Backup, path: Path) -> Path:
    staging = path.with_name(path.name + ".restoring")
    try:
        shutil.copyfile(backup.file, staging)
        os.chmod(staging, 0o600)
    except OSError as error:
        staging.unlink(missing_ok=True)
        need = backup.info.size // 1_000_000 + 1
        raise DiskTrouble(f"恢复需要 {need} MB 空余空间，请腾出空间后再试；原来的数据没有动（{error}）") from error
    return staging


def _set_aside(path: Path, keys: KeyFile | None, passphrase: str, made_at: int) -> Path:
    """Gives the file that was there a second name, and its keys with it."""
    if keys:
        _fold_log(path, keys, passphrase)
    number = 1
    while (aside := path.with_name(f"{path.stem}.before-{made_at}-{number}.baiyun")).exists():
        number += 1
    if keys:
        save_keyfile(keyfile_of(aside), keys)
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size:  # the file does not open here: its log stays with it
        shutil.copyfile(log, aside.with_name(aside.name + "-wal"))
    try:
        os.link(path, aside)
    except OSError:  # a file system without second names
        shutil.copyfile(path, aside)
    return aside


def _fold_log(path: Path, keys: KeyFile, passphrase: str) -> None:
    with suppress(KeyTrouble, ReplicaError):
        settle(writer_engine(path, key_that_opens(path, keys.unlock(passphrase))))
