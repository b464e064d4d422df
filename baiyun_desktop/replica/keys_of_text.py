"""Which keys a value is found under, and which a typed query looks for: both sides of the one search box, pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum

KEY_CHARS_MAX = 20
SPELLINGS_MAX = 16
"""Of one name: all that the registry reads it by, two of a surname and eight of the rest."""
STARTS_MAX = 12
"""A long text is found from this many of its places."""
WHOLE_UNITS_MAX = 6
"""A text this short, as a former name is, is found from each of its characters."""


UNITS_MAX = 200
"""A name or address is keyed so far; what is longer is a pasted page, and is found by its beginning."""
DOOR_CHARS_MAX = 40


class Route(Enum):
    """How a record may be found; the letter begins each of its keys, so that one range serves one route."""

    NAME = "a"  # the name as written, from its first character
    INITIALS = "b"  # wgp
    SPELLED = "c"  # wanggongping
    MIXED = "d"  # 王gp, 王gongping, wanggp
    INNER_NAME = "e"  # the name from a later character: 公平
    INNER_SPELLED = "f"  # gongping
    INNER_INITIALS = "g"  # gp
    DOOR = "h"  # 12-3-502
    INNER_DOOR = "i"  # 3-502, 502
    ID_TAIL = "j"  # a document number, backwards
    PHONE_TAIL = "k"  # a telephone number, backwards
    ID_HEAD = "l"
    PHONE_HEAD = "m"
    TEXT = "n"  # an address, an employer, a former name


Key = str

_ENDS = frozenset("省市区县旗镇乡村路街巷道苑院园里社楼栋幢号厂矿队室")
"""What a part of an address ends with."""
_SEPARATORS = re.compile(r"[\s·•・‧∙⋅．.。,，、/_'’-]+")
_UNITS = re.compile(r"[0-9a-z\u00c0-\u2e7f]+|\S")
_DOOR = re.compile(r"^#?\d+[a-z]?(-\d+[a-z]?)*-?$")
_DOOR_WORDS = re.compile(r"(?<=\d)\s*(?:号楼|栋楼|栋|幢|座|单元|号|楼|#)\s*-?(?=\d)")
_DOOR_END = re.compile(r"(?<=\d)\s*(?:号楼|栋楼|栋|幢|座|单元|室|户|号|楼|#)$")
_NUMBER = re.compile(r"^[0-9]{2,}x?$")
_LATIN = re.compile(r"^[a-z0-9]+$")


def fold(text: str) -> str:
    """The text as keys hold it: width and case do not matter, nor do spaces and the dots between parts of a name."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text).casefold())


