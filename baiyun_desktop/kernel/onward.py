"""What usually comes next with another kind of record, begun from one that is there: nothing known is typed again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from baiyun_desktop.kernel.merging import Row

ITSELF = "id"
"""In `takes`, for a field that refers to the record that one goes on from."""


@dataclass(frozen=True, slots=True)
class Onward:
    """From a record of kind `frm` to a new one of kind `to`; `takes` names for a field of the new one that of the old.

    `more` says what follows from records beside it, loaded by `needs` as a paper's are ("item",
    "person<residence_reg.person"): a pure function of the loaded record, whose values come after those of `takes`.
    """

    frm: str
    to: str
    title: str
    en: str = ""
    takes: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    more: Callable[[Any], Mapping[str, Any]] | None = None

    def values(self, row: Row, loaded: Any = None) -> dict[str, Any]:
        """What the new record starts with; what is empty is left to be asked. `row` has its "id"."""
        found = {name: row.get(source) for name, source in self.takes.items()}
        if self.more is not None and loaded is not None:
            found |= self.more(loaded)
        return {name: value for name, value in found.items() if value not in (None, "", [])}
