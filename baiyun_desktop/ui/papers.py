"""Papers and ledgers as the window asks for them: loaded from the replica, printed in a thread, opened or filed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from baiyun_desktop.documents.issue import Issued, issue_ledger, issue_paper
from baiyun_desktop.kernel.audit import Doing
from baiyun_desktop.kernel.ledger import LedgerSpec
from baiyun_desktop.kernel.listing import ListSpec
from baiyun_desktop.kernel.loaded import Setting, load
from baiyun_desktop.kernel.paper import Heading, PaperSpec
from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.replica.read import Read
from baiyun_desktop.ui.days import today
from baiyun_desktop.ui.desk import DeskContext
from baiyun_desktop.ui.titles import area_name

ROWS_MAX = 100_000


class ReadSource:
    """The replica's reads in the shape that papers are loaded from; void records are not given."""

    def __init__(self, read: Read) -> None:
        self._read = read

    def get(self, kind: str, record: str, /) -> dict[str, Any] | None:
        snapshot = self._read.get(kind, record)
        return None if snapshot is None or snapshot.voided else _row(snapshot)

    def children(self, kind: str, parent: str, /) -> list[dict[str, Any]]:
        return [_row(snapshot) for snapshot in self._read.children(kind, parent)]

    def sharing(self, kind: str, name: str, value: str, /) -> list[dict[str, Any]]:
        return [_row(snapshot) for snapshot in self._read.by_ref(kind, name, value)]


def _row(snapshot: Snapshot) -> dict[str, Any]:
    return {**snapshot.values, "id": snapshot.id}


def papers_of(desk: DeskContext, kind: str) -> Sequence[PaperSpec]:
    """The papers that a record of that kind can be printed as: what its steps write, and what is made from the same facts."""
    procedure = desk.program.procedure(kind)
    written = [desk.program.papers[s.writes] for s in procedure.steps if s.writes] if procedure is not None else []
    facts = {paper.facts for paper in written}
    return [*written, *(p for p in desk.program.papers.values() if p not in written and p.facts in facts)]


def print_paper(desk: DeskContext, paper: PaperSpec, kind: str, record: str) -> Issued:
    """In a thread: the paper of one record as PDF, noted in the audit before anybody sees it.

    Raises LookupError where the record is gone.
    """
    source = ReadSource(desk.replica.read)
    row = source.get(kind, record)
    if row is None:
        raise LookupError(record)
    desk.audit.note(Doing.PRINT, kind=kind, record=record, fields=(paper.name,))
    return issue_paper(paper, load(_setting(desk), source, kind, row, paper.needs), _heading(desk))


def file_ledger(desk: DeskContext, spec: ListSpec, ledger: LedgerSpec, *, masked: bool = True) -> bytes:
    """In a thread: the workbook of all rows of a list, masked as lists are unless a second person allowed more."""
    source, setting = ReadSource(desk.replica.read), _setting(desk)
    rows = desk.replica.read.list(spec.kind, spec.where, spec.sort, 0, ROWS_MAX).rows
    loaded = (load(setting, source, spec.kind, _row(row), ledger.needs) for row in rows)
    return issue_ledger(ledger, loaded, _heading(desk), masked=masked)


def _setting(desk: DeskContext) -> Setting:
    return Setting(desk.program, lambda code: area_name(desk.replica, code), today())


def _heading(desk: DeskContext) -> Heading:
    identity = desk.identity
    office = area_name(desk.replica, identity.areas[0] if identity.areas else "") or identity.post
    return Heading(identity.district_word, office, identity.officer, desk.now_ms())
