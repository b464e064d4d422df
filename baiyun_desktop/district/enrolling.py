"""Prints the one-time code that makes a PC one of the district's desks."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from baiyun_desktop.kernel.audit import AUDIT_AREA
from sync.district.enrol import CODE_LIFE, Place

from .assembly import Assembly
from .cli import Folder, cli
from .errors import Unfit


@cli.command()
def enrol(
    folder: Folder,
    post: Annotated[str, typer.Option(help="the post that will sit at the desk")],
    area: Annotated[
        list[str], typer.Option(help=f"code of an area that the post holds ({AUDIT_AREA}: the auditors'); repeatable")
    ],
    officer: Annotated[str, typer.Option(help="who sits there first")] = "",
    unit: Annotated[str, typer.Option(help="short name in its numbers; left out, that of the first area")] = "",
    days: Annotated[int, typer.Option(min=1, max=90, help="how long the code is good for")] = CODE_LIFE.days,
) -> None:
    """Print a one-time code that enrols one desk."""
    with Assembly(folder) as assembly:
        known = assembly.check().organisations()
        strange = [code for code in area if code not in known]
        if strange:
            raise Unfit(f"no such area: {', '.join(strange)}; the district has {', '.join(sorted(known))}")
        unit = unit or known[area[0]].get("short_name") or known[area[0]]["name"]
        place = Place(post, officer, tuple(area), unit)
        code = assembly.enroller().new_code(place, timedelta(days=days))
    names = "、".join(known[a]["name"] for a in area)
    typer.echo(f"{code}\n{post}（{names}）；{days}天内有效，只能用一次，请当面或电话告知")
