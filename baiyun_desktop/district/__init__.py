"""The district server as a program: its assembly, and the commands that an IT officer runs it with."""

from __future__ import annotations

import os

import typer
from sqlalchemy.exc import SQLAlchemyError

from baiyun_desktop.updates.errors import UpdateTrouble
from sync.errors import SyncError

from . import (
    admin_tokens,
    backup,
    calendars,
    confirm,
    desks,
    drill,
    enrolling,
    founding,
    health,
    officers,
    posts,
    recovering,
    restore,
    serving,
    updates,
    upgrade,
    verify,
)
from .assembly import Assembly
from .cli import cli
from .errors import Unfit, in_one_line

__all__ = ["Assembly", "cli", "main"]
COMMANDS = (
    founding,
    serving,
    posts,
    officers,
    calendars,
    enrolling,
    desks,
    backup,
    restore,
    confirm,
    drill,
    verify,
    health,
    recovering,
    admin_tokens,
    upgrade,
    updates,
)
"""Where the commands stand: importing them adds them."""


def main() -> None:
    """The command `baiyun-district`. What the environment does wrong is one line, not a traceback.

    What it writes is its owner's alone.
    """
    before = os.umask(0o077)
    try:
        cli()
    except (Unfit, UpdateTrouble, SyncError, SQLAlchemyError, OSError) as error:
        typer.echo(f"baiyun-district: {in_one_line(error)}", err=True)
        raise SystemExit(1) from error
    finally:
        os.umask(before)
