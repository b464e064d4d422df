"""The desk's composition root: puts replica, courier, window and commands together; nobody imports it."""

from __future__ import annotations

import argparse
import os
import platform
import random
import sys
from collections.abc import Sequence
from getpass import getpass
from pathlib import Path

from PySide6.QtWidgets import QInputDialog, QLineEdit, QMessageBox

from baiyun_desktop.intake.command import run as run_import
from baiyun_desktop.intake.errors import IntakeError
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.keys.errors import KeyTrouble
from baiyun_desktop.keys.wraps import check_new_passphrase
from baiyun_desktop.modules import MODULES
from baiyun_desktop.modules.migrants import screens as migrant_screens
from baiyun_desktop.registry.module import MODULE as REGISTRY
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.carrier import Carrier
from baiyun_desktop.replica.errors import ReplicaError
from baiyun_desktop.replica.home import DeskHome
from baiyun_desktop.stories import demo
from baiyun_desktop.ui.first_contact import FirstContact
from baiyun_desktop.ui.opening import application, open_desk
from baiyun_desktop.ui.screens import Screens
from baiyun_desktop.ui.words import say
from sync.desk.enrolling import enrol_desk
from sync.desk.transport import Transport
from sync.enrolment import Enrolment
from sync.errors import SyncError
from sync.outside import SystemClock, SystemIds

SCREENS: tuple[Screens, ...] = (migrant_screens.SCREENS,)
"""What modules add to the window beyond their declarations."""


def program() -> Program:
    """The registry and every mandate."""
    return Program((REGISTRY, *MODULES))


def main(arguments: Sequence[str] | None = None) -> int:
    """`baiyun-desktop [enrol | import | demo]`; without a command it opens the desk's window."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except (ReplicaError, KeyTrouble, SyncError, IntakeError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="baiyun-desktop", description="白云: offline-first office desk")
    parser.set_defaults(run=_run)
    commands = parser.add_subparsers()
    enrol = commands.add_parser("enrol", help="make this PC a desk of a district")
    enrol.add_argument("address", help="the district's address, host:port")
    enrol.add_argument("code", help="the one-time code from the administrator")
    enrol.set_defaults(run=_enrol)
    take = commands.add_parser("import", help="take in a workbook of a community")
    take.add_argument("file", type=Path)
    take.add_argument("--area", default="", help="the community's code; the desk's own where left out")
    take.add_argument("--preview", action="store_true", help="say what would be taken in, and write nothing")
    take.set_defaults(run=_import)
    demo = commands.add_parser("demo", help="a district and two desks on this machine, to try or to watch")
    demo.add_argument("--headless", action="store_true", help="play the story alone and leave pictures and a report")
    demo.add_argument("--out", type=Path, default=Path("baiyun-demo"), help="where pictures and report.json go")
    demo.set_defaults(run=_demo)
    return parser


# --- the desk -------------------------------------------------------------------------------------------------------


def _run(_options: argparse.Namespace) -> int:
    """Opens the desk's window; on a new PC the first contact comes before it."""
    app, home, made, clock = application(), DeskHome.of_system(), program(), SystemClock()
    ids = SystemIds(clock)
    try:
        if home.enrolled:
            passphrase = _ask_passphrase() if home.needs_passphrase else ""
        else:
            passphrase = _first_contact(home, made, clock, ids)
        if passphrase is None:
            return 0
        replica = home.open(passphrase, made, clock, ids)
    except (ReplicaError, KeyTrouble) as error:
        QMessageBox.critical(None, say("shell.title"), str(error))
        return 1
    carrier = _carrier(replica)
    window = open_desk(replica, made, carrier, SCREENS)
    window.show()
    carrier.start()
    try:
        return app.exec()
    finally:
        carrier.stop()
        replica.close()


def _ask_passphrase() -> str | None:
    text, given = QInputDialog.getText(None, say("shell.title"), say("first.passphrase"), QLineEdit.EchoMode.Password)
    return text if given else None


def _first_contact(home: DeskHome, made: Program, clock: SystemClock, ids: SystemIds) -> str | None:
    def enrol(address: str, code: str, secret: str) -> None:
        home.enrol(address, code, secret, made, _enrol_at, clock, ids)

    dialog = FirstContact(enrol, (SyncError, ReplicaError, KeyTrouble), passphrase=home.needs_passphrase)
    return dialog.secret.text() if dialog.exec() else None


def _enrol_at(address: str, code: str, nonce: str) -> Enrolment:
    return enrol_desk(address, code, nonce, SystemClock().now_ms, machine=platform.node()[:60])


def _carrier(replica: Replica) -> Carrier:
    me, clock = replica.identity, replica.clock
    rounds, news = (Transport(me.url, me.token, me.ca, clock.now_ms) for _ in range(2))
    return Carrier(replica, rounds, news, random.SystemRandom().random)


# --- without a window -----------------------------------------------------------------------------------------------


def _passphrase(home: DeskHome) -> str:
    """From the terminal, twice where it is a new one; or from BAIYUN_PASSPHRASE where a script runs the command."""
    if not home.needs_passphrase:
        return ""
    given = os.environ.get("BAIYUN_PASSPHRASE")
    first = given or getpass("口令: ")
    if home.enrolled:
        return first
    return check_new_passphrase(first, given or getpass("再输一次口令: "))


def _enrol(options: argparse.Namespace) -> int:
    home, clock = DeskHome.of_system(), SystemClock()
    if home.enrolled:
        raise ReplicaError("本机已经登记过；要换岗位请先联系管理员")
    home.enrol(options.address, options.code, _passphrase(home), program(), _enrol_at, clock, SystemIds(clock))
    _say("已登记。现在可以打开白云了。")
    return 0


def _import(options: argparse.Namespace) -> int:
    home, made, clock = DeskHome.of_system(), program(), SystemClock()
    with home.open(_passphrase(home), made, clock, SystemIds(clock)) as replica:
        for line in run_import(replica, made, options.file, options.area, preview=options.preview):
            _say(line)
        if not options.preview:
            _carrier(replica).run()
    return 0


def _demo(options: argparse.Namespace) -> int:
    return demo.play(program(), SCREENS, options.out, headless=options.headless or not demo.has_display())


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
