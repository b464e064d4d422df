"""The officers of a district on the command line: who may log in at which post, and a way back in for who forgot how."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any

import typer
from sqlalchemy import select

from baiyun_desktop.kernel.role import role_named
from baiyun_desktop.keys import telephone
from baiyun_desktop.keys.passwords import first_password, hashed
from baiyun_desktop.registry.officer import STATES, OfficerState
from sync.act import Change, Op
from sync.district.tables import DESK

from .assembly import Assembly
from .cli import AsJson, Folder, cli
from .deeds import AT_COMMAND, Deed, deed, note
from .desks import table_of
from .errors import Unfit
from .files import append_line
from .posts import areas_of, desks_by_post, post_named
from .standing import OFFICER, POST, Row, officer_named, records, refuse_clash

LOG = "resets.log"
_VERBS = {OfficerState.LOCKED: "停用登录", OfficerState.ACTIVE: "恢复登录", OfficerState.LEFT: "离岗"}
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
    with Assembly(folder) as assembly:
        first = enter(assembly.check(), name, login, post or [])
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
        alter(assembly.check(), login, post or [], name)
    typer.echo(f"{login} changed; desks hear of it with their next round")


@officers.command()
def lock(folder: Folder, login: Login) -> None:
    """Keep an officer out until `unlock`: a desk that is online locks within seconds."""
    _set_state(folder, login, OfficerState.LOCKED)


@officers.command()
def unlock(folder: Folder, login: Login) -> None:
    """Let a locked officer in again."""
    _set_state(folder, login, OfficerState.ACTIVE)


@officers.command()
def leave(folder: Folder, login: Login) -> None:
    """Say that an officer has left: kept for the histories, and not offered at any desk."""
    _set_state(folder, login, OfficerState.LEFT)


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
        name = officer_named(assembly.check(), login).get("name")
        if challenge:
            code, replica = code_by_phone(assembly, login, challenge, desk, by=by)
            typer.echo(f"{code}\n{name}（{login}）的一次性代码，只在编号 {replica[-8:]} 的电脑上用一次")
            return
        first = reset_password(assembly, login, by=by)
    typer.echo(f"{first}\n{name}（{login}）的新初始密码，电脑同步后生效，登录后须更改")


# --- what is done, by a command or in a window ----------------------------------------------------------------------


@deed
def enter(assembly: Assembly, name: str, login: str, posts: list[str], by: str = AT_COMMAND) -> str:
    """Enters an officer; returns the first password. Raises Unfit."""
    if not _LOGIN.fullmatch(login):
        raise Unfit(
            "a log-in name has 2 to 20 small letters and digits, and . _ - between them",
            "登录名为 2 到 20 个小写字母和数字，中间可用 . _ -",
        )
    if not name.strip():
        raise Unfit("name the officer", "请填写姓名")
    if any(row.get("login") == login for row in records(assembly, OFFICER).values()):
        raise Unfit(
            f"{login} is taken, if only by somebody who left: histories name who did what by it",
            f"登录名“{login}”已经有人用过（可能已离岗），请换一个",
        )
    first = first_password()
    fields = {"name": name.strip(), "login": login, **_posts(assembly, posts, login), **_first(first)}
    fields["state"] = OfficerState.ACTIVE.value
    note(assembly, by, Deed.OFFICER_MADE, login, "、".join(posts))
    assembly.district.write([Change(OFFICER, assembly.ids.new(), Op.CREATE, fields)], "登记经办人")
    return first


@deed
def alter(assembly: Assembly, login: str, posts: list[str], name: str = "", by: str = AT_COMMAND) -> None:
    """Gives an officer other posts or another name. Raises Unfit."""
    fields: dict[str, Any] = _posts(assembly, posts, login) if posts else {}
    fields |= {"name": name.strip()} if name.strip() else {}
    if not fields:
        raise Unfit("say what is to change: --post or --name", "请说明要改什么")
    officer = officer_named(assembly, login)
    note(assembly, by, Deed.OFFICER_CHANGED, login, " ".join([*posts, name]).strip())
    _write(assembly, officer, "调整经办人", fields)


@deed
def set_state(assembly: Assembly, login: str, state: OfficerState, by: str = AT_COMMAND) -> None:
    """Keeps an officer out, lets him in again, or says that he has left. Raises Unfit."""
    officer = officer_named(assembly, login)
    if state is not OfficerState.LEFT:  # while he was away one of his posts may have become an administrator's
        known = records(assembly, POST)
        held = [known[post] for post in officer.get("posts") or () if post in known]
        refuse_clash([role_named(post.get("role")) for post in held], login)
    note(assembly, by, Deed.OFFICER_STATE, login, STATES.label(state.value) or "")
    _write(assembly, officer, _VERBS[state], {"state": state.value})


def code_by_phone(assembly: Assembly, login: str, challenge: str, desk: str, by: str = "") -> tuple[str, str]:
    """The code for what a desk shows, and the desk it is for. Raises Unfit."""
    code, replica = _code(assembly, _active(assembly, login), challenge, desk)
    note(assembly, by, Deed.CODE_BY_PHONE, login, replica[-8:])
    _log(assembly, login, replica, by)
    return code, replica


@deed
def reset_password(assembly: Assembly, login: str, by: str = "") -> str:
    """A new first password for an officer whose desk is online. Raises Unfit."""
    officer, first = _active(assembly, login), first_password()
    note(assembly, by, Deed.PASSWORD_RESET, login)
    _log(assembly, login, "", by)
    _write(assembly, officer, "重置密码", _first(first))
    return first


def _active(assembly: Assembly, login: str) -> Row:
    officer = officer_named(assembly, login)
    if officer.get("state") != OfficerState.ACTIVE.value:
        raise Unfit(
            f"{login} is {officer.get('state')}: 'officers unlock' first, if that is meant",
            f"{login} 的登录已停用，确要重置请先恢复",
        )
    return officer


def _code(assembly: Assembly, officer: Row, challenge: str, desk: str) -> tuple[str, str]:
    """(the code, the desk it is for); raises Unfit."""
    digits = telephone.read_challenge(challenge)
    if not digits:
        raise Unfit(
            f"the desk shows {telephone.CHALLENGE_DIGITS} digits, these are not so many: have them read again",
            f"电脑上显示的是 {telephone.CHALLENGE_DIGITS} 位数字，请再念一遍",
        )
    known, by_post = records(assembly, POST), desks_by_post(assembly)
    names = [known[post]["name"] for post in officer.get("posts") or () if post in known]
    found = [replica for name in names for replica in by_post.get(name, {}) if replica.endswith(desk.lower())]
    if len(found) != 1:
        ends = ", ".join(replica[-8:] for replica in found) or "none"
        raise Unfit(
            f"--desk must name one desk of this officer's posts by the number on its screen; there are: {ends}",
            f"请填写电脑上显示的本机编号；这位经办人的岗位有：{ends if found else '（没有电脑）'}",
        )
    with assembly.snapshot() as conn:
        digest = conn.execute(select(DESK.c.token_hash).where(DESK.c.replica == found[0])).scalar_one()
    if not digest:
        raise Unfit(
            "that desk was not enrolled by a code, and shares nothing to make one from", "这台电脑不是用登记代码登记的"
        )
    return telephone.code_for(digest, desk=found[0], officer=officer["id"], challenge=digits), found[0]


def _log(assembly: Assembly, login: str, replica: str, by: str) -> None:
    """Written down before the code exists for anybody."""
    line = {"at": assembly.clock.now_ms(), "login": login, "replica": replica, "by": by}
    append_line(assembly.folder / LOG, json.dumps(line, ensure_ascii=False))


def _posts(assembly: Assembly, names: list[str], login: str) -> dict[str, Any]:
    """The fields of who holds these posts; raises Unfit, also where they are not for one person."""
    if not names:
        raise Unfit("name a post with --post: nobody logs in nowhere", "请至少选一个岗位")
    held = [post_named(assembly, name) for name in names]
    refuse_clash([role_named(post.get("role")) for post in held], login)
    posts = [post["id"] for post in held]
    return {"posts": posts, "areas": areas_of(posts, records(assembly, POST))}


def _first(password: str) -> dict[str, Any]:
    return {"password": hashed(password), "must_change": True}


def _write(assembly: Assembly, officer: Row, verb: str, fields: dict[str, Any]) -> None:
    assembly.district.write([Change(OFFICER, officer["id"], Op.FIELDS, fields)], verb)


def _set_state(folder: Folder, login: str, state: OfficerState) -> None:
    with Assembly(folder) as assembly:
        set_state(assembly.check(), login, state)
    typer.echo(f"{login} is {state.value}; desks hear of it with their next round")


def _line(row: Row) -> tuple[str, ...]:
    first = "first password" if row.get("must_change") else ""
    return (row["login"], row.get("name") or "", "、".join(row["posts"]), STATES.label(row.get("state")), first)
