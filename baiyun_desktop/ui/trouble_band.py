"""A disk that does not take a save: what happened, that nothing typed is lost, what to do, and a button to try again."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame

from baiyun_desktop.support.disk import Hindrance, hindrance_of
from baiyun_desktop.ui.parts import button, row, text
from baiyun_desktop.ui.words import say

_WORDS = {
    Hindrance.FULL: "hindrance.full",
    Hindrance.LOCKED: "hindrance.locked",
    Hindrance.READ_ONLY: "hindrance.read_only",
    Hindrance.FAILING: "hindrance.failing",
}


class HindranceBand(QFrame):
    """Stays in sight, without taking the caret, until the save has gone through or the officer puts it away."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("strip", "bad")
        self._again: Callable[[], object] | None = None
        self._words = text(wrap=True)
        self.retry = button(say("hindrance.retry"), self._retry)
        close = button("", self.hide, look="flat", picture="close", name=say("hindrance.close"))
        close.setFixedWidth(30)
        line = row(self._words, self.retry, close, margins=(14, 6, 10, 6))
        line.setStretch(0, 1)
        self.setLayout(line)
        self.hide()

    @property
    def words(self) -> str:
        """What the band says."""
        return self._words.text()

    def show_for(self, error: BaseException, again: Callable[[], object] | None) -> bool:
        """Whether the error is the disk's; then it is told, with `again` to be pressed."""
        found = hindrance_of(error)
        if found is None:
            return False
        self._again = again or (self._again if self.isVisible() else None)  # the autosave failed too: the button stays
        self._words.setText(words_for(found))
        self.retry.setVisible(self._again is not None)
        self.show()
        return True

    def _retry(self) -> None:
        self.hide()
        if self._again is not None:
            self._again()


def words_for(hindrance: Hindrance) -> str:
    """In the language in use."""
    return say(_WORDS[hindrance])
