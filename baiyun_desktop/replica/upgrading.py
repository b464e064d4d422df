"""Upgrades an old file on a copy, proves the copy and swaps it in, and keeps the old file until a round went well."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from baiyun_desktop.keys.atomic import sync_folder
from baiyun_desktop.replica import migrations, proving
from baiyun_desktop.replica.engine import bulk_engine, prove_pages, reader_engine, writer_engine
from baiyun_desktop.replica.errors import DiskTrouble, ReplicaError
from baiyun_desktop.replica.layout import Layout

T = TypeVar("T")
Tell = Callable[[str, int, int], None]
"""Hears the part of an upgrade at work ("copy", "migrate", "check", "swap"), how much of it is done, and of how much;
(0, 0) where that is not known."""
COPY, KEPT = ".upgrading", ".before-upgrade"
"""Ends of names: of the copy at work, and of the old file that is kept."""
_SPARE_BYTES = 8 * 2**20
_CHUNK_BYTES = 2**20


class UpgradeFailed(ReplicaError):
    """The copy does not hold what the file holds; the file is as it was."""


def untold(_part: str, _done: int, _of: int) -> None:
    """For who does not want to know."""


def kept_of(path: Path) -> Path:
    """Where the file of before the upgrade lies until a round went well."""
    return path.with_name(path.name + KEPT)


def upgrade(
    path: Path,
    key: bytes,
    layout: Layout,
    steps: Sequence[migrations.Migration] = migrations.MIGRATIONS,
    *,
    tell: Tell = untold,
    at: Callable[[str], None] = lambda _point: None,
) -> None:
    """Upgrades a copy of the file, which must be closed, and puts it in the file's place.

    Whenever the power goes, the file is the old one or the new one, each whole. `at` is called at named points:
    "copied", "migrated", "proved", "kept", "swapped". Raises DiskTrouble, UpgradeFailed; then the old file is as it was.
    """
    copy = path.with_name(path.name + COPY)
    copy.unlink(missing_ok=True)
    migrations.settle(writer_engine(path, key))
    make_room(path)
    try:
        before = _read(path, key, proving.content)
        _copy(path, copy, tell)
        at("copied")
        tell("migrate", 0, 0)
        _migrate(copy, key, layout, steps)
        at("migrated")
        tell("check", 0, 0)
        _prove(path, copy, key, layout, before)
        at("proved")
        tell("swap", 0, 0)
        _keep(path)
        at("kept")
    except (OSError, OperationalError, sqlcipher.OperationalError) as error:
        copy.unlink(missing_ok=True)
        raise DiskTrouble(f"升级数据文件时硬盘出错，原来的数据没有动，请检查硬盘空间后再打开（{error}）") from error
    except BaseException:
        copy.unlink(missing_ok=True)
        raise
    migrations.swap(copy, path)
    at("swapped")


def make_room(path: Path) -> None:
    """Raises DiskTrouble, with how much is missing, before anything is written."""
    need, free = path.stat().st_size * 13 // 10 + _SPARE_BYTES, shutil.disk_usage(path.parent).free
    if free < need:
        raise DiskTrouble(
            f"升级数据文件需要 {need // 10**6 + 1} MB 空余空间，{path.parent} 所在的磁盘只剩 {free // 10**6} MB。"
            "请腾出空间后再打开；原来的数据没有动"
        )


def take_back(path: Path, key: bytes) -> bool:
    """Puts the kept file in the place of the upgraded one, where nothing was written since; whether it did.

    For the program that was rolled back to. Where something was written, it stays as it is: nothing typed is lost.
    """
    kept = kept_of(path)
    if not kept.exists() or os.path.samefile(kept, path):
        return False
    with suppress(ReplicaError, OperationalError, sqlcipher.DatabaseError):
        migrations.settle(writer_engine(path, key))
        if _read(path, key, proving.own) != _read(kept, key, proving.own):
            return False
        migrations.swap(kept, path)
        return True
    return False


def forget_kept(path: Path) -> None:
    """Ends the way back: overwrites and removes the file of before the upgrade."""
    kept = kept_of(path)
    if not kept.exists():
        return
    if path.exists() and not os.path.samefile(kept, path):  # after a power cut both names may mean one file
        _overwrite(kept)
    kept.unlink()
    sync_folder(kept.parent)


def _copy(path: Path, copy: Path, tell: Tell) -> None:
    size, done = path.stat().st_size, 0
    with open(path, "rb") as source, open(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        tell("copy", done, size)
        while chunk := source.read(_CHUNK_BYTES):
            target.write(chunk)
            done += len(chunk)
            tell("copy", done, size)


def _migrate(copy: Path, key: bytes, layout: Layout, steps: Sequence[migrations.Migration]) -> None:
    engine = bulk_engine(copy, key)  # nothing of the copy must be kept safe before it is whole
    try:
        with engine.begin() as conn:
            migrations.run(conn, layout, steps)
    finally:
        engine.dispose()


def _prove(path: Path, copy: Path, key: bytes, layout: Layout, before: proving.Content) -> None:
    """Every page reads, every row is there, and every value hashes to what the district said of it."""
    prove_pages(copy, key)
    wrong = proving.differences(before, _read(copy, key, proving.content))
    if not wrong and (rows := _read(copy, key, lambda conn: proving.unsound(conn, layout))):
        wrong = sorted(c for c, _ in rows - _read(path, key, lambda conn: proving.unsound(conn, layout)))
    if wrong:
        raise UpgradeFailed(
            f"升级后的数据与原来的对不上（{'、'.join(wrong)}），已放弃升级；原来的数据没有动，请联系管理员"
        )


def _read(path: Path, key: bytes, question: Callable[[Connection], T]) -> T:
    engine = reader_engine(path, key)
    try:
        with engine.begin() as conn:
            return question(conn)
    finally:
        engine.dispose()


def _keep(path: Path) -> None:
    """Gives the old file a second name, so that it is never without one."""
    forget_kept(path)
    kept = kept_of(path)
    try:
        os.link(path, kept)
    except OSError:  # a file system without second names
        part = kept.with_name(kept.name + ".part")
        shutil.copyfile(path, part)
        with open(part, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(part, kept)
    sync_folder(path.parent)


def _overwrite(path: Path) -> None:
    left = path.stat().st_size
    with open(path, "r+b") as file:
        while left > 0:
            left -= file.write(bytes(min(left, _CHUNK_BYTES)))
        file.flush()
        os.fsync(file.fileno())
