"""Finds or begins the records that a step brings along, in the very transaction that takes it."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.step import Brief, Brings, Step
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica.layout import Layout
from baiyun_desktop.replica.plain import every
from sync.outside import Ids
from sync.schema import Row

LIKELY_MAX = 50
"""A dozen estates have a door 3-1-502; more than these nobody would tell apart by it."""


def brought(conn: Connection, layout: Layout, step: Step, brief: Brief, ids: Ids) -> tuple[dict[str, Any], list[Draft]]:
    """What the record's references get, and the drafts of what had to be begun for them."""
    filled: dict[str, Any] = {}
    begun: list[Draft] = []
    for brings in step.brings:
        leads = brief.has(brings.field)
        if leads and (brings.outdated is None or not brings.outdated(brief)):
            continue
        wanted, kind = brings.begins(brief), layout.program.kind(brief.kind).field(brings.field).ref
        held = _held(conn, layout, kind, brings, wanted) if wanted and kind is not None else None
        if held is None and wanted and kind is not None:
            held = ids.new()
            begun.append(Draft.create(kind, held, **wanted))
        if held is not None or leads:
            filled[brings.field] = held
    return filled, begun


def _held(conn: Connection, layout: Layout, kind: str, brings: Brings, wanted: Row) -> str | None:
    """The first record that is the same, of those that are alike by the field they are looked up by."""
    reader = layout.readers[kind]
    value = {**wanted, **layout.program.kind(kind).derive(wanted)}.get(brings.by)
    if value in (None, ""):
        return None
    sql = (
        f'SELECT {reader.columns} FROM "{kind}" WHERE "{brings.by}" = ? AND voided IS 0 ORDER BY id LIMIT {LIKELY_MAX}'
    )
    rows = every(conn, sql, (reader.to_storage(brings.by, value),))
    return next((str(row[0]) for row in rows if brings.same(wanted, reader.values(row))), None)
