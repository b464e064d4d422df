"""Requests and acts that no program of ours would write: found before they reach the database, so that they stop nobody."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from ..act import Act, Change, Op
from ..canon import is_canonical
from ..columns import is_id
from ..errors import Damaged
from ..protocol import NUMBER_MAX, RoundRequest
from ..schema import CollectionSpec, Kind, Schema
from ..system import CONTEST

_ID = re.compile(r"[!-~]{1,100}")
_WORD_CHARS_MAX = 200


def check_request(request: RoundRequest, acts: Sequence[Act], most: int) -> None:
    """Raises Damaged where a request says a number that no desk comes to and a database may not even hold.

    Also where its acts are of more than `most` characters together: a column says a value once for many changes, so few
    bytes may stand for more than there is memory when each act is written down by itself.
    """
    r = request
    numbers = [r.epoch, r.fence, r.pos, r.limit, r.timeline, r.old_pos, r.level, r.waiting, r.oldest_ms]
    numbers += [part for number, own, _ in r.sealed for part in (number, own)] + [act.number for act in acts]
    if r.old_upto < -1 or not all(0 <= number <= NUMBER_MAX for number in [*numbers, r.old_upto + 1]):
        raise Damaged("a number of the message is beyond what any desk says")
    if _size(acts) > most:
        raise Damaged(f"a message of more than {most} bytes is not unpacked")


def _size(acts: Sequence[Act]) -> int:
    """About how many characters acts are, each by itself. What a column says once is one object, and is measured once."""
    known: dict[int, int] = {}

    def size(value: Any) -> int:
        if isinstance(value, str | bytes):
            return len(value)
        if not isinstance(value, list | dict):
            return 1
        if id(value) not in known:
            known[id(value)] = len(msgspec.msgpack.encode(value))
        return known[id(value)]

    words = sum(len(act.officer) + len(act.verb) + len(act.batch) for act in acts)
    changes = [change for act in acts for change in act.changes]
    names = sum(len(change.collection) + len(change.id) + sum(map(len, change.fields)) for change in changes)
    return words + names + sum(size(value) for change in changes for value in change.fields.values())


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
    if change.op is Op.DECIDE and change.collection == CONTEST:
        return _is_decision(change.fields)
    if change.op not in (Op.CREATE, Op.FIELDS):
        return True
    if change.op is Op.CREATE and spec is not None and spec.judged and not _is_step(spec, change):
        return False
    for name, value in change.fields.items():
        known = spec.field(name) if spec is not None else None
        if isinstance(value, int) and abs(value) > NUMBER_MAX:
            return False
        if known is not None and known.kind is Kind.REF and value is not None and not _is_id(value):
            return False
    return True


def _is_decision(fields: Mapping[str, Any]) -> bool:
    """Whether a contest's decision says a value and the sides that its officer saw, each as [line, act number]."""
    saw = fields.get("saw")
    return isinstance(fields.get("value"), dict) and isinstance(saw, list) and all(map(_is_side, saw))


def _is_side(side: object) -> bool:
    return isinstance(side, list) and len(side) == 2 and isinstance(side[0], str) and isinstance(side[1], int)


def _is_step(spec: CollectionSpec, step: Change) -> bool:
    """Whether a step says which record it moves."""
    assert spec.parent is not None
    field, kind = spec.parent
    return _is_id(step.fields.get(field)) and (bool(kind) or _is_id(step.fields.get(f"{field}_kind")))


def _named(spec: CollectionSpec | None, change: Change) -> list[str]:
    """The fields of a change whose text the database compares: what it is about, its kinds and its files."""
    known = set(spec.blob_fields) if spec is not None else set[str]()
    return [n for n, v in change.fields.items() if isinstance(v, str) and (n in known or n.startswith("subject"))]


def _is_id(value: object) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None
