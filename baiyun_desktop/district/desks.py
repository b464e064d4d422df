"""The fleet on the command line: how each desk stands, and ending a desk's right."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import asdict
from typing import Annotated, Any

import typer
from sqlalchemy import select, update

from sync.district.fleet import Seen
from sync.district.tables import DESK, POSITION

from . import revocations
from .assembly import Assembly
from .cli import AsJson, Folder, Yes, cli
from .clocks import clocks_ahead
from .deeds import AT_COMMAND, Deed, deed, note
from .errors import Unfit
from .programs import versions

_SHOWN_CHARS = 8
_NAMED_CHARS_MIN = 6
_DAY_MS = 86_400_000
SILENT_MS = 4 * _DAY_MS
"""Longer than a weekend, and three days before nobody can log in there any more."""
UNSENT_MS = 3 * _DAY_MS
HELD_MS = 7 * _DAY_MS
AHEAD_MS = 5 * 60_000
"""What a clock may be off by without a word; as on the desk itself."""
_HEADS = ("desk", "post", "officer", "last contact", "behind", "unsent", "oldest", "held", "level", "program", "")


@cli.command()
def desks(folder: Folder, as_json: AsJson = False) -> None:
    """Show the fleet, silent desks first: last contact, how old what it has is, unsent, held, its program, revoked."""
    with Assembly(folder) as assembly:
        rows = fleet(assembly.check())
    typer.echo(json.dumps(rows, ensure_ascii=False) if as_json else "\n".join(table_of([_HEADS, *map(_line, rows)])))


@cli.command()
def revoke(
    folder: Folder,
    desk: Annotated[str, typer.Argument(help="the desk, by its id or the end of it")],
    cause: Annotated[str, typer.Option(help="why, where its account was misused: nothing of it counts any more")] = "",
    yes: Yes = False,
) -> None:
    """End a desk's right to hold anything; says first what becomes of work that it has not sent."""
    with Assembly(folder) as assembly:
        found = _named(assembly.check().district.fleet(), desk)
        if found.revoked and not (cause and not _cause_of(assembly, found.replica)):
            raise Unfit(f"{found.replica} is revoked already; with --cause what it still sends would no longer count")
        for line in _what_happens(found, cause):
            typer.echo(line)
        if not yes:
            typer.confirm(f"revoke {found.post or found.replica}?", abort=True)
        end_right(assembly, found, cause, cause)
    typer.echo(f"revoked {found.replica}")


def end_right(assembly: Assembly, desk: Seen, reason: str, cause: str, by: str = AT_COMMAND) -> None:
    """Ends a desk's right. With a `cause` nothing of it counts by itself any more; the `reason` is for the auditor."""
    _end(assembly, desk, reason, cause, by)
    if cause:
        # What waits here of it is judged anew, act for act: in one transaction everybody would wait for all of them.
        assembly.district.revoke(desk.replica, cause)


@deed
def _end(assembly: Assembly, desk: Seen, reason: str, cause: str, by: str) -> None:
    note(assembly, by, Deed.REVOKED, f"{desk.post} {desk.replica[-_SHOWN_CHARS:]}".strip(), reason)
    # Noted first: the list beside the database is what a restored district is told by.
    revocations.note(assembly.folder, revocations.Revocation(desk.replica, assembly.clock.now_ms(), cause))
    assembly.district.revoke(desk.replica)
    with assembly.engine.begin() as conn:
        conn.execute(update(DESK).where(DESK.c.replica == desk.replica).values(cause=cause))


def fleet(assembly: Assembly) -> list[dict[str, Any]]:
    """Each desk as the district sees it.

    Besides what `Seen` says: `cursor_age_ms`, how long ago what it has not heard of began; `place`, what it holds;
    `ahead_ms`, by how much its clock was at least ahead when it last sent something; `program`, the version of its program,
    None where it is too old to say one; `needs`, what is to be done.
    """
    now = assembly.clock.now_ms()
    with assembly.snapshot() as conn:
        held = conn.execute(select(DESK.c.replica, DESK.c.cursor, DESK.c.grants, DESK.c.past)).all()
        later = select(POSITION.c.committed).order_by(POSITION.c.pos).limit(1)
        found = {pos: conn.execute(later.where(POSITION.c.pos > pos)).scalar() for pos in {d.cursor for d in held}}
        ahead, programs = clocks_ahead(conn), versions(conn)
    names = {code: str(row.get("name") or code) for code, row in assembly.organisations().items()}
    ages = {d.replica: now - at if (at := found[d.cursor]) else 0 for d in held}
    places = {d.replica: _place(d.grants, d.past, names) for d in held}
    rows = []
    for seen in assembly.district.fleet():
        row = {**asdict(seen), "cursor_age_ms": ages.get(seen.replica, 0), "place": places.get(seen.replica, "")}
        row |= {"ahead_ms": ahead.get(seen.replica, 0), "program": programs.get(seen.replica)}
        rows.append({**row, "needs": needs_of(row)})
    return rows


