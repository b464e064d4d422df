"""The file that an administrator far away asks for, where an officer finds it: on a page, and in the dialog of a fault."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QFileDialog, QWidget

from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.inventory import inventory_of
from baiyun_desktop.support.diagnose import write_diagnostic
from baiyun_desktop.support.logs import log_folder
from baiyun_desktop.ui.parts import button, column, row, text
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say

SUGGESTED = "baiyun-diagnostic.zip"


def families() -> list[str]:
    """The fonts that are there."""
    return sorted({str(name) for name in QFontDatabase.families()})


def save(replica: Replica, path: Path, fonts: Sequence[str]) -> None:
    """Writes the zip. Raises OSError, DiskTrouble."""
    write_diagnostic(path, log_folder(), inventory_of(replica), fonts)


class DiagnosticPart(QWidget):
    """What it is for, that it holds nobody's data, and a button."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self.save = button(say("trouble.save_as"), self._ask_where)
        said = text(say("trouble.asked_for"), wrap=True)
        self.setLayout(column(text(say("trouble.section"), "section"), said, row(self.save, None), gap=10))

    def _ask_where(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, say("trouble.save"), SUGGESTED, "ZIP (*.zip)")
        if name:
            self.save_to(Path(name))

    def save_to(self, path: Path) -> None:
        """In a thread: counting the rows of a large file takes a moment."""
        replica, fonts = self._shell.desk.replica, families()
        job = self._shell.work.ask(
            self,
            lambda _: save(replica, path, fonts),
            lambda _: self._shell.tell(say("trouble.saved", name=path.name), "good"),
        )
        job.on_error = lambda error: self._shell.tell(say("trouble.not_saved", why=type(error).__name__), "bad")
