"""Rows as rules and judges see them: what is on the desk, with what an officer is about to write laid over it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.movement import COLLECTION as MOVEMENT
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica.layout import Layout, filled
from baiyun_desktop.replica.plain import every, one


class RowView:
    """The kernel's `Reader` over one connection: the district builds the same view over its merged rows."""

    def __init__(self, conn: Connection, layout: Layout, drafts: Iterable[Draft] = ()) -> None:
        self._conn = conn
        self._layout = layout
        self._drafts = {(draft.kind, draft.id): draft for draft in drafts}

    def get(self, collection: str, id: str) -> dict[str, Any] | None:  # noqa: A002  (the kernel's word)
        """The row's filled fields with "id", "pos" and "voided" beside them."""
        reader = self._layout.readers.get(collection)
        if reader is None:
            return None
        found = one(self._conn, f'SELECT {reader.columns} FROM "{collection}" WHERE id = ?', (id,))
        draft = self._drafts.get((collection, id))
        if found is None:
            return None if draft is None or not draft.new else self._row(id, 0, False, {}, draft)
        return self._row(id, found[1], bool(found[2]), reader.values(found), draft)

    def _row(self, record: str, pos: int, voided: bool, values: dict[str, Any], draft: Draft | None) -> dict[str, Any]:
        if draft is not None:
            values = {**values, **draft.values}
        return {**filled(values), "id": record, "pos": pos, "voided": voided}

    def children(self, collection: str, parent_id: str) -> list[dict[str, Any]]:
        """Rows of a child kind under one parent, in the order they were made; voided ones are no children."""
        spec = self._layout.spec(collection)
        reader = self._layout.readers.get(collection)
        if spec is None or reader is None or spec.parent is None:
            return []
        field = spec.parent[0]
        rows = every(
            self._conn, f'SELECT {reader.columns} FROM "{collection}" WHERE "{field}" = ? ORDER BY id', (parent_id,)
        )
        found = {
            row[0]: self._row(row[0], row[1], bool(row[2]), reader.values(row), self._drafts.get((collection, row[0])))
            for row in rows
        }
        for (kind, record), draft in self._drafts.items():
            if kind == collection and draft.new and draft.values.get(field) == parent_id:
                found[record] = self._row(record, 0, False, {}, draft)
        return [row for row in found.values() if not row["voided"]]

    def movements(self, record: str) -> list[dict[str, Any]]:
        """A record's movements as its procedure folds them."""
        return self.children(MOVEMENT, record)
