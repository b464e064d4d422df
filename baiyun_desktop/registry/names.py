"""Keeps names as people write them, and compares them as people mean them."""

from __future__ import annotations

import re
import unicodedata

DOT = "·"
"""U+00B7, the interpunct that 民委发〔2016〕33号 asks for."""

CHARS_MAX = 100
"""Of a name: the standards ask for 50 at least, and no real one is near a hundred."""

_DOTS = "•・‧∙⋅．"
_HAN_OR_LETTER = r"[^\W\d_]"
_ASCII_DOT = re.compile(rf"(?<={_HAN_OR_LETTER})\s*\.\s*(?={_HAN_OR_LETTER})")
_ANY_DOT = re.compile(rf"[{_DOTS}{DOT}]")
_UNSEEN = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad]")
_KEY_DROPS = re.compile(rf"[\s{DOT}{_DOTS}.\-'’`]")


def normalise(name: str) -> str:
    """The name as it is stored: trimmed, with one kind of dot; never folded otherwise (rare characters stay).

    Spaces inside a Chinese name stay too: only the match key drops them. A dot between Latin initials counts as one.
    """
    text = _UNSEEN.sub("", name).strip(" \t\r\n\u3000")
    text = DOT.join(part.strip() for part in _ANY_DOT.split(text))  # never slow, however many blanks there are
    return _ASCII_DOT.sub(DOT, text).strip(DOT + " ") or text


def match_key(name: str | None) -> str:
    """What two spellings of one name have in common: NFKC, no spaces or dots, no case."""
    if not name:
        return ""
    return _KEY_DROPS.sub("", unicodedata.normalize("NFKC", _UNSEEN.sub("", name))).casefold()


def is_placeholder(name: str | None) -> bool:
    """Whether this is no name but a way to say that there is none, as 无名氏 or 某某之子."""
    key = match_key(name)
    return not key or key.startswith(("无名", "某")) or "之子" in key[1:] or "之女" in key[1:]
