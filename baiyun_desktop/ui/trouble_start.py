"""Errors before there is a window and after it: a program that goes away without a word helps nobody."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QMessageBox

from baiyun_desktop.support.diagnose import write_diagnostic
from baiyun_desktop.support.disk import OPENING, hindrance_of
from baiyun_desktop.support.logs import log_folder
from baiyun_desktop.support.report import is_expected
from baiyun_desktop.ui.diagnostic import families
from baiyun_desktop.ui.opening import application
from baiyun_desktop.ui.trouble import TroubleDialog, Troubles
from baiyun_desktop.ui.words import say

log = logging.getLogger(__name__)


def told(run: Callable[[], int]) -> int:
    """Runs the program; what nobody caught, in the pages that set a PC up too, is told, and the answer is 1 then."""
    application()
    troubles = Troubles(None, _save, _expected)
    troubles.install()
    try:
        return run()
    except Exception as error:
        if not _expected(error):
            log.error("the program could not go on", exc_info=error)
            TroubleDialog(error, _save, None, kept=False).exec()
        return 1
    finally:
        troubles.uninstall()


def _expected(error: BaseException) -> bool:
    """What is no bug has words of its own: the families that say what to do, and the disk."""
    found = hindrance_of(error)
    if found is None and not is_expected(error):
        return False
    words = str(error) if is_expected(error) or found is None else OPENING[found]
    log.warning("could not go on: %s", type(error).__name__)
    QMessageBox.critical(None, say("shell.title"), words)
    return True


def _save(path: Path) -> None:
    write_diagnostic(path, log_folder(), None, families(), why="no window")
