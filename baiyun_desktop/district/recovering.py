"""Giving a desk's key back: a PC whose profile or passphrase is lost asks in a text, and somebody answers it once."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select

from baiyun_desktop.keys.errors import KeyTrouble
from baiyun_desktop.keys.recovery import Recovery
from baiyun_desktop.keys.recovery import recover as answer_to
from sync.district.tables import DESK, META

from .assembly import Assembly
from .cli import Folder, Yes, cli
from .deeds import Deed, note
from .errors import Unfit
from .files import append_line

LOG = "recoveries.log"


@cli.command()
def recover(
    folder: Folder,
    request: Annotated[Path | None, typer.Option(help="a file with the desk's text; left out, it is read here")] = None,
    by: Annotated[str, typer.Option(help="who answers, for the list of recoveries")] = "",
    revoked: Annotated[
        bool, typer.Option("--revoked", help="also for a desk that is revoked, whose backup an office has taken back")
    ] = False,
    yes: Yes = False,
) -> None:
    """Answer a desk that has lost its key; the answer opens its file once, on the PC that asked."""
    text = request.read_text("utf-8") if request else sys.stdin.read()
    with Assembly(folder) as assembly:
        answer = _answer(assembly.check(), text, by, yes=yes, revoked=revoked)
    typer.echo(answer)


def _answer(assembly: Assembly, request: str, by: str, *, yes: bool, revoked: bool) -> str:
    def desk_of(replica: str) -> str | None:
        query = select(DESK.c.post).where(DESK.c.replica == replica)
        query = query if revoked else query.where(DESK.c.revoked_at.is_(None))
        with assembly.snapshot() as conn:
            return conn.execute(query).scalar_one_or_none()

    def agreed(question: str) -> bool:
        typer.echo(question, err=True)
        return yes or typer.confirm("?", err=True)

    def write_down(found: Recovery, post: str) -> None:
        line = {"at": assembly.clock.now_ms(), "replica": found.replica, "post": post, "number": found.number, "by": by}
        note(assembly, by, Deed.RECOVERED, post, found.replica[-8:])
        append_line(assembly.folder / LOG, json.dumps(line, ensure_ascii=False))

    with assembly.snapshot() as conn:
        private = bytes(conn.execute(select(META.c.seal)).scalar_one())
    try:
        return answer_to(private, request, desk_of, agreed, write_down)
    except KeyTrouble as trouble:
        raise Unfit(str(trouble)) from trouble
