"""Papers and ledgers as the window asks for them, each in a thread: looked at, issued, printed, lined up, filed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from baiyun_desktop.documents.issue import issue_ledger
from baiyun_desktop.documents.paper import Typesetter
from baiyun_desktop.documents.setting import PaperError
from baiyun_desktop.kernel.audit import Doing
from baiyun_desktop.kernel.ledger import LedgerSpec
from baiyun_desktop.kernel.listing import ListSpec
from baiyun_desktop.kernel.loaded import Setting, load
from baiyun_desktop.kernel.paper import Heading, PaperSpec
from baiyun_desktop.kernel.template import Pressed
from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.errors import DoorRefusal, Unknown
from baiyun_desktop.replica.issued import IssuedPaper
from baiyun_desktop.replica.papers import EXPORT, LinedUp
from baiyun_desktop.replica.print_queue import BatchLine, Choice, Waiting
from baiyun_desktop.replica.read import Read
from baiyun_desktop.ui import printers
from baiyun_desktop.ui.days import today
from baiyun_desktop.ui.desk import DeskContext
from baiyun_desktop.ui.titles import area_name
from baiyun_desktop.ui.words import say

ROWS_MAX = 100_000
_SETTER = Typesetter()


class ReadSource:
    """The replica's reads in the shape that ledgers are loaded from; void records are not given."""

    def __init__(self, read: Read) -> None:
        self._read = read

    def get(self, kind: str, record: str, /) -> dict[str, Any] | None:
        snapshot = self._read.get(kind, record)
        return None if snapshot is None or snapshot.voided else _row(snapshot)

    def children(self, kind: str, parent: str, /) -> list[dict[str, Any]]:
        return [_row(snapshot) for snapshot in self._read.children(kind, parent)]

    def sharing(self, kind: str, name: str, value: str, /) -> list[dict[str, Any]]:
        return [_row(snapshot) for snapshot in self._read.by_ref(kind, name, value)]


@dataclass(frozen=True, slots=True)
class Shown:
    """A paper as its window shows it; without `issued` it is only a look at what would be issued."""

    pressed: Pressed
    choice: Choice
    issued: IssuedPaper | None = None
    moved_on: tuple[str, ...] = ()
    """Labels of what the record says otherwise than the issued paper."""
    standing: IssuedPaper | None = None
    """One of the same kind that was issued and printed before."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a paper: on a printer, or in the queue with `why`."""

    lined: LinedUp
    printed: bool
    why: str = ""


def give_press(replica: Replica) -> None:
    """From now on the door can set papers."""
    if replica.papers.press is None:
        replica.papers.press = _SETTER


def papers_of(desk: DeskContext, kind: str) -> Sequence[PaperSpec]:
    """The papers a record of that kind can be printed as: what its steps write, what is declared of it, and what is
    made from the same facts."""
    procedure = desk.program.procedure(kind)
    written = [desk.program.papers[s.writes] for s in procedure.steps if s.writes] if procedure is not None else []
    facts = {paper.facts for paper in written}
    others = (p for p in desk.program.papers.values() if p.facts is not None and (p.kind == kind or p.facts in facts))
    return list(dict.fromkeys([*written, *others]))


def look(desk: DeskContext, paper: PaperSpec, kind: str, record: str) -> Shown:
    """In a thread: what would be issued; or what was issued with a step and nobody has printed yet.

    Raises DoorRefusal where the record is gone, PaperError where it cannot be set.
    """
    papers = desk.replica.papers
    _note_look(desk, kind, record, paper.title, masked=paper.masked)
    looked = papers.look(paper, kind, record)
    choice = desk.replica.printing.choice(paper.name)
    standing = looked.standing
    if standing is not None and not standing.printed and not papers.moved_on(standing):
        return Shown(papers.set_again(standing), choice, standing)
    pressed = _SETTER(paper, looked.template, looked.snapshot, mark=say("paper.preview_mark"))
    return Shown(pressed, choice, standing=standing)


def look_issued(desk: DeskContext, doc: str) -> Shown:
    """In a thread: an issued paper as it was made, and where its record has moved on since."""
    papers = desk.replica.papers
    paper = papers.get(doc)
    if paper is None:
        raise DoorRefusal(say("paper.gone"))
    _note_look(desk, paper.subject_kind, paper.subject, paper.title, masked=paper.masked)
    choice = desk.replica.printing.choice(paper.template)
    return Shown(papers.set_again(paper), choice, paper, tuple(papers.moved_on(paper)))


