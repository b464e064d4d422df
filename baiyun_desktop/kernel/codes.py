"""Code lists with validity dates and successors; a code that is not known is shown as itself and kept."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Code:
    """One entry; a stored code is never renumbered, it gets a successor."""

    code: str
    label: str
    en: str = ""
    valid_from: str | None = None
    valid_to: str | None = None
    successor: str | None = None
    also: tuple[str, ...] = ()
    """Other words that ledgers write for it."""

    def stands_on(self, day: str) -> bool:
        """Whether it may be chosen on that ISO day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)


class CodeList:
    """One list by its name, in the order in which it is offered.

    `within`: a list of wider things, and with how many of its first digits a code says which of them it is part of.
    """

    def __init__(
        self,
        name: str,
        title: str,
        items: Iterable[Code],
        *,
        pinned: Iterable[str] = (),
        within: tuple[CodeList, int] | None = None,
    ) -> None:
        self.name = name
        self.title = title
        self._within = within
        first = list(pinned)
        order = sorted(items, key=lambda c: first.index(c.code) if c.code in first else len(first))
        self.items: dict[str, Code] = {c.code: c for c in order}
        self._words: dict[str, str] = {}
        for item in order:
            for word in (item.code, item.label, *item.also):
                self._words.setdefault(_folded(word), item.code)

    def label(self, code: str | None, language: str = "zh") -> str:
        """The words for a code; where this version does not know it, what it is part of and the code, or the code itself."""
        if not code:
            return ""
        item = self.items.get(code)
        if item is None:
            wider, digits = self._within or (self, 0)
            about = wider.label(code[:digits], language) if code[:digits] in wider.items else ""
            return f"{about}（{code}）" if about else code
        return item.en if language.startswith("en") and item.en else item.label

    def find(self, text: str) -> str | None:
        """The code that a ledger's word means, or None."""
        return self._words.get(_folded(text))

    def offered(self, day: str | None = None) -> list[Code]:
        """What may be chosen, on that ISO day or at all."""
        return [c for c in self.items.values() if day is None or c.stands_on(day)]

    def current(self, code: str) -> str:
        """The code or what it has become."""
        seen = {code}
        while (item := self.items.get(code)) is not None and item.successor and item.successor not in seen:
            code = item.successor
            seen.add(code)
        return code


def read_csv(name: str, title: str, path: Path, *, pinned: Iterable[str] = ()) -> CodeList:
    """A list from a CSV file: code, label and, where it has them, en, valid_from, valid_to, successor, also.

    `also` holds words a bar apart.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        return CodeList(name, title, [_item(row) for row in csv.DictReader(file)], pinned=pinned)


def _item(row: dict[str, str | None]) -> Code:
    return Code(
        code=(row["code"] or "").strip(),
        label=(row["label"] or "").strip(),
        en=(row.get("en") or "").strip(),
        valid_from=row.get("valid_from") or None,
        valid_to=row.get("valid_to") or None,
        successor=row.get("successor") or None,
        also=tuple(w for w in (row.get("also") or "").split("|") if w),
    )


def _folded(text: str) -> str:
    return "".join(text.split()).casefold()
