"""The desk's composition root: puts replica, courier, window and commands together; nobody imports it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from baiyun_desktop.intake.errors import IntakeError
from baiyun_desktop.kernel.template import TemplateRefused
from baiyun_desktop.keys.errors import KeyTrouble
from baiyun_desktop.replica.commands import add_commands
from baiyun_desktop.replica.errors import DoorRefusal, ReplicaError
from baiyun_desktop.ui.trouble_start import told
from baiyun_desktop.updates.command import add_command as add_update
from baiyun_desktop.updates.errors import UpdateTrouble
from sync.errors import SyncError

from . import commands
from .assembly import SCREENS, program
from .terminal import Terminal
from .window import run as _run

__all__ = ["SCREENS", "main", "program"]


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
    known = parser.add_subparsers()
    enrol = known.add_parser("enrol", help="make this PC a desk of a district")
    enrol.add_argument("address", help="the district's address, host:port")
    enrol.add_argument("code", help="the one-time code from the administrator")
    enrol.add_argument("--further", action="store_true", help="one more post on a PC that has one already")
    enrol.add_argument("--instead", action="store_true", help="this PC's file opens no more: enrol anew in its place")
    enrol.set_defaults(run=commands.enrol)
    take = known.add_parser("import", help="take in a workbook of a community")
    take.add_argument("file", type=Path)
    take.add_argument("--area", default="", help="the community's code; the desk's own where left out")
    take.add_argument("--preview", action="store_true", help="say what would be taken in, and write nothing")
    take.set_defaults(run=commands.import_ledger)
    add_commands(known, Terminal)
    add_update(known, Terminal)
    layout = known.add_parser("layout", help="put a paper's new layout in force, or show the program's own")
    layout.add_argument("paper", help="the paper's name, such as residence_form")
    layout.add_argument("file", type=Path, nargs="?", help="the new layout; left out, the program's own is shown")
    layout.add_argument(
        "--from", dest="valid_from", default="", help="the day it is in force from; today where left out"
    )
    layout.set_defaults(run=commands.layout)
    blank = known.add_parser("blank", help="the ledgers without rows, to be handed out and filled in")
    blank.add_argument("folder", type=Path)
    blank.set_defaults(run=commands.blank)
    diagnose = known.add_parser("diagnose", help="a zip for the administrator: versions, counts, log; no values")
    diagnose.add_argument("out", type=Path)
    diagnose.set_defaults(run=commands.diagnose)
    demo = known.add_parser("demo", help="a district and two desks on this machine, to try or to watch")
    demo.add_argument("--headless", action="store_true", help="play the story alone and leave pictures and a report")
    demo.add_argument("--out", type=Path, default=Path("baiyun-demo"), help="where pictures and report.json go")
    stories = ("offices", "recovery", "migrants")
    demo.add_argument("--story", choices=stories, default="offices", help="which story to play")
    demo.set_defaults(run=commands.play_demo)
    return parser
