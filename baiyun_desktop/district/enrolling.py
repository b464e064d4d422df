"""Prints the one-time code that makes a PC one of the district's desks."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from baiyun_desktop.kernel.audit import AUDIT_AREA
from baiyun_desktop.kernel.role import role_named
from baiyun_desktop.keys.spelled import fingerprint_words
from baiyun_desktop.registry.administration import home_grants
from baiyun_desktop.registry.areas import DISTRICTS_OWN, OWN, Areas
from baiyun_desktop.registry.post import named
from sync.district.enrol import CODE_LIFE, Place
from sync.enrolment import Code

from .assembly import Assembly
from .cli import Folder, cli
from .deeds import AT_COMMAND, Deed, deed, note
from .errors import Unfit
from .fitting import refuse_staff, refuse_strange
from .standing import POST, named_codes, records


@cli.command()
def enrol(
    folder: Folder,
    post: Annotated[str, typer.Option(help="the post that will sit at the desk")],
    area: Annotated[
        list[str] | None,
        typer.Option(
            help=f"code of an area that it holds ({AUDIT_AREA}: the auditors'; {DISTRICTS_OWN} beside the district's: its own "
            "desk, which writes reference data), where the post has no record; repeatable"
        ),
    ] = None,
    officer: Annotated[str, typer.Option(help="who sits there first")] = "",
    unit: Annotated[str, typer.Option(help="short name in its numbers; left out, that of the first area")] = "",
    days: Annotated[int, typer.Option(min=1, max=90, help="how long the code is good for")] = CODE_LIFE.days,
) -> None:
    """Print a one-time code that enrols one desk."""
    with Assembly(folder) as assembly:
        code, names = new_code(assembly.check(), post, area or [], officer=officer, unit=unit, days=days)
    typer.echo(f"{code}\n{post}（{names}）；{days}天内有效，只能用一次，请当面或电话告知")
    typer.echo(f"区服务器指纹 {fingerprint_words(code.fingerprint)}：那台电脑上显示的应是同样四组")


@deed
def new_code(
    assembly: Assembly,
    post: str,
    areas: list[str],
    *,
    officer: str = "",
    unit: str = "",
    days: int = CODE_LIFE.days,
    by: str = AT_COMMAND,
) -> tuple[Code, str]:
    """A one-time code for one desk of a post, and the names of what it may hold. Raises Unfit."""
    known = assembly.organisations()
    grants, word = _held(assembly, post, areas)
    held = [grant.partition("|")[0] for grant in grants]
    strange = [code for code in held if code not in known and code != AUDIT_AREA and not code.startswith(OWN)]
    if strange:
        raise Unfit(f"no such area: {', '.join(strange)}; the district has {named_codes(known)}")
    first = known.get(held[0], {})
    unit = unit or word or first.get("short_name") or first.get("name") or ""
    note(assembly, by, Deed.ENROL_CODE, post, officer)
    code = assembly.enroller().new_code(Place(post, officer, tuple(grants), unit), timedelta(days=days))
    return code, "、".join(filter(None, map(Areas(known.values()).name, held))) or "本岗位"


def _held(assembly: Assembly, post: str, areas: list[str]) -> tuple[list[str], str]:
    """What the desk may hold and its word in numbers: as the post's record says, or as it was typed. Raises Unfit."""
    row = named(list(records(assembly, POST).values()), post)
    if row is not None and areas and areas != row.get("grants"):
        raise Unfit(
            f"{post} is a post that holds {', '.join(row.get('grants') or ())}: leave --area out, or change the post"
        )
    if row is not None and not row.get("grants"):
        raise Unfit(
            f"{post} may hold nothing yet: the security administrator, or 'posts change --area', says what",
            f"“{post}”还没有授权：请安全保密管理员先定职责和授权，再登记电脑",
        )
    views = assembly.program.schema.views
    if row is not None:
        if list(row["grants"]) != home_grants(role_named(row.get("role"))):
            refuse_staff(row["grants"], views)
        return list(row["grants"]), row.get("unit_word") or ""
    if not areas:
        raise Unfit(
            f"there is no post {post}: set it up with 'posts add', or say --area", f"没有“{post}”这个岗位，请先设岗"
        )
    if not post.strip():
        raise Unfit("name the post", "请填写岗位名称")
    refuse_strange(areas, views)
    refuse_staff(areas, views)
    return areas, ""
