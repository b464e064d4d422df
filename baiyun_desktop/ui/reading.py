"""Where a card reader's line goes: into the page that has a place for somebody, else before the search box; never astray."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from baiyun_desktop.intake.pasted import read_people
from baiyun_desktop.ui.hearing import hearing_of
from baiyun_desktop.ui.reader_keys import ReaderKeys
from baiyun_desktop.ui.search_box import SearchBox
from baiyun_desktop.ui.shell import Page, Shell
from baiyun_desktop.ui.words import say


class Heard(Enum):
    """What became of a line."""

    FILLED = "filled"
    WAITING = "waiting"
    LOCKED = "locked"
    BUSY = "busy"
    ODD = "odd"


class Reading(QObject):
    """One per window. A line that came by keys was meant for this moment; one by the socket must disturb nobody."""

    def __init__(
        self,
        shell: Shell,
        page: Callable[[], Page],
        search: Callable[[], SearchBox],
        locked: Callable[[], bool],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._shell, self._page, self._search, self._locked = shell, page, search, locked
        self.keys = ReaderKeys(lambda words: self.hear(words, by_keys=True), parent)

    def hear(self, words: str, *, by_keys: bool = False) -> Heard:
        """Take a line; what is odd about it is said to whoever sits there only where it came by keys."""
        if self._locked() or self._shell.desk.replica.duties:
            return Heard.LOCKED
        people = read_people(words, hearing_of(self._shell.desk.program, "", ()))
        if not people:
            return self._odd(words) if by_keys else Heard.ODD
        who = "、".join(str(read.facts.get("name") or read.facts.get("id_no")) for read in people)
        asks_something = QApplication.activeModalWidget() is not None
        if by_keys and self._search().hasFocus():
            self._search().take(words)
            return Heard.FILLED
        if not asks_something and self._page().take_words(words, walk=by_keys):
            self._shell.tell(say("reader.filled", who=who), "good")
            return Heard.FILLED
        if by_keys and not asks_something:
            self._search().take(words)
            return Heard.FILLED
        return self._wait(words, who, over=by_keys)

    def _wait(self, words: str, who: str, *, over: bool) -> Heard:
        if not self._search().lay(words, over=over):
            return Heard.BUSY
        self._shell.tell(say("reader.waiting", who=who))
        return Heard.WAITING

    def _odd(self, words: str) -> Heard:
        """What a reader typed and nobody understands must stand in no record; it is kept where it can be seen."""
        self._search().lay(words, over=True)
        self._shell.tell(say("reader.odd"), "bad")
        return Heard.ODD
