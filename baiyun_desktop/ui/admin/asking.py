"""A page that shows the district's answer: asked in a thread, the last one with its age where there is no line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QDialog, QLayout, QScrollArea, QStackedWidget, QWidget

from baiyun_desktop.replica.admin_line import Administration, Answer, NoToken
from baiyun_desktop.replica.changes import Changes
from baiyun_desktop.replica.errors import DoorRefusal
from baiyun_desktop.ui.admin.ages import age_words
from baiyun_desktop.ui.admin.token_sheet import TokenSheet
from baiyun_desktop.ui.days import clock_text
from baiyun_desktop.ui.parts import button, column, empty, frame, page_band, row, text
from baiyun_desktop.ui.shell import Page, Shell
from baiyun_desktop.ui.words import say

ASK_EVERY_MS = 60_000
"""While the page is in sight; nobody looks at a fleet by the second, and 300 desks are read for each look."""

FRESH_MS = 1_000
"""Who comes back to a page has usually done something elsewhere that shows here."""


class AskedPage(Page):
    """Subclasses say what is asked (`question`, in a thread), and show it (`show_answer`)."""

    place = ""
    """The key of its place, by which its title is found."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.title = say(f"place.{self.place}")
        self.line = Administration(shell.desk.replica, self._login)
        self.answered_at = 0
        self.asking = self._again = False
        self.sheet: TokenSheet | None = None
        self.opened_sheet: QDialog | None = None
        self.count = text("", "muted")
        self._age = text("", "muted")
        self._why = text("", tone="warn", wrap=True)
        self._strip = frame(row(self._why, margins=(12, 6, 12, 6)), strip="warn")
        self._strip.hide()
        again = button(
            "", self.refresh, look="flat", picture="sync", tip=say("admin.again_help"), name=say("admin.again")
        )
        self.body = self.build()
        self._nothing = QWidget()
        self._stack = QStackedWidget()
        for page in (self.body, self._nothing):
            self._stack.addWidget(page)
        band = page_band(self.title, self.count, None, self._age, again, *self.extras())
        layout = column(band, self._strip, self._stack, gap=0)
        layout.setStretch(2, 1)
        self.setLayout(layout)
        self._timer = QTimer(self, interval=ASK_EVERY_MS)
        self._timer.timeout.connect(self.refresh)
        QShortcut(QKeySequence("F5"), self, self.refresh, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.say_empty(say("admin.asking"))
        self.refresh()

    # --- what a page is made of -------------------------------------------------------------------------------------

    def build(self) -> QWidget:
        """What shows the answer."""
        raise NotImplementedError

    def extras(self) -> list[QWidget]:
        """What stands at the right of the band."""
        return []

    def question(self) -> Answer[Any]:
        """In a thread."""
        raise NotImplementedError

    def show_answer(self, what: Any) -> None:
        """In the window."""
        raise NotImplementedError

    def _login(self) -> str:
        accounts = self.shell.desk.accounts
        return accounts.current.login if accounts is not None and accounts.current is not None else ""

    # --- asking -----------------------------------------------------------------------------------------------------

    def concerned(self, changes: Changes) -> bool:
        """What syncs is no part of what the district says of itself."""
        return False

    def refresh(self) -> None:
        if self.asking:
            self._again = True
            return
        self.asking = True
        self.shell.work.ask(self, lambda _: self.question(), self._answered).on_error = self._failed

    def _answered(self, answer: Answer[Any]) -> None:
        self.asking, self.answered_at = False, answer.at
        now = self.shell.desk.now_ms()
        self._age.setText(say("admin.as_of", when=clock_text(answer.at, now)))
        if answer.why:
            words = say(
                "admin.no_line", why=answer.why, when=clock_text(answer.at, now), age=age_words(now - answer.at)
            )
            self._why.setText(words)
        self._strip.setVisible(bool(answer.why))
        first = self._stack.currentWidget() is not self.body
        self._stack.setCurrentWidget(self.body)
        if first and self.isVisible() and self.window().isActiveWindow():
            self.entered()  # the caret stood on what said that the answer is on its way
        self.show_answer(answer.what)
        self._ask_again()

    def _failed(self, error: Exception) -> None:
        self.asking = False
        self._strip.hide()
        self._age.setText("")
        if isinstance(error, NoToken):
            enter = button(say("admin.enter_token"), self.enter_token, look="primary", picture="lock")
            self.say_empty(say("admin.no_token", why=str(error)), enter)
        elif isinstance(error, DoorRefusal):
            self.say_empty(str(error), button(say("admin.enter_token"), self.enter_token))
        else:
            self.shell.work.trouble.emit(error)
        self._ask_again()

    def _ask_again(self) -> None:
        if self._again:
            self._again = False
            self.refresh()

    def say_empty(self, words: str, action: Any = None) -> None:
        """Instead of an answer."""
        focused = self._nothing.isAncestorOf(self.focusWidget()) if self.focusWidget() else False
        self._stack.removeWidget(self._nothing)
        self._nothing.deleteLater()
        self._nothing = empty(words, action)
        self._stack.addWidget(self._nothing)
        self._stack.setCurrentWidget(self._nothing)
        if action is not None and (focused or self.isVisible()):
            action.setFocus()

    def enter_token(self) -> None:
        """Ask whoever sits here for his token, once."""
        self.sheet = TokenSheet(self.shell, self.line, self.window())
        self.sheet.accepted.connect(self.refresh)
        self.sheet.open()

    # --- in sight ---------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()
        if self.answered_at and self.shell.desk.now_ms() - self.answered_at > FRESH_MS:
            self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def entered(self) -> None:
        (self.body if self._stack.currentWidget() is self.body else self._nothing).setFocus()

    def do(self, sheet: Callable[[], QDialog]) -> None:
        """Open a sheet on which something is asked for; what it changed is looked at afterwards."""
        made = sheet()
        made.finished.connect(lambda _: self.refresh())
        made.open()
        self.opened_sheet = made


def show_in(area: QScrollArea, layout: QLayout) -> None:
    """What is shown there from now on, in one step: taking it apart and filling it again would flicker each minute."""
    inside = QWidget()
    inside.setProperty("page", True)
    inside.setLayout(layout)
    before = area.takeWidget()
    area.setWidget(inside)
    if before is not None:
        before.deleteLater()
