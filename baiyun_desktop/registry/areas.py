"""The area tree as a desk reads it: what lies below a node, what a code is called, what an old code has become."""

from __future__ import annotations

from collections.abc import Iterable

from baiyun_desktop.kernel.audit import AUDIT_AREA
from baiyun_desktop.kernel.merging import EVERYWHERE, Row

DISTRICT, STREET, COMMUNITY, GRID = "0", "1", "2", "3"
"""Levels of code list ORG_LEVEL that are areas."""

OWN = "@"
"""What the area of a single post or desk begins with: what is assigned or shown to it lies there, and it has no name."""
DISTRICTS_OWN = f"{OWN}district"
"""Granted to the district's own desk beside the district: it may write reference data, posts and officers."""
_NOT_PLACES = {EVERYWHERE: "全区", AUDIT_AREA: "审计"}


class Areas:
    """Organisations by code; built again whenever one of them changes."""

    def __init__(self, organisations: Iterable[Row]) -> None:
        self.rows: dict[str, Row] = {str(r["code"]): r for r in organisations if r.get("code")}
        self._below: dict[str, list[str]] = {}
        for code, row in self.rows.items():
            if row.get("parent_code"):
                self._below.setdefault(str(row["parent_code"]), []).append(code)

    def name(self, code: str | None) -> str:
        """What an area is called; the code itself where it is not known."""
        if not code:
            return ""
        if code in _NOT_PLACES or code.startswith(OWN):
            return _NOT_PLACES.get(code, "")
        row = self.rows.get(code)
        return str(row.get("name") or code) if row else code

    def children(self, code: str, *, on: str | None = None) -> list[str]:
        """The nodes right below, those valid on that ISO day only."""
        return sorted(c for c in self._below.get(code, ()) if on is None or self.stands_on(c, on))

    def under(self, code: str) -> set[str]:
        """The node and all below it."""
        found, todo = set(), [code]
        while todo:
            node = todo.pop()
            if node not in found:
                found.add(node)
                todo += self._below.get(node, ())
        return found

    def path(self, code: str) -> list[str]:
        """The node and those above it, nearest first."""
        found: list[str] = []
        node: str | None = code
        while node and node not in found:
            found.append(node)
            row = self.rows.get(node)
            node = str(row["parent_code"]) if row and row.get("parent_code") else None
        return found

    def at_level(self, code: str, level: str) -> str | None:
        """The node of that level that a node is or lies in."""
        return next((c for c in self.path(code) if self.rows.get(c, {}).get("level") == level), None)

    def stands_on(self, code: str, day: str) -> bool:
        """Whether the node is valid on an ISO day."""
        row = self.rows.get(code, {})
        begins, ends = row.get("valid_from"), row.get("valid_to")
        return not (begins and day < begins) and not (ends and day >= ends)

    def current(self, code: str) -> str:
        """The code, or what it has become through mergers."""
        seen = {code}
        while (after := self.rows.get(code, {}).get("successor")) and after not in seen:
            code = str(after)
            seen.add(code)
        return code
