"""The gate of a window: nobody sees or types anything behind it until an officer has logged in, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from baiyun_desktop.replica.accounts import Accounts, Member
from baiyun_desktop.replica.changes import ANY, Changes
from baiyun_desktop.ui.log_in import LogIn
from baiyun_desktop.ui.parts import column, text
from baiyun_desktop.ui.password import PasswordSheet
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import say

IDLE_MS = 10 * 60 * 1000
"""Without a key, a click or a move of the mouse; GB/T 22239's habit for offices."""
LOOK_EVERY_MS = 5_000
ASK_EVERY = 12
"""Every so many looks the file is asked: an officer may have been locked, seven days may be over."""
KINDS = frozenset({"post", "officer"})
_INPUT = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
    }
)


class Gate(QObject):
    """One per window. A desk without officers never locks; where the district names some while it is open, it does."""

    entered = Signal(object)
    """The `Member` who has logged in."""

    def __init__(self, window: QMainWindow, shell: Shell, accounts: Accounts, unsaved: Callable[[], int]) -> None:
        super().__init__(window)
        self._window, self._shell, self.accounts, self._unsaved = window, shell, accounts, unsaved
        self.sheet: LogIn | None = None
        self._covered: list[_Cover] = []
        self._focus: QWidget | None = None
        self._before = ""
        self._looks = 0
        self._watched: set[int] = set()
        self._input_at = self._now()
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        shell.changed.connect(self._changed)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.focusWindowChanged.connect(self._watch)
        if accounts.current is not None:
            self._timer.start()  # he has just proved himself, before there was a window
        elif accounts.required:
            self.lock()

    @property
    def locked(self) -> bool:
        return self.sheet is not None

    # --- when -------------------------------------------------------------------------------------------------------

    def _now(self) -> tuple[int, float]:
        clock = self._shell.desk.replica.clock
        return clock.now_ms(), clock.monotonic()

    def idle_ms(self) -> int:
        """Since the last input, by whichever clock says longer: one of them stands still while a laptop sleeps."""
        (wall, steady), (wall_then, steady_then) = self._now(), self._input_at
        return max(wall - wall_then, int((steady - steady_then) * 1000))

    def look(self) -> None:
        """Lock where nobody was here for ten minutes, or whoever is may be no longer."""
        if self.sheet is not None:
            self.sheet.look_again()
            return
        if self.idle_ms() >= IDLE_MS:
            self.lock(say("log_in.idle"))
            return
        self._looks += 1
        if self._looks % ASK_EVERY == 0:
            self._ask()

    def _ask(self) -> None:
        self._shell.work.ask(self, lambda _: (self.accounts.required, self.accounts.look()), self._told)

    def _told(self, told: tuple[bool, str]) -> None:
        required, why = told
        if not required:
            self._timer.stop()
            if self.sheet is not None:
                self.sheet.leave()
                self._open()
        elif why or self.accounts.current is None:
            self.lock(why)

    def _changed(self, changes: Changes) -> None:
        kinds = {kind for kind, _ in changes.ids}
        if kinds & KINDS or any(record == ANY for _, record in changes.ids):
            self._ask()

    def _watch(self, window: QWindow | None) -> None:
        """Input is seen where the system hands it to a window, not at each of its widgets: that costs nothing."""
        if window is None or not shiboken6.isValid(self):
            return
        self._input_at = self._now()
        if id(window) not in self._watched:
            known = id(window)
            self._watched.add(known)
            window.destroyed.connect(lambda: self._watched.discard(known))
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT:
            self._input_at = self._now()
        return False

    # --- shut and open ----------------------------------------------------------------------------------------------

    def lock(self, why: str = "") -> None:
        """Cover everything; only an officer's password opens it. Where nobody is known yet, says so and stays open."""
        if self.locked:
            if why and self.sheet is not None:
                self.sheet.tell(why)
            return
        if not self.accounts.required:
            self._shell.tell(say("log_in.no_officers"), "warn")
            return
        self._before = self.accounts.current.id if self.accounts.current is not None else ""
        self.accounts.log_out(why)
        self._timer.start()
        self._cover()
        self.sheet = LogIn(self._shell, self.accounts, why, self._window)
        self.sheet.entered.connect(self._enter)
        self.sheet.quit_wanted.connect(self._quit)
        if self._window.isVisible():
            self.sheet.show()

    def shown(self) -> None:
        """The window has come up: the sheet comes with it."""
        if self.sheet is not None:
            self.sheet.show()
            self.sheet.activateWindow()

    def change_password(self) -> PasswordSheet | None:
        """The sheet for another password, where somebody is logged in."""
        if self.locked or self.accounts.current is None:
            return None
        sheet = PasswordSheet(self._shell, self.accounts, self._window)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.setWindowModality(Qt.WindowModality.WindowModal)
        sheet.show()
        return sheet

    def _cover(self) -> None:
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        self._focus = QApplication.focusWidget()
        if self._focus is not None and not self._is_ours(self._focus.window()):
            self._focus = None
        ours = [
            w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not self._window and self._is_ours(w)
        ]
        self._covered = [_Cover(self._window, main=True), *(_Cover(w, main=False) for w in ours)]

    def _is_ours(self, window: QWidget) -> bool:
        """Whether a window is this one's, or nobody's: another post's window has a gate of its own."""
        above: QWidget | None = window
        while above is not None and above is not self._window:
            above = above.parentWidget()
        return above is self._window or not isinstance(window, QMainWindow)

    def _open(self) -> None:
        self.sheet = None
        for cover in self._covered:
            cover.lift()
        self._covered = []
        self._input_at = self._now()
        if self._focus is not None and shiboken6.isValid(self._focus):
            self._focus.setFocus()
        self._focus = None

    def _enter(self, member: Member) -> None:
        self._open()
        waiting = self._unsaved()
        if waiting and self._before and self._before != member.id:
            self._shell.tell(say("log_in.left_over", n=waiting), "warn")
        self.entered.emit(member)

    def _quit(self) -> None:
        """Whoever sits here may shut the program, but not lose what another one typed."""
        assert self.sheet is not None
        waiting = self._unsaved()
        if waiting:
            self.sheet.tell(say("log_in.not_saved", n=waiting), "warn")
            return
        self._window.close()

    def close(self) -> None:
        """The window goes, and what stands before it."""
        self._timer.stop()
        self.accounts.log_out()
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.focusWindowChanged.disconnect(self._watch)
        if self.sheet is not None:
            self.sheet.leave()
            self.sheet = None


