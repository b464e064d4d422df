"""What was recognised in one sheet: its columns with their meanings, the rows that are data, and those that are not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from baiyun_desktop.intake.labels import How, plain_label
from baiyun_desktop.intake.meaning import TITLES, Meaning
from baiyun_desktop.intake.sheet import SheetRows, column_letters


class Subject(Enum):
    """What a row of the sheet is about."""

    RESIDENTS = "residents"  # a person, where they live, their registration
    HOUSES = "houses"  # a building or flat


class Skip(Enum):
    """Why a row is no data."""

    BLANK = "空行"
    TOTAL = "合计行"
    REMARK = "说明或签字行"
    REPEATED_HEAD = "重复的表头"


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `meaning` is a `Meaning`, a declared "kind.field", or None where it is not taken in."""

    index: int
    label: str
    group: str = ""
    meaning: str | None = None
    how: How = How.UNKNOWN
    hidden: bool = False
    title: str = ""
    """What the column is taken for, in words."""

    @property
    def letters(self) -> str:
        return column_letters(self.index)

    @property
    def shown(self) -> str:
        """The header as the clerk reads it."""
        return f"{self.group}·{self.label}" if self.group else self.label

    @property
    def key(self) -> str:
        """The header's bare words, the same however this file spaces and stars them."""
        return f"{plain_label(self.group)}|{plain_label(self.label)}"


@dataclass(frozen=True, slots=True)
class Mapping:
    """One sheet's reading, rows from 0: `data` are the rows to import, `skipped` the others, with the reason."""

    sheet: SheetRows
    subject: Subject
    fingerprint: str
    head: tuple[int, int]
    columns: tuple[Column, ...]
    data: tuple[int, ...]
    skipped: tuple[tuple[int, Skip], ...]
    grid: str = ""
    """The grid that the sheet's name names ("001" for 001网格), else empty."""
    notes: tuple[str, ...] = ()
    """Plain words on the file: hidden sheets, characters that could not be read."""

    def count(self, skip: Skip) -> int:
        """How many rows were set aside for that reason."""
        return sum(1 for _, why in self.skipped if why is skip)

    def column(self, meaning: str) -> Column | None:
        """The column of that meaning, or None."""
        return next((column for column in self.columns if column.meaning == meaning), None)

    @property
    def questions(self) -> tuple[Column, ...]:
        """Columns to put to the clerk: taken by likeness alone. None of them stops an import."""
        return tuple(column for column in self.columns if column.how is How.LIKE)

    @property
    def left_out(self) -> tuple[Column, ...]:
        """Columns that hold something and are not taken in."""
        return tuple(column for column in self.columns if column.meaning is None)

    def choose(self, index: int, meaning: str | None, title: str = "") -> Mapping:
        """The mapping with one column settled by the clerk; what meant the same before no longer does."""
        changed = []
        for column in self.columns:
            if column.index == index:
                column = replace(column, meaning=meaning, how=How.CHOSEN, title=title or _title(meaning))
            elif meaning is not None and column.meaning == meaning:
                column = replace(column, meaning=None, how=How.CHOSEN, title="")
            changed.append(column)
        return replace(self, columns=tuple(changed))

    def settled(self) -> dict[str, str]:
        """What a store remembers of this form."""
        return {column.key: column.meaning or "" for column in self.columns}


def _title(meaning: str | None) -> str:
    return TITLES[Meaning(meaning)] if meaning is not None and meaning in set(Meaning) else meaning or ""
