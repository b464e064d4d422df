"""The commands of `baiyun-desktop` that open no window: each takes its options and gives the exit code."""

from __future__ import annotations

import argparse
import os
from getpass import getpass

from PySide6.QtGui import QFontDatabase

from baiyun_desktop.documents.blank import write_blanks
from baiyun_desktop.documents.paper import Typesetter
from baiyun_desktop.documents.templates import shipped
from baiyun_desktop.intake.command import run as run_import
from baiyun_desktop.kernel.paper import Heading
from baiyun_desktop.kernel.template import TemplateRefused
from baiyun_desktop.keys.errors import KeyTrouble
from baiyun_desktop.keys.system import has_system_store
from baiyun_desktop.keys.wraps import check_new_passphrase
from baiyun_desktop.replica.accounts_homes import further_home
from baiyun_desktop.replica.errors import ReplicaError
from baiyun_desktop.replica.home import DeskHome
from baiyun_desktop.replica.instead import check_past_opening
from baiyun_desktop.replica.inventory import inventory_of
from baiyun_desktop.replica.lifeboats import unread, words
from baiyun_desktop.stories import demo, migrants, recovery
from baiyun_desktop.support.diagnose import write_diagnostic
from baiyun_desktop.support.logs import log_folder
from baiyun_desktop.ui.opening import application
from sync.outside import SystemClock, SystemIds

from .assembly import SCREENS, carrier, enrol_at, instead, program
from .terminal import Terminal, new_passphrase_of, passphrase_of, tell


def enrol(options: argparse.Namespace) -> int:
    """Makes this PC a desk, or one more desk of it."""
    home, clock = DeskHome.of_system(), SystemClock()
    if home.enrolled and options.instead:
        return _enrol_instead(home, options)
    if home.enrolled and not options.further:
        raise ReplicaError("本机已经登记过；要在本机再加一个岗位，请加 --further；要换岗位请先联系管理员")
    home = further_home(home, clock.now_ms()) if home.enrolled else home
    home.enrol(options.address, options.code, new_passphrase_of(home), program(), enrol_at, clock, SystemIds(clock))
    tell("已登记。现在可以打开白云了。")
    return 0


def _enrol_instead(home: DeskHome, options: argparse.Namespace) -> int:
    """A new desk where the old one's file is damaged or its key is lost; what was typed there comes by its lifeboat."""
    check_past_opening(Terminal().open)
    given = "" if has_system_store() else os.environ.get("BAIYUN_PASSPHRASE")
    if given != "":
        given = check_new_passphrase(given or getpass("新口令: "), given or getpass("再输一次口令: "))
    found, waits = instead(home, options.address, options.code, given)
    tell("已重新登记。")
    for path, sent in found:
        tell(words(path, sent))
    if waits:
        tell(f"原来没有上传的还在救生文件里，连线后用 lifeboat 送出：{waits}")
    return int(bool(waits) or any(unread(sent) for _, sent in found))


def import_ledger(options: argparse.Namespace) -> int:
    """Takes a workbook in, or says what it would bring."""
    home, made, clock = DeskHome.of_system(), program(), SystemClock()
    with home.open(passphrase_of(home), made, clock, SystemIds(clock)) as replica:
        for line in run_import(replica, made, options.file, options.area, preview=options.preview):
            tell(line)
        if not options.preview:
            carrier(replica).run()
    return 0


def layout(options: argparse.Namespace) -> int:
    """Puts a paper's layout in force, or shows the program's own."""
    made, clock = program(), SystemClock()
    paper = made.papers.get(options.paper)
    if paper is None:
        raise TemplateRefused(f"没有文书“{options.paper}”。有：{'、'.join(made.papers)}")
    if options.file is None:
        tell(shipped(paper).source)
        return 0
    home = DeskHome.of_system()
    with home.open(passphrase_of(home), made, clock, SystemIds(clock)) as replica:
        replica.papers.press = Typesetter()
        put = replica.papers.put_template(paper, options.file.read_text("utf-8"), valid_from=options.valid_from)
        tell(f"“{paper.title}”第 {put.version} 版从 {put.valid_from} 起用。")
        carrier(replica).run()
    return 0


def blank(options: argparse.Namespace) -> None:
    """Writes the ledgers without rows; no desk has to be open, for nobody's data is in them."""
    clock = SystemClock()
    heading = Heading("", "", "", clock.now_ms())
    for path in write_blanks(program().ledgers.values(), options.folder, heading):
        tell(str(path))


def diagnose(options: argparse.Namespace) -> None:
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
    tell(f"已写好 {options.out}，里面没有任何人的资料")


def play_demo(options: argparse.Namespace) -> int:
    """Plays one of the stories."""
    if options.story == "recovery":
        return recovery.play(program(), options.out)
    play = migrants.play if options.story == "migrants" else demo.play
    return play(program(), SCREENS, options.out, headless=options.headless or not demo.has_display())
