"""What one row says, with each oddity named by its cell, and what reading it needs to know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from baiyun_desktop.intake.cells import TypedRow
from baiyun_desktop.intake.finding import Finding, Oddity
from baiyun_desktop.kernel.codes import CodeList
from baiyun_desktop.kernel.field import FieldInfo
from baiyun_desktop.registry import address
from baiyun_desktop.registry.citizen_id import CitizenId

NOTHING = frozenset({"", "无", "-", "—", "/", "\\", "不详", "未知", "暂无", "没有", "空"})
"""How an empty number, date or address is written by someone who must not leave a cell empty."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a file comes from and when it is read; `community` is its organisation code."""

    community: str
    community_name: str
    field_of: Callable[[str], FieldInfo | None]
    """The declared field that a meaning is kept in."""
    code_list: Callable[[str], CodeList]
    """A code list by its name."""
    today: date
    grids: Mapping[str, str] = field(default_factory=dict)
    """Code and name of each grid of the community to its code; empty where the organisation tree is not at hand."""

    def codes(self, meaning: str) -> CodeList | None:
        """The code list of a meaning; None for what is no code."""
        info = self.field_of(meaning)
        return self.code_list(info.codes) if info is not None and info.codes is not None else None


@dataclass(slots=True)
class Facts:
    """What one row says. `values` by meaning: text, ISO day, code; `number` its ID number as read."""

    row: TypedRow
    values: dict[str, Any] = field(default_factory=dict)
    number: CitizenId = field(default_factory=lambda: CitizenId(""))
    damaged: bool = False
    place: address.Address = field(default_factory=lambda: address.Address(""))
    area: str = ""
    precision: str = ""
    """How much of the birth date is known: D, M or Y."""
    findings: list[Finding] = field(default_factory=list)

    def get(self, meaning: str) -> Any:
        """The fact, or None where the row does not say."""
        return self.values.get(meaning)

    @property
    def checked(self) -> str | None:
        """The 18 digits by which this person is known for certain; None for a missing, damaged or wrong number."""
        return None if self.damaged else self.number.match18

    def find(self, oddity: Oddity, meaning: str = "", value: str = "", more: str = "") -> None:
        """Names an oddity at the cell of that meaning, or at the row."""
        entry = self.row.entries.get(meaning)
        column = self.row.columns.get(meaning)
        where = (column.letters, column.shown) if column is not None else ("", "")
        said = value or (entry.text if entry is not None else "")
        self.findings.append(Finding(oddity, self.row.sheet, self.row.number, *where, said, more))
