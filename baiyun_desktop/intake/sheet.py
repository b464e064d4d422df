"""A sheet as it was typed, whatever the file's format, so that nothing after reading knows of xlsx, xls or csv."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

Cell = None | str | float | bool | date | datetime | time | timedelta
"""What stands in a cell. A number is always a float: text "1502…" and number 1502… stay two different things."""


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged range; rows and columns count from 0 and both ends belong to it."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class SheetRows:
    """One sheet. `rows[i]` is what the clerk sees as row i + 1; all rows are equally wide; trailing empty ones are cut.

    `hidden_rows` and `hidden_columns` count from 0. `notes` are plain words on how the file was read.
    """

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    merged: tuple[Merged, ...] = ()
    visible: bool = True
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    notes: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        return len(self.rows[0]) if self.rows else 0

    def is_blank(self, index: int) -> bool:
        """Whether nothing, or only blanks, stands in that row."""
        return not any(is_filled(cell) for cell in self.rows[index])


def is_filled(cell: Cell) -> bool:
    """Whether a cell holds more than blanks."""
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def trimmed(rows: list[tuple[Cell, ...]]) -> tuple[tuple[Cell, ...], ...]:
    """The rows without the empty ones at the end, all as wide as the widest that is filled."""
    last = max((i for i, row in enumerate(rows) if any(is_filled(c) for c in row)), default=-1)
    kept = rows[: last + 1]
    width = max((j + 1 for row in kept for j, cell in enumerate(row) if is_filled(cell)), default=0)
    return tuple((*row[:width], *(None,) * (width - len(row))) for row in kept)


def column_letters(index: int) -> str:
    """The column's name as the clerk sees it: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