def _note_look(desk: DeskContext, kind: str, record: str, title: str, *, masked: bool) -> None:
    """A paper that says numbers in full shows them on the screen before it is printed; a masked one shows nothing new."""
    if not masked:
        desk.audit.note(Doing.PREVIEW, kind=kind, record=record, fields=(title,))


def send(desk: DeskContext, lined: LinedUp, paper: str, title: str, choice: Choice) -> Sent:
    """In a thread: a paper that is lined up goes to its printer. With none, or one that fails, it stays in the queue."""
    printing = desk.replica.printing
    printing.remember(paper, choice)
    if not choice.printer:
        return Sent(lined, printed=False)
    pdf = printing.pdf(lined.item)
    try:
        printers.current().send(pdf or b"", title, choice)
    except printers.PrintTrouble as trouble:
        return Sent(lined, printed=False, why=str(trouble))
    desk.replica.papers.sent([lined.item])
    return Sent(lined, printed=True)


def export(desk: DeskContext, items: Sequence[Waiting], folder: Path) -> list[Path]:
    """In a thread: papers that wait as files in a folder; each is counted once it is written.

    Raises DoorRefusal where some of them are none that the post takes out; the others have been written.
    """
    written, refused = [], []
    for item in items:
        try:
            pdf = desk.replica.papers.file(item.id)
        except Unknown:
            continue
        except DoorRefusal as refusal:
            refused.append(refusal.reason)
            continue
        path = _free(folder, " ".join(part for part in (item.title, item.about, item.number) if part))
        path.write_bytes(pdf)
        desk.replica.papers.sent([item.id], verb=EXPORT)
        written.append(path)
    if refused:
        raise DoorRefusal(say("queue.exported_some", n=len(written), left=len(refused), why=refused[0]))
    return written


def print_waiting(
    desk: DeskContext, items: Sequence[Waiting], choice: Choice, stop: threading.Event, told: Callable[[int, int], None]
) -> Sent | int:
    """In a thread: papers that wait, one after the other; how many went, or the one at which the printer failed."""
    for number, item in enumerate(items):
        told(number, len(items))
        if stop.is_set():
            return number
        own = Choice(choice.printer, choice.tray, item.copies)
        went = send(desk, LinedUp(item.doc, item.id), item.paper, item.title, own)
        if not went.printed:
            return went
    return len(items)


def issue_batch(
    desk: DeskContext,
    batch: str,
    paper: PaperSpec,
    lines: Sequence[BatchLine],
    copies: int,
    stop: threading.Event,
    told: Callable[[int, int], None],
) -> None:
    """In a thread: a paper for each line, each whole in a transaction of its own; what fails is noted by name."""
    replica = desk.replica
    for number, line in enumerate(lines):
        told(number, len(lines))
        if stop.is_set():
            return
        try:
            replica.papers.issue(paper, line.kind, line.record, copies=copies, about=line.about, batch=batch)
        except (DoorRefusal, PaperError) as error:
            replica.printing.failed(batch, line.record, str(error))


def _free(folder: Path, name: str) -> Path:
    """A path in the folder that nothing stands at."""
    plain = "".join("_" if c in '\\/:*?"<>|\n' else c for c in name)[:120]
    path, count = folder / f"{plain}.pdf", 1
    while path.exists():
        count += 1
        path = folder / f"{plain} ({count}).pdf"
    return path


def file_ledger(desk: DeskContext, spec: ListSpec, ledger: LedgerSpec, *, masked: bool = True) -> bytes:
    """In a thread: the workbook of all rows of a list, masked as lists are unless a second person allowed more."""
    source, setting = ReadSource(desk.replica.read), _setting(desk)
    rows = desk.replica.read.list(spec.kind, spec.where, spec.sort, 0, ROWS_MAX).rows
    loaded = (load(setting, source, spec.kind, _row(row), ledger.needs) for row in rows)
    return issue_ledger(ledger, loaded, _heading(desk), masked=masked)


def _row(snapshot: Snapshot) -> dict[str, Any]:
    return {**snapshot.values, "id": snapshot.id}


def _setting(desk: DeskContext) -> Setting:
    return Setting(desk.program, lambda code: area_name(desk.replica, code), today())


def _heading(desk: DeskContext) -> Heading:
    identity = desk.identity
    office = area_name(desk.replica, identity.places[0] if identity.places else "") or identity.post
    return Heading(identity.district_word, office, desk.replica.officer, desk.now_ms())
