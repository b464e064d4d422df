"""Who may administer or read the fleet over HTTP: administrators' and monitors' tokens, kept as hashes, ended by a command."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Connection, inspect, select, update

from .admin_tables import TOKEN
from .assembly import Assembly
from .cli import AsJson, Folder, Yes, cli
from .deeds import AT_COMMAND, Deed, deed, note
from .errors import Unfit
from .gate import minute
from .standing import standing_of

ID_BYTES, SECRET_BYTES = 6, 32
DAYS = 365
_MARK = "bya"
"""What each token begins with, so that whoever finds one in a file knows what it is."""


@dataclass(frozen=True, slots=True)
class Known:
    """A token as it is listed: everything but what would let somebody in."""

    id: str
    holder: str
    made_at: int
    expires_at: int
    ended_at: int | None
    login: str = ""
    """The administrator's who may use it; empty for a monitor, which only reads."""


def new_token(assembly: Assembly, holder: str, life: timedelta, login: str = "") -> str:
    """A token, given now or never: only its hash is kept. It has 256 random bits, so one round of SHA-256 is enough."""
    name, secret = _text(os.urandom(ID_BYTES)), _text(os.urandom(SECRET_BYTES))
    now = assembly.clock.now_ms()
    row = {"id": name, "secret_hash": _hash(secret), "holder": holder, "login": login, "made_at": now}
    with assembly.engine.begin() as conn:
        TOKEN.create(conn, checkfirst=True)  # a district that was founded before there were any has no table
        conn.execute(TOKEN.insert().values(**row, expires_at=now + int(life.total_seconds() * 1000)))
    return f"{_MARK}.{name}.{secret}"


def holder_of(conn: Connection, token: str, now_ms: int) -> Known | None:
    """Which token this is; None where it is nobody's, has run out or was ended.

    Found by its public half; the secret half is compared in a time that says nothing of it.
    """
    mark, name, secret = (*token.split("."), "", "", "")[:3]
    if mark != _MARK or not _exists(conn):
        return None
    row = conn.execute(select(TOKEN).where(TOKEN.c.id == name)).one_or_none()
    same = hmac.compare_digest(_hash(secret), row.secret_hash if row else _hash(""))
    if row is None or not same or row.ended_at is not None or now_ms >= row.expires_at:
        return None
    return _known(row)


def known(conn: Connection) -> list[Known]:
    """All that were ever made, the newest first."""
    if not _exists(conn):
        return []
    query = select(TOKEN).order_by(TOKEN.c.made_at.desc(), TOKEN.c.id)
    return [_known(row) for row in conn.execute(query)]


def end(conn: Connection, now_ms: int, name: str | None = None) -> int:
    """Ends one that still opens, or all; returns how many."""
    if not _exists(conn):
        return 0
    where = TOKEN.c.ended_at.is_(None) if name is None else TOKEN.c.ended_at.is_(None) & (TOKEN.c.id == name)
    return conn.execute(update(TOKEN).where(where).values(ended_at=now_ms)).rowcount


@cli.command()
def token(
    folder: Folder,
    holder: Annotated[str, typer.Option("--for", help="the person or monitor that will hold it")],
    days: Annotated[int, typer.Option(min=1, max=3 * DAYS, help="how long it is good for")] = DAYS,
    file: Annotated[Path | None, typer.Option(help="write it there instead of showing it")] = None,
    officer: Annotated[
        str, typer.Option(help="log-in name of the administrator whose window it is for; left out, it only reads")
    ] = "",
) -> None:
    """Make a token: for a monitor that reads the fleet and the district's health, or for one administrator's window.

    An administrator may with it what the role of his post allows, for as long as he holds that post.
    """
    with Assembly(folder) as assembly:
        if officer:
            standing_of(assembly.check(), officer)
        if file is None:
            typer.echo(_give(assembly.check(), holder, timedelta(days=days), officer))
            return
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(_give(assembly.check(), holder, timedelta(days=days), officer) + "\n")
    typer.echo(f"the token for {holder} is in {file}, for its owner's eyes")


@cli.command()
def tokens(folder: Folder, as_json: AsJson = False) -> None:
    """Show who was given a token, until when, and whether it was ended."""
    with Assembly(folder) as assembly, assembly.check().snapshot() as conn:
        found, now = known(conn), assembly.clock.now_ms()
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False))
        return
    for one in found:
        typer.echo(f"{one.id}  {one.login or 'reads'}  {one.holder}  made {minute(one.made_at)}  {_state(one, now)}")


@cli.command("end-token")
def end_token(
    folder: Folder, name: Annotated[str, typer.Argument(help="its id, from 'baiyun-district tokens'")], yes: Yes = False
) -> None:
    """End a token: it opens nothing from now on."""
    with Assembly(folder) as assembly:
        with assembly.check().snapshot() as conn:
            found = next((one for one in known(conn) if one.id == name), None)
        if found is None:
            raise Unfit(f"no token is called {name}: take its id from 'baiyun-district tokens'")
        if not yes:
            typer.confirm(f"end the token of {found.holder}?", abort=True)
        ended = _take_back(assembly, found)
    typer.echo(f"ended {name}" if ended else f"{name} was ended before")


@deed
def _give(assembly: Assembly, holder: str, life: timedelta, login: str) -> str:
    note(assembly, AT_COMMAND, Deed.TOKEN_MADE, login or holder)
    return new_token(assembly, holder, life, login)


@deed
def _take_back(assembly: Assembly, one: Known) -> int:
    note(assembly, AT_COMMAND, Deed.TOKEN_ENDED, one.login or one.holder)
    with assembly.engine.begin() as conn:
        return end(conn, assembly.clock.now_ms(), one.id)


def _state(one: Known, now_ms: int) -> str:
    if one.ended_at is not None:
        return f"ended {minute(one.ended_at)}"
    return f"{'run out' if now_ms >= one.expires_at else 'good until'} {minute(one.expires_at)}"


def _known(row: Any) -> Known:
    login = getattr(row, "login", "")
    return Known(row.id, row.holder, row.made_at, row.expires_at, row.ended_at, login)


def _exists(conn: Connection) -> bool:
    return bool(inspect(conn).has_table(TOKEN.name))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _text(random: bytes) -> str:
    return base64.urlsafe_b64encode(random).rstrip(b"=").decode()
