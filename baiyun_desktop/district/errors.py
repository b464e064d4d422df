"""What stands in an administrator's way, as one line that says what to do: the environment's faults, never a bug's."""

from __future__ import annotations

import errno

from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

_OS = {
    errno.ENOSPC: "the disk is full: free space or name a folder elsewhere",
    errno.EACCES: "not allowed: run this as the user who owns the district's folder",
    errno.EPERM: "not allowed: run this as the user who owns the district's folder",
    errno.EROFS: "the disk is read-only: look at the system's log for its cause",
    errno.EADDRINUSE: "the port is taken: stop the other server or choose another --port",
    errno.EADDRNOTAVAIL: "this machine does not have that address: correct --host",
    errno.EDQUOT: "the quota is used up: free space or name a folder elsewhere",
    errno.EFBIG: "the disk takes no file so large: free space or name a folder elsewhere",
    errno.EIO: "the disk could not be read or written: look at the system's log, and restore elsewhere if it is dying",
}
_DATABASE = (
    (("no such table", "does not exist"), "run 'baiyun-district init' on the folder, or correct its 'database'"),
    (("locked",), "another program holds the database: stop it and try again"),
    (("disk is full", "No space left"), "the database's disk is full: free space there"),
    (("readonly", "read-only", "unable to open"), "run this as the user who owns the district's folder"),
    (("connect", "server closed", "timeout"), "start PostgreSQL, or correct 'database' in district.toml"),
)


class Unfit(Exception):
    """The folder, database or backup cannot be used as it is, or what is asked for cannot be; the words say what to do.

    `zh` is what an administrator's window shows; without it the English words.
    """

    def __init__(self, said: str, zh: str = "") -> None:
        super().__init__(said)
        self.zh = zh or said


def in_one_line(error: Exception) -> str:
    """What went wrong and what to do about it, without a value of anybody's row."""
    if isinstance(error, SQLAlchemyError):
        return _of_database(error)
    said = (str(error).splitlines() or [type(error).__name__])[0]
    advice = _OS.get(error.errno or 0) if isinstance(error, OSError) else None
    return f"{said}; {advice}" if advice else said


def discreet(error: SQLAlchemyError) -> str:
    """A database's error by its kind and state: what it says besides may quote the row."""
    if not isinstance(error, DBAPIError) or error.orig is None:
        return f"{type(error).__name__} ({error.code or 'no code'})"
    state = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None) or "no state"
    if isinstance(error, OperationalError):  # connections, locks, disks: no row has a part in it
        return f"{type(error.orig).__name__} ({state}): {(str(error.orig).splitlines() or [''])[0]}"
    return f"{type(error.orig).__name__} ({state})"


def _of_database(error: SQLAlchemyError) -> str:
    told = str(error.orig) if isinstance(error, DBAPIError) else ""
    for signs, advice in _DATABASE:
        if any(sign in told for sign in signs):
            return f"the database says {discreet(error)}; {advice}"
    return f"the database says {discreet(error)}; look at its log"
