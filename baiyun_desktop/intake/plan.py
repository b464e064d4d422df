"""What an import would do, row by row, before anything is written: values, findings, doubles and what is there already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from baiyun_desktop.intake.facts import Facts, Origin
from baiyun_desktop.intake.finding import Finding, Oddity, Severity
from baiyun_desktop.intake.mapping import Mapping, Skip
from baiyun_desktop.intake.matching import Who
from baiyun_desktop.intake.meaning import Meaning


class Standing(Enum):
    """What will become of a row."""

    NEW = "将导入"
    DUPLICATE = "与前面的行重复"
    KNOWN = "已有"
    DONE = "已导入"


@dataclass(slots=True)
class PlannedRow:
    """One data row. `number` is the row as the clerk sees it; `values` are what its records would hold, by kind."""

    sheet: str
    number: int
    facts: Facts
    values: dict[str, dict[str, Any]]
    standing: Standing = Standing.NEW
    who: Who | None = None
    house: str = ""
    registration: str = ""
    """The record's id where the registration is there already."""

    @property
    def findings(self) -> Sequence[Finding]:
        """All oddities; of a row that is there twice only that it is."""
        if self.standing is Standing.DUPLICATE:
            return [finding for finding in self.facts.findings if finding.oddity is Oddity.DUPLICATE]
        return self.facts.findings

    @property
    def is_first(self) -> bool:
        """Whether nobody told of this person before."""
        return self.who is None or self.who.first == (self.sheet, self.number)

    @property
    def title(self) -> str:
        """What names the row in a list."""
        return self.facts.get(Meaning.NAME) or self.facts.get(Meaning.ADDRESS) or f"第 {self.number} 行"

    @property
    def worst(self) -> Severity | None:
        """The gravest finding's severity, or None where there is none."""
        order = (Severity.WRONG, Severity.CHECK, Severity.NOTE)
        return next((level for level in order if any(f.severity is level for f in self.findings)), None)


@dataclass(slots=True)
class ImportPlan:
    """The whole file. `notes` are plain words on sheets and columns that are not taken in."""

    origin: Origin
    mappings: list[Mapping]
    rows: list[PlannedRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    houses: dict[str, str] = field(default_factory=dict)
    """Homes that are held already: their key to the record's id."""

    @property
    def findings(self) -> list[Finding]:
        return [finding for row in self.rows for finding in row.findings]

    @property
    def new_rows(self) -> list[PlannedRow]:
        """What an import takes in unless the clerk chooses otherwise."""
        return [row for row in self.rows if row.standing is Standing.NEW]

    def count(self, oddity: Oddity) -> int:
        """How often an oddity was found."""
        return sum(1 for finding in self.findings if finding.oddity is oddity)

    def counts(self) -> dict[str, int]:
        """The file in figures: rows as they stand in it, and what is odd in them."""
        return {
            "sheets": len(self.mappings),
            "rows": len(self.rows),
            "blank_rows": sum(mapping.count(Skip.BLANK) for mapping in self.mappings),
            "no_id": self.count(Oddity.NO_ID) + self.count(Oddity.ID_DITTO),
            "id15": self.count(Oddity.ID15),
            "fullwidth": self.count(Oddity.FULLWIDTH),
            "bad_check": self.count(Oddity.BAD_CHECK),
            "id_damaged_number": self.count(Oddity.ID_DAMAGED),
            "ditto_cells": self.count(Oddity.DITTO) + self.count(Oddity.DITTO_ALONE),
            "duplicate_rows": sum(1 for row in self.rows if row.standing is Standing.DUPLICATE),
            "known_rows": sum(1 for row in self.rows if row.standing is Standing.KNOWN),
            "new_rows": len(self.new_rows),
        }

    def by_severity(self) -> Counter[Severity]:
        """How many rows have which gravest finding."""
        return Counter(row.worst for row in self.rows if row.worst is not None)
