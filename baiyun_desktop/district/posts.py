"""The posts of a district on the command line: which desks there are to be, under which role, and what each may hold."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated

import typer
from sqlalchemy import select

from baiyun_desktop.kernel.role import Role, by_home, role_named
from baiyun_desktop.registry.administration import home_grants, home_row
from baiyun_desktop.registry.divisions import organisation_id
from baiyun_desktop.registry.lookup import own_area
from baiyun_desktop.registry.post import ROLES, home_of
from sync.act import Change, Op
from sync.district.tables import DESK

from .assembly import ORGANISATION, Assembly
from .cli import AsJson, Folder, cli
from .deeds import AT_COMMAND, Deed, deed, note
from .desks import table_of
from .errors import Unfit
from .fitting import refuse_staff, refuse_strange, refuse_unfit, through_view, usual, with_own
from .standing import OFFICER, POST, Row, named_codes, records, refuse_clash

posts = typer.Typer(no_args_is_help=True, help="The posts: organisation, role and what their desks may hold.")
cli.add_typer(posts, name="posts")
Name = Annotated[str, typer.Argument(help="the post's name, such as 宝山社区·窗口")]
Areas = Annotated[
    list[str] | None, typer.Option("--area", help="what it may hold: an area's code, or CODE|VIEW; repeatable")
]
RoleName = Annotated[str, typer.Option("--role", help="such as 社区工作者 or COMMUNITY_WORKER")]


@posts.command("list")
def list_posts(folder: Folder, as_json: AsJson = False) -> None:
    """Show the posts, with their role, what they may hold, how many desks and officers they have."""
    with Assembly(folder) as assembly:
        found = list(records(assembly.check(), POST).values())
        staff, desks = list(records(assembly, OFFICER).values()), desks_by_post(assembly)
    for row in found:
        row["desks"] = len(desks.get(row["name"], ()))
        row["officers"] = sum(row["id"] in (o.get("posts") or ()) and o.get("state") != "left" for o in staff)
    found.sort(key=lambda row: (row.get("organisation") or "", row["name"]))
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    heads = ("post", "organisation", "role", "holds", "desks", "officers")
    typer.echo("\n".join(table_of([heads, *map(_line, found)])))


@posts.command()
def add(
    folder: Folder,
    name: Name,
    organisation: Annotated[str, typer.Option(help="code of the organisation that it belongs to")],
    role: RoleName,
    area: Areas = None,
    unit: Annotated[str, typer.Option(help="short name in its numbers")] = "",
) -> None:
    """Set a post up. Left out, what it may hold follows from its role: its organisation's area, or its own."""
    with Assembly(folder) as assembly:
        grants = set_up(assembly.check(), name, organisation, role=role_code(role), areas=area or (), unit=unit)
        others = [d for d, held in desks_by_post(assembly).get(name, {}).items() if held != grants]
    typer.echo(f"{name}: {', '.join(grants)}")
    if others:
        typer.echo(f"{len(others)} desks of that name hold something else: 'posts change --area' gives them the same")


@posts.command()
def change(
    folder: Folder,
    name: Name,
    organisation: Annotated[str, typer.Option(help="code of the organisation that it belongs to")] = "",
    role: RoleName = "",
    area: Areas = None,
    unit: Annotated[str, typer.Option(help="short name in its numbers")] = "",
) -> None:
    """Change a post. Its desks get what it may hold now; what they typed before they heard of it is judged by before."""
    with Assembly(folder) as assembly:
        code = role_code(role) if role else ""
        grants, desks = arrange(assembly.check(), name, organisation=organisation, role=code, areas=area, unit=unit)
    typer.echo(f"{name}: {', '.join(grants)}; {len(desks)} desks were given this")


# --- what is done, by a command or in a window ----------------------------------------------------------------------


