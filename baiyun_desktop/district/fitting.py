"""What a post of a role may be granted: an office's area, the district in a view, or an area that is the post's own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from baiyun_desktop.kernel.audit import AUDIT_AREA
from baiyun_desktop.kernel.role import POWERS, Reach, Role
from baiyun_desktop.registry.areas import OWN

from .errors import Unfit

PLACES = frozenset({Reach.GRID, Reach.COMMUNITY, Reach.STREET})
"""Of these roles a post holds its organisation's area whole; a post of any other only what comes to it."""


def usual(role: Role, organisation: str, post: str, views: Collection[str]) -> list[str]:
    """What a post is granted where nobody says. `views` are those there are: a mandate's has the mandate's name."""
    if role is Role.AUDIT_ADMIN:
        return [AUDIT_AREA]
    powers = POWERS[role]
    if powers.reach in PLACES:
        return [organisation]
    held = [m for m in powers.creates if m in views] if powers.reach is Reach.DISTRICT else []
    return with_own([f"{organisation}|{view}" for view in held], post)


def with_own(grants: Sequence[str], post: str) -> list[str]:
    """The grants, and where none is whole the post's own area: its record, officers and assignments must lie somewhere."""
    return list(grants) if any("|" not in grant for grant in grants) else [*grants, f"{OWN}{post}"]


def refuse_unfit(role: Role, grants: Sequence[str], known: Mapping[str, Mapping[str, Any]]) -> None:
    """Raises Unfit for a grant that would give the post more than its role is for.

    Whoever holds a top of the tree whole may write posts, officers and organisations: that is the district's own desk,
    enrolled by `enrol --area`, and no role's.
    """
    for grant in grants:
        top = grant in known and known[grant].get("parent_code") not in known
        if top and grant != AUDIT_AREA:
            raise Unfit(
                f"{grant} whole would let its desks write posts and officers: grant a view of it, such as {grant}|VIEW"
            )
        if not POWERS[role].has_business and grant in known and grant != AUDIT_AREA:
            raise Unfit(f"a post of {role.value} holds nobody's data: leave --area out")
