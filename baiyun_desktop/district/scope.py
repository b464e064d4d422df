"""The district's tree of areas: its organisations, the auditors' area beside them, and those of single posts and desks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from baiyun_desktop.kernel.audit import AUDIT_AREA
from baiyun_desktop.registry.areas import DISTRICTS_OWN, OWN
from baiyun_desktop.registry.organisation import Organisation
from sync.district.scope import AreaScope, AreaTree

_KEY, _PARENT, _SUCCESSOR = "code", "parent_code", "successor"
_ABOVE = "separation-of-duties"
"""What the auditors' area lies below: no area of that name exists. So it is no top, whose posts may write reference
data, and it lies below no office, whose post would read along."""


class DistrictTree(AreaTree):
    """Knows the areas of single posts and desks too: what lies there is theirs, and not everybody's for want of a place."""

    def knows(self, area: str) -> bool:
        return area.startswith(OWN) or super().knows(area)

    def is_top(self, area: str) -> bool:
        """Who holds the whole district is not the district: a counter that registers anybody writes no posts and officers."""
        return area == DISTRICTS_OWN

    def common(self, areas: Iterable[str]) -> str:
        """The lowest area above all of these; a single post is not asked where an office can be."""
        named = list(areas)
        return super().common([area for area in named if not area.startswith(OWN)] or named)


class DistrictScope(AreaScope):
    """Organisations by code, and the area in which the audit lies."""

    def __init__(self) -> None:
        super().__init__(str(Organisation.__tablename__), _KEY, _PARENT, _SUCCESSOR)

    def _build(self, rows: Sequence[dict[str, Any]]) -> AreaTree:
        parents = {row[_KEY]: row.get(_PARENT) for row in rows if row.get(_KEY)}
        successors = {row[_KEY]: row[_SUCCESSOR] for row in rows if row.get(_KEY) and row.get(_SUCCESSOR)}
        return DistrictTree({**parents, AUDIT_AREA: _ABOVE}, successors)
