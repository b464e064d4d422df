"""What an erasure by law leaves of an act, said once for both sides: who did something and when, and nothing of the record."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator
from typing import Any

import msgspec

from .act import Act, Change, Op
from .columns import is_id
from .schema import Schema

ERASED_WORDS = "这条记录已依法删除"
VERB = "依法删除"

Key = tuple[str, str]

_IDS = re.compile(rb"[0-9a-f]{32}")


def above(change: Change, schema: Schema) -> Iterator[Key]:
    """The record whose child a change says its record is, or that it decides about."""
    spec = schema.get(change.collection)
    if spec is None or spec.parent is None:
        return
    field, collection = spec.parent
    target, kind = change.fields.get(field), collection or change.fields.get(f"{field}_kind")
    if isinstance(target, str) and isinstance(kind, str):
        yield kind, target


def without(
    act: Act, erased: Container[Key], schema: Schema | None = None, alive: Callable[[Key], bool] = lambda _key: False
) -> tuple[Act, set[Key]]:
    """The act with nothing left of what it says about erased records, and the records of those changes.

    With a schema, what the act hangs on an erased record goes too, unless it is `alive` elsewhere: for acts that were
    never taken.
    """
    gone: set[Key] = set()
    while True:
        rest = [c for c in act.changes if (c.collection, c.id) not in gone]
        more = {(c.collection, c.id) for c in rest if _falls(c, erased, gone, schema, alive)}
        if not more:
            break
        gone |= more
    if all(c.op is Op.ERASE for c in act.changes if (c.collection, c.id) in gone):
        return act, gone
    kept = (Change(c.collection, c.id, Op.ERASE) if (c.collection, c.id) in gone else c for c in act.changes)
    return msgspec.structs.replace(act, changes=tuple(kept)), gone


def _falls(
    change: Change, erased: Container[Key], gone: set[Key], schema: Schema | None, alive: Callable[[Key], bool]
) -> bool:
    key = (change.collection, change.id)
    if key in erased:
        return True
    hangs = schema is not None and any(k in erased or k in gone for k in above(change, schema))
    return hangs and not alive(key)


def ids_in(act: Act) -> set[str]:
    """The ids that an act names: of its records, and of what these point at."""
    decided = [v for c in act.changes if isinstance(v := c.fields.get("value"), dict)]  # what a decision writes
    rows = [*(c.fields for c in act.changes), *decided]
    return {c.id for c in act.changes} | {v for row in rows for v in row.values() if is_id(v)}


def ids_of(body: bytes) -> set[bytes]:
    """What may be a record's id in an act's bytes."""
    return set(_IDS.findall(body))


def mentions(body: bytes, ids: set[bytes]) -> bool:
    """Whether an act's bytes name one of these ids; spares reading most acts."""
    return not ids.isdisjoint(_IDS.findall(body))


def as_bytes(keys: Iterable[Key]) -> set[bytes]:
    """The ids of records as they stand in an act's bytes."""
    return {record.encode() for _, record in keys}


def key_of(row: Any) -> Key:
    """The record that a row of a table with `collection` and `record` speaks of."""
    return row.collection, row.record
