"""Reads a door out of an address as people write it, and gives the short key by which everyone looks for it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_NUMBER = r"[0-9]+|[〇零一二两三四五六七八九十百]+"
_NUMBERED = re.compile(rf"({_NUMBER})(?=\s*(?:号楼|栋|幢|座|号|楼|单元|门|层|室|户|房))")
_LAST = re.compile(rf"(?<=[元门楼栋幢座])\s*({_NUMBER})$")
_BUILDING = re.compile(r"([0-9]+[A-Za-z]?|[A-Za-z])\s*(?:号楼|号栋|栋|幢|座|楼(?!层))")
_UNIT = re.compile(r"([0-9]+[A-Za-z]?|[A-Za-z])\s*(?:单元|门(?!牌))")
_ROOM = re.compile(r"([0-9]+[A-Za-z]?)\s*(?:室|户|房(?!间))?\s*$")
_DASHED = re.compile(r"([0-9]+[A-Za-z]?)\s*[-#/]\s*([0-9]+[A-Za-z]?)(?:\s*[-#/]\s*([0-9]+[A-Za-z]?))?\s*(?:室|号)?\s*$")
_COMMUNITY = re.compile(r"^(?:.*?(?:街道|镇|苏木))?([^0-9]*?社区)(?:居委会)?")


CHARS_MAX = 500
"""A door is looked for so far: what is longer is a pasted page, and to look through all of it would take minutes."""


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of an address; an empty part was not said. `text` is what was written, tidied."""

    text: str
    community: str = ""
    estate: str = ""
    building: str = ""
    unit: str = ""
    room: str = ""

    @property
    def door(self) -> str:
        """building-unit-room as "15-5-102", without the parts that were not said; "" where there is no room."""
        return door_key(self.building, self.unit, self.room)

    @property
    def key(self) -> str:
        """What two spellings of one door have in common: its estate or community, and the door."""
        return f"{self.estate or self.community}|{self.door}" if self.door else ""


def door_key(building: str | None, unit: str | None, room: str | None) -> str:
    """The short form of a door; a room alone is none."""
    if not room or not building:
        return ""
    return "-".join(_bare(part) for part in (building, unit, room) if part)


def parse(text: str | None) -> Address:
    """Reads an address. Never raises; parts that are not there stay empty."""
    tidy = " ".join(unicodedata.normalize("NFKC", text or "").replace("\u2014", "-").replace("—", "-").split())
    plain = _NUMBERED.sub(_arabic, _LAST.sub(_arabic, tidy[:CHARS_MAX]))
    found = _COMMUNITY.match(plain)
    community = found[1] if found else ""
    rest = plain[found.end() :] if found else plain
    dashed = _DASHED.search(rest)
    if dashed:
        building, unit, room = (dashed[1], dashed[2], dashed[3]) if dashed[3] else (dashed[1], "", dashed[2])
        estate = rest[: dashed.start()]
    else:
        building, unit, room, estate = _worded(rest)
    return Address(
        text=tidy, community=community, estate=estate.strip(" ,、-#"), building=_bare(building), unit=_bare(unit),
        room=_bare(room),
    )  # fmt: skip


def _worded(rest: str) -> tuple[str, str, str, str]:
    """Building, unit, room and what stands before them, where words tell them apart."""
    building, unit = _BUILDING.search(rest), None
    after = building.end() if building else 0
    unit = _UNIT.search(rest, after)
    room = _ROOM.search(rest, unit.end() if unit else after) if building or unit else None
    starts = [m.start() for m in (building, unit) if m]
    return (
        building[1] if building else "",
        unit[1] if unit else "",
        room[1] if room else "",
        rest[: min(starts)] if starts else rest,
    )


def _bare(part: str) -> str:
    return part.upper().lstrip("0") or part


def _arabic(found: re.Match[str]) -> str:
    return str(_number(found[1]))


def _number(text: str) -> int:
    """An Arabic number, or a Chinese one below a thousand; digits in a row (一〇二) are read as digits."""
    if text.isascii():
        return int(text)
    if "十" not in text and "百" not in text:
        return int("".join(str(_DIGITS[c]) for c in text))
    total = 0
    hundreds, _, rest = text.rpartition("百") if "百" in text else ("", "", text)
    if hundreds:
        total += _DIGITS.get(hundreds, 1) * 100
    tens, ten, ones = rest.partition("十")
    if ten:
        total += (_DIGITS.get(tens, 1) if tens else 1) * 10
        return total + (_DIGITS.get(ones, 0) if ones else 0)
    return total + sum(_DIGITS.get(c, 0) for c in rest)
