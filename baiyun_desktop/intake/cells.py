"""A data row by meaning, as typed: dittos and merged cells filled from above, numbers and text still two things."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time

from baiyun_desktop.intake.mapping import Column, Mapping
from baiyun_desktop.intake.meaning import Meaning
from baiyun_desktop.intake.sheet import Cell, is_filled

DITTOS = frozenset({"同上", "〃", "″", "“", "”", '"', "''", "同前", "同上行", "仝上", "同左", "々"})
NEVER_DITTO = frozenset({Meaning.NAME, Meaning.ID_NO, Meaning.SERIAL})
"""Nobody has another's name and number."""
EXACT_DIGITS = 10**15
"""Above it a spreadsheet's number has lost digits, so it is written as the spreadsheet would, not as whole digits."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One filled cell: `typed` is what stands in it, `cell` what it means after dittos."""

    column: Column
    cell: Cell
    typed: Cell
    ditto: bool = False

    @property
    def text(self) -> str:
        return text_of(self.cell)


@dataclass(frozen=True, slots=True)
class TypedRow:
    """One data row; `number` is the row as the clerk sees it."""

    sheet: str
    number: int
    hidden: bool
    columns: dict[str, Column] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)

    def text(self, meaning: str) -> str:
        """The cell's words, or "" where it is empty or there is no such column."""
        entry = self.entries.get(meaning)
        return entry.text if entry is not None else ""


def typed_rows(mapping: Mapping) -> Iterator[TypedRow]:
    """The data rows in order. A ditto takes what the row above means, over blank rows too."""
    above: dict[int, Cell] = {}
    covered = _merged_down(mapping)
    wanted = [column for column in mapping.columns if column.meaning is not None]
    columns = {column.meaning or "": column for column in wanted}
    for index in mapping.data:
        row = mapping.sheet.rows[index]
        entries: dict[str, Entry] = {}
        for column in wanted:
            typed = row[column.index]
            if (index, column.index) in covered and not is_filled(typed):
                typed = covered[index, column.index]
            entry = _entry(column, typed, above)
            above[column.index] = entry.cell
            if is_filled(entry.cell) or entry.ditto:
                entries[column.meaning or ""] = entry
        yield TypedRow(mapping.sheet.name, index + 1, index in mapping.sheet.hidden_rows, columns, entries)


def _entry(column: Column, typed: Cell, above: dict[int, Cell]) -> Entry:
    if not isinstance(typed, str) or typed.strip() not in DITTOS:
        return Entry(column, typed, typed)
    if column.meaning in NEVER_DITTO:
        return Entry(column, None, typed, ditto=True)
    return Entry(column, above.get(column.index), typed, ditto=True)


def _merged_down(mapping: Mapping) -> dict[tuple[int, int], Cell]:
    """Cells below the first of a merged range in the data: a family's address is written once over all its rows."""
    found: dict[tuple[int, int], Cell] = {}
    first = mapping.data[0] if mapping.data else 0
    for merged in mapping.sheet.merged:
        if merged.top < first or merged.top == merged.bottom:
            continue
        value = mapping.sheet.rows[merged.top][merged.left] if merged.top < len(mapping.sheet.rows) else None
        for row in range(merged.top + 1, merged.bottom + 1):
            found[row, merged.left] = value
    return found


def text_of(cell: Cell) -> str:
    """A cell's words: trimmed, without the apostrophe that marks text, a whole number as its digits."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell.strip().removeprefix("'").removeprefix("‘").strip()
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        whole = cell.is_integer() and abs(cell) < EXACT_DIGITS
        return str(int(cell)) if whole else repr(cell).replace("e+", "E+")
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat(" ", "minutes")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