class _Cover(QObject):
    """Hides what a window shows and takes its input away. A dialog that waits for an answer stays open and waits on."""

    def __init__(self, window: QWidget, *, main: bool) -> None:
        super().__init__(window)
        self._window, self._title = window, window.windowTitle()
        self._hidden = window.centralWidget() if isinstance(window, QMainWindow) else None
        self._enabled = window.isEnabled()
        window.setWindowTitle(say("shell.title"))
        if self._hidden is not None:
            self._hidden.hide()
        if not main:
            window.setEnabled(False)
        self._curtain = QWidget(window)
        self._curtain.setObjectName("curtain")
        self._curtain.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        words = text(say("log_in.locked"), "muted")
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._curtain.setLayout(column(None, words, margins=(20, 20, 20, 28)))
        self._fit()
        self._curtain.show()
        window.installEventFilter(self)

    def _fit(self) -> None:
        self._curtain.setGeometry(self._window.rect())
        self._curtain.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.ChildAdded):
            self._fit()
        return False

    def lift(self) -> None:
        """Shows again what was there, as it was."""
        if not shiboken6.isValid(self._window):
            return
        self._window.removeEventFilter(self)
        self._curtain.hide()
        self._curtain.deleteLater()
        self._window.setWindowTitle(self._title)
        self._window.setEnabled(self._enabled)
        if self._hidden is not None:
            self._hidden.show()
        self.deleteLater()
