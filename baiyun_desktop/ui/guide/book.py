"""The guide's pages as they stand in their files, in the order of their contents; read when somebody first asks."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from baiyun_desktop.kernel.resource import resource

FOLDER = ("guide", "clerk")
KEYS = "keys"
"""The page of keys: it has no file, for the program's own table writes it."""
_NAMED = re.compile(r"「([^」\n]+)」")
_LINK = re.compile(r"(?<!!)\[[^\]\n]+\]\(([^)\s]+)\)")
_PICTURE = re.compile(r"!\[([^\]\n]*)\]\(([^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class GuidePage:
    """One task."""

    name: str
    """Of its file, without the ending; what links and contexts say."""
    title: str
    chapter: str
    text: str
    """Markdown, its first line the title."""
    also: tuple[str, ...] = ()
    """Other words that somebody may look for it by."""

    @property
    def named(self) -> list[str]:
        """What it says of the program's own words: whatever stands in corner brackets."""
        return _NAMED.findall(self.text)

    @property
    def links(self) -> list[str]:
        """The names of the pages that it sends to."""
        return [target.removesuffix(".md") for target in _LINK.findall(self.text)]

    @property
    def pictures(self) -> list[tuple[str, str]]:
        """What each picture shows in words, and its path below the guide's folder."""
        return _PICTURE.findall(self.text)


@dataclass(frozen=True, slots=True)
class Book:
    """All pages in order, and which of them belongs to which place or kind of record."""

    pages: tuple[GuidePage, ...]
    belongs: Mapping[str, str]

    def page(self, name: str) -> GuidePage | None:
        """The page of that name."""
        return next((page for page in self.pages if page.name == name), None)

    def beside(self, name: str, by: int) -> GuidePage | None:
        """The page so many after that one; None beyond the first and the last."""
        at = [page.name for page in self.pages].index(name) + by
        return self.pages[at] if 0 <= at < len(self.pages) else None

    def about(self, topics: Iterable[str]) -> GuidePage:
        """The page for the first of these that has one, else the first of all."""
        found = (self.page(self.belongs[topic]) for topic in topics if topic in self.belongs)
        return next((page for page in found if page is not None), self.pages[0])


def folder() -> Path:
    """Where the files are."""
    return resource(*FOLDER)


@cache
def _contents() -> Mapping[str, object]:
    with (folder() / "contents.toml").open("rb") as file:
        return tomllib.load(file)


def book(keys_text: str) -> Book:
    """Reads the files. `keys_text` is the page of keys in the language in use."""
    contents = _contents()
    also, belongs = contents["also"], contents["belongs"]
    assert isinstance(also, dict) and isinstance(belongs, dict)
    found = [
        _page(name, chapter, keys_text if name == KEYS else (folder() / f"{name}.md").read_text("utf-8"), also)
        for chapter, names in _chapters(contents["chapter"])
        for name in names
    ]
    return Book(tuple(found), belongs)


def _chapters(tables: object) -> list[tuple[str, Sequence[str]]]:
    assert isinstance(tables, list)
    return [(table["title"], table["pages"]) for table in tables]


def _page(name: str, chapter: str, text: str, also: Mapping[str, Sequence[str]]) -> GuidePage:
    title = text.partition("\n")[0].removeprefix("# ").strip()
    return GuidePage(name, title, chapter, text, tuple(also.get(name, ())))
