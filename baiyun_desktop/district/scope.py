"""The district's tree of areas: its organisations, and beside them the auditors' own area, which no office covers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from baiyun_desktop.kernel.audit import AUDIT_AREA
from baiyun_desktop.registry.organisation import Organisation
from sync.district.scope import AreaScope, AreaTree

_ABOVE = "separation-of-duties"
"""What the auditors' area lies below: no area of that name exists. So it is no top, whose posts may write reference
data, and it lies below no office, whose post would read along."""


class DistrictScope(AreaScope):
    """Organisations by code, and the area in which the audit lies."""

    def __init__(self) -> None:
        super().__init__(str(Organisation.__tablename__), "code", "parent_code", "successor")

    def _build(self, rows: Sequence[dict[str, Any]]) -> AreaTree:
        return super()._build([*rows, {"code": AUDIT_AREA, "parent_code": _ABOVE}])
