"""What a post of a role may be granted: an office's area, or an area that is the post's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from baiyun_desktop.kernel.audit import AUDIT_AREA
from baiyun_desktop.kernel.merging import View
from baiyun_desktop.kernel.role import POWERS, Reach, Role
from baiyun_desktop.registry.areas import DISTRICTS_OWN, OWN

from .errors import Unfit
from .standing import OFFICER, POST

PLACES = frozenset({Reach.GRID, Reach.COMMUNITY, Reach.STREET})
"""Of these roles a post holds its organisation's area; a post of any other only what comes to it."""
TASKS = frozenset(powers.tasks for powers in POWERS.values() if powers.tasks)
"""The areas into which matters are sent that one role decides on."""


def usual(role: Role, organisation: str, post: str) -> list[str]:
    """What a post is granted where nobody says; its own area is where its record, its officers and assignments lie."""
    if role is Role.AUDIT_ADMIN:
        return [AUDIT_AREA]
    if POWERS[role].view:
        return through_view(role, [organisation], post)
    if POWERS[role].reach in PLACES:
        return [organisation]
    return through_view(role, [f"{OWN}{post}"], post)


def through_view(role: Role, grants: Sequence[str], post: str) -> list[str]:
    """The grants as posts of that role hold them: an office's area in the role's view, where it has one, and what is sent
    to posts of that role and to no other."""
    view, tasks = POWERS[role].view, POWERS[role].tasks
    held = [g for g in grants if g not in TASKS]
    if view:
        held = [g if "|" in g or g.startswith(OWN) else f"{g}|{view}" for g in held]
    if view or not held:
        held = with_own(list(dict.fromkeys(held)), post)
    return [*held, tasks] if tasks else held


def with_own(grants: Sequence[str], post: str) -> list[str]:
    """The grants, and where none is whole the post's own area: its record, officers and assignments must lie somewhere."""
    return list(grants) if any("|" not in grant for grant in grants) else [*grants, f"{OWN}{post}"]


def refuse_unfit(role: Role, grants: Sequence[str], known: Mapping[str, Mapping[str, Any]]) -> None:
    """Raises Unfit for a grant that would give the post more than its role is for."""
    if DISTRICTS_OWN in grants:
        raise Unfit(f"{DISTRICTS_OWN} is for the district's own desk, which has no role: 'enrol --area'")
    for grant in grants:
        if grant not in known or grant == AUDIT_AREA:
            continue
        if not POWERS[role].has_business:
            raise Unfit(f"a post of {role.value} holds nobody's data: leave --area out")
        if known[grant].get("parent_code") not in known:
            raise Unfit(f"a post of {role.value} does not hold {grant} whole: grant a part, or leave --area out")


def refuse_strange(grants: Sequence[str], views: Mapping[str, View]) -> None:
    """Raises Unfit for a grant through a view that there is not: a desk would be enrolled that sees nothing."""
    named = {view for grant in grants for view in grant.partition("|")[2].split("&") if view}
    bare = [grant for grant in grants if grant.endswith(("|", "&"))]
    strange = sorted(named - views.keys()) or bare
    if strange:
        there = ", ".join(sorted(views)) or "none"
        raise Unfit(
            f"no such view: {', '.join(strange)}; there are {there}",
            f"没有“{'、'.join(strange)}”这个视图，现有：{'、'.join(sorted(views)) or '无'}",
        )


def refuse_staff(grants: Sequence[str], views: Mapping[str, View]) -> None:
    """Raises Unfit for a view that shows posts, officers and what proves their passwords: administrators hold it, of their
    own areas, and nobody asks for it."""
    for grant in grants:
        through = [views[name] for name in grant.partition("|")[2].split("&") if name in views]
        shown = [view.name for view in through if {POST, OFFICER} & view.fields.keys()]
        if shown:
            raise Unfit(
                f"{grant}: the view {', '.join(shown)} shows officers and is for the administrators' own posts alone",
                f"“{grant}”会看到经办人的登记，这个视图只给管理员自己的岗位",
            )
