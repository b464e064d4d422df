"""The desk's composition root: puts replica, courier, window and commands together; nobody imports it."""

from __future__ import annotations

import argparse
import logging
import os
import platform
import random
import sys
from collections.abc import Sequence
from getpass import getpass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QMessageBox

from baiyun_desktop.documents.paper import Typesetter
from baiyun_desktop.documents.templates import shipped
from baiyun_desktop.intake.command import run as run_import
from baiyun_desktop.intake.errors import IntakeError
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.template import TemplateRefused
from baiyun_desktop.keys.errors import KeyTrouble
from baiyun_desktop.keys.system import has_system_store
from baiyun_desktop.keys.wraps import check_new_passphrase
from baiyun_desktop.modules import MODULES
from baiyun_desktop.modules.migrants import screens as migrant_screens
from baiyun_desktop.registry.module import MODULE as REGISTRY
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.accounts_homes import begun_homes, further_home, homes_of
from baiyun_desktop.replica.carrier import Carrier
from baiyun_desktop.replica.commands import add_commands
from baiyun_desktop.replica.desk_line import DeskLine, line_of
from baiyun_desktop.replica.drives import refuse_network_drive
from baiyun_desktop.replica.errors import DoorRefusal, ReplicaError, ReplicaInUse
from baiyun_desktop.replica.first_run import begun
from baiyun_desktop.replica.home import DeskHome
from baiyun_desktop.replica.instead import check_past_opening, enrol_instead
from baiyun_desktop.replica.inventory import inventory_of
from baiyun_desktop.replica.leftovers import Unsent, send
from baiyun_desktop.replica.lifeboats import Outcome, held_in, unread, words
from baiyun_desktop.replica.reaching import check_code, reach
from baiyun_desktop.replica.setting_up import SettingUp
from baiyun_desktop.replica.wiping import finish_wipe, is_over, wipe_where_over
from baiyun_desktop.stories import demo, migrants, recovery
from baiyun_desktop.support.diagnose import write_diagnostic
from baiyun_desktop.support.logs import end_log, log_folder, start_log
from baiyun_desktop.ui.admin import screens as admin_screens
from baiyun_desktop.ui.file_lost import FileLost
from baiyun_desktop.ui.first_run import FirstRun
from baiyun_desktop.ui.instance import SingleInstance
from baiyun_desktop.ui.lock_posts import Posts
from baiyun_desktop.ui.opening import application
from baiyun_desktop.ui.screens import Screens
from baiyun_desktop.ui.trouble_start import told
from baiyun_desktop.ui.unlocking import unlocked
from baiyun_desktop.ui.upgrade_note import Ready, opened_beside
from baiyun_desktop.ui.window import MainWindow
from baiyun_desktop.ui.words import say
from baiyun_desktop.updates.client import Client, Package
from baiyun_desktop.updates.command import add_command as add_update
from baiyun_desktop.updates.errors import UpdateTrouble
from baiyun_desktop.updates.slots import Slots
from baiyun_desktop.updates.starting import Start
from baiyun_desktop.updates.taking import FOLDER as UPDATES
from baiyun_desktop.updates.taking import SOURCE, Source, place_of, take
from baiyun_desktop.updates.watch import Watch
from sync.desk.enrolling import enrol_desk
from sync.desk.lifeboat import Sent
from sync.enrolment import Enrolment
from sync.errors import SyncError
from sync.outside import Clock, SystemClock, SystemIds

log = logging.getLogger(__name__)

SCREENS: tuple[Screens, ...] = (migrant_screens.SCREENS, admin_screens.SCREENS)
"""What modules add to the window beyond their declarations."""
AFTER_FIRST_PAINT_MS = 3_000
"""Until a clerk sees the worklist, nothing else takes the disk."""


def program() -> Program:
    """The registry and every mandate."""
    return Program((REGISTRY, *MODULES))


