"""Founds a district: its certificate authority, tables, organisations, and the key that its backups are sealed to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from baiyun_desktop.registry import divisions
from sync.district.engine import open_engine
from sync.district.tables import META

from . import calendars, editions, seeding
from .assembly import Assembly
from .cli import Folder, cli
from .errors import Unfit, discreet
from .files import tighten
from .keys import hand_over, new_pair
from .settings import CONFIG, Settings


@cli.command()
def init(
    folder: Folder,
    database: Annotated[str, typer.Option(help="postgresql://…; left out, a file in the folder")] = "",
    district: Annotated[str, typer.Option(help="the district's division code")] = "150206",
    grids: Annotated[int, typer.Option(min=0, max=99, help="grids to found in each community")] = 0,
    name: Annotated[list[str] | None, typer.Option(help="a DNS name or address of this server; repeatable")] = None,
    url: Annotated[str, typer.Option(help="the address desks are told, if not the one they enrolled at")] = "",
    key_file: Annotated[Path | None, typer.Option(help="write the backup key there instead of showing it")] = None,
    new_backup_key: Annotated[bool, typer.Option(help="backups from now on get another key")] = False,
) -> None:
    """Found a district: its certificate authority, tables and organisations. Run again, it completes what is missing."""
    folder = folder.absolute()
    if key_file is not None and key_file.absolute().is_relative_to(folder):
        raise Unfit("the backup key must not lie in the district's folder: name a file elsewhere")
    if (folder / CONFIG).exists():
        _check_same(folder, database)
    else:
        _check_known(district)
        _check_empty(database)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        Settings(district, database, url).save(folder)
    with Assembly(folder) as assembly:
        known = assembly.certificates.hosts() if assembly.certificates.server.exists() else ["127.0.0.1", "localhost"]
        hosts = list(dict.fromkeys([*known, *(name or [])]))
        assembly.certificates.create(assembly.settings.district, hosts, assembly.clock)
        new = not inspect(assembly.engine).has_table(META.name)
        assembly.district.found(assembly.settings.district)
        if new:
            with assembly.engine.begin() as conn:
                editions.found(conn, assembly.clock.now_ms())
        seeded = assembly.check().seed(grids)
        reference, years = seeding.unseeded(assembly), calendars.seed(assembly)
        seeding.seed(assembly)
        tighten(folder)
        typer.echo(f"district {assembly.settings.district} in {folder}: {seeded} organisations added")
        if reference:
            typer.echo(f"to start with: {seeding.words(assembly, reference)}")
        if years:
            typer.echo(f"days off of {years} years entered; 'baiyun-district calendar add' enters the next notice")
        typer.echo(f"certificate for {', '.join(hosts)} until {assembly.certificates.expires_at():%Y-%m-%d}")
        if new_backup_key or not assembly.settings.backup_key:
            _give_key(assembly, key_file)


def _give_key(assembly: Assembly, key_file: Path | None) -> None:
    """Shown before it counts: a key that nobody has seen must seal nothing."""
    private, public = new_pair()
    for line in hand_over(private, key_file):
        typer.echo(line)
    replace(assembly.settings, backup_key=public).save(assembly.folder)


def _check_same(folder: Path, database: str) -> None:
    """Run again with another database, it would go on with the one it has, and nobody would know."""
    if database and database != Settings.load(folder).database:
        raise Unfit(f"{folder / CONFIG} names another database: leave --database out, or correct it in that file")


def _check_empty(database: str) -> None:
    """Before anything is written: a folder founded for a mistyped database would keep it.

    A second certificate authority over one district's rows would serve desks that trust neither.
    """
    if not database:
        return
    if not database.startswith(("postgresql://", "postgres://", "sqlite:///")):
        raise Unfit("--database must be postgresql://USER@HOST/NAME; left out, the district is a file in its folder")
    engine = open_engine(database)
    try:
        held = inspect(engine).has_table(META.name)
    except SQLAlchemyError as error:
        raise Unfit(
            f"the database says {discreet(error)}; nothing was made: start PostgreSQL, or correct --database "
            "(its password stands in ~/.pgpass), and run this again"
        ) from error
    finally:
        engine.dispose()
    if held:
        raise Unfit(
            "the database holds a district already: name an empty one; where that district's folder is lost, "
            "'baiyun-district restore' brings both back from a backup"
        )


def _check_known(district: str) -> None:
    """Before anything is written: a folder founded for a mistyped code would keep it."""
    try:
        divisions.organisations(district)
    except KeyError as error:
        raise Unfit(f"no district has the division code {district}: look it up in GB/T 2260") from error