@deed
def set_up(
    assembly: Assembly,
    name: str,
    organisation: str,
    *,
    role: str = "",
    areas: Sequence[str] = (),
    unit: str = "",
    by: str = AT_COMMAND,
) -> list[str]:
    """Makes a post; returns what it may hold. Without a role and areas no desk can be enrolled for it yet. Raises Unfit."""
    name = name.strip()
    _check_new(assembly, name)
    record, known = assembly.ids.new(), role_named(role)
    held = _lawful(assembly, areas or [organisation]) if areas or (known and not home_grants(known)) else []
    _check_organisation(assembly, organisation)
    grants = home_grants(known) or (with_own(held, record) if areas else [])
    if not home_grants(known):
        refuse_staff(grants, assembly.program.schema.views)
    if known is not None and not home_grants(known):
        grants = through_view(known, grants or usual(known, organisation, record), record)
        refuse_unfit(known, grants, assembly.organisations())
    row = {
        "area": home_of(grants) if grants else organisation, "name": name, "organisation": organisation, "role": role or None,
        "grants": grants, "unit_word": unit or None,
    }  # fmt: skip
    fields = {field: value for field, value in row.items() if value is not None}
    note(assembly, by, Deed.POST_MADE, name, _said(role, grants))
    changes = [*_found_home(assembly, role_named(role)), Change(POST, record, Op.CREATE, fields)]
    assembly.district.write(changes, "设岗")
    return grants


@deed
def arrange(
    assembly: Assembly,
    name: str,
    *,
    organisation: str = "",
    role: str = "",
    areas: Sequence[str] | None = None,
    unit: str = "",
    by: str = AT_COMMAND,
) -> tuple[list[str], list[str]]:
    """Changes a post; returns what it may hold and the desks that were given this. Raises Unfit."""
    post = post_named(assembly, name)
    if organisation:
        _check_organisation(assembly, organisation)
    known, now = role_named(role), post.get("grants") or []
    home = home_grants(known or role_named(post.get("role")))
    grants = home or (with_own(_lawful(assembly, areas), post["id"]) if areas else now)
    if by_home(grants) and not home:
        raise Unfit("say --area: what an administrator's post holds is for no other", "请给出授权的区域")
    if not home and (areas or role):
        refuse_staff(grants, assembly.program.schema.views)
    if known is not None:
        _check_separate(assembly, post["id"], known)
    stands = known or role_named(post.get("role"))
    if stands is not None and not home and (areas or role):
        grants = through_view(stands, grants, post["id"])
        refuse_unfit(stands, grants, assembly.organisations())
    area = home_of(grants) if grants else str(post["area"])
    row = {
        "area": area, "organisation": organisation or post.get("organisation"),
        "grants": grants, "role": role or post.get("role"), "unit_word": unit or post.get("unit_word"),
    }  # fmt: skip
    fields = {field: value for field, value in row.items() if value != post.get(field)}
    changes = [Change(POST, post["id"], Op.FIELDS, fields)] if fields else []
    changes += _moved(assembly, post["id"], area)
    note(assembly, by, Deed.POST_CHANGED, name, _said(role, areas or []))
    given = grants != now or bool(areas)
    desks = [desk for desk, held in desks_by_post(assembly).get(name, {}).items() if given and held != grants]
    _hold(assembly, desks)
    if changes:
        assembly.district.write([*_found_home(assembly, known), *changes], "调整岗位")
    for desk in desks:
        assembly.district.grant(desk, [*grants, *_shown_to(assembly, desk)])
    return list(grants), desks


def _hold(assembly: Assembly, desks: Sequence[str]) -> None:
    """Takes the desks' rows before the turn to write, as their rounds do: the other way round the two would block each other."""
    with assembly.engine.begin() as conn:
        conn.execute(select(DESK.c.replica).where(DESK.c.replica.in_(desks)).order_by(DESK.c.replica).with_for_update())


def _found_home(assembly: Assembly, role: Role | None) -> list[Change]:
    """The area of an administrator's posts, where the district has none yet."""
    if role is None or not home_grants(role):
        return []
    row = home_row(role)
    there = row["code"] in assembly.organisations()
    return [] if there else [Change(ORGANISATION, organisation_id(row["code"]), Op.CREATE, row)]


def _check_separate(assembly: Assembly, post: str, role: Role) -> None:
    """Raises Unfit where somebody who holds the post holds another of the three administrators' roles."""
    known = records(assembly, POST)
    for officer in records(assembly, OFFICER).values():
        held = [p for p in officer.get("posts") or () if p in known]
        if post in held and officer.get("state") != "left":
            refuse_clash([role, *(role_named(known[p].get("role")) for p in held if p != post)], str(officer["login"]))


