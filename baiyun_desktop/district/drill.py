"""Restores the newest backup beside the district, to know before the day that it can be done, and how long it takes."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from sync.district.tables import METADATA

from . import store
from .assembly import Assembly
from .backup import DRILL_STATE
from .cli import Folder, KeyFile, cli
from .errors import Unfit
from .files import write_whole
from .keys import BackupKey, given
from .restore import SQLITE, restore_into
from .settings import Settings
from .verify import examine


@cli.command()
def drill(
    folder: Folder,
    source: Annotated[Path, typer.Option("--from", help="a backup, or the folder with them: the newest is taken")],
    database: Annotated[
        str, typer.Option(help="an empty scratch database, emptied again; left out, a file in a scratch folder")
    ] = SQLITE,
    key_file: KeyFile = None,
) -> None:
    """Restore the newest backup into a scratch folder, verify it, remove it, and say as JSON how that went."""
    assembly_folder = folder.absolute()
    Settings.load(assembly_folder)
    report = rehearse(assembly_folder, store.newest(source), given(key_file), database)
    write_whole(assembly_folder / DRILL_STATE, json.dumps(report, ensure_ascii=False).encode())
    typer.echo(json.dumps(report, ensure_ascii=False))
    if not report["ok"]:
        raise typer.Exit(1)


def rehearse(folder: Path, source: Path, key: BackupKey, database: str = SQLITE) -> dict[str, Any]:
    """The drill's report; what was restored is gone again. Raises Unfit or Damaged where it cannot be restored.

    The scratch lies in the district's own folder, where only its owner can read, and on a disk that can hold it.
    """
    if not database:
        raise Unfit("a drill needs a scratch database: leave --database out, or name an empty one")
    began = time.monotonic()
    scratch = Path(tempfile.mkdtemp(prefix="drill-", dir=folder))
    try:
        restored = restore_into(scratch / "district", source, key, database=database, rehearsal=True)
        took = time.monotonic() - began
        with Assembly(scratch / "district") as assembly:
            said = examine(assembly)
            if database != SQLITE:
                METADATA.drop_all(assembly.engine)
    finally:
        shutil.rmtree(scratch)
    return {
        "ok": said["ok"],
        "at": int(time.time() * 1000),
        "backup": str(source),
        "made_at": restored.head.made_at,
        "position": restored.head.pos,
        "bytes": source.stat().st_size,
        "tables": restored.tables,
        "restore_seconds": round(took, 2),
        "verify_seconds": said["seconds"],
        "wrong": said["wrong"],
    }