def units(text: str) -> list[str]:
    """The parts of a name at which a search may begin: each Han character, each run of letters or digits."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _UNITS.findall(_SEPARATORS.sub(" ", folded))


def _joined(parts: Sequence[str], start: int = 0) -> str:
    """From there on, as far as a key may reach: each part has a character at least."""
    return "".join(parts[start : start + KEY_CHARS_MAX])


def name_keys(parts: Sequence[str], spellings: Iterable[Sequence[str]] = ()) -> set[Key]:
    """Each key of what a record is called by: `parts` are its units, each spelling has one syllable a unit."""
    keys, whole, parts = set[Key](), len(parts), parts[:UNITS_MAX]
    _add(keys, Route.NAME, _joined(parts))
    starts = _part_starts(parts) if any(part[0].isdigit() for part in parts) else range(1, len(parts))
    for start in starts[:STARTS_MAX]:
        _add(keys, Route.INNER_NAME, _joined(parts, start))
    for number, spelling in enumerate(spellings):
        if number == SPELLINGS_MAX:
            break
        if len(spelling) != whole:
            raise ValueError(f"{len(spelling)} syllables for {whole} characters")
        for variant in _without_umlaut(spelling[:UNITS_MAX]):
            _add_spelled(keys, parts, variant)
    return keys


def text_keys(parts: Sequence[str]) -> set[Key]:
    """Keys of an address or employer: it is found from its beginning and from where a part of it begins.

    Everywhere would make the index several times larger, for beginnings that nobody types.
    """
    keys, parts = set[Key](), parts[:UNITS_MAX]
    short = len(parts) <= WHOLE_UNITS_MAX and not any(part[0].isdigit() for part in parts)
    for start in range(len(parts)) if short else (0, *_part_starts(parts)):
        _add(keys, Route.TEXT, _joined(parts, start))
    return keys


def _part_starts(parts: Sequence[str]) -> list[int]:
    found = [at for at in range(1, len(parts)) if parts[at - 1] in _ENDS and not parts[at][0].isdigit()]
    return [at for at in found if parts[at] not in _ENDS][:STARTS_MAX]


def aligned(parts: Sequence[str], syllables: Sequence[str]) -> list[str] | None:
    """A reading with one syllable a character, as one a unit; None where it is the reading of another name."""
    if sum(len(part) for part in parts) != len(syllables):
        return None
    found, at = [], 0
    for part in parts:
        found.append("".join(syllables[at : at + len(part)]))
        at += len(part)
    return found


def _without_umlaut(spelling: Sequence[str]) -> Iterator[Sequence[str]]:
    # 吕 is typed lv, lu or lyu, and passports have each of them
    plain = [s.replace("ü", "v") for s in spelling]
    yield plain
    if any("v" in s for s in plain):
        yield [s.replace("v", "u") for s in plain]
        yield [s.replace("v", "yu") for s in plain]


def _add_spelled(keys: set[Key], parts: Sequence[str], syllables: Sequence[str]) -> None:
    initials = [s[:1] for s in syllables]
    _add(keys, Route.SPELLED, _joined(syllables))
    _add(keys, Route.INITIALS, _joined(initials))
    for start in range(1, len(parts)):
        _add(keys, Route.INNER_SPELLED, _joined(syllables, start))
        if len(parts) - start > 1:
            _add(keys, Route.INNER_INITIALS, _joined(initials, start))
    for split in range(1, min(len(parts), 4)):
        head = "".join(parts[:split])
        _add(keys, Route.MIXED, head + _joined(syllables, split))
        if len(parts) - split > 1:
            _add(keys, Route.MIXED, head + _joined(initials, split))
            if split <= 2:
                _add(keys, Route.MIXED, "".join(syllables[:split]) + _joined(initials, split))


def number_keys(number: str, *, tail: Route, head: Route) -> set[Key]:
    """A document or telephone number is found by its last digits and by its first."""
    folded = fold(number)
    keys: set[Key] = set()
    if len(folded) >= 4:
        _add(keys, tail, folded[::-1])
        _add(keys, head, folded)
    return keys


def door_keys(door: str) -> set[Key]:
    """A door such as 12-3-502 is found whole and from each later part."""
    parts = [part for part in fold_door(door[:DOOR_CHARS_MAX]).split("-") if part]
    keys: set[Key] = set()
    if parts:
        _add(keys, Route.DOOR, "-".join(parts))
    for start in range(1, len(parts)):
        _add(keys, Route.INNER_DOOR, "-".join(parts[start:]))
    return keys


def fold_door(text: str) -> str:
    """15号楼5单元102室 and 15#5－102 as 15-5-102; anything else comes back as it is, only narrow and small."""
    folded = unicodedata.normalize("NFKC", text).casefold().strip().replace("—", "-").replace("–", "-")
    folded = _DOOR_END.sub("", _DOOR_WORDS.sub("-", folded))
    return re.sub(r"\s*-\s*", "-", folded)


def _add(keys: set[Key], route: Route, text: str) -> None:
    if text:
        keys.add(route.value + text[:KEY_CHARS_MAX])


def wanted(text: str) -> list[tuple[Route, str]]:
    """The ranges that answer one word of a query, the most telling first: (route, prefix without its letter)."""
    folded = fold(text)[:KEY_CHARS_MAX]
    door = fold_door(text[:DOOR_CHARS_MAX])
    ranges: list[tuple[Route, str]] = []
    if not folded:
        return ranges
    if _DOOR.match(door) and ("-" in door or door != folded):
        ranges += [(Route.DOOR, door), (Route.INNER_DOOR, door)]
    if _NUMBER.match(folded):
        ranges += _numbers(folded)
    elif _LATIN.match(folded):
        ranges += [
            (route, folded)
            for route in (Route.INITIALS, Route.SPELLED, Route.MIXED, Route.INNER_INITIALS, Route.INNER_SPELLED)
        ]
        ranges += [(Route.NAME, folded), (Route.INNER_NAME, folded), (Route.TEXT, folded), (Route.ID_HEAD, folded)]
    else:
        ranges += [(Route.NAME, folded), (Route.INNER_NAME, folded)]
        if any(_LATIN.match(char) for char in folded):  # a character without a reading stands in the spelling itself
            ranges += [
                (route, folded)
                for route in (Route.MIXED, Route.SPELLED, Route.INITIALS, Route.INNER_SPELLED, Route.INNER_INITIALS)
            ]
        ranges.append((Route.TEXT, folded))
    return ranges


def _numbers(digits: str) -> list[tuple[Route, str]]:
    tail = digits[::-1]
    ranges: list[tuple[Route, str]] = []
    if len(digits) >= 4:
        ranges += [(Route.ID_TAIL, tail), (Route.PHONE_TAIL, tail), (Route.ID_HEAD, digits), (Route.PHONE_HEAD, digits)]
    ranges += [(Route.DOOR, digits), (Route.INNER_DOOR, digits), (Route.NAME, digits), (Route.TEXT, digits)]
    return ranges


def upper_bound(prefix: str) -> str:
    """The first key after all that begin with `prefix`, in SQLite's byte order."""
    last = ord(prefix[-1])
    if last == 0x10FFFF:
        return upper_bound(prefix[:-1])
    following = last + 1
    if 0xD800 <= following <= 0xDFFF:  # surrogates are no characters
        following = 0xE000
    return prefix[:-1] + chr(following)
