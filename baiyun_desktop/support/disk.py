"""Which trouble of the disk stands behind an error, in the few kinds for which a clerk can do something different."""

from __future__ import annotations

import errno
from enum import Enum

from baiyun_desktop.support.report import chain


class Hindrance(Enum):
    """What the disk did."""

    FULL = "full"
    LOCKED = "locked"
    READ_ONLY = "read_only"
    FAILING = "failing"


WORDS = {
    Hindrance.FULL: "磁盘已满，没有保存。输入的内容还在屏幕上；请删掉一些文件或清空回收站，再保存一次",
    Hindrance.LOCKED: "数据文件正被别的程序占用（多半是杀毒软件或备份软件），没有保存。输入的内容还在屏幕上；请稍等片刻，再保存一次",
    Hindrance.READ_ONLY: "数据文件夹不能写入，没有保存。输入的内容还在屏幕上；请让管理员检查文件夹权限，再保存一次",
    Hindrance.FAILING: "磁盘读写出错，没有保存。输入的内容还在屏幕上；请再保存一次，一直如此请马上联系管理员",
}
"""What an officer reads where the window's own words cannot be asked for: in another thread, at a terminal."""

OPENING = {
    Hindrance.FULL: "磁盘已满，打不开。数据没有动；请删掉一些文件或清空回收站，再打开一次",
    Hindrance.LOCKED: "数据文件正被别的程序占用（多半是杀毒软件或备份软件），打不开。数据没有动；请稍等片刻，再打开一次",
    Hindrance.READ_ONLY: "数据文件夹不能读写，打不开。数据没有动；请让管理员检查文件夹权限",
    Hindrance.FAILING: "磁盘读写出错，打不开。请再打开一次，一直如此请马上联系管理员",
}
"""The same before there is anything on the screen."""

_ERRNO = {
    errno.ENOSPC: Hindrance.FULL,
    getattr(errno, "EDQUOT", errno.ENOSPC): Hindrance.FULL,
    errno.EFBIG: Hindrance.FULL,
    errno.EROFS: Hindrance.READ_ONLY,
    errno.EACCES: Hindrance.READ_ONLY,
    errno.EPERM: Hindrance.READ_ONLY,
    errno.EBUSY: Hindrance.LOCKED,
    errno.EIO: Hindrance.FAILING,
}
_WINDOWS = {5: Hindrance.LOCKED, 32: Hindrance.LOCKED, 33: Hindrance.LOCKED, 39: Hindrance.FULL, 112: Hindrance.FULL}
"""Access denied (a scanner has it), sharing violation, lock violation, and both of "the disk is full"."""
_SQLITE = (
    ("is full", Hindrance.FULL),
    ("is locked", Hindrance.LOCKED),
    ("table is locked", Hindrance.LOCKED),
    ("readonly", Hindrance.READ_ONLY),
    ("unable to open", Hindrance.LOCKED),
    ("I/O error", Hindrance.FAILING),
)
"""SQLite's own sentences; its driver gives no numbers."""


def hindrance_of(error: BaseException) -> Hindrance | None:
    """What the disk did, or None where it was something else."""
    for part in chain(error):
        found = _of_system(part) if isinstance(part, OSError) else _of_sqlite(part)
        if found is not None:
            return found
    return None


def _of_system(error: OSError) -> Hindrance | None:
    number = getattr(error, "winerror", None)
    if number in _WINDOWS:
        return _WINDOWS[number]
    return _ERRNO.get(error.errno) if error.errno is not None else None


def _of_sqlite(error: BaseException) -> Hindrance | None:
    if type(error).__name__ not in ("OperationalError", "DatabaseError"):
        return None
    words = str(error.args[0]) if error.args else ""
    return next((kind for sign, kind in _SQLITE if sign in words), None)
