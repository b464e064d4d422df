"""The door's half for papers: issued with number, snapshot and fingerprint in one transaction, void, and printed again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.issued import COLLECTION, Sealed, Signed, Standing
from baiyun_desktop.kernel.paper import PaperSpec
from baiyun_desktop.kernel.step import Brief, Step
from baiyun_desktop.kernel.template import Press, Pressed, Template
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica import print_queue
from baiyun_desktop.replica.acting import Officers, Write
from baiyun_desktop.replica.errors import DoorRefusal, Unknown
from baiyun_desktop.replica.issued import IssuedPaper, issued_by_id, issued_of, moved_on
from baiyun_desktop.replica.issuing import (
    Taking,
    day_of,
    heading_of,
    in_one_transaction,
    issue_change,
    set_fields,
    snapshot_of,
)
from baiyun_desktop.replica.layout import Layout
from baiyun_desktop.replica.lock import Priority
from baiyun_desktop.replica.paper_layouts import check_is_top, layout_by, layout_change, layout_in_force, next_version
from baiyun_desktop.replica.print_queue import Waiting
from baiyun_desktop.replica.store import Store, Transaction
from baiyun_desktop.replica.taking_out import not_kept, not_shown
from sync.act import Change, Op
from sync.desk.journal import Journal
from sync.outside import Ids

ISSUE, AGAIN, PRINT, EXPORT, VOID_PAPER, SIGN, PUT = "出具文书", "补打", "打印", "导出", "作废文书", "签章", "更换版式"


@dataclass(frozen=True, slots=True)
class PaperUse:
    """A paper with somebody's data on it leaves the desk: what the audit is told."""

    verb: str
    doc: str
    kind: str
    record: str
    title: str
    number: str
    copies: int
    masked: bool
    officer: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What a paper would say now, and by which layout (None: the program's own)."""

    snapshot: Mapping[str, Any]
    template: Template | None
    standing: IssuedPaper | None
    """The paper of that kind that was issued of the record before and still counts."""


@dataclass(frozen=True, slots=True)
class LinedUp:
    """A paper that is issued and waits for the printer."""

    doc: str
    item: int


class Papers:
    """Papers of one replica. A paper is set outside the lock and counts from the commit that has its number."""

    def __init__(
        self,
        store: Store,
        journal: Journal,
        ids: Ids,
        desk: Officers,
        number: Callable[[Connection, str, int | None], str],
        write: Write,
    ) -> None:
        self._store, self._journal, self._ids, self._desk = store, journal, ids, desk
        self._number, self._write = number, write
        self.press: Press | None = None
        """What sets papers, given by whoever can; without it a paper is set when it is first shown."""
        self.on_use: Callable[[Transaction, PaperUse], None] | None = None
        """Told inside the transaction that counts a print or an export: the audit's word."""

    # --- looks --------------------------------------------------------------------------------------------------

    def look(self, paper: PaperSpec, kind: str, record: str) -> Looked:
        """What the paper would say now; nothing is numbered and nothing written. Raises Unknown, or DoorRefusal where it
        says numbers whole and the post's role sees none.
        """
        self._refuse_unseen(masked=paper.masked)
        with self._store.reading() as conn:
            heading = heading_of(conn, self._layout, self._desk.identity, self._desk.officer, self._now)
            snapshot = snapshot_of(conn, self._layout, paper, (kind, record), heading)
            found = [p for p in issued_of(conn, self._layout, record) if p.template == paper.name and not p.void]
            return Looked(snapshot, self._in_force(conn, paper), found[0] if found else None)

    def issued(self, record: str) -> list[IssuedPaper]:
        """The papers of a record, void ones too, the latest first."""
        with self._store.reading() as conn:
            return issued_of(conn, self._layout, record)

    def get(self, doc: str) -> IssuedPaper | None:
        """One issued paper; None where it is not here."""
        with self._store.reading() as conn:
            return issued_by_id(conn, self._layout, doc)

    def moved_on(self, paper: IssuedPaper) -> list[str]:
        """The labels of what the record says otherwise by now; empty also where it cannot be told any more."""
        spec = self._layout.program.papers.get(paper.template)
        if spec is None or spec.facts is None:
            return []
        try:
            now = self.look(spec, paper.subject_kind, paper.subject).snapshot
        except Unknown:
            return []
        return moved_on(spec, paper.snapshot, now)

    def set_again(self, paper: IssuedPaper, *, again: int = 0) -> Pressed:
        """An issued paper as it was, by the layout it was made with; void, or a copy made later, is marked so."""
        self._refuse_unseen(masked=paper.masked)
        with self._store.reading() as conn:
            template = layout_by(conn, self._layout, paper.template_sha256)
        if self.press is None:
            raise DoorRefusal("本机这时不能排版文书")
        if not paper.page:  # issued where there was no typesetter
            spec = self._layout.program.papers.get(paper.template)
            if spec is None:
                raise DoorRefusal(f"本机的程序不认识“{paper.title}”，请升级后再看")
            return self.press(spec, template, paper.snapshot)
        across = "作废" if paper.void else "已被取代" if paper.overtaken else ""
        marks = {"mark": across, "again": f"补打 第{again}次" if again else ""}
        return self.press.again(paper.title, template, {**paper.page, **marks}, paper.template_sha256)

    def _refuse_unseen(self, *, masked: bool) -> None:
        if why := not_shown(self._desk.role, masked=masked):
            raise DoorRefusal(why)

    # --- issued -------------------------------------------------------------------------------------------------

    def issue(
        self,
        paper: PaperSpec,
        kind: str,
        record: str,
        *,
        copies: int = 1,
        about: str = "",
        officer: str = "",
        batch: str = "",
    ) -> LinedUp:
        """Issues a paper and lines it up for the printer: number, record and file in one transaction.

        One that a step wrote, that nobody has printed and that says the same, is lined up instead of a second one.
        Raises Unknown where the record is not here, DoorRefusal where its batch has it already.
        """
        self._refuse_unseen(masked=paper.masked)
        made: list[LinedUp] = []

        def work(txn: Transaction, taking: Taking) -> None:
            who = officer or self._desk.officer
            pressed: Pressed | None
            unprinted = self._unprinted(txn.conn, paper, (kind, record), who)
            if unprinted is not None:
                doc, number = unprinted.id, unprinted.number
                pressed = taking.take([doc], lambda: self.set_again(unprinted))
            else:
                change, pressed = self._issue(txn.conn, taking, paper, (kind, record), who)
                doc, number = change.id, str(change.fields.get("doc_no") or "")
                self._write(txn, self._journal.base(txn.conn), [change], ISSUE, officer=who)
            if batch and not print_queue.note_done(txn.conn, batch, record, doc):
                raise DoorRefusal("这一份已经印过")
            item = Waiting(0, doc, paper.name, paper.title, number, about, 0, copies, self._now, batch)
            made.append(LinedUp(doc, print_queue.put(txn.conn, item, pressed.pdf) if pressed else 0))

        in_one_transaction(self._store, work)
        return made[-1]

    def _unprinted(
        self, conn: Connection, paper: PaperSpec, about: tuple[str, str], officer: str
    ) -> IssuedPaper | None:
        """The paper of that kind that counts, says what the record says, and has never been on its way to a printer."""
        found = [p for p in issued_of(conn, self._layout, about[1]) if p.template == paper.name and p.unprinted]
        if not found or not found[0].page or print_queue.is_waiting(conn, found[0].id):
            return None
        heading = heading_of(conn, self._layout, self._desk.identity, officer, self._now)
        now = snapshot_of(conn, self._layout, paper, about, heading)
        return None if moved_on(paper, found[0].snapshot, now) else found[0]

    def of_step(
        self,
        conn: Connection,
        taking: Taking,
        step: Step,
        brief: Brief,
        given: Sequence[Draft],
        movement: str,
        officer: str,
    ) -> list[Change]:
        """The paper that a step writes, as part of the step's own act: it says what the step makes of the record."""
        paper = self._layout.program.papers.get(step.writes or "")
        if paper is None or paper.facts is None:
            return []
        about, who, day = (brief.kind, brief.id), officer or self._desk.officer, brief.stated_date
        change, _ = self._issue(conn, taking, paper, about, who, drafts=given, step=(step.verb, movement), day=day)
        return [change]

    def _issue(
        self,
        conn: Connection,
        taking: Taking,
        paper: PaperSpec,
        about: tuple[str, str],
        officer: str,
        *,
        drafts: Sequence[Draft] = (),
        step: tuple[str, str] = ("", ""),
        day: date | None = None,
    ) -> tuple[Change, Pressed | None]:
        heading = heading_of(conn, self._layout, self._desk.identity, officer, self._now)
        number = self._number(conn, paper.pattern, day.year if day else None) if paper.pattern else None
        snapshot = snapshot_of(conn, self._layout, paper, about, heading, drafts=drafts, number=number, day=day)
        pressed, press = None, self.press
        if press is not None:
            layout = self._in_force(conn, paper)
            said = [paper.name, layout.sha256 if layout else "", snapshot]
            pressed = taking.take(said, lambda: press(paper, layout, snapshot))
        change = issue_change(
            self._ids.new(), paper, about, snapshot, pressed, officer=officer, now_ms=self._now, step=step
        )
        return change, pressed

    # --- printed ------------------------------------------------------------------------------------------------

    def line_up(self, doc: str, *, copies: int = 1, about: str = "", officer: str = "") -> LinedUp:
        """Lines an issued paper up for the printer: its first print, or a reprint with its mark and count.

        Raises DoorRefusal where it is void.
        """
        made: list[LinedUp] = []

        def work(txn: Transaction, taking: Taking) -> None:
            paper = self._standing(txn.conn, doc)
            printed = not paper.unprinted or print_queue.is_waiting(txn.conn, doc)
            again = paper.reprints + 1 if printed else 0
            pressed = taking.take([doc, again], lambda: self.set_again(paper, again=again))
            fields: dict[str, Any] = {"reprints": 1} if again else {}
            fields |= set_fields(pressed) if not paper.page else {}
            if fields:
                self._change(txn, doc, fields, AGAIN if again else PRINT, officer)
            item = Waiting(0, doc, paper.template, paper.title, paper.number, about, again, copies, self._now)
            made.append(LinedUp(doc, print_queue.put(txn.conn, item, pressed.pdf)))

        in_one_transaction(self._store, work)
        return made[-1]

    def file(self, item: int) -> bytes:
        """A paper that waits, to be kept as a file. Raises DoorRefusal where the post's role takes none such out."""
        with self._store.reading() as conn:
            waiting, pdf = print_queue.item_by_id(conn, item), print_queue.pdf_of(conn, item)
            paper = issued_by_id(conn, self._layout, waiting.doc) if waiting is not None else None
        if pdf is None or paper is None:
            raise Unknown("这份文书已不在待打印里")
        if why := not_kept(self._desk.role, masked=paper.masked):
            raise DoorRefusal(why)
        return pdf

    def sent(self, items: Iterable[int], *, officer: str = "", verb: str = PRINT) -> None:
        """These are on paper (or in a file, `verb` EXPORT): counted on their records, and out of the queue.

        Each in a transaction of its own; a paper whose record has left the desk only leaves the queue.
        """
        for item in items:
            if verb == EXPORT:
                self.file(item)
            try:
                with self._store.transaction(Priority.CLERK) as txn:
                    self._count(txn, item, officer or self._desk.officer, verb)
                    print_queue.take_out(txn.conn, [item])
            except DoorRefusal:
                with self._store.transaction(Priority.CLERK) as txn:
                    print_queue.take_out(txn.conn, [item])

    def _count(self, txn: Transaction, number: int, officer: str, verb: str) -> None:
        item = print_queue.item_by_id(txn.conn, number)
        paper = issued_by_id(txn.conn, self._layout, item.doc) if item is not None else None
        if item is None or paper is None:
            return
        first = {} if paper.printed else {"printed_at": self._now, "printed_by": officer}
        self._change(txn, paper.id, {"copies": item.copies, **first}, AGAIN if item.again else verb, officer)
        if self.on_use is not None:
            self.on_use(
                txn,
                PaperUse(
                    AGAIN if item.again and verb == PRINT else verb, paper.id, paper.subject_kind, paper.subject, paper.title,
                    paper.number, item.copies, paper.masked, officer,
                ),
            )  # fmt: skip

    # --- how it stands ------------------------------------------------------------------------------------------

    def void(self, doc: str, reason: str, *, officer: str = "") -> None:
        """Declares a paper void: it stays with its number, which nobody gets again, and is printed no more."""
        if not reason.strip():
            raise DoorRefusal("作废文书要写明原因")
        with self._store.transaction(Priority.CLERK) as txn:
            self._standing(txn.conn, doc)
            who = officer or self._desk.officer
            fields = {"state": Standing.VOID.name, "void_reason": reason.strip(), "voided_by": who}
            self._change(txn, doc, {**fields, "voided_at": self._now}, VOID_PAPER, who, reason=reason.strip())
            print_queue.forget_doc(txn.conn, doc)

    def sign(self, doc: str, *, signed: Signed | None = None, sealed: Sealed | None = None, officer: str = "") -> None:
        """Notes how far signing and sealing are."""
        fields = {"signed_state": signed.name} if signed is not None else {}
        fields |= {"seal_state": sealed.name} if sealed is not None else {}
        with self._store.transaction(Priority.CLERK) as txn:
            self._standing(txn.conn, doc)
            if fields:
                self._change(txn, doc, fields, SIGN, officer)

    def _standing(self, conn: Connection, doc: str) -> IssuedPaper:
        paper = issued_by_id(conn, self._layout, doc)
        if paper is None:
            raise Unknown("这份文书已不在本岗位的数据中")
        if paper.void:
            raise DoorRefusal(f"“{paper.title}”{paper.number}已作废：{paper.void_reason}")
        return paper

    # --- layouts ------------------------------------------------------------------------------------------------

    def put_template(self, paper: PaperSpec, source: str, *, valid_from: str = "", officer: str = "") -> Template:
        """Puts a new version of a paper's layout in force from an ISO day on, for all desks of the district.

        Raises TemplateRefused for one that is wrong, DoorRefusal away from the district's top or for one that is there.
        """
        if self.press is None:
            raise DoorRefusal("本机这时不能排版文书")
        whole = self.press.check(paper, source)
        with self._store.transaction(Priority.CLERK) as txn:
            check_is_top(txn.conn, self._layout, self._desk.identity)
            from_day = valid_from or day_of(self._now).isoformat()
            template = next_version(txn.conn, self._layout, paper, whole, from_day)
            change = layout_change(self._ids.new(), template)
            self._write(txn, self._journal.base(txn.conn), [change], PUT, officer=officer)
        return template

    # --- shared -------------------------------------------------------------------------------------------------

    @property
    def _layout(self) -> Layout:
        return self._store.layout

    @property
    def _now(self) -> int:
        return self._store.clock.now_ms()

    def _in_force(self, conn: Connection, paper: PaperSpec) -> Template | None:
        return layout_in_force(conn, self._layout, paper.name, day_of(self._now).isoformat())

    def _change(
        self, txn: Transaction, doc: str, fields: dict[str, Any], verb: str, officer: str, *, reason: str = ""
    ) -> None:
        change = Change(COLLECTION, doc, Op.FIELDS, fields)
        self._write(txn, self._journal.base(txn.conn), [change], verb, officer=officer, reason=reason)
