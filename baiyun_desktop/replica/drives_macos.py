"""macOS alone: asks `statfs` whether a folder is on a local volume."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable

MNT_LOCAL = 0x1000
"""The flag of a file system that this machine holds itself (sys/mount.h)."""


class Statfs(ctypes.Structure):
    """`struct statfs` with 64-bit inodes, the only one of macOS 11 and later."""

    _fields_ = [
        ("f_bsize", ctypes.c_uint32),
        ("f_iosize", ctypes.c_int32),
        ("f_blocks", ctypes.c_uint64),
        ("f_bfree", ctypes.c_uint64),
        ("f_bavail", ctypes.c_uint64),
        ("f_files", ctypes.c_uint64),
        ("f_ffree", ctypes.c_uint64),
        ("f_fsid", ctypes.c_int32 * 2),
        ("f_owner", ctypes.c_uint32),
        ("f_type", ctypes.c_uint32),
        ("f_flags", ctypes.c_uint32),
        ("f_fssubtype", ctypes.c_uint32),
        ("f_fstypename", ctypes.c_char * 16),
        ("f_mntonname", ctypes.c_char * 1024),
        ("f_mntfromname", ctypes.c_char * 1024),
        ("f_flags_ext", ctypes.c_uint32),
        ("f_reserved", ctypes.c_uint32 * 7),
    ]


def _statfs(path: str) -> tuple[int, str]:
    """The flags and the type's name of the file system that a path is on. Raises OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    # On Intel the plain name is still the old structure with 32-bit inodes.
    call = getattr(libc, "statfs$INODE64", None) or libc.statfs
    found = Statfs()
    if call(os.fsencode(path), ctypes.byref(found)):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), path)
    return found.f_flags, found.f_fstypename.decode("ascii", "replace")


def network_volume(path: str, statfs: Callable[[str], tuple[int, str]] = _statfs) -> str | None:
    """The type of the network volume that a path is on, or None where this Mac holds it."""
    flags, kind = statfs(path)
    return None if flags & MNT_LOCAL else kind
