"""What a post of a role may be granted: an office's area, or an area that is the post's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from baiyun_desktop.kernel.audit import AUDIT_AREA
from baiyun_desktop.kernel.role import POWERS, Reach, Role
from baiyun_desktop.registry.areas import DISTRICTS_OWN, OWN

from .errors import Unfit

PLACES = frozenset({Reach.GRID, Reach.COMMUNITY, Reach.STREET})
"""Of these roles a post holds its organisation's area; a post of any other only what comes to it."""
WHOLE_DISTRICT = frozenset({Role.MIGRANT_COUNTER})
"""Who registers anybody who comes in. (A view of the district would not let it bring along people made by others.)"""


def usual(role: Role, organisation: str, post: str) -> list[str]:
    """What a post is granted where nobody says; its own area is where its record, its officers and assignments lie."""
    if role is Role.AUDIT_ADMIN:
        return [AUDIT_AREA]
    if role in WHOLE_DISTRICT or POWERS[role].reach in PLACES:
        return [organisation]
    return [f"{OWN}{post}"]


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
        if known[grant].get("parent_code") not in known and role not in WHOLE_DISTRICT:
            raise Unfit(f"a post of {role.value} does not hold {grant} whole: grant a part, or leave --area out")