def needs_of(row: dict[str, Any]) -> list[str]:
    """What somebody has to do about a desk, the most pressing first; nothing about one that is revoked."""
    silent = row["silent_ms"]
    found = {
        "faults": row["faults"] > 0,
        "unsent": row["oldest_ms"] > UNSENT_MS,
        "silent": silent is not None and silent > SILENT_MS,
        "clock": row["ahead_ms"] > AHEAD_MS,
        "held": row["oldest_held_ms"] > HELD_MS,
        "never": silent is None,
    }
    return [] if row["revoked"] else [need for need, is_so in found.items() if is_so]


def _place(grants: str, past: str, names: dict[str, str]) -> str:
    """Where a desk stands: the first area that it holds, or held until it was revoked."""
    earlier = [held for _, held in json.loads(past) if held]
    held = json.loads(grants) or (earlier[-1] if earlier else [])
    code = str(held[0]).partition("|")[0] if held else ""
    return names.get(code, code)


def age(ms: int | None) -> str:
    """A stretch of time as people say it."""
    if ms is None:
        return "never"
    for unit, size in (("d", 86_400_000), ("h", 3_600_000), ("min", 60_000)):
        if ms >= size:
            return f"{ms // size} {unit}"
    return f"{ms // 1000} s"


def _line(row: dict[str, Any]) -> tuple[str, ...]:
    oldest = age(row["oldest_ms"]) if row["waiting"] else "-"
    held = f"{row['held']} ({row['faults']} faulty)" if row["faults"] else str(row["held"])
    marks = [word for word, said in (("revoked", row["revoked"]), ("copied", row["epochs"] > 1)) if said]
    behind = age(row["cursor_age_ms"]) if row["behind"] else "-"
    return (
        row["replica"][-_SHOWN_CHARS:], row["post"], row["officer"], age(row["silent_ms"]), behind,
        str(row["waiting"]), oldest, held, str(row["level"]), row["program"] or "unknown", " ".join(marks),
    )  # fmt: skip


def table_of(lines: list[tuple[str, ...]]) -> list[str]:
    """Columns side by side, a Chinese character counting as two."""
    widths = [max(_width(cell) for cell in column) for column in zip(*lines, strict=True)]
    padded = [[c + " " * (w - _width(c)) for c, w in zip(line, widths, strict=True)] for line in lines]
    return ["  ".join(cells).rstrip() for cells in padded]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _named(seen: list[Seen], name: str) -> Seen:
    """The one desk whose id ends or begins so; raises Unfit."""
    found = [one for one in seen if one.replica.endswith(name) or one.replica.startswith(name)]
    if len(name) < _NAMED_CHARS_MIN or len(found) != 1:
        raise Unfit(f"{len(found)} desks are called {name}: take an id from 'baiyun-district desks'")
    return found[0]


def _cause_of(assembly: Assembly, replica: str) -> str:
    with assembly.snapshot() as conn:
        return str(conn.execute(select(DESK.c.cause).where(DESK.c.replica == replica)).scalar_one())


def _what_happens(seen: Seen, cause: str) -> list[str]:
    who = f"{seen.post or 'a desk'}, {seen.officer or 'nobody named'}, last contact {age(seen.silent_ms)} ago"
    if seen.silent_ms is None:
        who = f"{seen.post or 'a desk'}, {seen.officer or 'nobody named'}, never in contact"
    waits = f"{seen.waiting} acts waited there, the oldest for {age(seen.oldest_ms)}" if seen.waiting else "none waited"
    fate = (
        "none of it counts by itself any more: all that it sends, and what is held of it, is kept for people to look at"
        if cause
        else "it counts as far as the desk had the right when it was typed; the rest is kept for people to look at"
    )
    return [
        f"{seen.replica} ({who})",
        f"work not sent yet: {waits} when it last came. It is still taken in when the desk comes; {fate}.",
        "the desk removes what it holds at its next contact; what it held until then it can still show.",
    ]
