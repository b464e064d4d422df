"""Any stored value as a person reads it: codes by their lists, records by their titles, never an id or a code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from baiyun_desktop.kernel.covering import one_covered
from baiyun_desktop.kernel.field import FieldInfo
from baiyun_desktop.kernel.mask import Shown
from baiyun_desktop.kernel.merging import Kind
from baiyun_desktop.ui.days import instant_text
from baiyun_desktop.ui.desk import DeskContext
from baiyun_desktop.ui.titles import area_name, full_title
from baiyun_desktop.ui.words import language, say, told

_UNBROKEN = re.compile(r"[!-~]{24}(?=[!-~])")
_MAY_BREAK = "\u200b"


def info_of(desk: DeskContext, kind: str, name: str) -> FieldInfo | None:
    """A field's declaration; None where only a newer version knows it."""
    known = desk.program.kinds.get(kind)
    return known.by_name.get(name) if known is not None else None


def shown(desk: DeskContext, kind: str, name: str, value: Any, *, revealed: bool = False, minor: bool = False) -> str:
    """A value in words, empty where there is none; numbers are masked unless somebody asked to see them (`revealed`)."""
    info = info_of(desk, kind, name)
    if value is None or value == "" or value == []:
        return ""
    if info is None:
        return str(value)
    if isinstance(value, Mapping):
        return _difference(desk, kind, name, value)
    if info.kind is Kind.INSTANT:
        return instant_text(int(value))
    if info.ref is not None:
        return _record(desk, info.ref, str(value))
    if name == desk.program.kind(kind).area:
        return "、".join(area_name(desk.replica, code) for code in (value if isinstance(value, list) else [value]))
    words = desk.program.label(kind, name, value, language())
    return words if revealed else str(one_covered(info, words, Shown.DETAIL, minor=minor))


def _record(desk: DeskContext, kind: str, record: str) -> str:
    held = desk.replica.read.get(kind, record)
    if held is None:
        info = desk.program.kind(kind)
        return say("field.unseen_kind", kind=told(info.title, info.en))
    return full_title(desk.program, desk.replica, held)


def _difference(desk: DeskContext, kind: str, name: str, change: Mapping[str, Any]) -> str:
    """What is added to a set, and what taken out of it."""
    parts = []
    for sign, key in (("+", "field.added"), ("-", "field.taken_out")):
        if change.get(sign):
            parts.append(say(key, words=desk.program.label(kind, name, list(change[sign]), language())))
    return " ".join(parts)


def breakable(words: str) -> str:
    """For a label that wraps: a long run of letters and digits may be broken, so that nothing is cut off."""
    return _UNBROKEN.sub(lambda m: m.group() + _MAY_BREAK, words)
