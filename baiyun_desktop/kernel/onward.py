"""What usually comes next with another kind of record, begun from one that is there: nothing known is typed again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from baiyun_desktop.kernel.merging import Row

ITSELF = "id"
"""In `takes`, for a field that refers to the record that one goes on from."""


@dataclass(frozen=True, slots=True)
class Onward:
    """From a record of kind `frm` to a new one of kind `to`; `takes` names for a field of the new one that of the old."""

    frm: str
    to: str
    title: str
    en: str = ""
    takes: Mapping[str, str] = field(default_factory=dict)

    def values(self, row: Row) -> dict[str, Any]:
        """What the new record starts with; what is empty is left to be asked. `row` has its "id"."""
        found = {name: row.get(source) for name, source in self.takes.items()}
        return {name: value for name, value in found.items() if value not in (None, "", [])}
