"""Takes what a paper says from the rows in the very transaction that issues it, and sets it outside of the lock."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.issued import COLLECTION, Sealed, Signed, Standing
from baiyun_desktop.kernel.loaded import Setting, load
from baiyun_desktop.kernel.paper import HERE, Heading, PaperSpec, take_snapshot
from baiyun_desktop.kernel.template import Pressed
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.registry.areas import DISTRICT
from baiyun_desktop.replica.errors import Unknown
from baiyun_desktop.replica.identity import DeskIdentity
from baiyun_desktop.replica.layout import Layout
from baiyun_desktop.replica.lock import Priority
from baiyun_desktop.replica.plain import every, one
from baiyun_desktop.replica.rowview import RowView
from baiyun_desktop.replica.store import Store, Transaction
from sync.act import Change, Op

ROUNDS_MAX = 3
ORGANISATION = "organisation"
LEVELS_MAX = 9


class Wanted(Exception):
    """Raised inside a transaction to leave it: a paper has to be set first, which takes longer than a lock may be held."""

    def __init__(self, key: str, make: Callable[[], Pressed]) -> None:
        super().__init__(key)
        self.key, self.make = key, make


@dataclass(slots=True)
class Taking:
    """The papers that were set for one act so far, by all that they say."""

    ready: dict[str, Pressed] = field(default_factory=dict)
    now: bool = False
    """Set them here and now: rows that change all the time must not keep a paper waiting for ever."""

    def take(self, said: object, make: Callable[[], Pressed]) -> Pressed:
        """The paper that says this. Raises Wanted where it has not been set yet."""
        key = json.dumps(said, ensure_ascii=False, sort_keys=True, default=str)
        if key not in self.ready and self.now:
            self.ready[key] = make()
        if key not in self.ready:
            raise Wanted(key, make)
        return self.ready[key]


def in_one_transaction(store: Store, work: Callable[[Transaction, Taking], None]) -> Transaction:
    """Does the work with its papers: tried, undone where a paper has to be set, and done again with that paper.

    The second time takes the same numbers and reads the same rows, or other ones and sets the paper anew.
    """
    taking = Taking()
    for attempt in range(ROUNDS_MAX + 1):
        taking.now = attempt == ROUNDS_MAX
        try:
            with store.transaction(Priority.CLERK) as txn:
                work(txn, taking)
        except Wanted as wanted:
            taking.ready[wanted.key] = wanted.make()
        else:
            return txn
    raise AssertionError("the last attempt sets its papers itself")


class Rows:
    """The rows of one moment, with what is about to be written laid over them, in the shape that papers are made from."""

    def __init__(self, conn: Connection, layout: Layout, drafts: Sequence[Draft] = ()) -> None:
        self._conn, self._layout, self._drafts = conn, layout, drafts
        self._view = RowView(conn, layout, drafts)

    def get(self, kind: str, record: str, /) -> dict[str, Any] | None:
        row = self._view.get(kind, record)
        return None if row is None or row["voided"] else row

    def children(self, kind: str, parent: str, /) -> list[dict[str, Any]]:
        return self._view.children(kind, parent)

    def sharing(self, kind: str, name: str, value: str, /) -> list[dict[str, Any]]:
        column = self._layout.readers[kind].table_column(name).name
        found = [row[0] for row in every(self._conn, f'SELECT id FROM "{kind}" WHERE "{column}" = ?', (value,))]
        found += [d.id for d in self._drafts if d.kind == kind and d.values.get(name) == value]
        rows = [self.get(kind, record) for record in sorted(set(found))]
        return [row for row in rows if row is not None and row.get(name) == value]


def day_of(now_ms: int) -> date:
    """The day it is in Baiyun."""
    return datetime.fromtimestamp(now_ms / 1000, HERE).date()


def organisation(conn: Connection, layout: Layout, code: str | None) -> dict[str, Any]:
    """An organisation's fields by its code; empty where it is not known here."""
    reader = layout.readers.get(ORGANISATION)
    if reader is None or not code:
        return {}
    found = one(conn, f'SELECT {reader.columns} FROM "{ORGANISATION}" WHERE code = ? AND voided IS 0', (code,))
    return {} if found is None else reader.values(found)


def heading_of(conn: Connection, layout: Layout, identity: DeskIdentity, officer: str, now_ms: int) -> Heading:
    """Who issues: the office and its telephone, and the district as its own record in the tree calls it.

    Whoever renames that record at the district's top (白云矿区, 白云鄂博矿区) renames the head of every paper.
    """
    own = organisation(conn, layout, identity.places[0] if identity.places else "")
    node, district = own, ""
    for _ in range(LEVELS_MAX):
        if node.get("level") == DISTRICT:
            district = str(node.get("name") or "")
        node = organisation(conn, layout, node.get("parent_code"))
    office = str(own.get("name") or identity.post)
    return Heading(district or identity.district_word, office, officer, now_ms, str(own.get("phone") or ""))


def snapshot_of(
    conn: Connection,
    layout: Layout,
    paper: PaperSpec,
    about: tuple[str, str],
    heading: Heading,
    *,
    drafts: Sequence[Draft] = (),
    number: str | None = None,
    day: date | None = None,
) -> dict[str, Any]:
    """What the paper says about a record now, told as of `day`, which a step states; without one as of today.

    Raises Unknown where the record is not here, TypeError for a paper without facts.
    """
    if paper.facts is None:
        raise TypeError(f"{paper.name} declares no facts")
    rows = Rows(conn, layout, drafts)
    row = rows.get(*about)
    if row is None:
        raise Unknown("记录已不在本岗位的数据中，或已作废")

    def area_name(code: str | None) -> str:
        return str(organisation(conn, layout, code).get("name") or code or "")

    setting = Setting(layout.program, area_name, day or heading.when.date())
    facts = dict(paper.facts(load(setting, rows, about[0], row, paper.needs)))
    if number is not None:
        facts["number"] = number
    return take_snapshot(paper, facts, heading)


def issue_change(
    doc: str,
    paper: PaperSpec,
    about: tuple[str, str],
    snapshot: Mapping[str, Any],
    pressed: Pressed | None,
    *,
    officer: str,
    now_ms: int,
    step: tuple[str, str] = ("", ""),
) -> Change:
    """The record of a paper, ready to be written with the act that issues it; `step` is (verb, movement)."""
    fields: dict[str, Any] = {
        "subject_kind": str(about[0]), "subject": about[1], "template": paper.name,
        "title": paper.title, "doc_no": snapshot.get("number") or None, "series": paper.pattern or None,
        "verb": step[0] or None, "movement": step[1] or None, "snapshot": json.dumps(snapshot, ensure_ascii=False, sort_keys=True),
        "masked": paper.masked, "issued_at": now_ms, "issued_by": officer, "state": Standing.ISSUED.name,
        "signed_state": Signed.UNSIGNED.name, "seal_state": Sealed.UNSEALED.name, **set_fields(pressed),
    }  # fmt: skip
    return Change(COLLECTION, doc, Op.CREATE, {name: value for name, value in fields.items() if value is not None})


def set_fields(pressed: Pressed | None) -> dict[str, Any]:
    """What a record says of how its paper was set; nothing where there was no press."""
    if pressed is None:
        return {}
    return {
        "template_version": pressed.version,
        "template_sha256": pressed.template_sha256,
        "page": json.dumps(pressed.page, ensure_ascii=False, sort_keys=True),
        "pdf_sha256": pressed.sha256,
    }
