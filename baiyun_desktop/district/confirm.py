"""Opens a restored district to its desks, once somebody has said that no revocation is missing."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer
from sqlalchemy import select

from sync.district.tables import DESK, META

from . import revocations
from .assembly import Assembly
from .cli import Folder, Yes, cli
from .deeds import AT_COMMAND, Deed, deed, note
from .errors import Unfit
from .gate import minute, open_gate, unconfirmed
from .restore import standing


@cli.command()
def confirm(
    folder: Folder,
    by: Annotated[str, typer.Option(help="who confirms it; left out, the user of this machine")] = "",
    yes: Yes = False,
) -> None:
    """After a restore: revoke again who was revoked since the backup, and let the district serve."""
    with Assembly(folder) as assembly:
        with assembly.check().snapshot() as conn:
            row = unconfirmed(conn)
            timeline = conn.execute(select(META.c.timeline)).scalar_one()
            lines = list(standing(conn, assembly.folder))
        if row is None:
            raise Unfit("there is nothing to confirm: this district may serve")
        if timeline < row.restored_at // 1000:  # desks would take it for the district that they knew
            raise Unfit("the restore ended half-way: empty the folder and the database, and restore again")
        typer.echo(f"restored from the backup of {minute(row.backup_at)}; its desks:")
        for line in lines:
            typer.echo(line)
        typer.echo(
            "desks that were revoked after that and are not marked so would come in again: answer n, run "
            "'baiyun-district revoke' for each, and confirm then. Desks enrolled after it enrol anew."
        )
        if not yes:
            typer.confirm("is no revocation missing?", abort=True)
        again = revoke_again(assembly)
        _open(assembly, by or getpass.getuser(), f"备份于 {minute(row.backup_at)}")
    typer.echo(f"{again} desks revoked again; next: baiyun-district serve {folder}")


@deed
def _open(assembly: Assembly, by: str, of: str) -> None:
    note(assembly, AT_COMMAND, Deed.RESTORE_CONFIRMED, by, of)
    with assembly.engine.begin() as conn:
        open_gate(conn, by, assembly.clock.now_ms())


def revoke_again(assembly: Assembly) -> int:
    """Revokes whoever the list beside the database says was; returns how many it did not know of."""
    with assembly.snapshot() as conn:
        query = select(DESK.c.replica).where(DESK.c.revoked_at.is_(None))
        standing_now = set(conn.execute(query).scalars())
    causes = {one.replica: one.cause for one in revocations.read(assembly.folder) if one.replica in standing_now}
    for replica, cause in causes.items():
        assembly.district.revoke(replica, cause)
    return len(causes)
