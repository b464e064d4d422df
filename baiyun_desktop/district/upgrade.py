"""Upgrades a district's database while its workers serve: a backup first, then each migration that it lacks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import calendars, editions, seeding
from .assembly import Assembly
from .backup import last_made, make
from .cli import Folder, cli
from .editions import Migration
from .errors import Unfit


@cli.command()
def upgrade(
    folder: Folder,
    check: Annotated[
        bool, typer.Option("--check", help="only say what would be done; exit 1 where there is something")
    ] = False,
    to: Annotated[Path | None, typer.Option(help="where the backup goes; left out, where the last one went")] = None,
) -> None:
    """Bring the database to this program's edition: backup, then additions; removals once no older worker is left."""
    with Assembly(folder) as assembly:
        additions, removals = pending(assembly)
        for migration in additions:
            typer.echo(f"to add: {migration.number} {migration.name}")
        for migration in removals:
            typer.echo(f"to remove: what {migration.number} {migration.name} left for older workers")
        years = calendars.unseeded(assembly)
        if years:
            typer.echo(f"to add: days off of {', '.join(map(str, years))}")
        reference = seeding.unseeded(assembly)
        if reference:
            typer.echo(f"to add: {seeding.words(assembly, reference)}")
        if not any((additions, removals, years, reference)):
            typer.echo(f"the database is of edition {editions.newest()}: nothing to do")
            return
        if check:
            raise typer.Exit(1)
        made = make(assembly, _place(assembly, to))
        typer.echo(f"backup: {made.file}")
        for line in run(assembly):
            typer.echo(line)
        if calendars.seed(assembly):
            typer.echo("days off: added")
        if seeding.seed(assembly):
            typer.echo("reference data: added")


def pending(assembly: Assembly) -> tuple[list[Migration], list[Migration]]:
    """The expansions and the contractions that this program knows and the database has not had."""
    with assembly.check().snapshot() as conn:
        there = editions.standing(conn)
    known = editions.MIGRATIONS
    additions = [m for m in known if m.number > there.expanded]
    opened = {*there.open_contractions, *(m.number for m in additions)}
    return additions, [m for m in known if m.contract is not None and m.number in opened]


def run(assembly: Assembly) -> list[str]:
    """Migrates; says of each step what became of it. Interrupted, it goes on where it was when it is run again."""
    additions, removals = pending(assembly)
    said = []
    for migration in additions:
        done = editions.expand(assembly.engine, migration)
        said.append(f"{migration.number} {migration.name}: {'added' if done else 'another process added it'}")
    if additions:
        said.append("start the new workers, then stop the old ones; both may serve meanwhile")
    for migration in removals:
        try:
            editions.contract(assembly.engine, migration)
            said.append(f"{migration.number} {migration.name}: what it left for older workers is removed")
        except Unfit as waits:
            said.append(f"{migration.number} {migration.name}: {waits}; then run this again")
    return said


def _place(assembly: Assembly, to: Path | None) -> Path:
    if to is not None:
        return to.absolute()
    last = last_made(assembly.folder)
    if last is None:
        raise Unfit("there is no backup yet: say with --to where this one is to go")
    return Path(last.file).parent
