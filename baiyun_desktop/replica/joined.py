"""Records that were joined as one thing: by whom, and what was made of either since, for whoever wants to part them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.replica.layout import Layout
from baiyun_desktop.replica.plain import every
from baiyun_desktop.replica.snapshots import snapshots_by_id
from sync.act import Base
from sync.system import LINK

SINCE_MAX = 50
_LATER = 9 << 60
"""Where an own act stands that the district has not answered: after everything."""


@dataclass(frozen=True, slots=True)
class Edited:
    """One edit of a joined record since; `fields` are the names of what it changed."""

    record: str
    at: int
    officer: str
    verb: str
    fields: Sequence[str]


@dataclass(frozen=True, slots=True)
class Joined:
    """A live link between `record` and `other_id`; `other` is missing where this desk does not hold it."""

    link: str
    record: str
    other_id: str
    other: Snapshot | None
    how: str
    """certain: found by the district · decided: an officer said so."""
    officer: str
    at: int | None
    edits: Sequence[Edited] = ()
    made: Sequence[tuple[str, Snapshot]] = ()
    """(the id it refers to, record) of what refers to either and was made or changed since."""


def joined(conn: Connection, layout: Layout, base: Base, kind: str, record: str) -> list[Joined]:
    """The records that are linked with this one, and what was made since."""
    sql = (
        f'SELECT id, pos, subject, head, how, decided_by, decided_at FROM "{LINK}"'
        " WHERE subject_kind = ? AND (subject = ? OR head = ?) AND state = 'live' AND voided = 0 ORDER BY id"
    )
    found = []
    for link, pos, subject, head, how, officer, at in every(conn, sql, (kind, record, record)):
        other = head if subject == record else subject
        held = snapshots_by_id(conn, layout, base, kind, [other]).get(other)
        edits = [e for member in (record, other) for e in _edits(conn, kind, member, pos)]
        made = [m for member in (record, other) for m in _made(conn, layout, base, kind, member, pos)]
        found.append(Joined(link, record, other, held, how or "", officer or "", at, edits, made))
    return found


def _edits(conn: Connection, kind: str, record: str, since: int) -> list[Edited]:
    sql = (
        "SELECT coalesce(s.at, h.at), coalesce(s.officer, h.officer), coalesce(s.verb, h.verb),"
        " (SELECT json_group_array(key) FROM json_each(h.fields)) FROM history h"
        " LEFT JOIN sync_journal j ON j.number = h.act AND h.act > 0"
        " LEFT JOIN sync_stamp s ON s.pos = h.pos AND h.act = 0"
        " WHERE h.record = ? AND h.kind = ? AND h.op <> 'create'"
        f" AND CASE WHEN h.act > 0 THEN coalesce(nullif(j.pos, 0), {_LATER}) ELSE h.pos END > ?"
        " ORDER BY h.id DESC LIMIT ?"
    )
    rows = every(conn, sql, (record, kind, since, SINCE_MAX))
    return [Edited(record, at, officer, verb, _names(fields)) for at, officer, verb, fields in rows]


def _names(text: str) -> list[str]:
    names: Any = json.loads(text)
    return [str(name) for name in names]


def _made(
    conn: Connection, layout: Layout, base: Base, kind: str, record: str, since: int
) -> list[tuple[str, Snapshot]]:
    """Records of any kind that refer to this one and moved after the link was made; own unsent ones stand at 0."""
    found: dict[str, Snapshot] = {}
    for info in layout.program.kinds.values():
        for field in info.refs:
            if field.ref != kind or info.name not in layout.readers:
                continue
            sql = f'SELECT id FROM "{info.name}" WHERE "{field.name}" = ? AND voided = 0 AND (pos > ? OR pos = 0)'
            ids = [row[0] for row in every(conn, f"{sql} ORDER BY id LIMIT ?", (record, since, SINCE_MAX))]
            held: Mapping[str, Snapshot] = snapshots_by_id(conn, layout, base, info.name, ids)
            found.update(held)
    return [(record, snapshot) for snapshot in found.values()]
