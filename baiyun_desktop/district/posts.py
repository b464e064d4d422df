"""The posts of a district on the command line: which desks there are to be, under which role, and what each may hold."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from sqlalchemy import select

from baiyun_desktop.kernel.audit import AUDIT_AREA
from baiyun_desktop.kernel.role import Role, role_named
from baiyun_desktop.registry.lookup import own_area
from baiyun_desktop.registry.officer import Officer
from baiyun_desktop.registry.post import ROLES, Post, home_of
from sync.act import Change, Op
from sync.district.scope import decode_payload
from sync.district.tables import DESK, HEAD

from .assembly import Assembly
from .cli import AsJson, Folder, cli
from .desks import table_of
from .errors import Unfit
from .fitting import refuse_unfit, usual, with_own

POST, OFFICER = str(Post.__tablename__), str(Officer.__tablename__)
Row = dict[str, Any]

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
        _check_new(assembly.check(), name)
        record, code = assembly.ids.new(), _role(role)
        held = _lawful(assembly, area or [organisation])
        _check_organisation(assembly, organisation)
        grants = with_own(held, record) if area else usual(Role[code], organisation, record)
        refuse_unfit(Role[code], grants, assembly.organisations())
        row = {
            "area": home_of(grants), "name": name, "organisation": organisation, "role": code, "grants": grants,
            "unit_word": unit or None,
        }  # fmt: skip
        fields = {field: value for field, value in row.items() if value is not None}
        assembly.district.write([Change(POST, record, Op.CREATE, fields)], "设岗")
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
        post = post_named(assembly.check(), name)
        if organisation:
            _check_organisation(assembly, organisation)
        grants = with_own(_lawful(assembly, area), post["id"]) if area else post["grants"]
        known = Role[_role(role)] if role else role_named(post.get("role"))
        if known is not None and (area or role):
            refuse_unfit(known, grants, assembly.organisations())
        row = {
            "area": home_of(grants), "organisation": organisation or post.get("organisation"), "grants": grants,
            "role": _role(role) if role else post.get("role"), "unit_word": unit or post.get("unit_word"),
        }  # fmt: skip
        fields = {field: value for field, value in row.items() if value != post.get(field)}
        changes = [Change(POST, post["id"], Op.FIELDS, fields)] if fields else []
        changes += _moved(assembly, post["id"], home_of(grants))
        if changes:
            assembly.district.write(changes, "调整岗位")
        desks = [desk for desk, held in desks_by_post(assembly).get(name, {}).items() if area and held != grants]
        for desk in desks:
            assembly.district.grant(desk, [*grants, *_shown_to(assembly, desk)])
    typer.echo(f"{name}: {', '.join(grants)}; {len(desks)} desks were given this")


# --- for the other commands -----------------------------------------------------------------------------------------


def records(assembly: Assembly, kind: str) -> dict[str, Row]:
    """The records of a kind that stand, by id, which is also in each row."""
    query = select(HEAD.c.record, HEAD.c.payload).where(HEAD.c.collection == kind, HEAD.c.voided.is_(False))
    with assembly.snapshot() as conn:
        return {row.record: {**decode_payload(row.payload), "id": row.record} for row in conn.execute(query)}


def post_named(assembly: Assembly, name: str) -> Row:
    """The post of that name; raises Unfit."""
    found = [row for row in records(assembly, POST).values() if row.get("name") == name]
    if not found:
        raise Unfit(f"there is no post {name}: 'baiyun-district posts list' shows them, 'posts add' sets one up")
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
        raise Unfit(f"there is a post {name} already: 'posts change' changes it" if name.strip() else "name the post")


def _check_organisation(assembly: Assembly, code: str) -> None:
    if code not in assembly.organisations():
        raise Unfit(f"no such organisation: {code}; the district has {', '.join(sorted(assembly.organisations()))}")


def _lawful(assembly: Assembly, grants: Sequence[str]) -> list[str]:
    """Grants whose areas and views there are, whole ones first: new records live in the first. Raises Unfit."""
    known, views = assembly.organisations(), assembly.program.schema.views
    for grant in grants:
        code, _, view = grant.partition("|")
        if code not in known and grant != AUDIT_AREA:
            raise Unfit(f"no such area: {code}; the district has {', '.join(sorted(known))}")
        if strange := sorted({v for v in view.split("&") if v} - views.keys()):
            raise Unfit(f"no such view: {', '.join(strange)}; there are {', '.join(sorted(views)) or 'none'}")
    return sorted(dict.fromkeys(grants), key=lambda grant: "|" in grant)


def _role(words: str) -> str:
    code = ROLES.find(words)
    if code is None:
        raise Unfit(f"no such role: {words}; there are {', '.join(item.label for item in ROLES.items.values())}")
    return code


def _line(row: Row) -> tuple[str, ...]:
    role = ROLES.label(row.get("role"))
    return (
        row["name"], row.get("organisation") or "-", role or "-", " ".join(row.get("grants") or ()), str(row["desks"]),
        str(row["officers"]),
    )  # fmt: skip