def main(arguments: Sequence[str] | None = None) -> int:
    """The command `baiyun-desktop`; without a word after it, it opens the desk's window."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except (ReplicaError, KeyTrouble, SyncError, IntakeError, TemplateRefused, DoorRefusal, UpdateTrouble) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="baiyun-desktop", description="白云: offline-first office desk")
    parser.set_defaults(run=lambda options: told(lambda: _run(options)))
    commands = parser.add_subparsers()
    enrol = commands.add_parser("enrol", help="make this PC a desk of a district")
    enrol.add_argument("address", help="the district's address, host:port")
    enrol.add_argument("code", help="the one-time code from the administrator")
    enrol.add_argument("--further", action="store_true", help="one more post on a PC that has one already")
    enrol.add_argument("--instead", action="store_true", help="this PC's file opens no more: enrol anew in its place")
    enrol.set_defaults(run=_enrol)
    take = commands.add_parser("import", help="take in a workbook of a community")
    take.add_argument("file", type=Path)
    take.add_argument("--area", default="", help="the community's code; the desk's own where left out")
    take.add_argument("--preview", action="store_true", help="say what would be taken in, and write nothing")
    take.set_defaults(run=_import)
    add_commands(commands, Terminal)
    add_update(commands, Terminal)
    layout = commands.add_parser("layout", help="put a paper's new layout in force, or show the program's own")
    layout.add_argument("paper", help="the paper's name, such as residence_form")
    layout.add_argument("file", type=Path, nargs="?", help="the new layout; left out, the program's own is shown")
    layout.add_argument(
        "--from", dest="valid_from", default="", help="the day it is in force from; today where left out"
    )
    layout.set_defaults(run=_layout)
    diagnose = commands.add_parser("diagnose", help="a zip for the administrator: versions, counts, log; no values")
    diagnose.add_argument("out", type=Path)
    diagnose.set_defaults(run=_diagnose)
    demo = commands.add_parser("demo", help="a district and two desks on this machine, to try or to watch")
    demo.add_argument("--headless", action="store_true", help="play the story alone and leave pictures and a report")
    demo.add_argument("--out", type=Path, default=Path("baiyun-demo"), help="where pictures and report.json go")
    demo.add_argument(
        "--story", choices=("offices", "recovery", "migrants"), default="offices", help="which story to play"
    )
    demo.set_defaults(run=_demo)
    return parser


# --- the desk -------------------------------------------------------------------------------------------------------


def _run(_options: argparse.Namespace) -> int:
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
    posts = Posts(program(), _asked, lambda at: _open(at, ""), _carrier, SCREENS)
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
    try:
        return app.exec()
    finally:
        if watch is not None:
            watch.stop()
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


def _update_from_district(folder: Path, slots: Slots) -> Package | None:
    client = Client(folder, place_of("", folder, SystemClock())[0])
    client.trust()
    return take(client, slots)


def _asked(home: DeskHome, *, rolled_back: bool = False) -> Replica | None:
    def opened(passphrase: str) -> Replica:
        return opened_beside(lambda tell: _open(home, passphrase, tell=tell, rolled_back=rolled_back))

    def replaced(why: str) -> bool:
        def go(address: str, code: str, passphrase: str) -> tuple[Outcome, str]:
            there = reach(address)
            found, waits = _instead(home, there.url, check_code(code, there), passphrase)
            return Outcome.of(found), waits

        known = Source.of(home.folder / UPDATES).url if (home.folder / UPDATES / SOURCE).exists() else ""
        dialog = FileLost(go, held_in(home), why=why, address=known, passphrase=not has_system_store())
        return bool(dialog.exec())

    return unlocked(home, opened, replaced)


def _open(home: DeskHome, passphrase: str, **more: Any) -> Replica:
    clock = SystemClock()
    return home.open(passphrase, program(), clock, SystemIds(clock), **more)


# --- setting it up --------------------------------------------------------------------------------------------------


def _set_up(home: DeskHome, first: DeskHome, replica: Replica | None, posts: Posts) -> str | None:
    """Hands a post over that is set up, or sets it up; the place to begin at, or None where somebody put it off."""
    if replica is not None and begun(home) is None:
        posts.add(home, replica)
        return ""
    clock = SystemClock()
    setup = SettingUp(
        home, program(), _enrol_at, _carrier, clock, SystemIds(clock), replica=replica, further=home != first
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


def _enrol_at(address: str, code: str, nonce: str) -> Enrolment:
    return enrol_desk(address, code, nonce, SystemClock().now_ms, machine=platform.node()[:60])


def _carrier(replica: Replica) -> Carrier:
    return Carrier(replica, line_of(replica), line_of(replica), random.SystemRandom().random)


# --- without a window -----------------------------------------------------------------------------------------------


class Terminal:
    """Somebody at a terminal, or a script that sets BAIYUN_PASSPHRASE."""

    def __init__(self) -> None:
        self.home = DeskHome.of_system()
        self.clock: Clock = SystemClock()

    @property
    def folder(self) -> Path:
        return self.home.folder

    def know_district(self) -> None:
        if self.home.enrolled and not (self.folder / UPDATES / SOURCE).exists():
            with self.open() as replica:
                Source(replica.identity.url, replica.identity.ca).save(self.folder / UPDATES)

    def typing(self) -> bool:
        if not self.home.enrolled:
            return False
        try:
            with self.open() as replica:
                return bool(replica.unsaved.all())
        except ReplicaInUse:
            return True

    def open(self) -> Replica:
        clock = SystemClock()
        return self.home.open(_passphrase(self.home), program(), clock, SystemIds(clock))

    def send(self, aside: Path, passphrase: str) -> tuple[int, Unsent]:
        clock = SystemClock()
        return send(self.home, aside, passphrase, program(), clock, SystemIds(clock), lambda r: _carrier(r).run())

    def line(self, replica: Replica) -> DeskLine:
        _carrier(replica).run()
        return line_of(replica)

    def ask(self, question: str) -> str:
        return os.environ.get("BAIYUN_PASSPHRASE") or getpass(question)

    def say(self, line: str) -> None:
        _say(line)


def _passphrase(home: DeskHome) -> str:
    """From the terminal, or from BAIYUN_PASSPHRASE where a script runs the command."""
    wanted = home.enrolled and home.needs_passphrase
    return (os.environ.get("BAIYUN_PASSPHRASE") or getpass("口令: ")) if wanted else ""


def _new_passphrase(home: DeskHome) -> str:
    """Typed twice."""
    if not home.needs_passphrase:
        return ""
    given = os.environ.get("BAIYUN_PASSPHRASE")
    return check_new_passphrase(given or getpass("口令: "), given or getpass("再输一次口令: "))


def _enrol(options: argparse.Namespace) -> int:
    home, clock = DeskHome.of_system(), SystemClock()
    if home.enrolled and options.instead:
        return _enrol_instead(home, options)
    if home.enrolled and not options.further:
        raise ReplicaError("本机已经登记过；要在本机再加一个岗位，请加 --further；要换岗位请先联系管理员")
    home = further_home(home, clock.now_ms()) if home.enrolled else home
    home.enrol(options.address, options.code, _new_passphrase(home), program(), _enrol_at, clock, SystemIds(clock))
    _say("已登记。现在可以打开白云了。")
    return 0


def _enrol_instead(home: DeskHome, options: argparse.Namespace) -> int:
    """A new desk where the old one's file is damaged or its key is lost; what was typed there comes by its lifeboat."""
    check_past_opening(Terminal().open)
    given = "" if has_system_store() else os.environ.get("BAIYUN_PASSPHRASE")
    if given != "":
        given = check_new_passphrase(given or getpass("新口令: "), given or getpass("再输一次口令: "))
    found, waits = _instead(home, options.address, options.code, given)
    _say("已重新登记。")
    for path, sent in found:
        _say(words(path, sent))
    if waits:
        _say(f"原来没有上传的还在救生文件里，连线后用 lifeboat 送出：{waits}")
    return int(bool(waits) or any(unread(sent) for _, sent in found))


