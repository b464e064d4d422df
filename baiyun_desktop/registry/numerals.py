"""Reads amounts and counts as people type them, so that what is no number never passes for one."""

from __future__ import annotations

import re

_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
_DECIMAL = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_WHOLE = re.compile(r"-?\d+(\.0+)?", re.ASCII)
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""And no more: Unicode's own folding makes 52 of 5²."""
_DIGITS_MAX = 18
"""What a column of 64 bits holds for certain."""


def decimal(typed: str) -> str | None:
    """A decimal as it is stored, digits as typed: "12.50"; None where it is none, such as "12a" or "1,2"."""
    text = _plain(typed)
    return text if _DECIMAL.fullmatch(text) else None


def whole(typed: str) -> int | None:
    """A whole number, "3.0" of a spreadsheet too; None where it is none or longer than anybody counts."""
    text = _plain(typed)
    digits = text.partition(".")[0]
    return int(digits) if _WHOLE.fullmatch(text) and len(digits.lstrip("-")) <= _DIGITS_MAX else None


def _plain(typed: str) -> str:
    """Half-width, without the commas between thousands."""
    text = typed.translate(_HALF_WIDTH).strip()
    return text.replace(",", "") if _GROUPED.fullmatch(text) else text
