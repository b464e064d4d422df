"""Which rows and columns of an xlsx are hidden: the fast reader does not say, and a hidden row is worth a word."""

from __future__ import annotations

import io
import re
import zipfile

Marks = tuple[frozenset[int], frozenset[int]]
"""Hidden rows and hidden columns of one sheet, from 0."""

_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_ROW = re.compile(rb'<(?:\w+:)?row\s[^>]*?\bhidden="(?:1|true)"[^>]*>')
_COLUMN = re.compile(rb'<(?:\w+:)?col\s[^>]*?\bhidden="(?:1|true)"[^>]*>')
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
COLUMNS_MAX = 16_384


def hidden_marks(data: bytes) -> dict[str, Marks]:
    """Sheet name to its hidden rows and columns; empty for other formats than xlsx, which are read without marks."""
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
    return rows, frozenset(columns)