def _said(role: str, areas: Sequence[str]) -> str:
    return " ".join(word for word in (ROLES.label(role or None) or "", " ".join(areas)) if word)


# --- for the other commands -----------------------------------------------------------------------------------------


def post_named(assembly: Assembly, name: str) -> Row:
    """The post of that name; raises Unfit."""
    found = [row for row in records(assembly, POST).values() if row.get("name") == name]
    if not found:
        raise Unfit(
            f"there is no post {name}: 'baiyun-district posts list' shows them, 'posts add' sets one up",
            f"没有“{name}”这个岗位",
        )
    return found[0]


def desks_by_post(assembly: Assembly) -> dict[str, dict[str, list[str]]]:
    """By the name of a post its desks that were not revoked, each with what it may hold."""
    found: dict[str, dict[str, list[str]]] = {}
    query = select(DESK.c.replica, DESK.c.post, DESK.c.grants).where(DESK.c.revoked_at.is_(None))
    with assembly.snapshot() as conn:
        for row in conn.execute(query):
            found.setdefault(row.post, {})[row.replica] = [
                g for g in json.loads(row.grants) if g != own_area(row.replica)
            ]
    return found


def _shown_to(assembly: Assembly, replica: str) -> list[str]:
    """The desk's own area, where somebody whom it looked up is shown to it."""
    with assembly.snapshot() as conn:
        grants = json.loads(conn.execute(select(DESK.c.grants).where(DESK.c.replica == replica)).scalar_one())
    return [own_area(replica)] if own_area(replica) in grants else []


def areas_of(held: Sequence[str], known: dict[str, Row]) -> list[str]:
    """Where the record of an officer lives who holds these posts."""
    return sorted({known[post]["area"] for post in held if post in known})


def _moved(assembly: Assembly, post: str, area: str) -> list[Change]:
    """The officers of a post whose records follow it."""
    known = {k: {**row, "area": area} if k == post else row for k, row in records(assembly, POST).items()}
    staff = [row for row in records(assembly, OFFICER).values() if post in (row.get("posts") or ())]
    homes = {row["id"]: areas_of(row["posts"], known) for row in staff}
    moved = [row["id"] for row in staff if homes[row["id"]] != row.get("areas")]
    return [Change(OFFICER, officer, Op.FIELDS, {"areas": homes[officer]}) for officer in moved]


def _check_new(assembly: Assembly, name: str) -> None:
    if not name.strip() or any(row.get("name") == name for row in records(assembly, POST).values()):
        if not name.strip():
            raise Unfit("name the post", "请填写岗位名称")
        raise Unfit(f"there is a post {name} already: 'posts change' changes it", f"已经有“{name}”这个岗位")


def _check_organisation(assembly: Assembly, code: str) -> None:
    if code not in assembly.organisations():
        raise Unfit(
            f"no such organisation: {code}; the district has {named_codes(assembly.organisations())}",
            f"没有代码为“{code}”的组织",
        )


def _lawful(assembly: Assembly, grants: Sequence[str]) -> list[str]:
    """Grants whose areas and views there are, whole ones first: new records live in the first. Raises Unfit."""
    known = assembly.organisations()
    refuse_strange(grants, assembly.program.schema.views)
    for grant in grants:
        code = grant.partition("|")[0]
        if by_home([code]):
            raise Unfit(
                f"{code} is for administrators' posts alone",
                f"“{known.get(code, {}).get('name') or code}”只给管理员的岗位",
            )
        if code not in known:
            raise Unfit(f"no such area: {code}; the district has {named_codes(known)}", f"没有“{code}”这个区域")
    return sorted(dict.fromkeys(grants), key=lambda grant: "|" in grant)


def role_code(words: str) -> str:
    """The code of a role by its name or code; raises Unfit."""
    code = ROLES.find(words)
    if code is None:
        there = ", ".join(item.label for item in ROLES.items.values())
        raise Unfit(f"no such role: {words}; there are {there}", f"没有“{words}”这个职责")
    return code


def _line(row: Row) -> tuple[str, ...]:
    role = ROLES.label(row.get("role"))
    return (
        row["name"], row.get("organisation") or "-", role or "-", " ".join(row.get("grants") or ()), str(row["desks"]),
        str(row["officers"]),
    )  # fmt: skip
