"""The officers of a district on the command line: who may log in at which post, and a way back in for who forgot how."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any

import typer
from sqlalchemy import select

from baiyun_desktop.keys import telephone
from baiyun_desktop.keys.passwords import first_password, hashed
from baiyun_desktop.registry.officer import STATES, OfficerState
from sync.act import Change, Op
from sync.district.tables import DESK

from .assembly import Assembly
from .cli import AsJson, Folder, cli
from .desks import table_of
from .errors import Unfit
from .files import append_line
from .posts import OFFICER, POST, Row, areas_of, desks_by_post, post_named, records

LOG = "resets.log"
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,19}")

officers = typer.Typer(no_args_is_help=True, help="The officers: who may log in, at which posts.")
cli.add_typer(officers, name="officers")
Login = Annotated[str, typer.Argument(help="the officer's log-in name")]
Posts = Annotated[list[str] | None, typer.Option("--post", help="a post that the officer holds; repeatable")]
By = Annotated[str, typer.Option(help="who does this, for the list of resets")]


@officers.command("list")
def list_officers(folder: Folder, as_json: AsJson = False) -> None:
    """Show the officers with their posts and state; nothing of their passwords."""
    with Assembly(folder) as assembly:
        known = records(assembly.check(), POST)
        staff = sorted(records(assembly, OFFICER).values(), key=lambda row: str(row.get("login")))
    shown = [{k: v for k, v in row.items() if k != "password"} for row in staff]
    for row in shown:
        row["posts"] = [known[p]["name"] if p in known else p for p in row.get("posts") or ()]
    if as_json:
        typer.echo(json.dumps(shown, ensure_ascii=False))
        return
    typer.echo("\n".join(table_of([("login", "name", "posts", "state", ""), *map(_line, shown)])))


@officers.command()
def add(
    folder: Folder,
    name: Annotated[str, typer.Argument(help="as it stands in histories and on papers")],
    login: Login,
    post: Posts = None,
) -> None:
    """Enter an officer and print the first password, which must be changed when it is first used."""
    if not _LOGIN.fullmatch(login):
        raise Unfit("a log-in name has 2 to 20 small letters and digits, and . _ - between them")
    with Assembly(folder) as assembly:
        if any(row.get("login") == login for row in records(assembly.check(), OFFICER).values()):
            raise Unfit(f"{login} is taken, if only by somebody who left: histories name who did what by it")
        first = first_password()
        fields = {"name": name, "login": login, **_posts(assembly, post or []), **_first(first)}
        fields["state"] = OfficerState.ACTIVE.value
        assembly.district.write([Change(OFFICER, assembly.ids.new(), Op.CREATE, fields)], "登记经办人")
    typer.echo(f"{first}\n{name}（{login}）的初始密码，首次登录须更改；请当面交给本人")


@officers.command()
def change(
    folder: Folder,
    login: Login,
    post: Posts = None,
    name: Annotated[str, typer.Option(help="another name")] = "",
) -> None:
    """Give an officer other posts (all that are to be held), or another name."""
    with Assembly(folder) as assembly:
        fields: dict[str, Any] = _posts(assembly.check(), post) if post else {}
        fields |= {"name": name} if name else {}
        if not fields:
            raise Unfit("say what is to change: --post or --name")
        _write(assembly, login, "调整经办人", fields)
    typer.echo(f"{login} changed; desks hear of it with their next round")


@officers.command()
def lock(folder: Folder, login: Login) -> None:
    """Keep an officer out until `unlock`: a desk that is online locks within seconds."""
    _set_state(folder, login, OfficerState.LOCKED, "停用登录")


@officers.command()
def unlock(folder: Folder, login: Login) -> None:
    """Let a locked officer in again."""
    _set_state(folder, login, OfficerState.ACTIVE, "恢复登录")


@officers.command()
def leave(folder: Folder, login: Login) -> None:
    """Say that an officer has left: kept for the histories, and not offered at any desk."""
    _set_state(folder, login, OfficerState.LEFT, "离岗")


@officers.command()
def reset(
    folder: Folder,
    login: Login,
    challenge: Annotated[str, typer.Option(help="the 8 digits on the desk's screen; works without a line")] = "",
    desk: Annotated[str, typer.Option(help="the desk, by the end of its id, where the posts have several")] = "",
    by: By = "",
) -> None:
    """For a forgotten password: print the one-time code to be read back over the telephone.

    Without --challenge, for an officer whose desk is online, a new first password.
    """
    with Assembly(folder) as assembly:
        officer = _named(assembly.check(), login)
        if officer.get("state") != OfficerState.ACTIVE.value:
            raise Unfit(f"{login} is {officer.get('state')}: 'officers unlock' first, if that is meant")
        if challenge:
            code, replica = _code(assembly, officer, challenge, desk)
            _note(assembly, login, replica, by)
            typer.echo(f"{code}\n{officer['name']}（{login}）的一次性代码，只在编号 {replica[-8:]} 的电脑上用一次")
            return
        first = first_password()
        _note(assembly, login, "", by)
        _write(assembly, login, "重置密码", _first(first))
    typer.echo(f"{first}\n{officer['name']}（{login}）的新初始密码，电脑同步后生效，登录后须更改")


def _code(assembly: Assembly, officer: Row, challenge: str, desk: str) -> tuple[str, str]:
    """(the code, the desk it is for); raises Unfit."""
    digits = telephone.read_challenge(challenge)
    if not digits:
        raise Unfit(f"the desk shows {telephone.CHALLENGE_DIGITS} digits, these are not so many: have them read again")
    known, by_post = records(assembly, POST), desks_by_post(assembly)
    names = [known[post]["name"] for post in officer.get("posts") or () if post in known]
    found = [replica for name in names for replica in by_post.get(name, {}) if replica.endswith(desk.lower())]
    if len(found) != 1:
        ends = ", ".join(replica[-8:] for replica in found) or "none"
        raise Unfit(f"--desk must name one desk of this officer's posts by the number on its screen; there are: {ends}")
    with assembly.snapshot() as conn:
        digest = conn.execute(select(DESK.c.token_hash).where(DESK.c.replica == found[0])).scalar_one()
    if not digest:
        raise Unfit("that desk was not enrolled by a code, and shares nothing to make one from")
    return telephone.code_for(digest, desk=found[0], officer=officer["id"], challenge=digits), found[0]


def _note(assembly: Assembly, login: str, replica: str, by: str) -> None:
    """Written down before the code exists for anybody."""
    line = {"at": assembly.clock.now_ms(), "login": login, "replica": replica, "by": by}
    append_line(assembly.folder / LOG, json.dumps(line, ensure_ascii=False))


def _posts(assembly: Assembly, names: list[str]) -> dict[str, Any]:
    """The fields of who holds these posts; raises Unfit."""
    if not names:
        raise Unfit("name a post with --post: nobody logs in nowhere")
    held = [post_named(assembly, name)["id"] for name in names]
    return {"posts": held, "areas": areas_of(held, records(assembly, POST))}


def _first(password: str) -> dict[str, Any]:
    return {"password": hashed(password), "must_change": True}


def _named(assembly: Assembly, login: str) -> Row:
    found = [row for row in records(assembly, OFFICER).values() if row.get("login") == login]
    if not found:
        raise Unfit(f"nobody is called {login}: 'baiyun-district officers list' shows them")
    return found[0]


def _write(assembly: Assembly, login: str, verb: str, fields: dict[str, Any]) -> None:
    assembly.district.write([Change(OFFICER, _named(assembly, login)["id"], Op.FIELDS, fields)], verb)


def _set_state(folder: Folder, login: str, state: OfficerState, verb: str) -> None:
    with Assembly(folder) as assembly:
        _write(assembly.check(), login, verb, {"state": state.value})
    typer.echo(f"{login} is {state.value}; desks hear of it with their next round")


def _line(row: Row) -> tuple[str, ...]:
    first = "first password" if row.get("must_change") else ""
    return (row["login"], row.get("name") or "", "、".join(row["posts"]), STATES.label(row.get("state")), first)
