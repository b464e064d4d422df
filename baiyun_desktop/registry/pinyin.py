"""Readings of names for the search box: surnames read as surnames, all readings kept, rare characters as they are."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from itertools import product

SURNAMES: dict[str, tuple[str, ...]] = {
    "单": ("shan",), "仇": ("qiu",), "解": ("xie",), "曾": ("zeng",), "查": ("zha",), "朴": ("piao",),
    "盖": ("ge", "gai"), "覃": ("qin", "tan"), "区": ("ou",), "翟": ("zhai", "di"), "员": ("yun",), "乜": ("nie",),
    "佴": ("nai",), "任": ("ren",), "华": ("hua",), "尉迟": ("yu chi",), "万俟": ("mo qi",), "单于": ("chan yu",),
    "缪": ("miao",), "纪": ("ji",), "尹": ("yin",), "召": ("shao",), "洗": ("xian",), "冼": ("xian",), "燕": ("yan",),
    "葛": ("ge",), "郇": ("xun", "huan"), "隗": ("wei", "kui"), "折": ("she",), "宓": ("mi", "fu"), "逄": ("pang",),
    "种": ("chong",), "黑": ("he", "hei"), "哈": ("ha",), "撒": ("sa",), "么": ("yao",), "秘": ("bi",), "繁": ("po",),
    "能": ("nai",), "重": ("chong",), "都": ("du",), "呼延": ("hu yan",), "澹台": ("tan tai",), "尉": ("wei", "yu"),
    "贾": ("jia",), "柏": ("bai", "bo"), "车": ("che",), "令狐": ("ling hu",), "长孙": ("zhang sun",),
    "鲜于": ("xian yu",), "夏侯": ("xia hou",), "宿": ("su",), "祭": ("zhai", "ji"), "那": ("na",),
    "牟": ("mu", "mou"), "谌": ("chen", "shen"), "乐": ("yue", "le"), "贲": ("ben",), "晁": ("chao",), "阚": ("kan",),
    "瞿": ("qu",), "郗": ("xi", "chi"),
}  # fmt: skip
"""How a surname is read, first position only; several where families differ."""

GIVEN: dict[str, tuple[str, ...]] = {
    "长": ("chang", "zhang"), "乐": ("le", "yue"), "行": ("xing", "hang"), "重": ("zhong", "chong"),
    "朝": ("chao", "zhao"), "都": ("du", "dou"), "茜": ("qian", "xi"), "晟": ("sheng", "cheng"),
    "单": ("dan", "shan"), "藏": ("zang", "cang"), "柏": ("bai", "bo"), "筠": ("yun", "jun"), "娜": ("na", "nuo"),
    "曾": ("zeng", "ceng"), "朴": ("pu", "piao"), "覃": ("tan", "qin"), "参": ("can", "shen"),
    "传": ("chuan", "zhuan"), "宿": ("su", "xiu"), "调": ("diao", "tiao"), "盛": ("sheng", "cheng"),
    "尉": ("wei", "yu"), "莎": ("sha", "suo"), "率": ("shuai", "lv"),
}  # fmt: skip
"""Characters of given names that are really read in several ways; the full dictionary knows far too many."""

SPELLED_CHARS_MAX = 200
"""What is longer is no name; what was stored as one all the same is found by its beginning."""
_READINGS_MAX = 8
_PIECES = re.compile(r"[a-z0-9']+|[^\s·•・‧∙⋅]")


def readings(name: str | None) -> list[str]:
    """All readings of a name, the likeliest first, syllables a space apart; what has no reading stands for itself."""
    if not name:
        return []
    return list(_readings(name[:SPELLED_CHARS_MAX]))


def initials(reading: str) -> str:
    """The first letter of each syllable."""
    return "".join(syllable[0] for syllable in reading.split())


def columns(name: str | None) -> tuple[str | None, str | None]:
    """The two projections of a name: readings a bar apart, and their initials without repeats."""
    all_readings = readings(name)
    if not all_readings:
        return None, None
    return "|".join(all_readings), "|".join(dict.fromkeys(initials(r) for r in all_readings))


@lru_cache(maxsize=20000)
def _readings(name: str) -> tuple[str, ...]:
    pieces = _PIECES.findall(name.lower())
    if not pieces:
        return ()
    size = 2 if len(pieces) > 2 and "".join(pieces[:2]) in SURNAMES else 1
    head = "".join(pieces[:size])
    options = [SURNAMES.get(head) or _piece(head), *_bounded([_piece(p) for p in pieces[size:]])]
    return tuple(dict.fromkeys(" ".join(p) for p in product(*options)))


def _bounded(middle: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Other readings of given names, left to right, as long as the whole stays within bounds."""
    kept: list[tuple[str, ...]] = []
    used = 1
    for options in middle:
        few = options if used * len(options) <= _READINGS_MAX else options[:1]
        used *= len(few)
        kept.append(few)
    return kept


@lru_cache(maxsize=20000)
def _piece(piece: str) -> tuple[str, ...]:
    """The readings of one character; a Latin word, or a character nobody has a reading for, is its own."""
    if piece.isascii():
        return (piece,)
    if piece in GIVEN:
        return GIVEN[piece]
    # Only single characters are asked for: the dictionary of phrases would cost memory for nothing.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import lazy_pinyin  # heavy: loaded when the first name needs it

    return (lazy_pinyin(piece, v_to_u=False)[0],)


def sounds(words: str) -> str:
    """How a sentence sounds, without spaces: each character by its commonest reading, not as part of a name."""
    return "".join(_sound(character) for character in words)


def first_letters(words: str) -> str:
    """The first letter of each character of a sentence; Latin letters and digits stand for themselves."""
    return "".join(_sound(character)[:1] for character in words)


@lru_cache(maxsize=8000)
def _sound(character: str) -> str:
    """Empty for spaces and marks."""
    if not character.isalnum():
        return ""
    if character.isascii():
        return character.lower()
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import lazy_pinyin  # heavy: loaded when it is first needed

    return str(lazy_pinyin(character, v_to_u=False)[0])
