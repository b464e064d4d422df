"""The years' days off at the command line: what is entered, and a new notice checked and sent to all desks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select

from baiyun_desktop.kernel import calendar_year
from baiyun_desktop.kernel.calendar import HOLIDAY, WORKDAY, CalendarDay, read_days
from baiyun_desktop.registry import holidays
from sync.act import Change, Op
from sync.district.scope import decode_payload
from sync.district.tables import HEAD
from sync.schema import Row

from .assembly import Assembly
from .cli import Folder, Yes, cli
from .desks import table_of
from .errors import Unfit

calendar = typer.Typer(no_args_is_help=True, help="Days off, and weekends worked for them, a year at a time.")
cli.add_typer(calendar, name="calendar")
ENTERED = "录入放假安排"


@calendar.command("list")
def list_years(folder: Folder) -> None:
    """Show the years that are entered, with how many days of each kind."""
    with Assembly(folder) as assembly:
        years = years_of(assembly.check())
    lines: list[tuple[str, ...]] = [("year", "days off", "weekends worked")]
    for year, row in sorted(years.items()):
        days = row.get("days") or []
        lines.append((str(year), *(str(sum(f" {kind}" in day for day in days)) for kind in (HOLIDAY, WORKDAY))))
    typer.echo("\n".join(table_of(lines)))


@calendar.command()
def add(
    folder: Folder,
    file: Annotated[Path, typer.Argument(help="a CSV table with the columns day (2027-01-01), kind and note")],
    yes: Yes = False,
) -> None:
    """Check a notice and enter it; desks have it with their next round. A year that is entered already is replaced."""
    found = _read(file)
    with Assembly(folder) as assembly:
        held = years_of(assembly.check())
        _check(found, assembly)
        changes = [change for year, days in found.items() if (change := _change(year, days, held.get(year)))]
        replaced = [str(year) for year in found if year in held and held[year].get("days") != _written(found[year])]
        if replaced and not yes:
            typer.confirm(f"{', '.join(replaced)} is entered otherwise already: replace it?", abort=True)
        if changes:
            assembly.district.write(changes, ENTERED)
    for year, days in found.items():
        off = sum(entry.kind == HOLIDAY for entry in days)
        typer.echo(f"{year}: {off} days off, {len(days) - off} weekends worked")
    typer.echo(f"{len(changes)} years written; desks have them with their next round" if changes else "nothing new")


# --- for the other commands -----------------------------------------------------------------------------------------


def years_of(assembly: Assembly) -> dict[int, Row]:
    """The records of the years that are entered, by year."""
    query = select(HEAD.c.record, HEAD.c.payload).where(
        HEAD.c.collection == calendar_year.COLLECTION, HEAD.c.voided.is_(False)
    )
    with assembly.snapshot() as conn:
        rows = [(row.record, decode_payload(row.payload)) for row in conn.execute(query)]
    return {int(row["year"]): row for record, row in rows if record == calendar_year.id_of(int(row.get("year") or 0))}


def unseeded(assembly: Assembly) -> list[int]:
    """The years that come with the program and are not entered; what somebody has entered is left as it is."""
    held = years_of(assembly)
    return [year for year in holidays.seeds() if year not in held]


def seed(assembly: Assembly) -> int:
    """Enters the years that are missing, as officer "system"; returns how many."""
    missing, seeds = unseeded(assembly), holidays.seeds()
    changes = [change for year in missing if (change := _change(year, seeds[year], None))]
    if changes:
        assembly.district.write(changes, ENTERED)
    return len(changes)


def _read(file: Path) -> dict[int, list[CalendarDay]]:
    try:
        found = holidays.by_year(read_days(file))
    except (OSError, UnicodeDecodeError, KeyError, ValueError) as error:
        raise Unfit(f"{file} cannot be read as a table with the columns day, kind and note: {error}") from error
    if not found:
        raise Unfit(f"{file} holds no days")
    return found


def _check(found: dict[int, list[CalendarDay]], assembly: Assembly) -> None:
    today = assembly.today()
    faults = [fault for year, days in found.items() for fault in holidays.faults(year, days, today)]
    if faults:
        raise Unfit(f"nothing was written: {'; '.join(faults)}")


def _written(days: list[CalendarDay]) -> list[str]:
    return calendar_year.written(days)


def _change(year: int, days: list[CalendarDay], held: Row | None) -> Change | None:
    record, fields = calendar_year.id_of(year), dict(holidays.fields_of(year, days))
    if held is None:
        return Change(calendar_year.COLLECTION, record, Op.CREATE, fields)
    if held.get("days") == fields["days"]:
        return None
    return Change(calendar_year.COLLECTION, record, Op.FIELDS, {"days": fields["days"]})
