"""The server's own log: a file that rotates by itself and holds no value of anybody's row."""

from __future__ import annotations

import logging
import time
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from sqlalchemy.exc import SQLAlchemyError

from .errors import discreet

FOLDER = "logs"
BYTES_MAX = 10 * 2**20
FILES_KEPT = 9
"""With the one being written, 100 MiB of each server process and no more."""

_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Discreet(logging.Formatter):
    """Tracebacks in which a database's error is its kind and state alone. Times are UTC: workers on several machines are
    read side by side.
    """

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__("%(asctime)sZ %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Not what another handler's formatter has left in the record."""
        record.exc_text = None
        return super().format(record)

    def formatException(self, ei: _Raised) -> str:  # the base class's name
        return "\n".join(_told(ei[1])) if ei[1] is not None else ""


def log_to(folder: Path, name: str) -> None:
    """Logs to a file in the district's folder and to where the process's own words go (systemd's journal)."""
    (folder / FOLDER).mkdir(exist_ok=True, mode=0o700)
    path = folder / FOLDER / f"{name}.log"
    file = RotatingFileHandler(path, maxBytes=BYTES_MAX, backupCount=FILES_KEPT, encoding="utf-8")
    for handler in (file, logging.StreamHandler()):
        handler.setFormatter(Discreet())
        logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.INFO)


def _told(error: BaseException) -> list[str]:
    """An error with what led to it, the first cause first."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines = [*_told(before), "which led to:"] if before is not None else []
    lines += [line.rstrip("\n") for line in traceback.format_tb(error.__traceback__)]
    lines.append(_words(error))
    for part in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        lines += ["one of several:", *_told(part)]
    return lines


def _words(error: BaseException) -> str:
    if isinstance(error, SQLAlchemyError):
        return discreet(error)
    if type(error).__module__.split(".")[0] in ("psycopg", "sqlite3"):  # the driver's own, beneath SQLAlchemy's
        return f"{type(error).__module__}.{type(error).__name__}"
    return f"{type(error).__name__}: {error}"
