"""Issued papers as frozen values: what one says, how it stands, and where its record says something else by now."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.issued import COLLECTION, Standing
from baiyun_desktop.kernel.movement import COLLECTION as MOVEMENT
from baiyun_desktop.kernel.movement import Judged
from baiyun_desktop.kernel.paper import OUTSIDE_BLOCKS, Column, Grid, PaperSpec, Rows, Signatures
from baiyun_desktop.replica.layout import Layout
from baiyun_desktop.replica.plain import every, one


@dataclass(frozen=True, slots=True)
class IssuedPaper:
    """One paper that was issued. Instants are milliseconds UTC."""

    id: str
    subject_kind: str
    subject: str
    template: str
    template_version: int
    template_sha256: str
    title: str
    number: str
    masked: bool
    snapshot: Mapping[str, Any]
    page: Mapping[str, Any]
    """Empty where it was issued without a typesetter; it is set when it is first shown."""
    pdf_sha256: str
    issued_at: int
    issued_by: str
    printed_at: int | None
    printed_by: str
    copies: int
    reprints: int
    state: str
    void_reason: str
    voided_by: str
    voided_at: int | None
    signed_state: str
    seal_state: str
    overtaken: bool = False
    """Whether the step that wrote it came second: it is in somebody's hand, and counts no more."""

    @property
    def void(self) -> bool:
        return self.state == Standing.VOID.name

    @property
    def printed(self) -> bool:
        """Whether it is on paper already: another copy is a reprint."""
        return self.copies > 0

    @property
    def unprinted(self) -> bool:
        """Whether it counts and was never sent to a printer."""
        return not (self.void or self.overtaken or self.copies or self.reprints)


def issued_of(conn: Connection, layout: Layout, record: str) -> list[IssuedPaper]:
    """The papers of a record, the latest first."""
    return _read(conn, layout, '"subject" = ? AND voided IS 0 ORDER BY issued_at DESC, id DESC', record)


def issued_by_id(conn: Connection, layout: Layout, doc: str) -> IssuedPaper | None:
    """One paper; None where it has left this desk, or was erased."""
    return next(iter(_read(conn, layout, "id = ? AND voided IS 0", doc)), None)


def _read(conn: Connection, layout: Layout, where: str, value: str) -> list[IssuedPaper]:
    reader = layout.readers[COLLECTION]
    rows = every(conn, f'SELECT {reader.columns} FROM "{COLLECTION}" WHERE {where}', (value,))
    found = [(row[0], reader.values(row)) for row in rows]
    return [_paper(record, values, overtaken=_overtaken(conn, values.get("movement"))) for record, values in found]


def _overtaken(conn: Connection, movement: str | None) -> bool:
    found = one(conn, f'SELECT judgement FROM "{MOVEMENT}" WHERE id = ?', (movement,)) if movement else None
    return found is not None and found[0] == Judged.OVERTAKEN.value


def _paper(doc: str, row: Mapping[str, Any], *, overtaken: bool) -> IssuedPaper:
    def words(name: str) -> str:
        return str(row.get(name) or "")

    return IssuedPaper(
        id=doc, subject_kind=words("subject_kind"), subject=words("subject"), template=words("template"),
        template_version=int(row.get("template_version") or 0), template_sha256=words("template_sha256"),
        title=words("title"), number=words("doc_no"), masked=bool(row.get("masked")),
        snapshot=json.loads(words("snapshot") or "{}"), page=json.loads(words("page") or "{}"),
        pdf_sha256=words("pdf_sha256"), issued_at=int(row.get("issued_at") or 0), issued_by=words("issued_by"),
        printed_at=row.get("printed_at"), printed_by=words("printed_by"), copies=int(row.get("copies") or 0),
        reprints=int(row.get("reprints") or 0), state=words("state"), void_reason=words("void_reason"),
        voided_by=words("voided_by"), voided_at=row.get("voided_at"), signed_state=words("signed_state"),
        seal_state=words("seal_state"), overtaken=overtaken,
    )  # fmt: skip


def moved_on(paper: PaperSpec, then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """The labels of what the record says otherwise than its paper does (主档已变更)."""
    return list(dict.fromkeys(label for key, label in _labels(paper) if _differ(then.get(key), now.get(key))))


def _labels(paper: PaperSpec) -> Iterator[tuple[str, str]]:
    for block in paper.blocks:
        parts: tuple[tuple[str, str], ...] = ()
        if isinstance(block, Grid):
            parts = tuple((cell.key, cell.label) for row in block.rows for cell in row)
        elif isinstance(block, Rows):
            parts = ((block.key, block.title or "、".join(_heads(block.columns))),)
        elif isinstance(block, Signatures):
            parts = tuple((box.key, box.label) for box in block.boxes if box.key)
        yield from ((key, label) for key, label in parts if key not in OUTSIDE_BLOCKS)


def _heads(parts: tuple[Column, ...]) -> list[str]:
    return [part.label for part in parts]


def _differ(then: Any, now: Any) -> bool:
    """A value that the paper left empty and one that is not there are the same."""
    return (then or None) != (now or None)
