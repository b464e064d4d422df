"""Acts that no program of ours would write: found before they reach the database, so that they stop nobody."""

from __future__ import annotations

import re

from ..act import Act, Change, Op
from ..canon import is_canonical
from ..columns import is_id
from ..schema import CollectionSpec, Kind, Schema

NUMBER_MAX = 2**53
"""Whole numbers are exact up to it in every program that may ever read them."""

_ID = re.compile(r"[!-~]{1,100}")
_WORD_CHARS_MAX = 200


def malformed(schema: Schema, act: Act) -> str:
    """What is wrong with an act, in words for its officer; empty where nothing is."""
    words = (act.officer, act.verb, act.batch)
    if any("\0" in word or len(word) > _WORD_CHARS_MAX for word in words):
        return "经办人或办理名称的格式不对，请重新填写"
    if any(not -NUMBER_MAX <= number <= NUMBER_MAX for number in (act.at, act.base.pos, act.base.own)):
        return "电脑的日期不对，请校正后重新保存"
    if not act.changes or not all(_is_sound(schema, change) for change in act.changes):
        return "内容的格式不对，请重新填写"
    return ""


def _is_sound(schema: Schema, change: Change) -> bool:
    if not (_ID.fullmatch(change.collection) and is_id(change.id) and is_canonical(change.fields)):
        return False
    spec = schema.get(change.collection)
    if any("\0" in name for name in change.fields) or any("\0" in change.fields[n] for n in _named(spec, change)):
        return False
    if change.op not in (Op.CREATE, Op.FIELDS):
        return True
    for name, value in change.fields.items():
        known = spec.field(name) if spec is not None else None
        if isinstance(value, int) and abs(value) > NUMBER_MAX:
            return False
        if known is not None and known.kind is Kind.REF and value is not None and not _is_id(value):
            return False
    return True


def _named(spec: CollectionSpec | None, change: Change) -> list[str]:
    """The fields of a change whose text the database compares: what it is about, its kinds and its files."""
    known = set(spec.blob_fields) if spec is not None else set[str]()
    return [n for n, v in change.fields.items() if isinstance(v, str) and (n in known or n.startswith("subject"))]


def _is_id(value: object) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None
