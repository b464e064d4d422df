"""Hides what a list or a receipt need not show; the one place that knows how much of a value may be seen."""

from __future__ import annotations

import re
from enum import Enum

_NUMBERS = re.compile(r"(?<![0-9A-Za-z])(?:([1-9]\d{16}[0-9Xx]|[1-9]\d{14})|(1[3-9]\d{9}))(?![0-9A-Za-z])")
"""A citizen's number or that of a mobile telephone, wherever somebody wrote it."""

DOTS = ("·", "•", "・")
LIST_MARK = "、"


class Mask(Enum):
    """What a field's value is, as far as hiding it goes."""

    NAME = "name"
    ID = "id"
    PHONE = "phone"
    ADDRESS = "address"
    BANK = "bank"
    HIDDEN = "hidden"


class Shown(Enum):
    """Where the value is to be shown."""

    LIST = "list"
    DETAIL = "detail"


GUARDED = (Mask.ID, Mask.PHONE, Mask.BANK, Mask.HIDDEN)
"""What even a record's own page hides until somebody asks to see it."""


def masked(rule: Mask, value: str | None, *, shown: Shown = Shown.LIST, minor: bool = False) -> str:
    """The value as it may be shown before anyone has asked to see it.

    `minor` is a person under 14, whose number is hidden whole (PIPL art. 28).
    """
    if not value:
        return ""
    match rule:
        case Mask.NAME:
            return value if shown is Shown.DETAIL else _name(value)
        case Mask.ID:
            return "*" * len(value) if minor else _id(value)
        case Mask.PHONE:
            return _keep(value, 3, 4)
        case Mask.ADDRESS:
            return value if shown is Shown.DETAIL else _address(value)
        case Mask.BANK:
            return _keep(value, 0, 4)
        case Mask.HIDDEN:
            return "*" * 3


def without_numbers(text: str, *, minor: bool = False) -> str:
    """A text with citizens' numbers and those of mobile telephones masked, wherever they stand in it."""
    return _NUMBERS.sub(lambda m: masked(Mask.ID if m[1] else Mask.PHONE, m[0], minor=minor), text)


def _keep(value: str, head: int, tail: int) -> str:
    """Keeps both ends; where they would meet, only the last character stays."""
    hidden = len(value) - head - tail
    if hidden <= 0:
        return "*" * (len(value) - 1) + value[-1:]
    return value[:head] + "*" * hidden + value[len(value) - tail :]


def _name(value: str) -> str:
    if LIST_MARK in value:  # several people in one text
        return LIST_MARK.join(_name(one) for one in value.split(LIST_MARK))
    for dot in DOTS:
        if dot in value:
            return dot.join(p[:1] + "*" * min(len(p) - 1, 1) for p in value.split(dot))
    if len(value) <= 2:
        return value[:1] + "*" * (len(value) - 1)
    return value[0] + "*" * (len(value) - 2) + value[-1]


def _id(value: str) -> str:
    if len(value) >= 15:
        return _keep(value, 4, 4)
    return _keep(value, 1, 4)


def _address(value: str) -> str:
    """Down to the building: what follows 楼 or 栋 is a unit and a room."""
    for mark in ("号楼", "栋", "楼"):
        at = value.find(mark)
        if at >= 0:
            rest = value[at + len(mark) :]
            return value[: at + len(mark)] + ("***" if rest else "")
    return value[: max(len(value) - 4, 1)] + "***" if len(value) > 4 else value[:1] + "***"
