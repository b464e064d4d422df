"""Papers on their way to a printer, kept whole in the encrypted file: none is lost to a missing printer or a power cut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from baiyun_desktop.replica.lock import Priority
from baiyun_desktop.replica.plain import every, many, one, run
from baiyun_desktop.replica.store import Store
from sync.outside import Ids


@dataclass(frozen=True, slots=True)
class Waiting:
    """A paper that is still to be printed; `again` is which reprint it is, 0 for the first print."""

    id: int
    doc: str
    paper: str
    title: str
    number: str
    about: str
    again: int
    copies: int
    at: int
    batch: str = ""


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One record of a batch: its paper, or why there is none, or neither while it is still missing."""

    number: int
    kind: str
    record: str
    about: str
    doc: str
    failed: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Papers that were asked for in one go."""

    id: str
    paper: str
    copies: int
    at: int
    lines: tuple[BatchLine, ...]

    @property
    def missing(self) -> list[BatchLine]:
        """The records that have no paper of it yet."""
        return [line for line in self.lines if not line.doc]

    @property
    def done(self) -> list[BatchLine]:
        return [line for line in self.lines if line.doc]


@dataclass(frozen=True, slots=True)
class Choice:
    """Where this PC prints a paper; an empty printer is the system's own."""

    printer: str = ""
    tray: str = ""
    copies: int = 1


_COLUMNS = "id, doc, paper, title, number, about, again, copies, at, batch"


