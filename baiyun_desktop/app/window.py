"""Opens the desk's window, and before it what a new PC, a lost key or an unfinished post needs first."""

from __future__ import annotations

import argparse
import logging
import platform
import random
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from baiyun_desktop.keys.errors import KeyTrouble
from baiyun_desktop.keys.system import has_system_store
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.accounts_homes import begun_homes, homes_of
from baiyun_desktop.replica.drives import refuse_network_drive
from baiyun_desktop.replica.errors import ReplicaError
from baiyun_desktop.replica.first_run import begun
from baiyun_desktop.replica.home import DeskHome
from baiyun_desktop.replica.lifeboats import Outcome, held_in
from baiyun_desktop.replica.reaching import check_code, reach
from baiyun_desktop.replica.setting_up import SettingUp
from baiyun_desktop.replica.wiping import finish_wipe, is_over, wipe_where_over
from baiyun_desktop.support.logs import end_log, log_folder, start_log
from baiyun_desktop.ui.file_lost import FileLost
from baiyun_desktop.ui.first_run import FirstRun
from baiyun_desktop.ui.instance import SingleInstance
from baiyun_desktop.ui.lock_posts import Posts
from baiyun_desktop.ui.opening import application
from baiyun_desktop.ui.reader_socket import ReaderSocket
from baiyun_desktop.ui.reading import Heard
from baiyun_desktop.ui.unlocking import unlocked
from baiyun_desktop.ui.upgrade_note import Ready, opened_beside
from baiyun_desktop.ui.window import MainWindow
from baiyun_desktop.ui.words import say
from baiyun_desktop.updates.client import Client, Package
from baiyun_desktop.updates.slots import Slots
from baiyun_desktop.updates.starting import Start
from baiyun_desktop.updates.taking import FOLDER as UPDATES
from baiyun_desktop.updates.taking import SOURCE, Source, place_of, take
from baiyun_desktop.updates.watch import Watch
from sync.outside import SystemClock, SystemIds

from .assembly import SCREENS, carrier, enrol_at, instead, open_desk, program

log = logging.getLogger(__name__)

AFTER_FIRST_PAINT_MS = 3_000
"""Until a clerk sees the worklist, nothing else takes the disk."""

# --- the desk -------------------------------------------------------------------------------------------------------


def run(_options: argparse.Namespace) -> int:
    """Opens the desk's window, or brings the open one up; on a new PC the first contact comes before it."""
    app, home, start = application(), DeskHome.of_system(), Start.here()
    written = start_log(log_folder())
    log.info("started on %s %s", platform.system(), platform.machine())
    try:
        refuse_network_drive(home.folder)
        instance = SingleInstance.claim(home.folder)
        if instance is None:
            start.excused()
            return 0
        finish_wipe(home)
        replica = _asked(home, rolled_back=bool(start.rolled_back_from)) if home.enrolled else None
        if replica is not None and is_over(home, replica):
            start.excused()
            return _say_it_is_over(home, replica)
    except (ReplicaError, KeyTrouble) as error:
        QMessageBox.critical(None, say("shell.title"), str(error))
        return 1
    posts = Posts(program(), _asked, lambda at: open_desk(at, ""), carrier, SCREENS)
    go_to = _set_up(home, home, replica, posts) if replica is not None or not home.enrolled else None
    if go_to is None:
        start.excused()
        return 0
    replica = posts.replica(home)
    _set_up_further(home, posts)
    window = posts.show(home)
    if window is not None and go_to:
        window.go(go_to)
    QTimer.singleShot(AFTER_FIRST_PAINT_MS, posts.settle)
    watch = None if window is None else _watched(home, replica, start, window)
    readers = ReaderSocket(_hear)
    QTimer.singleShot(AFTER_FIRST_PAINT_MS, readers.listen)
    try:
        return app.exec()
    finally:
        if watch is not None:
            watch.stop()
        readers.close()
        start.closed(typed=posts.stop())
        instance.release()
        log.info("ended")
        end_log(written)


