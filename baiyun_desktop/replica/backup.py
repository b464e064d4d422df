"""Copies an open replica to a chosen folder, still encrypted and with its wrapped keys, and proves that the copy opens."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import sqlcipher3.dbapi2 as sqlcipher

from baiyun_desktop.kernel.audit import Doing
from baiyun_desktop.keys.atomic import sync_folder, write_whole
from baiyun_desktop.keys.keyfile import changing, load_keyfile, save_keyfile
from baiyun_desktop.replica.engine import damage_of, open_raw
from baiyun_desktop.replica.errors import BackupTrouble, DiskTrouble
from baiyun_desktop.replica.replica import Replica

FILE, KEYS, INFO = "desk.baiyun", "desk.keys", "backup.json"
PARTIAL = ".partial"
KEEP = 7
_STEPS_BETWEEN_LOOKS = 100_000
"""SQLite's steps, some milliseconds of work, between two looks whether to go on."""


class Info(msgspec.Struct, frozen=True, kw_only=True):
    """What stands beside a copy. `counts` are rows by table, `made_at` milliseconds since 1970 UTC."""

    version: int = 1
    replica: str
    made_at: int
    size: int
    sha256: str
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Backup:
    """One whole backup: a folder with the encrypted copy, its wrapped keys, and what it should hold."""

    folder: Path
    info: Info

    @property
    def file(self) -> Path:
        return self.folder / FILE

    @property
    def keys(self) -> Path:
        return self.folder / KEYS


def make_backup(
    replica: Replica,
    keys: Path,
    folder: Path,
    *,
    keep: int = KEEP,
    cancelled: Callable[[], bool] = lambda: False,
    at: Callable[[str], None] = lambda _point: None,
) -> Backup:
    """A backup of one moment of the replica, which stays in use; the oldest beyond `keep` go after it is proved.

    `keys` is the replica's file of wrapped keys. A backup appears in the folder whole or not at all; `at` is called at
    named points: "copied", "proved", "named". Raises BackupTrouble, with what to do. The audit names it first.
    """
    now_ms = replica.clock.now_ms()
    with _plain_words(folder):
        _make_room(replica, folder)
        replica.audit.note(Doing.BACK_UP, reason=str(folder))
        stamp = datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y%m%dT%H%M%S")
        final = folder / f"{replica.identity.replica}-{stamp}"
        partial = final.with_name(final.name + PARTIAL)
        try:
            info = _fill(partial, replica, keys, now_ms, cancelled, at)
            if final.exists():
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(final))
            os.rename(partial, final)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        sync_folder(folder)
        at("named")
        for old in backups_in(folder, replica.identity.replica)[max(1, keep) :]:
            shutil.rmtree(old.folder, ignore_errors=True)
    return Backup(final, info)


def backups_in(folder: Path, replica: str = "") -> list[Backup]:
    """The whole backups in a folder, the newest first; of one replica, or of any."""
    found = []
    for place in folder.iterdir() if folder.is_dir() else ():
        if place.name.endswith(PARTIAL) or not (place / INFO).is_file():
            continue
        with suppress(msgspec.MsgspecError, OSError):
            found.append(Backup(place, msgspec.json.decode((place / INFO).read_bytes(), type=Info)))
    mine = [b for b in found if not replica or b.info.replica == replica]
    return sorted(mine, key=lambda b: b.info.made_at, reverse=True)


def check_bytes(backup: Backup) -> None:
    """Whether the copy is what was written, which needs no key. Raises BackupTrouble."""
    with _plain_words(backup.folder):
        if not backup.file.exists() or _sha256(backup.file) != backup.info.sha256:
            raise BackupTrouble(f"备份 {backup.folder.name} 已损坏，请换用另一份备份，并检查存放备份的磁盘")


def check_backup(backup: Backup, key: bytes) -> dict[str, int]:
    """The restore test: the copy is what was written, opens, is sound, and holds what it held. Raises BackupTrouble."""
    check_bytes(backup)
    with _plain_words(backup.folder):
        counts = _prove(backup.file, key)
    if counts != backup.info.counts:
        raise BackupTrouble(f"备份 {backup.folder.name} 里的条数和记录的不一致，请换用另一份备份")
    return counts


# --- one backup -----------------------------------------------------------------------------------------------------


