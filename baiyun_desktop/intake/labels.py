"""Reads a header's words: exactly by dictionary and declarations, by likeness where nobody wrote them so before."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from baiyun_desktop.intake.meaning import OTHERS, TITLES, WORDS, Meaning

LIKENESS_MIN = 82.0
"""Of 100. 身份证号吗 for 身份证号码 is 80–90; 房主电话 for 业主电话 is 75 and must not pass."""
_NOISE = re.compile(r"[\s*:：/、,，.。·_\-—#☆★※\"'“”]+")
_BRACKETS = re.compile(r"[(（【\[〔<][^)）】\]〕>]*[)）】\]〕>]")
_GROUP_ENDS = re.compile(r"(基本)?(信息|情况|资料|登记)$")
_CODE = re.compile(r"[a-z_]+\.[a-z_0-9]+")


class How(Enum):
    """Why a column is taken to mean what it means; what the clerk is asked depends on it."""

    KNOWN = "known"  # the dictionary, or a declaration's own label
    LIKE = "like"  # near to one of them: shown for a look
    REMEMBERED = "remembered"  # the clerk settled it for an earlier file of this form
    CHOSEN = "chosen"  # the clerk settles it now
    UNKNOWN = "unknown"


class MappingStore(Protocol):
    """Where a form's columns are remembered between files. Holds labels, never anyone's data."""

    def recall(self, fingerprint: str) -> dict[str, str] | None:
        """`Column.key` to meaning ("" for a column not wanted), or None where no file of this form was seen."""
        ...

    def remember(self, fingerprint: str, columns: dict[str, str]) -> None:
        """Keeps what the clerk settled."""
        ...


def plain_label(text: str) -> str:
    """The words of a header without brackets' remarks, stars, blanks and line breaks."""
    folded = unicodedata.normalize("NFKC", text)
    return _NOISE.sub("", _BRACKETS.sub("", folded)) or _NOISE.sub("", folded)


def fingerprint(labels: Iterable[str]) -> str:
    """The shape of a header: the same form gives the same, whatever its file and sheet are called."""
    return hashlib.blake2b("\n".join(labels).encode(), digest_size=8).hexdigest()


@dataclass
class Dictionary:
    """All words that are understood: the offices' (`WORDS`) and the labels of the declared fields."""

    words: dict[str, str] = field(default_factory=lambda: {word: str(meaning) for word, meaning in WORDS.items()})

    titles: dict[str, str] = field(default_factory=dict)
    """Declared fields that no meaning stands for, "kind.field", by their label."""

    def add(self, label: str, target: str) -> None:
        """A declared field's own label; the offices' words stand before it."""
        if self.words.setdefault(plain_label(label), target) == target:
            self.titles[target] = label

    def title(self, meaning: str | None) -> str:
        """What a meaning is called to the clerk."""
        if meaning is None:
            return ""
        return TITLES[Meaning(meaning)] if meaning in set(Meaning) else self.titles.get(meaning, meaning)

    def exact(self, label: str, group: str = "") -> str | None:
        """The meaning of a label under a group header ("房主信息" over "姓名"), or None."""
        plain = plain_label(label)
        if _CODE.fullmatch(label.strip()):
            return label.strip()
        if group:
            above = _GROUP_ENDS.sub("", plain_label(group))
            if (joined := self.words.get(above + plain)) is not None:
                return joined
            if any(word in above for word in OTHERS):
                return None
        return self.words.get(plain)

    def like(self, label: str, group: str = "") -> str | None:
        """The nearest known words, where they are near enough to be shown to the clerk as a guess."""
        from rapidfuzz import fuzz, process

        plain = _GROUP_ENDS.sub("", plain_label(group)) + plain_label(label) if group else plain_label(label)
        if len(plain) < 3:
            return None
        found = process.extractOne(plain, self.words.keys(), scorer=fuzz.ratio, score_cutoff=LIKENESS_MIN)
        if found is None or any(word in plain and word not in found[0] for word in OTHERS):
            return None
        return self.words[found[0]]
