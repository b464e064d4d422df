"""The open file: who reads, who writes, and the one shape of every transaction that changes records."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from baiyun_desktop.replica import capture, counted, migrations
from baiyun_desktop.replica.changes import ANY, Changes, Publisher
from baiyun_desktop.replica.engine import checkpoint, reader_engine, writer_engine
from baiyun_desktop.replica.errors import DiskTrouble
from baiyun_desktop.replica.layout import Layout
from baiyun_desktop.replica.lock import Priority, WriterLock
from baiyun_desktop.replica.refresh import Author, Refresh
from baiyun_desktop.support.disk import WORDS, hindrance_of
from sync.desk.lifeboat import Boat
from sync.outside import Clock


class Transaction:
    """One open write. `touch` names records to look at again beside those whose rows change."""

    def __init__(self, conn: Connection, layout: Layout, refresh: Refresh, clock: Clock) -> None:
        self.conn = conn
        self.changes = Changes()
        self._layout = layout
        self._refresh = refresh
        self._clock = clock
        self._touched: set[tuple[str, str]] = set()

    def touch(self, keys: Iterable[tuple[str, str]]) -> None:
        self._touched |= set(keys)

    def settle(self, author: Author | None) -> None:
        """Brings history, projections and search in line with the rows so far; `author` signs what was done.

        An act at a time, so that each entry of the history carries its own act.
        """
        before = capture.seen(self.conn, self._layout.facts)
        seen = self._refresh.run(self.conn, before, self._touched, author, self._clock.now_ms())
        capture.start(self.conn)
        self._touched.clear()
        act, batch = (author.act, author.batch) if author else (self.changes.act, self.changes.batch)
        self.changes = Changes(self.changes.ids | seen, act, batch)


class Store:
    """One replica file, opened. Rows, history, projections, search and journal change together or not at all."""

    def __init__(self, path: Path, key: bytes, layout: Layout, clock: Clock) -> None:
        self.path = path
        self.layout = layout
        self.clock = clock
        self.publisher = Publisher()
        self.lock = WriterLock()
        self.key = key
        self.at: Callable[[str], None] = lambda _point: None
        """Called at named points of a save: "door open", "before commit", "after commit", "in the lifeboat", "filled",
        "before swap", "after swap"."""
        self.writes = 0
        """How many transactions were committed since the file was opened."""
        self.given: dict[str, int] = {}
        """The numbers that the open transaction hands out: by block, the serial after them."""
        self.boat: Boat | None = None
        """Where what is saved goes a second time; None while the file is not opened as a desk's."""
        self._gate = threading.Condition()
        self._reads = 0
        self._refresh = Refresh(layout)
        self._current: Transaction | None = None
        self._open()

    def _open(self) -> None:
        self._writer = writer_engine(self.path, self.key)
        self._readers = reader_engine(self.path, self.key)
        with self._writer.begin() as conn:
            capture.watch(conn, [(t, self.layout.facts[t.name]) for t in self.layout.tables])

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one moment of the file and cannot write."""
        with self._gate:
            self._reads += 1
        try:
            with self._readers.begin() as conn:
                yield conn
        finally:
            with self._gate:
                self._reads -= 1
                self._gate.notify_all()

    @contextmanager
    def transaction(self, priority: Priority) -> Iterator[Transaction]:
        """The one write path: lock, open door, block, history and projections, closed door, commit, news.

        Raises DiskTrouble where the disk does not take it; then nothing of it was written.
        """
        with self.lock.hold(priority):
            try:
                with self._writer.begin() as conn:
                    transaction = Transaction(conn, self.layout, self._refresh, self.clock)
                    self._current = transaction
                    self.given.clear()
                    capture.start(conn)
                    conn.exec_driver_sql("INSERT INTO door (open) VALUES (1)")
                    self.at("door open")
                    yield transaction
                    transaction.settle(None)
                    conn.exec_driver_sql("DELETE FROM door")
                    self.at("before commit")
                    if self.given:
                        counted.keep(self.path, self.given)
                    if self.boat is not None:
                        self.boat.prepare(conn)
                self.writes += 1
                self.at("after commit")
                if self.boat is not None:
                    self.boat.put()
                    self.at("in the lifeboat")
            except (OperationalError, sqlcipher.OperationalError) as error:
                raise environment(error) from error
            finally:
                self._current = None
        self.publisher.publish(transaction.changes)

    @contextmanager
    def aside(self) -> Iterator[Connection]:
        """A write of what this desk keeps for itself: no door, no history, no news; it lets a waiting save go first.

        Raises DiskTrouble as `transaction` does.
        """
        with self.lock.hold(Priority.COURIER):
            try:
                with self._writer.begin() as conn:
                    yield conn
                self.writes += 1
            except (OperationalError, sqlcipher.OperationalError) as error:
                raise environment(error) from error

    @contextmanager
    def writing(self, priority: str = "courier") -> Iterator[Connection]:
        """The same transaction for the courier: a connection with the door open."""
        with self.transaction(Priority(priority)) as transaction:
            yield transaction.conn

    def after(self, conn: Connection, touched: frozenset[tuple[str, str]]) -> None:
        """Called inside `writing`: these records are looked at again even where their rows stay the same."""
        if self._current is None or self._current.conn is not conn:
            raise RuntimeError("after() belongs inside writing()")
        self._current.touch(touched)

    def forget(self) -> bool:
        """Folds the log into the file, so that what was removed is in neither; False while somebody reads.

        What SQLite left of it in corners of pages goes with the night's tidying, for which this leaves a mark.
        """
        with self.aside() as conn:
            conn.exec_driver_sql(
                "INSERT OR IGNORE INTO meta (name, value) VALUES ('left', ?)", (str(self.clock.now_ms()),)
            )
        with self.lock.hold(Priority.COURIER):
            return checkpoint(self._writer)

    def replace_by(self, staging: Path, still: Callable[[Connection], bool]) -> bool:
        """Puts a filled file in this one's place, if `still` finds that nothing was saved since the filling began.

        Returns whether it did; the staging file is gone either way. Saves and reads wait for some milliseconds.
        """
        with self.lock.hold(Priority.COURIER), self._nobody_reads():
            with self._readers.begin() as conn:
                wanted = still(conn)
            if wanted:
                self._let_go()
                self.at("before swap")
                migrations.swap(staging, self.path)
                self.at("after swap")
                self._open()
            else:
                staging.unlink(missing_ok=True)
        if wanted:
            self.publisher.publish(Changes(frozenset((kind, ANY) for kind in self.layout.readers)))
        return wanted

    @contextmanager
    def _nobody_reads(self) -> Iterator[None]:
        """Waits for reads under way and keeps new ones waiting: Windows replaces no file that is open."""
        with self._gate:
            self._gate.wait_for(lambda: self._reads == 0)
            yield

    def _let_go(self) -> None:
        self._readers.dispose()
        checkpoint(self._writer)
        self._writer.dispose()

    def close(self) -> None:
        """Let go of every connection; the file is whole afterwards."""
        with self.lock.hold(Priority.CLERK), self._nobody_reads():
            self._let_go()


def environment(error: Exception) -> Exception:
    """What a failed statement says to people where it is the disk's fault; else the error itself."""
    found = hindrance_of(error)
    return error if found is None else DiskTrouble(WORDS[found])