def _instead(home: DeskHome, address: str, code: str, passphrase: str) -> tuple[list[tuple[Path, Sent]], str]:
    clock = SystemClock()
    return enrol_instead(home, address, code, passphrase, program(), _enrol_at, _carrier, clock, SystemIds(clock))


def _import(options: argparse.Namespace) -> int:
    home, made, clock = DeskHome.of_system(), program(), SystemClock()
    with home.open(_passphrase(home), made, clock, SystemIds(clock)) as replica:
        for line in run_import(replica, made, options.file, options.area, preview=options.preview):
            _say(line)
        if not options.preview:
            _carrier(replica).run()
    return 0


def _layout(options: argparse.Namespace) -> int:
    made, clock = program(), SystemClock()
    paper = made.papers.get(options.paper)
    if paper is None:
        raise TemplateRefused(f"没有文书“{options.paper}”。有：{'、'.join(made.papers)}")
    if options.file is None:
        _say(shipped(paper).source)
        return 0
    home = DeskHome.of_system()
    with home.open(_passphrase(home), made, clock, SystemIds(clock)) as replica:
        replica.papers.press = Typesetter()
        put = replica.papers.put_template(paper, options.file.read_text("utf-8"), valid_from=options.valid_from)
        _say(f"“{paper.title}”第 {put.version} 版从 {put.valid_from} 起用。")
        _carrier(replica).run()
    return 0


def _diagnose(options: argparse.Namespace) -> None:
    """Also while the window is open, or where the desk does not open at all: then without its counts."""
    inventory, why = None, ""
    try:
        with Terminal().open() as replica:
            inventory = inventory_of(replica)
    except (ReplicaError, KeyTrouble) as error:
        why = type(error).__name__
    if not demo.has_display():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application()
    write_diagnostic(options.out, log_folder(), inventory, sorted(set(QFontDatabase.families())), why=why)
    _say(f"已写好 {options.out}，里面没有任何人的资料")


def _demo(options: argparse.Namespace) -> int:
    if options.story == "recovery":
        return recovery.play(program(), options.out)
    play = migrants.play if options.story == "migrants" else demo.play
    return play(program(), SCREENS, options.out, headless=options.headless or not demo.has_display())


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
