"""All that stands between a clerk and trouble, as one thing a window has: typing kept, errors told, the clock watched."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from baiyun_desktop.replica import Status
from baiyun_desktop.replica.changes import Changes
from baiyun_desktop.support.clock import ClockWatch
from baiyun_desktop.support.report import is_expected
from baiyun_desktop.ui import diagnostic, typing_check
from baiyun_desktop.ui.clock_banner import ClockBanner
from baiyun_desktop.ui.restored import RestoredBand
from baiyun_desktop.ui.restored_keeper import TypingKeeper
from baiyun_desktop.ui.shell import Page, Shell
from baiyun_desktop.ui.trouble import Troubles
from baiyun_desktop.ui.trouble_band import HindranceBand
from baiyun_desktop.ui.words import say


class Support(QObject):
    """The window gives it three ways to act: show a page, take one away, say a line at the bottom."""

    def __init__(
        self,
        shell: Shell,
        show_page: Callable[[Page], object],
        drop_page: Callable[[Page], None],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._shell, self._show_page, self._drop_page = shell, show_page, drop_page
        self._watch = ClockWatch()
        self.keeper = TypingKeeper(shell, self)
        self.keeper.failed.connect(self._not_kept)
        self.troubles = Troubles(window, self.save_diagnostic, self._expected)
        shell.hindered.connect(self._hindered)
        shell.changed.connect(self._changed)
        self.bands = QWidget()
        QTimer.singleShot(0, self, lambda: self.restored.look())

    def new_bands(self) -> QWidget:
        """The bands above a page, made anew where the window is."""
        self.hindrance = HindranceBand()
        self.clock = ClockBanner(self._watch)
        self.restored = RestoredBand(self._shell, self.keeper, self._show_page, self._drop_page)
        self.bands = QWidget()
        layout = QVBoxLayout(self.bands)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        for band in (self.hindrance, self.clock, self.restored):
            layout.addWidget(band)
        return self.bands

    def look(self, status: Status) -> None:
        """Each few seconds."""
        self.clock.look(status, self._shell.desk.now_ms())

    def check_typing(self) -> None:
        """Whether Chinese can be typed on this PC; once, after the start."""
        if words := typing_check.trouble():
            self._shell.tell(words, "bad")  # stays until something else is said

    def hear(self, error: Exception) -> None:
        """An error that nobody asked to be told of; in the window's thread."""
        if is_expected(error):
            self.troubles.tell(error)
        else:
            self.troubles.hear(error)

    def _expected(self, error: BaseException) -> bool:
        """What is no bug: the disk's trouble has its band, the environment and the door say in words what to do."""
        if self.hindrance.show_for(error, None):
            return True
        if is_expected(error):
            self._shell.tell(say("shell.trouble", what=str(error)), "bad")
            return True
        return False

    def _hindered(self, error: BaseException, again: Callable[[], object]) -> None:
        if not self.hindrance.show_for(error, again) and not is_expected(error):
            self.troubles.hear(error)

    def _not_kept(self, error: Exception) -> None:
        if not self.hindrance.show_for(error, None):
            self.troubles.hear(error)

    def _changed(self, changes: Changes) -> None:
        if changes.act:  # something of this desk was written: the disk takes it again
            self.hindrance.hide()

    def save_diagnostic(self, path: Path) -> None:
        """Writes the zip for an administrator. Raises OSError, DiskTrouble."""
        diagnostic.save(self._shell.desk.replica, path, diagnostic.families())

    def stop(self, discarded: Iterable[Page]) -> None:
        """The window closes; what was left unsaved on purpose is let go."""
        self.troubles.uninstall()
        self.keeper.stop(discarded)
