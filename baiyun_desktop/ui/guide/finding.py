"""Finds a page by what a clerk types: characters, first letters of their sounds, or the sounds themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from baiyun_desktop.registry.pinyin import first_letters, sounds
from baiyun_desktop.ui.guide.book import GuidePage

IN_TEXT_MIN = 3
"""Letters; two initials stand in nearly every line."""
_MARKS = re.compile(r"[#*|`>]|^\s*(?:-|\d+\.)\s|!?\[|\]\([^)]*\)")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Found:
    """A page, and the line that answers; no line where its title does."""

    page: GuidePage
    line: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    words: str
    letters: str
    sounds: str


@dataclass(frozen=True, slots=True)
class _Entry:
    page: GuidePage
    heads: tuple[_Line, ...]
    """Its title and other names, then the headings in it."""
    names: int
    lines: tuple[_Line, ...]


class Index:
    """Made once for a book, in a thread: the sounds of some thousand characters are asked for."""

    def __init__(self, pages: Iterable[GuidePage]) -> None:
        self._entries = [_entry(page) for page in pages]

    def find(self, typed: str) -> list[Found]:
        """Pages whose name answers first, then those with a heading, then those that say it in a line."""
        wanted = _SPACES.sub("", typed).casefold()
        if not wanted:
            return []
        ranked = ((rank, found) for entry in self._entries for rank, found in [_answer(entry, wanted)] if found)
        return [found for _, found in sorted(ranked, key=lambda pair: pair[0]) if found is not None]


def _answer(entry: _Entry, wanted: str) -> tuple[int, Found | None]:
    for at, head in enumerate(entry.heads):
        if _says(head, wanted):
            named = at < entry.names
            return (0 if named else 1), Found(entry.page, "" if named else head.words)
    spelled = wanted.isascii() and wanted.isalpha()
    if spelled and len(wanted) < IN_TEXT_MIN:
        return 3, None
    line = next((line for line in entry.lines if _says(line, wanted)), None)
    return 2, Found(entry.page, line.words) if line is not None else None


def _says(line: _Line, wanted: str) -> bool:
    if wanted in _SPACES.sub("", line.words).casefold():
        return True
    return wanted.isascii() and wanted.isalpha() and (wanted in line.letters or wanted in line.sounds)


def _entry(page: GuidePage) -> _Entry:
    titles: Sequence[str] = (page.title, *page.also)
    rows = page.text.splitlines()[1:]
    heads = [plain(row) for row in rows if row.startswith("#")]
    lines = [plain(row) for row in rows if row.strip() and not row.startswith("#")]
    return _Entry(page, tuple(_line(words) for words in (*titles, *heads)), len(titles), tuple(map(_line, lines)))


def _line(words: str) -> _Line:
    return _Line(words, first_letters(words), sounds(words))


def plain(row: str) -> str:
    """A line of Markdown as it is read."""
    return _SPACES.sub(" ", _MARKS.sub("", row)).strip()
