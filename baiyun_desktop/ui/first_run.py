"""The first hour of a PC in one window: a page a step, by keyboard alone, and whoever closes it goes on there next time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPixmap, QShowEvent
from PySide6.QtWidgets import QDialog, QLabel, QProgressBar, QWidget

from baiyun_desktop.replica.first_run import Step
from baiyun_desktop.replica.setting_up import TROUBLE, SettingUp
from baiyun_desktop.ui.errand import Errand
from baiyun_desktop.ui.first_run_key import KeyPage
from baiyun_desktop.ui.first_run_officer import OfficerPage
from baiyun_desktop.ui.first_run_pages import AddressPage, CodePage, ImportPage, PostPage, StepPage
from baiyun_desktop.ui.icons import icon
from baiyun_desktop.ui.parts import button, column, frame, retone, row, rule, scrolled, text
from baiyun_desktop.ui.words import say

log = logging.getLogger(__name__)

SIZE_PX = (760, 440)
"""Fits an office's 1366×768 at 150 %, under a title and above a task bar."""
STEPS_PX = 172
LOOK_MS = 500


class FirstRun(QDialog):
    """Accepted when the desk is ready; rejected where somebody goes on another day. `go_to` is a place of the window."""

    def __init__(self, setup: SettingUp, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setup = setup
        self.step = setup.state.step
        self.go_to = ""
        self._errand: Errand | None = None
        self._after_cancel: Callable[[], None] | None = None
        self._after_failure: Callable[[Exception], None] | None = None
        self._shown = self._given_up = False
        self._told_so_far: Callable[[], str] | None = None
        self.setWindowTitle(say("setup.title"))
        self.setWindowFlag(Qt.WindowType.WindowMinimizeButtonHint, True)
        self.resize(*SIZE_PX)
        self.pages: dict[Step, StepPage] = {
            Step.ADDRESS: AddressPage(self),
            Step.CODE: CodePage(self),
            Step.POST: PostPage(self),
            Step.KEY: KeyPage(self),
            Step.OFFICER: OfficerPage(self),
            Step.IMPORT: ImportPage(self),
        }
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._show_so_far)
        self._lay_out()
        self.turn(self.step)

    # --- what it looks like -----------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._marks = {step: QLabel() for step in self.pages}
        self._names = {step: text(say(f"setup.step_{step.value}")) for step in self.pages}
        lines = [row(self._marks[step], self._names[step], None, gap=8) for step in self.pages]
        side = frame(column(*lines, None, gap=14, margins=(18, 24, 12, 18)), band=True)
        side.setFixedWidth(STEPS_PX)
        self._title = text("", "title", wrap=True)
        self._pages = QWidget()  # not a stack, which would be as high as the longest page, and what is said far below
        self._pages.setLayout(column(*self.pages.values(), gap=0))
        self.message = text("", wrap=True)
        self.message.setMinimumHeight(self.message.fontMetrics().lineSpacing())
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 0)
        self.bar.setFixedHeight(6)
        self.bar.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.bar.setAccessibleName(say("setup.busy"))
        self.stop = button(say("progress.stop"), self.cancel, tip="Esc")
        self._busy = QWidget()
        self._busy.setLayout(row(self.bar, self.stop))
        body = column(self._title, self._pages, self.message, self._busy, None, gap=12, margins=(24, 20, 24, 12))
        inside = QWidget()
        inside.setLayout(body)
        self.later = button(say("setup.later"), self.reject, tip=say("setup.later_help"))
        self.no_more = button(say("setup.no_more"), self.give_up, look="link")
        self.before = button(say("setup.back"), self.go_back)
        self.next = button(say("setup.next"), self.go_on, look="primary")
        foot = frame(
            row(self.later, 8, self.no_more, None, self.before, self.next, margins=(18, 10, 18, 10)), foot=True
        )
        self._area = scrolled(inside)
        right = column(self._area, gap=0)
        both = row(side, right, gap=0)
        both.setStretch(1, 1)
        whole = column(both, rule(), foot, gap=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)
        self._busy.hide()
        QWidget.setTabOrder(self.next, self.before)
        QWidget.setTabOrder(self.before, self.later)
        QWidget.setTabOrder(self.later, self.no_more)

    @property
    def page(self) -> StepPage:
        """What is on screen now."""
        return self.pages[self.step]

    def turn(self, step: Step) -> None:
        """Show a step."""
        page = self.pages[step]
        self.step = step
        for one in self.pages.values():
            one.setVisible(one is page)
        self._title.setText(say(f"setup.title_{step.value}"))
        for at, (other, mark) in enumerate(self._marks.items()):
            done = at < list(self.pages).index(step)
            picture = "check" if done else "forward" if other is step else ""
            mark.setPixmap(icon(picture, "accent").pixmap(QSize(14, 14)) if picture else QPixmap())
            mark.setFixedWidth(16)
            retone(self._names[other], "rank", "heading" if other is step else "" if done else "muted")
        self.tell("")
        self.next.setText(page.next_words)
        self.next.setAccessibleName(page.next_words)
        self.before.setVisible(page.back is not None)
        self.no_more.setVisible(self.setup.further and self.setup.identity is None)
        if self._shown:
            page.enter()

    def tell(self, words: str, tone: str = "bad") -> None:
        """What was wrong and what to do; the focus stays where typing goes on."""
        self.message.setText(words)
        retone(self.message, "tone", tone if words else "")
        self.message.setAccessibleDescription(words)
        if words:
            QTimer.singleShot(0, self, lambda: self._area.ensureWidgetVisible(self.message))

    # --- by hand ----------------------------------------------------------------------------------------------------

    def go_on(self) -> None:
        """What Return does on every page."""
        if self._errand is None:
            self.page.go()

    def go_back(self) -> None:
        back = self.page.back
        if self._errand is None and back is not None:
            self.turn(back)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape stops what is under way; it does not close what somebody has half typed."""
        if event.key() == Qt.Key.Key_Escape:
            self.cancel()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._errand is None and not self.page.moved_on():
                self.go_on()
        else:
            super().keyPressEvent(event)

    # --- what takes long --------------------------------------------------------------------------------------------

    def busy(
        self,
        words: str,
        question: Callable[[], Any],
        then: Callable[[Any], None],
        *,
        cancelled: Callable[[], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        so_far: Callable[[], str] | None = None,
    ) -> None:
        """Ask in a thread; the page waits, and whoever waits may stop it. `cancelled` and `failed` say what happens then."""
        self.tell(words, "")
        self._told_so_far, self._words, self._after_cancel = so_far, words, cancelled
        self._after_failure = failed
        self._set_busy(True)
        self._errand = Errand(question, lambda answer: self._over(lambda: then(answer)), self._failed).start()

    def _set_busy(self, busy: bool) -> None:
        for widget in (self._pages, self.before, self.next):
            widget.setEnabled(not busy)
        self._busy.setVisible(busy)
        if busy:
            self._timer.start()
            self.bar.setFocus()  # not the button: a second Return would stop what the first began
        else:
            self._timer.stop()

    def _show_so_far(self) -> None:
        if self._told_so_far is not None:
            self.message.setText(f"{self._words} {self._told_so_far()}".rstrip())

    def _over(self, then: Callable[[], None]) -> None:
        self._errand = None
        self._set_busy(False)
        self.tell("")
        then()

    def _failed(self, error: Exception) -> None:
        self._errand = None
        self._set_busy(False)
        if self._after_failure is not None:
            self._after_failure(error)
        else:
            self.page.enter()
        if not isinstance(error, TROUBLE):
            log.error("a step of the first run failed", exc_info=error)
            self.tell(say("setup.bug", what=type(error).__name__))
        elif isinstance(error, OSError):
            self.tell(say("setup.disk", why=error.strerror or type(error).__name__))
        else:
            self.tell(str(error))

    def cancel(self) -> None:
        """Wait no longer. What was sent may have arrived: the same again is safe."""
        if self._errand is None:
            return
        self._errand.cancel()
        self._errand = None
        self._set_busy(False)
        if self._after_cancel is not None:
            self._after_cancel()
        else:
            self.page.enter()
        self.tell(say("setup.stopped"), "warn")

    # --- it opens and closes ----------------------------------------------------------------------------------------

    def done_here(self, go_to: str = "") -> None:
        """All steps are done."""
        self.go_to = go_to
        self.accept()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._shown:
            self._shown = True
            self.activateWindow()  # also after a question that has just closed
            QTimer.singleShot(0, self, lambda: self.page.enter())

    def give_up(self) -> None:
        """A further post is not wanted after all, and is not asked about again."""
        if self._errand is None:
            self._given_up = True
            self.setup.give_up()
            self.reject()

    def reject(self) -> None:
        """Another day: what was typed is kept, and what is under way is left."""
        for page in () if self._given_up else self.pages.values():
            page.keep()
        if self._errand is not None:
            self._errand.cancel()
            self._errand = None
        self._timer.stop()
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.reject()
        event.accept()
