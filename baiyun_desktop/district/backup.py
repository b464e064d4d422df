"""Makes a backup of a serving district: one consistent snapshot, sealed, and on its disk before anybody relies on it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Connection, select

from sync.district.tables import META

from . import logs, store
from .archive import writing
from .assembly import Assembly
from .cli import Folder, cli
from .dump import dump, strangers
from .errors import Unfit
from .files import PART, sync_folder, write_whole
from .keys import Sealer
from .messages import End, File, Head
from .offering import PACKAGES
from .settings import DATABASE

STATE = "backup.json"
DRILL_STATE = "drill.json"
KEPT = 14
FILE_BYTES = 2**20
_LEFT_OUT = ("packs", logs.FOLDER, STATE, DRILL_STATE, PACKAGES)
"""What is made anew, is no part of the district, speaks of this machine alone, or can be added again."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that is on its disk. `at` in milliseconds since 1970 UTC; `covers` says that desks were told of it."""

    file: str
    at: int
    pos: int
    bytes: int
    seconds: float
    covers: bool


@cli.command()
def backup(
    folder: Folder,
    to: Annotated[Path, typer.Option(help="a folder on another machine or disk")],
    keep: Annotated[int, typer.Option(min=1, help="how many to keep there")] = KEPT,
    elsewhere: Annotated[
        bool, typer.Option(help="what is written there leaves this machine, whatever disk it seems to be on")
    ] = False,
) -> None:
    """Back up the district while it serves: tables, certificates, settings, erasure orders; sealed to the backup key."""
    with Assembly(folder) as assembly:
        made = make(assembly.check(), to.absolute(), elsewhere=elsewhere)
        gone = store.tidy(to.absolute(), assembly.settings.district, keep)
        with assembly.snapshot() as conn:
            unknown = strangers(conn)
    size, took = f"{made.bytes / 2**20:.1f} MiB", f"{made.seconds:.1f} s"
    typer.echo(f"{made.file}: up to position {made.pos}, {size}, {took}; {gone} older ones removed")
    if unknown:
        typer.echo(f"not in it, since this program does not know these tables: {', '.join(unknown)}", err=True)
    if not made.covers:
        typer.echo(
            "it lies on the same disk as the district, so desks keep all they have sent: name a folder on another "
            "machine or disk, or say --elsewhere if it is copied away"
        )


def make(assembly: Assembly, to: Path, *, elsewhere: bool = False) -> Made:
    """Writes one backup into a folder, and lets desks know what it covers if it leaves the machine."""
    sealer = Sealer.read(assembly.settings.backup_key)
    if to.is_relative_to(assembly.folder):
        raise Unfit("a backup within the district's own folder is lost with it: name a folder on another disk")
    if not to.is_dir():
        raise Unfit(f"{to} is no folder: connect the disk it is on, or make the folder")
    began, at = assembly.clock.monotonic(), assembly.clock.now_ms()
    with assembly.snapshot() as conn:
        head = _head(assembly, conn, at)
        path = to / store.name_for(head.district, at, head.pos)
        _write(path, assembly, conn, head, sealer)
    covers = elsewhere or to.stat().st_dev != assembly.folder.stat().st_dev
    if covers:
        assembly.district.backed_up(head.pos)
    took = round(assembly.clock.monotonic() - began, 2)
    made = Made(str(path), at, head.pos, path.stat().st_size, took, covers)
    write_whole(assembly.folder / STATE, json.dumps(asdict(made), ensure_ascii=False).encode())
    return made


def last_made(folder: Path) -> Made | None:
    """The last backup that was made of a district; None where there was none."""
    path = folder / STATE
    if not path.exists():
        return None
    said: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return Made(**said)


def _head(assembly: Assembly, conn: Connection, at: int) -> Head:
    meta = conn.execute(select(META)).one()
    kind = assembly.engine.dialect.name
    return Head(meta.district, at, meta.pos, meta.timeline, meta.schema_version, kind)


def _write(path: Path, assembly: Assembly, conn: Connection, head: Head, sealer: Sealer) -> None:
    """Under its name only once it is whole and on the disk: a power cut leaves the older ones and a part."""
    part = path.with_name(path.name + PART)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with writing(file, sealer) as writer:
                writer.add(head)
                for message in _files(assembly):
                    writer.add(message)
                writer.add(End(dump(conn, writer.add)))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        sync_folder(path.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _files(assembly: Assembly) -> Iterator[File]:
    """The folder's files, after the snapshot began: an erasure is noted before it is carried out, so none is missed."""
    database = Path(assembly.engine.url.database or DATABASE).name  # with its log beside it
    for path in sorted(assembly.folder.rglob("*")):
        inner = path.relative_to(assembly.folder)
        left_out = inner.parts[0] in _LEFT_OUT or inner.name.startswith(database) or inner.parts[0].startswith("drill-")
        if left_out or path.suffix == PART or not path.is_file():
            continue
        with path.open("rb") as file:
            content = file.read(FILE_BYTES)
            while True:
                yield File(inner.as_posix(), content)
                content = file.read(FILE_BYTES)
                if not content:
                    break
