"""The program's log on a clerk's PC: a small rotating file where the system wants logs, with nobody's data in it."""

from __future__ import annotations

import logging
import os
from logging.handlers import RotatingFileHandler
from pathlib import Path

from baiyun_desktop.support.privacy import scrub
from baiyun_desktop.support.report import OURS, lines_of

PROGRAM_NAME = "baiyun-desktop"
FILE_NAME = "baiyun.log"
SIZE_BYTES = 512 * 1024
FILES_KEPT = 4


def log_folder() -> Path:
    """Where the system keeps logs; BAIYUN_HOME, which moves all that this PC keeps, moves them too."""
    chosen = os.environ.get("BAIYUN_HOME")
    if chosen:
        return Path(chosen) / "logs"
    import platformdirs

    return Path(platformdirs.user_log_dir(PROGRAM_NAME, appauthor=False))


class Impersonal(logging.Formatter):
    """Of our own lines the words are scrubbed; of a library's only the template stays; of an error its frames."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        clean = logging.makeLogRecord({**record.__dict__, "exc_text": None, "stack_info": None})
        own = record.name.partition(".")[0] in OURS
        clean.msg, clean.args = scrub(record.getMessage() if own else str(record.msg)), None
        return super().format(clean)

    def formatException(self, ei: object) -> str:
        error = ei[1] if isinstance(ei, tuple) else None
        return "\n".join(lines_of(error)) if isinstance(error, BaseException) else ""


def start_log(folder: Path) -> logging.Handler | None:
    """Begins to write; None where the folder cannot be written, which must not keep anybody from working."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = QuietRotating(folder / FILE_NAME, maxBytes=SIZE_BYTES, backupCount=FILES_KEPT, encoding="utf-8")
    except OSError:
        return None
    handler.setFormatter(Impersonal())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    return handler


class QuietRotating(RotatingFileHandler):
    """A disk that is full or a file that a scanner holds costs a line of the log, and nothing else."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Nobody at the counter reads a console."""


def end_log(handler: logging.Handler | None) -> None:
    """Writes what is left and lets go of the file."""
    if handler is not None:
        logging.getLogger().removeHandler(handler)
        handler.close()


def log_files(folder: Path) -> list[Path]:
    """The log's files, the newest first."""
    names = [FILE_NAME, *(f"{FILE_NAME}.{number}" for number in range(1, FILES_KEPT + 1))]
    return [folder / name for name in names if (folder / name).exists()]


def tail(folder: Path, lines: int) -> list[str]:
    """The last lines of the log, scrubbed once more: an older version may have written them."""
    found: list[str] = []
    for path in log_files(folder):
        try:
            found = path.read_text("utf-8", errors="replace").splitlines() + found
        except OSError:
            continue
        if len(found) >= lines:
            break
    return [_scrubbed(line) for line in found[-lines:]]


def _scrubbed(line: str) -> str:
    """The instant at a line's head stays."""
    head, rest = line[:23], line[23:]
    instant = len(head) == 23 and head[:4].isdigit() and head[4] == "-" and head[19] == ","
    return head + scrub(rest) if instant else scrub(line)
