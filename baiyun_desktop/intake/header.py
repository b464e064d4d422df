"""Finds the header of a list below its titles, one row or two, and the explanations that some forms put under it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from baiyun_desktop.intake.labels import Dictionary
from baiyun_desktop.intake.meaning import Meaning
from baiyun_desktop.intake.sheet import Cell, SheetRows, is_filled

HEAD_ROWS_MAX = 20
"""Titles and remarks above a header; further down stands data."""
KNOWN_MIN = 2
ANCHORS = {Meaning.NAME, Meaning.ADDRESS, Meaning.ESTATE}
"""A list of ours names people or places; a sheet that names neither is not for import."""
HINT = re.compile(r"必填|选填|可选|示例|例如|^如|YYYY|1=是|分隔|系统内|自动|填写|格式|[男是]/[女否]")
HINT_SHARE = 0.3
EXPLANATIONS_MAX = 2


@dataclass(frozen=True, slots=True)
class Head:
    """Where the header stands, rows from 0; `labels[j]` and `groups[j]` are column j's words and those above."""

    top: int
    bottom: int
    labels: tuple[str, ...]
    groups: tuple[str, ...]
    known: int
    first_data: int


def find_head(sheet: SheetRows, words: Dictionary) -> Head | None:
    """The header with the most columns understood, or None where the sheet is no list of ours."""
    best: Head | None = None
    for top in range(min(len(sheet.rows), HEAD_ROWS_MAX)):
        for head in (_single(sheet, top, words), _double(sheet, top, words)):
            if head is not None and (best is None or _rank(head) > _rank(best)):
                best = head
    return best if best is not None and _understood(best, words) >= KNOWN_MIN else None


def _rank(head: Head) -> tuple[int, int]:
    """More columns understood; where a title above adds nothing, one row rather than two."""
    return head.known, head.top - head.bottom


def _understood(head: Head, words: Dictionary) -> int:
    """Columns known or guessed; a guess helps a short form, never against one that says it exactly."""
    if head.known >= KNOWN_MIN:
        return head.known
    pairs = zip(head.labels, head.groups, strict=True)
    return sum(1 for label, group in pairs if label and (words.exact(label, group) or words.like(label, group)))


def _single(sheet: SheetRows, top: int, words: Dictionary) -> Head | None:
    labels = _texts(sheet.rows[top])
    return _head(sheet, top, top, labels, [""] * len(labels), words) if labels else None


def _double(sheet: SheetRows, top: int, words: Dictionary) -> Head | None:
    """A header of two rows: groups above, columns below; where below is blank, the upper cell is the column."""
    if top + 1 >= len(sheet.rows):
        return None
    upper, lower = _texts(sheet.rows[top]), _texts(sheet.rows[top + 1])
    if not upper or not lower:
        return None
    groups = _spread(sheet, top, upper, lower)
    labels = [below or above for above, below in zip(upper, lower, strict=True)]
    above = [group if below else "" for group, below in zip(groups, lower, strict=True)]
    return _head(sheet, top, top + 1, labels, above, words)


def _texts(row: tuple[Cell, ...]) -> list[str]:
    """The row's words, or nothing where a number or a date stands in it: such a row is data."""
    if not any(is_filled(cell) for cell in row) or any(cell is not None and not isinstance(cell, str) for cell in row):
        return []
    return [cell.strip() if isinstance(cell, str) else "" for cell in row]


def _spread(sheet: SheetRows, top: int, upper: list[str], lower: list[str]) -> list[str]:
    """Each column's group: the merged range says how far a group reaches, else the blanks that follow it do."""
    merged = [m for m in sheet.merged if m.top <= top <= m.bottom and m.right > m.left]
    groups = list(upper)
    for j, text in enumerate(upper):
        if text or not lower[j]:
            continue
        covering = next((m for m in merged if m.left <= j <= m.right), None)
        if covering is not None:
            groups[j] = upper[covering.left]
        elif not sheet.merged and j:
            groups[j] = groups[j - 1]
    return groups


def _head(
    sheet: SheetRows, top: int, bottom: int, labels: list[str], groups: list[str], words: Dictionary
) -> Head | None:
    meanings = {words.exact(label, group) for label, group in zip(labels, groups, strict=True) if label} - {None}
    if not meanings & ANCHORS:
        return None
    first = bottom + 1
    while first <= bottom + EXPLANATIONS_MAX and first < len(sheet.rows) and _explains(sheet.rows[first]):
        first += 1
    return Head(top, bottom, tuple(labels), tuple(groups), len(meanings), first)


def _explains(row: tuple[Cell, ...]) -> bool:
    """Whether a row tells how to fill in the form, or holds field codes, instead of someone's data."""
    texts = _texts(row)
    filled = [text for text in texts if text]
    return bool(filled) and sum(1 for text in filled if HINT.search(text)) >= max(2, HINT_SHARE * len(filled))