def _make_room(replica: Replica, folder: Path) -> None:
    """Clears what an interrupted backup left, and asks for the space beforehand.

    The folder is never made: where a stick is not plugged in, its place would be on this PC's own disk.
    """
    if not folder.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder))
    for left in folder.glob(f"{replica.identity.replica}-*{PARTIAL}"):
        shutil.rmtree(left, ignore_errors=True)
    if shutil.disk_usage(folder).free < replica.path.stat().st_size:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))


def _fill(
    partial: Path,
    replica: Replica,
    keys: Path,
    now_ms: int,
    cancelled: Callable[[], bool],
    at: Callable[[str], None],
) -> Info:
    partial.mkdir(mode=0o700)
    file = partial / FILE
    _copy_one_moment(replica, file, cancelled)
    at("copied")
    with changing():
        save_keyfile(partial / KEYS, load_keyfile(keys).only(replica.store.key))
    with open(file, "rb+") as copied:
        os.fsync(copied.fileno())
    counts = _prove(file, replica.store.key)
    info = Info(
        replica=replica.identity.replica,
        made_at=now_ms,
        size=file.stat().st_size,
        sha256=_sha256(file),
        counts=counts,
    )
    write_whole(partial / INFO, msgspec.json.format(msgspec.json.encode(info), indent=1))
    at("proved")
    return info


def _copy_one_moment(replica: Replica, file: Path, cancelled: Callable[[], bool]) -> None:
    """VACUUM INTO reads one moment of the file while others write, and encrypts with the same key.

    SQLite's backup API would begin anew with each save, and a copy of the bytes would tear.
    """
    with replica.reading():  # the file is not swapped meanwhile
        raw = open_raw(replica.path, replica.store.key)
        try:
            raw.set_progress_handler(lambda: int(cancelled()), _STEPS_BETWEEN_LOOKS)
            raw.execute("VACUUM INTO ?", (str(file),))
        finally:
            raw.close()
    os.chmod(file, 0o600)


def _prove(file: Path, key: bytes) -> dict[str, int]:
    """Opens the copy as a restore would, reads every page of it, and counts. Raises BackupTrouble, sqlcipher's errors."""
    raw = _open_copy(file, key)
    try:
        if damage := damage_of(raw):
            raise BackupTrouble(f"备份没有写对：{damage}；请检查存放备份的磁盘，或换一个文件夹")
        names = [n for (n,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {n: raw.execute(f'SELECT count(*) FROM "{n}"').fetchone()[0] for n in names if n[:7] != "sqlite_"}
    finally:
        raw.close()


def _open_copy(file: Path, key: bytes) -> Any:
    """For reading alone and without locks, which a stick or a share may not have."""
    raw = sqlcipher.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
    raw.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    raw.execute("PRAGMA temp_store = MEMORY")
    return raw


def _sha256(file: Path) -> str:
    with open(file, "rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


@contextmanager
def _plain_words(folder: Path) -> Iterator[None]:
    """Says what to do where the folder is gone, full or read-only, or the copy does not open."""
    try:
        yield
    except DiskTrouble as error:  # the desk's own: it did not take that a backup is made
        raise BackupTrouble(str(error)) from error
    except (OSError, sqlcipher.Error) as error:
        raise BackupTrouble(words_for(error, folder)) from error


def words_for(error: Exception, folder: Path) -> str:
    """What an officer reads and does about it."""
    number = error.errno if isinstance(error, OSError) else None
    text = str(error)
    if number in (errno.ENOSPC, errno.EDQUOT) or "is full" in text:
        return f"备份没有做成：{folder} 所在的磁盘满了。请清理该磁盘，或换一个文件夹存放备份"
    if number in (errno.EACCES, errno.EPERM, errno.EROFS) or "readonly" in text:
        return f"备份没有做成：{folder} 不允许写入。请换一个文件夹，或请管理员开放写入权限"
    if not folder.is_dir():
        return f"备份没有做成：找不到文件夹 {folder}。请插上存放备份的磁盘或连上网络盘，或另选一个文件夹"
    if "interrupted" in text:
        return "备份中途停止，下次打开时会重做"
    if "not a database" in text:
        return f"{folder} 里的备份打不开：密钥不是它的，或文件已损坏，请换用另一份备份"
    return f"备份没有做成：{folder} 读写出错，请检查磁盘是否插好，或换一个文件夹（{text}）"
