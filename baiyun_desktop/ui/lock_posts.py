"""The posts of one PC: each with its file, its courier and, once somebody goes there, its window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QTimer

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.keys.errors import KeyTrouble
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.accounts import Accounts
from baiyun_desktop.replica.carrier import Carrier
from baiyun_desktop.replica.errors import BackupTrouble, ReplicaError
from baiyun_desktop.replica.home import DeskHome
from baiyun_desktop.replica.nightly import Upkeep
from baiyun_desktop.replica.safety import Safety
from baiyun_desktop.replica.upgrading import forget_kept
from baiyun_desktop.replica.wiping import is_over, wipe_where_over
from baiyun_desktop.ui.ending import Ending
from baiyun_desktop.ui.opening import open_desk
from baiyun_desktop.ui.screens import Screens
from baiyun_desktop.ui.window import MainWindow
from baiyun_desktop.ui.words import say

TYPING_CHECK_MS = 5_000
"""After the window is up: an input method that starts with the session is there by then."""


@dataclass
class _Open:
    """A post whose file is open."""

    home: DeskHome
    replica: Replica
    carrier: Carrier
    upkeep: Upkeep
    accounts: Accounts | None = None
    """Of who has proved himself before the window came."""
    window: MainWindow | None = None


class Posts:
    """Couriers push for every post whose file opens without a question, whoever sits at whichever of them.

    `ask` opens a post's file and asks what it must, `quiet` opens it or raises KeyTrouble or ReplicaError.
    """

    def __init__(
        self,
        program: Program,
        ask: Callable[[DeskHome], Replica | None],
        quiet: Callable[[DeskHome], Replica],
        carrier: Callable[[Replica], Carrier],
        screens: Sequence[Screens],
    ) -> None:
        self._program, self._ask, self._quiet, self._carrier, self._screens = program, ask, quiet, carrier, screens
        self._open: dict[DeskHome, _Open] = {}
        self._closed: list[DeskHome] = []

    def add(
        self, home: DeskHome, replica: Replica, *, carrier: Carrier | None = None, accounts: Accounts | None = None
    ) -> None:
        """A post whose file has been opened; with its carrier and whoever has logged in, where there are such."""
        self._open[home] = _Open(home, replica, carrier or self._carrier(replica), Upkeep(home, replica), accounts)
        if home in self._closed:
            self._closed.remove(home)

    def expect(self, home: DeskHome) -> None:
        """A post whose file is opened once the first window is up, where it is not open."""
        if home not in self._open:
            self._closed.append(home)

    def replica(self, home: DeskHome) -> Replica:
        """The desk of a post whose file is open."""
        return self._open[home].replica

    def show(self, home: DeskHome) -> MainWindow | None:
        """Brings the post's window up; None where its file was not opened."""
        if home not in self._open:
            replica = self._ask(home)
            if replica is None:
                return None
            self.add(home, replica)
            self._begin(self._open[home])
        one = self._open[home]
        if one.window is None or not one.window.isVisible():
            is_first = one.window is None
            one.window = open_desk(
                one.replica,
                self._program,
                one.carrier,
                self._screens,
                other_posts=lambda: self._others(home),
                accounts=one.accounts,
                safety=Safety(one.home, one.replica, one.upkeep, lambda: one.carrier.send_lifeboats(one.home)),
            )
            one.accounts = None  # whoever opens another window proves himself again
            one.window.placed.restore()
            one.window.show()
            if is_first and sum(other.window is not None for other in self._open.values()) == 1:
                one.window.support.troubles.install()  # errors that belong to no window go to the first one
                QTimer.singleShot(TYPING_CHECK_MS, one.window, one.window.support.check_typing)
            self._watch(one, one.window)
            if is_first and not one.carrier.running:
                one.carrier.start()
        one.window.raise_()
        one.window.activateWindow()
        return one.window

    @staticmethod
    def _watch(one: _Open, window: MainWindow) -> None:
        """Tells the officer, and closes the window, where the district has ended this desk."""
        ending = Ending(window, lambda: is_over(one.home, one.replica))
        one.carrier.listeners.append(ending.look)

    def settle(self) -> None:
        """After the first paint: backups, and the other posts' couriers, none in the window's way."""
        for one in list(self._open.values()):
            self._begin(one)
        window = next((one.window for one in self._open.values() if one.window is not None), None)
        for home in list(self._closed):
            if window is not None:
                self._open_behind(window, home)

    def _open_behind(self, window: MainWindow, home: DeskHome) -> None:
        window.shell.work.ask(window, lambda _: self._opened(home), lambda replica: self._take(home, replica))

    def _opened(self, home: DeskHome) -> Replica | None:
        """In a thread; None where a passphrase has to be asked for, which waits until somebody goes there."""
        try:
            return self._quiet(home)
        except (KeyTrouble, ReplicaError):
            return None

    def _take(self, home: DeskHome, replica: Replica | None) -> None:
        if replica is None or home in self._open:
            return
        self.add(home, replica)
        self._begin(self._open[home])
        for one in self._open.values():
            if one.window is not None:
                one.window.toolbar.refresh()

    def _begin(self, one: _Open) -> None:
        def tell() -> None:
            if one.upkeep.problem and one.window is not None:  # in the upkeep's thread: a signal takes it over
                one.window.shell.work.trouble.emit(BackupTrouble(one.upkeep.problem))

        one.upkeep.listeners.append(tell)
        one.carrier.listeners.append(one.upkeep.look_soon)
        one.carrier.listeners.append(lambda: None if one.carrier.problem else forget_kept(one.replica.path))
        one.upkeep.start()
        if not one.carrier.running:
            one.carrier.start()

    def _others(self, home: DeskHome) -> list[tuple[str, Callable[[], None]]]:
        def go(to: DeskHome) -> Callable[[], None]:
            return lambda: QTimer.singleShot(0, lambda: self.show(to) and None)

        found = [(one.replica.identity.post, go(one.home)) for one in self._open.values() if one.home != home]
        return found + [(say("log_in.closed_post"), go(at)) for at in self._closed]

    def stop(self) -> bool:
        """Ends couriers and backups, wipes a post that the district has ended, and lets go of every file.

        Returns whether something is typed and not saved.
        """
        typed = False
        for one in self._open.values():
            one.carrier.stop()
            one.upkeep.stop()
            typed |= bool(one.replica.unsaved.all())
            wipe_where_over(one.home, one.replica)
        return typed
