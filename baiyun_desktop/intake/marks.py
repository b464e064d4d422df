"""What the fast reader does not say of an xlsx: which rows and columns are hidden, and where a stray cell would choke it."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass

CELLS_MAX = 30_000_000
"""The reader lays a sheet out whole; beyond this a machine of 4 GB runs out of memory, which ends the process."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Hidden rows and columns of one sheet, from 0. `stray` is the far cell that makes the sheet too large, or ""."""

    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    stray: str = ""


_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_ROW = re.compile(rb'<(?:\w+:)?row\s[^>]*?\bhidden="(?:1|true)"[^>]*>')
_COLUMN = re.compile(rb'<(?:\w+:)?col\s[^>]*?\bhidden="(?:1|true)"[^>]*>')
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_DIMENSION = re.compile(rb'<(?:\w+:)?dimension\s[^>]*ref="(?:[A-Z]+\d+:)?([A-Z]+)(\d+)"')
_FILLED = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*\s)?r="([A-Z]{1,3})(\d+)"(?:[^>]*[^/])?>')
COLUMNS_MAX = 16_384


def sheet_marks(data: bytes) -> dict[str, Marks]:
    """Sheet name to its marks; empty for other formats than xlsx, which are read without marks."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
            return {}
        files = _sheet_files(archive)
        return {name: _marks(archive.read(file)) for name, file in files.items() if file in names}


def _sheet_files(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name to its part of the archive."""
    targets: dict[str, str] = {}
    for tag in _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")):
        target = _attribute(tag, "Target")
        targets[_attribute(tag, "Id")] = target.lstrip("/") if target.startswith("/") else "xl/" + target
    sheets = _SHEET.findall(archive.read("xl/workbook.xml"))
    return {_attribute(tag, "name"): targets.get(_attribute(tag, r"\w+:id"), "") for tag in sheets}


def _attribute(tag: bytes, name: str) -> str:
    from html import unescape

    found = re.search(rf'\s{name}="([^"]*)"', tag.decode("utf-8", "replace"))
    return unescape(found.group(1)) if found else ""


def _marks(xml: bytes) -> Marks:
    rows = frozenset(int(number) - 1 for tag in _ROW.findall(xml) if (number := _attribute(tag, "r")).isdigit())
    columns: set[int] = set()
    for tag in _COLUMN.findall(xml):
        first, last = _attribute(tag, "min"), _attribute(tag, "max")
        if first.isdigit() and last.isdigit():
            columns.update(range(int(first) - 1, min(int(last), COLUMNS_MAX)))
    return Marks(rows, frozenset(columns), _stray(xml))


def _stray(xml: bytes) -> str:
    """The cell in the far corner of a sheet that is too large to lay out, or "" where it is not."""
    declared = _DIMENSION.search(xml)
    if declared is not None and int(declared[2]) * column_number(declared[1]) <= CELLS_MAX:
        return ""
    bottom, right = 0, b""
    for letters, row in _FILLED.findall(xml):
        bottom, right = max(bottom, int(row)), max(right, letters, key=lambda name: (len(name), name))
    return f"{right.decode()}{bottom}" if bottom * column_number(right) > CELLS_MAX else ""


def column_number(letters: bytes) -> int:
    """A is 1, AA is 27; 0 for none."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
