"""What follows from changed rows, in the same transaction: history, projections, states and search keys."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.calendar import Calendar
from baiyun_desktop.kernel.issued import COLLECTION as ISSUED
from baiyun_desktop.kernel.movement import COLLECTION as MOVEMENT
from baiyun_desktop.replica import dues, index
from baiyun_desktop.replica.capture import Before
from baiyun_desktop.replica.layout import Layout, filled
from baiyun_desktop.replica.plain import every, one, run
from sync.desk.rows import from_column
from sync.system import CONTEST, LINK

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Author:
    """Who signs what a transaction did."""

    officer: str
    verb: str
    desk: str
    act: int = 0
    batch: str = ""
    reason: str = ""


THE_DISTRICT = Author("", "", "")
"""What came by sync is signed by the stamp of its position, which may arrive a slice later: see `Read.history`."""


class Refresh:
    """Runs once at the end of each transaction, whoever wrote."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._almanac = dues.Almanac()
        self._calendar: Calendar | None = None
        """Looked up once a transaction."""

    def run(
        self, conn: Connection, before: list[Before], touched: Iterable[Key], author: Author | None, now_ms: int
    ) -> frozenset[Key]:
        """Brings everything derived in line; returns the records that may look different now."""
        self._calendar = None
        changed = {(b.kind, b.id) for b in before}
        subjects: set[Key] = set()
        for image in before:
            row = self._row(conn, image.kind, image.id)
            subjects |= self._subjects(image, row)
            self._write_history(conn, image, row, author, now_ms)
        for kind, record in sorted(changed | subjects):
            self.project(conn, kind, record)
        return frozenset(changed | subjects | set(touched))

    def project(self, conn: Connection, kind: str, record: str) -> None:
        """Rebuilds one record's derived columns and search keys from its facts."""
        layout = self._layout
        info = layout.info(kind)
        if info is None or not (layout.projections[kind] or kind in layout.searchable or kind in layout.limited):
            return
        reader = layout.readers[kind]
        found = one(conn, f'SELECT {reader.columns} FROM "{kind}" WHERE id = ?', (record,))
        if found is None:
            index.remove(conn, kind, record)
            run(conn, "DELETE FROM due WHERE record = ?", (record,))
            return
        values = reader.values(found)
        derived = self._derived(conn, kind, record, values, voided=bool(found[2]))
        stale = {name: value for name, value in derived.items() if values.get(name) != value}
        if stale:
            sets = ", ".join(f'"{name}" = ?' for name in stale)
            stored = [reader.to_storage(name, value) for name, value in stale.items()]
            run(conn, f'UPDATE "{kind}" SET {sets} WHERE id = ?', (*stored, record))
        if kind in layout.searchable:
            keys = index.keys_of(info, {**values, **derived}) if not found[2] else set()
            index.put(conn, kind, record, keys)

    def _derived(
        self, conn: Connection, kind: str, record: str, values: dict[str, Any], *, voided: bool
    ) -> dict[str, Any]:
        layout = self._layout
        info = layout.program.kind(kind)
        names = {field.name for field in layout.projections[kind]}
        given = info.derive(filled(values))
        derived = {name: given.get(name) for name in names}
        state_field, procedure = layout.state_field(kind), layout.program.procedure(kind)
        if procedure is None or (state_field is None and not procedure.deadlines):
            return derived
        movements = movements_of(conn, layout, record)
        derived |= procedure.took(record, movements)
        if state_field is not None:
            derived[state_field] = procedure.state(movements).name
        if procedure.deadlines:
            if self._calendar is None:
                self._calendar = self._almanac.calendar(conn, layout)
            rows = [] if voided else dues.reckoned(procedure, record, values, movements, self._calendar)
            dues.put(conn, record, rows)
            due_field = layout.due_field(kind)
            if due_field is not None:
                derived[due_field] = rows[0].last_day if rows else None
        return derived

    def _row(self, conn: Connection, kind: str, record: str) -> dict[str, Any] | None:
        names = ("voided", "extra", *self._layout.facts[kind])
        columns = ", ".join(f'"{name}"' for name in ("pos", *names))
        found = one(conn, f'SELECT {columns} FROM "{kind}" WHERE id = ?', (record,))
        return None if found is None else dict(zip(("pos", *names), found, strict=True))

    def _subjects(self, image: Before, row: dict[str, Any] | None) -> set[Key]:
        """The records that a movement, contest or link is about look different too."""
        if image.kind not in (MOVEMENT, CONTEST, LINK):
            return set()
        found = set()
        for source in (image.row, row):
            if source is not None and source.get("subject") and source.get("subject_kind") in self._layout.readers:
                found.add((str(source["subject_kind"]), str(source["subject"])))
        return found

    def _write_history(
        self, conn: Connection, image: Before, row: dict[str, Any] | None, author: Author | None, now_ms: int
    ) -> None:
        if row is None or _is_empty(
            row
        ):  # it left this desk's areas, its creation was refused, or it was erased by law
            run(conn, "DELETE FROM history WHERE record = ? AND kind = ?", (image.id, image.kind))
            if image.kind == ISSUED and row is not None:  # a paper about somebody who was erased is printed no more
                run(conn, "DELETE FROM print_queue WHERE doc = ?", (image.id,))
            return
        op, fields = self._difference(image, row)
        if not op:
            return
        sign = author or THE_DISTRICT
        pos = 0 if author else int(row["pos"])
        run(
            conn,
            "INSERT INTO history (kind, record, at, officer, desk, verb, act, pos, batch, reason, op, fields)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                image.kind, image.id, now_ms, sign.officer, sign.desk, sign.verb, sign.act, pos, sign.batch, sign.reason, op,
                json.dumps(fields, ensure_ascii=False),
            ),
        )  # fmt: skip

    def _difference(self, image: Before, row: dict[str, Any]) -> tuple[str, dict[str, list[Any]]]:
        if image.row is None:
            return "create", {}
        spec = self._layout.schema[image.kind]
        convert = {f.name: from_column(f) for f in spec.fields}
        convert["extra"] = json.loads
        fields = {}
        for name, was in image.row.items():
            now = row[name]
            if name != "voided" and was != now:
                out = convert[name]
                fields[name] = [None if was is None else out(was), None if now is None else out(now)]
        if bool(image.row["voided"]) != bool(row["voided"]):
            return ("void" if row["voided"] else "restore"), fields
        return ("fields" if fields else ""), fields


def _is_empty(row: dict[str, Any]) -> bool:
    """Whether nothing but its id is left of a record."""
    return bool(row["voided"]) and all(value is None for name, value in row.items() if name not in ("pos", "voided"))


def movements_of(conn: Connection, layout: Layout, record: str) -> list[dict[str, Any]]:
    """A record's movements as the procedure folds them."""
    reader = layout.readers[MOVEMENT]
    rows = every(conn, f'SELECT {reader.columns} FROM "{MOVEMENT}" WHERE subject = ?', (record,))
    return [{**reader.values(row), "id": row[0], "pos": row[1], "voided": bool(row[2])} for row in rows]
