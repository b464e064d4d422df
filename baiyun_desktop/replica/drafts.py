"""From what an officer wants of a record to what an act says: travelling values, differences, defaults."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica.errors import DoorRefusal, Unknown
from baiyun_desktop.replica.layout import Layout
from sync.act import Base, Change, Op
from sync.canon import typed
from sync.desk.journal import oldest, own_acts
from sync.protocol import ACT_BYTES_MAX, CHANGES_PER_ACT_MAX
from sync.schema import FieldSpec, Policy

_ROUND_IT_BYTES = 16 * 1024
"""What an act has beside its changes, generously."""
_HAN_BYTES = 3


def travelling(value: Any) -> Any:
    """A Python value as it stands in columns and on the wire."""
    match value:
        case "":
            return None
        case str():
            return typed(value)
        case datetime():
            return int(value.timestamp() * 1000)
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case Enum():
            return value.name
        case set() | frozenset():
            return sorted(value)
        case tuple():
            return list(value)
        case _:
            return value


def base_of(drafts: Iterable[Draft], now: Base) -> Base:
    """What all drafts of one act saw: the oldest, so that nothing unseen is overwritten in silence."""
    bases = [draft.base for draft in drafts if not draft.new]
    if not bases:
        return now
    return oldest(bases)


def changes_of(conn: Connection, layout: Layout, drafts: Sequence[Draft], area: Callable[[str], str]) -> list[Change]:
    """The changes of one act, parents before children. A draft that changes nothing says nothing.

    `area` says of a kind where a new record lives whose draft does not say. Raises Unknown for a record that is not here, and
    ValueError for a field that is none or is not to be typed.
    """
    order = {name: number for number, name in enumerate(layout.schema.collections)}
    found = []
    for draft in sorted(drafts, key=lambda d: (not d.new, order.get(d.kind, len(order)))):
        change = _change(conn, layout, draft, area)
        if change is not None:
            found.append(change)
    return found


def _change(conn: Connection, layout: Layout, draft: Draft, area: Callable[[str], str]) -> Change | None:
    kind = str(draft.kind)  # a table's name is SQLAlchemy's own kind of text, which does not travel
    spec = layout.spec(kind)
    if spec is None:
        raise Unknown(f"没有“{draft.kind}”这类记录")
    values = {name: travelling(value) for name, value in draft.values.items()}
    for name in values:
        if spec.field(name) is None:
            raise ValueError(f"{draft.kind}.{name} is no field that can be written")
    if draft.new:
        if spec.area and values.get(spec.area) is None:
            values[spec.area] = area(kind) or None
        values = {n: v for n, v in values.items() if v is not None}
        _refuse_too_long(layout, kind, values)
        return Change(kind, draft.id, Op.CREATE, values)
    stored = layout.rows.of(draft.kind).get(conn, draft.id)
    if stored is None:
        raise Unknown("记录已不在本岗位的数据中")
    fields: dict[str, Any] = {}
    for name, value in values.items():
        declared = spec.field(name)
        assert declared is not None
        if declared.policy in (Policy.UNION, Policy.ADD):
            seen = value_at(conn, draft.kind, draft.id, name, draft.base, stored.row.get(name))
            value = difference(declared, seen, value)
        elif stored.row.get(name) == value and not _moved_since(conn, draft, name):
            continue
        if value is not None or declared.policy not in (Policy.UNION, Policy.ADD):
            fields[name] = value
    _refuse_too_long(layout, kind, fields)
    return Change(kind, draft.id, Op.FIELDS, fields) if fields else None


def _refuse_too_long(layout: Layout, kind: str, fields: Mapping[str, Any]) -> None:
    """Raises DoorRefusal for a text beyond what its field is declared for."""
    info = layout.program.kinds.get(kind)
    if info is None:
        return
    for name, value in fields.items():
        declared = info.by_name.get(name)
        if declared is not None and declared.most and isinstance(value, str) and len(value) > declared.most:
            raise DoorRefusal(
                f"“{declared.label}”有 {len(value)} 字，最多 {declared.most} 字，没有保存。"
                "输入的内容还在屏幕上；请改短，写不下的写进“备注”，再保存一次"
            )


def too_much(layout: Layout, changes: Sequence[Change]) -> str:
    """Why what was typed does not fit into one act, and what to do; empty where it does."""
    if len(changes) > CHANGES_PER_ACT_MAX:
        return f"一次最多保存 {CHANGES_PER_ACT_MAX} 项，这次有 {len(changes)} 项，没有保存；请分几次办理"
    if len(msgspec.msgpack.encode(changes)) <= ACT_BYTES_MAX - _ROUND_IT_BYTES:
        return ""
    texts = [(len(str(value)), one.collection, name) for one in changes for name, value in one.fields.items()]
    length, kind, name = max(texts)
    info = layout.program.kinds.get(kind)
    declared = info.by_name.get(name) if info is not None else None
    most = ACT_BYTES_MAX // _HAN_BYTES // 10_000 - 1
    return (
        f"内容太多，没有保存：“{declared.label if declared else name}”有 {length} 字，一次保存的全部内容不能超过约 {most} 万字。"
        "输入的内容还在屏幕上；请删短，或分写在几条记录里，再保存一次"
    )


def difference(declared: FieldSpec, seen: Any, wanted: Any) -> Any:
    """What travels for a set or a sum: additions and removals, not the whole; None where there is no difference."""
    if declared.policy is Policy.ADD:
        change = (wanted or 0) - (seen or 0)
        return change or None
    was, now = set(seen or []), set(wanted or [])
    if was == now:
        return None
    return {"+": sorted(now - was), "-": sorted(was - now)}


def value_at(conn: Connection, kind: str, record: str, name: str, base: Base, current: Any) -> Any:
    """What a field held when a form with that base opened: the first later change says what was before it."""
    rows = conn.exec_driver_sql(
        "SELECT fields FROM history WHERE record = ? AND kind = ? AND (act > ? OR pos > ?) ORDER BY id",
        (record, kind, own_acts(base), base.pos),
    )
    for (text,) in rows:
        fields = json.loads(text)
        if name in fields:
            return fields[name][0]
    return current


def _moved_since(conn: Connection, draft: Draft, name: str) -> bool:
    """Whether the field was written after the form opened; then even an equal value is said, and merges as one."""
    marker = object()
    return value_at(conn, draft.kind, draft.id, name, draft.base, marker) is not marker
