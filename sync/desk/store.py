"""A replica on any SQLite engine: the smallest store a courier can serve, for small programs and for tests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, event

from ..enrolment import NumberBlock
from ..protocol import PackHead
from ..schema import Schema
from ..system import with_system
from . import tables
from .journal import Key
from .lifeboat import Boat
from .packs import Frame, fill
from .rows import Rows, RowStore
from .upgrade import adopt_fields, adopt_rows, grow

Listener = Callable[[Connection, frozenset[Key]], None]


class PlainStore:
    """Tables, one writer at a time, and who is told of changes; the caller brings the engine."""

    def __init__(self, engine: Engine, schema: Schema, folder: Path, listener: Listener | None = None) -> None:
        self.engine = engine
        self.schema = with_system(schema)
        self.folder = folder
        self.boat: Boat | None = None
        """Where what is saved goes a second time, if anywhere; to be boarded once the tables are there."""
        self._listener = listener or (lambda _conn, _touched: None)
        self._lock = threading.RLock()
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", lambda conn: conn.exec_driver_sql("BEGIN"))

    def create(self, replica: str, epoch: int = 1) -> None:
        """Makes the tables of a new replica."""
        with self.writing() as conn:
            tables.METADATA.create_all(conn)
            for spec in self.schema.collections.values():
                spec.table.create(conn)
            conn.execute(tables.STATE.insert().values(one=1, replica=replica, epoch=epoch, tag=b""))

    def upgrade(self) -> None:
        """Brings the file of an older version of the program up to this schema."""
        rows = Rows(self.schema)
        with self.writing() as conn:
            for spec in self.schema.collections.values():
                grow(conn, spec.table)
                store = rows.of(spec.name)
                assert isinstance(store, RowStore)
                adopt_fields(conn, store)
            adopt_rows(conn, rows)
            for index in (i for table in tables.METADATA.sorted_tables for i in table.indexes):
                index.create(conn, checkfirst=True)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self._lock, self.engine.connect() as conn, conn.begin():
            yield conn

    @contextmanager
    def writing(self, priority: str = "clerk") -> Iterator[Connection]:
        with self._lock:
            with self.engine.begin() as conn:
                yield conn
                if self.boat is not None:
                    self.boat.prepare(conn)
            if self.boat is not None:
                self.boat.put()

    def after(self, conn: Connection, touched: frozenset[Key]) -> None:
        self._listener(conn, touched)

    def needs(self, conn: Connection) -> None:
        return None  # numbers are the program's, which has a store of its own for them

    def given(self, conn: Connection, blocks: Sequence[NumberBlock]) -> None:
        return None

    def forget(self) -> bool:
        with self._lock, self.engine.connect() as conn:
            raw = conn.connection.dbapi_connection
            assert raw is not None
            busy, *_ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    def fill_fresh(self, head: PackHead, frames: Iterator[Frame]) -> None:
        with self.writing() as conn:
            fill(conn, Rows(self.schema), head, frames)


def _prepare(connection: object, _record: object) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON"):
        connection.execute("PRAGMA " + pragma)  # type: ignore[attr-defined]