def _say_it_is_over(home: DeskHome, replica: Replica) -> int:
    """The program ended between the district's last answer and the wipe."""
    wipe_where_over(home, replica)
    QMessageBox.information(None, say("shell.title"), say("ending.over"))
    return 0


def _watched(home: DeskHome, replica: Replica, start: Start, window: MainWindow) -> Watch | None:
    """Says that this version came up, and has newer ones laid ready; None where no launcher started this program."""
    QTimer.singleShot(AFTER_FIRST_PAINT_MS, start.came_up)
    slots, me, folder = start.slots, replica.identity, home.folder / UPDATES
    if slots is None or not me.url:
        return None
    if start.rolled_back_from:
        window.shell.tell(say("upgrade.rolled_back", version=start.rolled_back_from), "warn")
        start.told()
    Source(me.url, me.ca).save(folder)
    watch = Watch(lambda: _update_from_district(folder, slots), random.SystemRandom().random)
    ready = Ready(window)
    ready.said.connect(lambda version: window.shell.tell(say("upgrade.ready", version=version)))
    watch.listeners.append(lambda package: ready.said.emit(package.version))
    watch.start()
    return watch


def _hear(line: str) -> Heard:
    """A card reader's line goes to the window that somebody works in, else to one that is open."""
    shown = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow) and w.isVisible()]
    active = QApplication.activeWindow()
    window = active if isinstance(active, MainWindow) else next(iter(shown), None)
    return window.reading.hear(line) if window is not None else Heard.LOCKED


def _update_from_district(folder: Path, slots: Slots) -> Package | None:
    client = Client(folder, place_of("", folder, SystemClock())[0])
    client.trust()
    return take(client, slots)


def _asked(home: DeskHome, *, rolled_back: bool = False) -> Replica | None:
    def opened(passphrase: str) -> Replica:
        return opened_beside(lambda tell: open_desk(home, passphrase, tell=tell, rolled_back=rolled_back))

    def replaced(why: str) -> bool:
        def go(address: str, code: str, passphrase: str) -> tuple[Outcome, str]:
            there = reach(address)
            found, waits = instead(home, there.url, check_code(code, there), passphrase)
            return Outcome.of(found), waits

        known = Source.of(home.folder / UPDATES).url if (home.folder / UPDATES / SOURCE).exists() else ""
        dialog = FileLost(go, held_in(home), why=why, address=known, passphrase=not has_system_store())
        return bool(dialog.exec())

    return unlocked(home, opened, replaced)


# --- setting it up --------------------------------------------------------------------------------------------------


def _set_up(home: DeskHome, first: DeskHome, replica: Replica | None, posts: Posts) -> str | None:
    """Hands a post over that is set up, or sets it up; the place to begin at, or None where somebody put it off."""
    if replica is not None and begun(home) is None:
        posts.add(home, replica)
        return ""
    clock = SystemClock()
    setup = SettingUp(
        home, program(), enrol_at, carrier, clock, SystemIds(clock), replica=replica, further=home != first
    )
    window = FirstRun(setup)
    if not window.exec() or setup.replica is None:
        setup.leave()
        return None
    setup.finish(first)
    posts.add(home, setup.replica, carrier=setup.carrier, accounts=setup.accounts)
    return window.go_to


def _set_up_further(first: DeskHome, posts: Posts) -> None:
    """The other posts of this PC: those that were begun and not finished come before the first window."""
    for home in begun_homes(first):
        try:
            replica = _asked(home) if home.enrolled else None
            if replica is not None or not home.enrolled:
                _set_up(home, first, replica, posts)
        except (ReplicaError, KeyTrouble) as error:
            QMessageBox.critical(None, say("shell.title"), str(error))
    for home in homes_of(first)[1:]:
        posts.expect(home)