def put(conn: Connection, item: Waiting, pdf: bytes) -> int:
    """Lines a paper up; `item.id` is not looked at."""
    values = (item.doc, item.paper, item.title, item.number, item.about, item.again, item.copies, item.at, item.batch)
    names = _COLUMNS.removeprefix("id, ")
    cursor = run(conn, f"INSERT INTO print_queue ({names}, pdf) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*values, pdf))
    return int(cursor.lastrowid)


def waiting(conn: Connection) -> list[Waiting]:
    """All that waits, in the order in which it was lined up."""
    return [Waiting(*row) for row in every(conn, f"SELECT {_COLUMNS} FROM print_queue ORDER BY id")]


def item_by_id(conn: Connection, item: int) -> Waiting | None:
    """One that waits; None where it has been printed or taken out."""
    found = one(conn, f"SELECT {_COLUMNS} FROM print_queue WHERE id = ?", (item,))
    return None if found is None else Waiting(*found)


def is_waiting(conn: Connection, doc: str) -> bool:
    """Whether a copy of a paper is on its way already."""
    return one(conn, "SELECT 1 FROM print_queue WHERE doc = ?", (doc,)) is not None


def pdf_of(conn: Connection, item: int) -> bytes | None:
    """The file of one that waits."""
    found = one(conn, "SELECT pdf FROM print_queue WHERE id = ?", (item,))
    return None if found is None else bytes(found[0])


def take_out(conn: Connection, items: Iterable[int]) -> None:
    """These are on paper, or nobody wants them."""
    many(conn, "DELETE FROM print_queue WHERE id = ?", [(item,) for item in items])


def forget_doc(conn: Connection, doc: str) -> None:
    """A paper that is void is printed no more."""
    run(conn, "DELETE FROM print_queue WHERE doc = ?", (doc,))


def begin_batch(
    conn: Connection, batch: str, paper: str, copies: int, at: int, records: Sequence[tuple[str, str, str]]
) -> None:
    """Writes down what is to be printed, as (kind, id, whom it is about), before the first paper is made."""
    rows = [(batch, n, paper, copies, at, kind, record, about) for n, (kind, record, about) in enumerate(records, 1)]
    sql = "INSERT INTO print_batch (batch, number, paper, copies, at, kind, record, about) VALUES (?,?,?,?,?,?,?,?)"
    many(conn, sql, rows)


def note_done(conn: Connection, batch: str, record: str, doc: str) -> bool:
    """A record of a batch has its paper; False where it had one already, so that none is numbered twice."""
    sql = "UPDATE print_batch SET doc = ?, failed = '' WHERE batch = ? AND record = ? AND doc = ''"
    return bool(run(conn, sql, (doc, batch, record)).rowcount)


def note_failed(conn: Connection, batch: str, record: str, why: str) -> None:
    """A record of a batch has none, and why."""
    run(conn, "UPDATE print_batch SET failed = ? WHERE batch = ? AND record = ?", (why, batch, record))


def end_batch(conn: Connection, batch: str) -> None:
    """Nobody needs to be told of it any more."""
    run(conn, "DELETE FROM print_batch WHERE batch = ?", (batch,))


def batches(conn: Connection) -> list[Batch]:
    """The batches that are not ended, the oldest first: cut off, stopped, or with some that failed."""
    sql = "SELECT batch, paper, copies, at, number, kind, record, about, doc, failed FROM print_batch ORDER BY batch, number"
    heads: dict[str, tuple[str, int, int]] = {}
    lines: dict[str, list[BatchLine]] = {}
    for batch, paper, copies, at, *line in every(conn, sql):
        heads[batch] = (paper, copies, at)
        lines.setdefault(batch, []).append(BatchLine(*line))
    return [Batch(batch, *heads[batch], tuple(lines[batch])) for batch in heads]


def choice(conn: Connection, paper: str) -> Choice:
    """Where a paper was printed last on this PC."""
    found = one(conn, "SELECT printer, tray, copies FROM print_choice WHERE paper = ?", (paper,))
    return Choice() if found is None else Choice(*found)


def remember(conn: Connection, paper: str, chosen: Choice) -> None:
    """The next one of these goes there too."""
    sql = "INSERT OR REPLACE INTO print_choice (paper, printer, tray, copies) VALUES (?, ?, ?, ?)"
    run(conn, sql, (paper, chosen.printer, chosen.tray, chosen.copies))


class PrintJobs:
    """What waits for this PC's printers; each method is one look or one transaction."""

    def __init__(self, store: Store, ids: Ids) -> None:
        self._store, self._ids = store, ids

    def waiting(self) -> list[Waiting]:
        """All that waits, in the order in which it was lined up."""
        with self._store.reading() as conn:
            return waiting(conn)

    def count(self) -> int:
        """How many wait, and how many batches were not finished."""
        with self._store.reading() as conn:
            sql = "SELECT (SELECT count(*) FROM print_queue) + (SELECT count(DISTINCT batch) FROM print_batch)"
            return int(one(conn, sql)[0])

    def pdf(self, item: int) -> bytes | None:
        """The file of one that waits; None where it does not any more."""
        with self._store.reading() as conn:
            return pdf_of(conn, item)

    def drop(self, items: Iterable[int]) -> None:
        """Nobody wants these on paper; the records of them stay."""
        with self._store.transaction(Priority.CLERK) as txn:
            take_out(txn.conn, items)

    def begin(self, paper: str, records: Sequence[tuple[str, str, str]], copies: int = 1) -> str:
        """Begins a batch of (kind, id, whom it is about); returns its id."""
        batch = self._ids.new()
        with self._store.transaction(Priority.CLERK) as txn:
            begin_batch(txn.conn, batch, paper, copies, self._store.clock.now_ms(), records)
        return batch

    def failed(self, batch: str, record: str, why: str) -> None:
        """A record of a batch could not be printed."""
        with self._store.transaction(Priority.CLERK) as txn:
            note_failed(txn.conn, batch, record, why)

    def end(self, batch: str) -> None:
        """A batch is done with, whether or not all of it was."""
        with self._store.transaction(Priority.CLERK) as txn:
            end_batch(txn.conn, batch)

    def batches(self) -> list[Batch]:
        """The batches that are not ended, the oldest first."""
        with self._store.reading() as conn:
            return batches(conn)

    def choice(self, paper: str) -> Choice:
        """Where a paper was printed last on this PC."""
        with self._store.reading() as conn:
            return choice(conn, paper)

    def remember(self, paper: str, chosen: Choice) -> None:
        """The next one of these goes there too."""
        with self._store.transaction(Priority.CLERK) as txn:
            remember(txn.conn, paper, chosen)
