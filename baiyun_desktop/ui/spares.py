"""Record pages that wait for their next record: filling their widgets takes a fifth of the time that making them takes."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from baiyun_desktop.ui.record_page import RecordPage
from baiyun_desktop.ui.shell import Shell

QUIET_MS = 500
"""A list that has been looked at for so long is likely to have one of its rows opened."""


class Spares(QObject):
    """At most one page of each kind, hidden in `home`, with which they go."""

    def __init__(self, shell: Shell, home: QWidget) -> None:
        super().__init__(home)
        self._shell, self._home = shell, home
        self._pages: dict[str, RecordPage] = {}
        self._expected = ""
        self._timer = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._timer.timeout.connect(self._prepare)

    def page(self, kind: str, record: str) -> RecordPage:
        """A page that shows the record: the one that waits, else a new one."""
        page = self._pages.pop(kind, None)
        if page is None:
            return RecordPage(self._shell, kind, record)
        page.turn_to(record)
        return page

    def keep(self, page: QWidget) -> bool:
        """Whether the page, which was left, waits here from now on."""
        if not isinstance(page, RecordPage) or not page.spare or page.kind.name in self._pages:
            return False
        self._pages[page.kind.name] = page
        return True

    def expect(self, kind: str) -> None:
        """A record of that kind may be opened soon: its page is made while nobody waits for it."""
        self._expected = kind
        self._timer.start()

    def stop(self) -> None:
        """Nothing is expected any more."""
        self._timer.stop()

    def _prepare(self) -> None:
        if self._expected not in self._pages:
            page = self._pages[self._expected] = RecordPage(self._shell, self._expected, None)
            page.setParent(self._home)
