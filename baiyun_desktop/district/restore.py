"""Makes a district again from its backup, in an empty folder and database, as a new timeline that nobody serves yet."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Annotated

import typer
from sqlalchemy import Connection, insert, select, update

from sync.district import numbers
from sync.district.chain import verify_chain
from sync.district.district import ERASURES, SCHEMA_VERSION
from sync.district.enrol import CODE
from sync.district.tables import DESK, METADATA
from sync.errors import Damaged

from . import admin_tokens, revocations, store
from .archive import messages
from .assembly import Assembly
from .cli import Folder, KeyFile, cli
from .dump import count_on, load, tables_there, tally_of
from .errors import Unfit
from .files import append_line, sync_folder
from .gate import RESTORE, minute
from .keys import BackupKey, given
from .messages import End, File, Head, Message, Rows
from .settings import CONFIG, Settings

RESTORES = "restores.log"
"""Beside the backups, a line a restore: each may have handed out the numbers right behind the backup, until it too was lost."""
_COUNT = re.compile(rb" #(\d+)\s*$")
SQLITE = "sqlite"
"""Said instead of an address: a file in the folder, whatever the district was on."""


@dataclass(slots=True)
class Restored:
    """What a restore came to. `wrongs` are what the chain says of the backup; `ended_codes` were open and are not."""

    head: Head
    timeline: int
    tables: dict[str, int]
    ended_codes: int
    wrongs: list[str]
    notes: list[str] = field(default_factory=list)
    restores: int = 1
    """How many there have been from the backups in that folder, this one included."""


@dataclass(slots=True)
class _Told:
    """What was ordered after the backup, from later backups and from what is left of the old folder."""

    erasures: list[str] = field(default_factory=list)
    revoked: list[revocations.Revocation] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@cli.command()
def restore(
    folder: Folder,
    source: Annotated[Path, typer.Option("--from", help="a backup, or the folder with them: the newest is taken")],
    database: Annotated[
        str, typer.Option(help=f"an empty one; left out, as it was; '{SQLITE}' for a file in the folder")
    ] = "",
    key_file: KeyFile = None,
    old: Annotated[Path | None, typer.Option(help="the lost district's folder, where it can still be read")] = None,
) -> None:
    """Restore a district into an empty folder and database. It serves once 'confirm' was run."""
    folder = folder.absolute()
    done = restore_into(folder, store.newest(source), given(key_file), database=database, old=old)
    rows = f"{sum(done.tables.values())} rows in {len(done.tables)} tables"
    typer.echo(f"district {done.head.district} as of {minute(done.head.made_at)}, position {done.head.pos}: {rows}")
    typer.echo(
        f"it is timeline {done.timeline}; every number series has passed over {numbers.passed_over(done.restores)} by now"
    )
    typer.echo(f"{done.ended_codes} open enrolment codes and all administrators' tokens were ended: make new ones")
    for line in (*done.notes, *done.wrongs):
        typer.echo(line)
    with Assembly(folder) as assembly, assembly.snapshot() as conn:
        for line in standing(conn, assembly.folder):
            typer.echo(line)
    typer.echo(f"next: baiyun-district confirm {folder}")


def restore_into(
    folder: Path,
    source: Path,
    key: BackupKey,
    *,
    database: str = "",
    old: Path | None = None,
    rehearsal: bool = False,
) -> Restored:
    """The whole restore; raises Unfit or Damaged, and then nothing is there that would serve.

    A rehearsal hands out no number, and so is no restore that a later one has to pass over.
    """
    if folder.exists() and any(not path.name.startswith(".") for path in folder.iterdir()):  # a new user's has .profile
        raise Unfit(f"{folder} is not empty: a district is restored into an empty folder; move this one away first")
    told = _later(source, key, old)
    with closing(messages(source, key)) as stream:
        head, settings, rest = _lay_out(folder, stream)
        settings = replace(settings, database={"": settings.database, SQLITE: ""}.get(database, database))
        _add_orders(folder / ERASURES, told.erasures)
        revocations.write(folder, [*revocations.read(folder), *told.revoked])
        with Assembly(folder, settings) as assembly:
            done = _fill(assembly, head, rest)
            unnoted: list[str] = []
            if not rehearsal:
                with assembly.snapshot() as conn:
                    known = numbers.restores_in(conn)
                done.restores, unnoted = _note(source, minute(assembly.clock.now_ms()), known)
            done.timeline = assembly.district.new_timeline(done.restores)
    settings.save(folder)  # last: until it is there, the folder holds no district
    done.notes = [*told.notes, *unnoted]
    return done


def standing(conn: Connection, folder: Path) -> Iterator[str]:
    """The desks of a restored district in a line each, with what is known of revocations since."""
    since = {one.replica: one for one in revocations.read(folder)}
    for row in conn.execute(select(DESK).order_by(DESK.c.post, DESK.c.replica)):
        now = "may come in"
        if row.revoked_at is not None:
            now = f"revoked {minute(row.revoked_at)}"
        elif row.replica in since:
            now = f"WILL BE REVOKED AGAIN: was on {minute(since[row.replica].at)}"
        yield f"  {row.replica}  {row.post}  {row.officer}  {now}"


def _note(source: Path, when: str, known: int) -> tuple[int, list[str]]:
    """Notes a restore beside its backup before it is made; returns the how-manieth it is, and what is to be told.

    `known` are those that the backup itself speaks of: its folder may be younger than they are.
    """
    log = source.parent / RESTORES
    count = max(_noted(log), known) + 1
    try:
        append_line(log, f"{when} {source.name} #{count}")
    except OSError as error:
        return count, [
            f"this restore could not be noted in {log} ({error.strerror}): before another one from these backups, add a "
            "line there, or the same numbers are given twice"
        ]
    return count, []


def _noted(log: Path) -> int:
    """The last restore in the log. A line that a power cut tore counts too: rather a gap in the numbers than one twice."""
    count = 0
    for line in log.read_bytes().splitlines() if log.exists() else ():
        if line.strip():
            found = _COUNT.search(line)
            count = max(count + 1, int(found[1]) if found else 0)
    return count


def _lay_out(folder: Path, stream: Iterator[Message]) -> tuple[Head, Settings, Iterator[Message]]:
    """Puts the files in their places, but for the settings; gives those and the messages that follow."""
    head = next(stream)
    if not isinstance(head, Head):
        raise Damaged("the backup does not say whose it is: use another one")
    if head.schema_version != SCHEMA_VERSION:
        raise Unfit(
            f"the backup is of version {head.schema_version}, this program restores version {SCHEMA_VERSION}: "
            "install the program that goes with it"
        )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    config = b""
    for message in stream:
        if not isinstance(message, File):
            return head, Settings.read(config.decode()), chain([message], stream)
        if message.path == CONFIG:
            config += message.content
        else:
            _put(folder, message)
    raise Damaged("the backup holds no rows: use another one")


def _put(folder: Path, file: File) -> None:
    inner = PurePosixPath(file.path)
    if inner.is_absolute() or ".." in inner.parts:
        raise Damaged(f"the backup names a file outside the folder, {file.path}: use another one")
    path = folder.joinpath(*inner.parts)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("ab") as out:
        out.write(file.content)
        out.flush()
        os.fsync(out.fileno())
    sync_folder(path.parent)


def _fill(assembly: Assembly, head: Head, rest: Iterator[Message]) -> Restored:
    """All rows in one transaction, with the gate shut: what ends half-way leaves an empty database."""
    with assembly.engine.begin() as conn:
        if tables_there(conn):
            raise Unfit("the database is not empty: name an empty one with --database, or drop this one's tables")
        METADATA.create_all(conn)
        tables = _take_rows(conn, rest)
        count_on(conn)
        wrongs = verify_chain(conn)
        now = assembly.clock.now_ms()
        row = {"restored_at": now, "backup_at": head.made_at, "backup_pos": head.pos}
        conn.execute(insert(RESTORE).values(row))
        # One that was used after the backup would look unused, to whoever finds the note it was on.
        codes = update(CODE).where(CODE.c.used_at.is_(None), CODE.c.expires_at > now).values(expires_at=now)
        ended = conn.execute(codes).rowcount
        admin_tokens.end(conn, now)  # one that was ended after the backup would open again
    sync_folder(assembly.folder)
    return Restored(head, 0, tables, ended, wrongs)


def _take_rows(conn: Connection, rest: Iterator[Message]) -> dict[str, int]:
    """Writes all rows, reads them back, and holds them against what the backup says they add up to."""
    columns: dict[str, list[str]] = {}
    for message in rest:
        if isinstance(message, Rows):
            columns[message.table] = message.columns
            load(conn, message)
        if isinstance(message, End):
            there = dict.fromkeys(message.tables, (0, f"{0:032x}"))
            there |= {table: tally_of(conn, table, names) for table, names in columns.items()}
            wrong = sorted(t for t in there if there[t] != tuple(message.tables.get(t, ())))
            if wrong:
                raise Damaged(f"rows of {', '.join(wrong)} are not what was backed up: use another backup")
            if next(rest, None) is not None:
                break
            return {table: count for table, (count, _) in there.items()}
    raise Damaged("the backup does not say what its rows add up to: use another one")


def _later(source: Path, key: BackupKey, old: Path | None) -> _Told:
    """What the erasure orders and revocations beside later backups and in the old folder say."""
    told = _Told()
    lists: list[dict[str, bytes]] = []
    for path in store.later_than(source):
        try:
            lists.append(_lists_of(path, key))
        except (Unfit, Damaged) as error:
            told.notes.append(f"{path.name} was not asked what was ordered after this backup: {error}")
    if old is not None:
        lists.append({n: (old / n).read_bytes() for n in (ERASURES, revocations.LOG) if (old / n).exists()})
    known: dict[str, None] = {}
    for found in lists:
        known.update(dict.fromkeys(_whole_lines(found.get(ERASURES, b""))))
        told.revoked += revocations.parse(found.get(revocations.LOG, b""))
    told.erasures = list(known)
    return told


def _lists_of(path: Path, key: BackupKey) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    with closing(messages(path, key)) as stream:
        for message in stream:
            if isinstance(message, Rows | End):
                break
            if isinstance(message, File) and message.path in (ERASURES, revocations.LOG):
                found[message.path] = found.get(message.path, b"") + message.content
    return found


def _add_orders(log: Path, orders: list[str]) -> None:
    have = set(_whole_lines(log.read_bytes())) if log.exists() else set()
    for line in orders:
        if line not in have:
            append_line(log, line)


def _whole_lines(content: bytes) -> Iterator[str]:
    for line in content.decode("utf-8", "replace").split("\n"):
        try:
            json.loads(line)
        except ValueError:
            continue
        yield line
