"""Puts rows on the clipboard as a table: a spreadsheet takes cells, a letter takes a table, anything else lines of text."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

_RISKY = "=+-@"
"""What a spreadsheet would read as a formula; nothing that somebody typed is ever worked out by it."""


def put_table(heads: Sequence[str] | None, lines: Sequence[Sequence[str]]) -> None:
    """These cells, with their heads above them if given."""
    data = QMimeData()
    rows = [*([heads] if heads is not None else []), *lines]
    data.setText("\n".join("\t".join(_plain(cell) for cell in row) for row in rows))
    data.setHtml(_html(heads, lines))
    QGuiApplication.clipboard().setMimeData(data)


def _plain(cell: str) -> str:
    """One line, one cell."""
    words = " ".join(cell.split())
    risky = words.startswith(tuple(_RISKY)) and not words.lstrip("-").replace(".", "", 1).isdigit()
    return f"'{words}" if risky else words


def _html(heads: Sequence[str] | None, lines: Sequence[Sequence[str]]) -> str:
    # without this a spreadsheet rounds an eighteen-digit number to fifteen and eats the zero that a code begins with
    body = "".join(_row("td style='mso-number-format:\"\\@\"'", "td", line) for line in lines)
    head = _row("th", "th", heads) if heads is not None else ""
    return f'<meta charset="utf-8"><table>{head}{body}</table>'


def _row(opening: str, closing: str, cells: Sequence[str]) -> str:
    inside = "".join(f"<{opening}>{escape(cell)}</{closing}>" for cell in cells)
    return f"<tr>{inside}</tr>"
