"""A desk's file in memory behind the few calls that the desk's code makes: a simulated desk costs microseconds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import StaticPool

from baiyun_desktop.replica.schema import META, NUMBER_BLOCK
from sync.desk.courier import Need
from sync.desk.journal import Key
from sync.desk.lifeboat import Boat
from sync.desk.packs import Frame, fill
from sync.desk.rows import Rows
from sync.desk.store import PlainStore
from sync.enrolment import NumberBlock
from sync.protocol import PackHead
from tests.sync.small import SCHEMA

if TYPE_CHECKING:
    from .serials import Serials


class Crash(Exception):
    """The desk's process ends here; what was not committed is gone."""


class Result(sqlite3.Cursor):
    """A cursor with the names that SQLAlchemy's has."""

    first = sqlite3.Cursor.fetchone
    all = sqlite3.Cursor.fetchall

    def one(self) -> Any:
        (row,) = self.fetchall()
        return row

    def scalar_one(self) -> Any:
        return self.one()[0]

    def scalar(self) -> Any:
        row = self.first()
        return None if row is None else row[0]


class Trap:
    """Springs at a statement to come: the process ends there, or the disk says no."""

    def __init__(self) -> None:
        self.after = 0
        self.kind = ""
        self.steps = 0
        """How many statements there have been."""

    def set(self, kind: str, after: int) -> None:
        self.kind, self.after = kind, after

    def clear(self) -> None:
        self.kind = ""

    def step(self, sql: str) -> None:
        self.steps += 1
        if self.kind:
            self.strike(sql)

    def strike(self, sql: str) -> None:
        """One step nearer to where it springs; called only where it is set, for most statements it is not."""
        self.after -= 1
        if self.after > 0:
            return
        kind, self.kind = self.kind, ""
        if kind == "crash":
            raise Crash(sql)
        raise OperationalError(sql, {}, sqlite3.OperationalError(kind))


@dataclass
class Count:
    """How many steps a database has taken, in tens."""

    steps: int = 0

    def add(self) -> None:
        self.steps += 10


@contextmanager
def counted(raw: sqlite3.Connection) -> Iterator[Count]:
    """Counts what SQLite's virtual machine does: the cost of questions, without a clock."""
    count = Count()
    raw.set_progress_handler(count.add, 10)
    try:
        yield count
    finally:
        raw.set_progress_handler(None, 10)


class Raw:
    """A connection as the desk's code uses it."""

    def __init__(self, raw: sqlite3.Connection, trap: Trap) -> None:
        self._raw = raw
        self._trap = trap

    def exec_driver_sql(self, sql: str, params: Any = ()) -> Result:
        trap = self._trap
        trap.steps += 1
        if trap.kind:
            trap.strike(sql)
        cursor = self._raw.cursor(Result)
        return cursor.executemany(sql, params) if isinstance(params, list) else cursor.execute(sql, params)


@cache
def _template() -> sqlite3.Connection:
    """The tables of a new replica, made once by the engine itself."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    PlainStore(engine, SCHEMA, Path()).create("template")
    raw = sqlite3.connect(":memory:", isolation_level=None)
    with engine.begin() as conn:
        for table in (META, NUMBER_BLOCK):
            table.create(conn)
    with engine.connect() as conn:
        conn.connection.backup(raw)
    return raw


class MemoryStore:
    """A replica in memory; each transaction may end anywhere, and then has never been."""

    def __init__(self, replica: str, folder: Path, content: bytes | None = None) -> None:
        self.folder = folder
        self.trap = Trap()
        self.raw = sqlite3.connect(":memory:", isolation_level=None, cached_statements=512)
        if content is None:
            _template().backup(self.raw)
        else:
            self.raw.deserialize(content)
        self.raw.execute("PRAGMA secure_delete=ON")
        if content is None:
            self.raw.execute("UPDATE sync_state SET replica=?", (replica,))
        self._conn = cast(Connection, Raw(self.raw, self.trap))
        self._lent = nullcontext(self._conn)
        self._rows = Rows(SCHEMA)
        self.read: tuple[int, int] = (0, 0)
        """(timeline, position) that the officer has seen: what was read is not unread."""
        self.wrongs: list[str] = []
        self.serials: Serials | None = None
        self.boat: Boat | None = None

    def untrapped(self) -> Connection:
        """The file as the program opens it, where nothing goes wrong."""
        return cast(Connection, Raw(self.raw, Trap()))

    def reading(self) -> AbstractContextManager[Connection]:
        return self._lent

    @contextmanager
    def writing(self, priority: str = "clerk") -> Iterator[Connection]:
        self.raw.execute("BEGIN")
        try:
            yield self._conn
            if self.boat is not None:
                self.boat.prepare(self._conn)
            self.trap.step("COMMIT")
            here = self.raw.execute("SELECT timeline, pos FROM sync_state").fetchone()
        except BaseException:
            self.raw.execute("ROLLBACK")
            raise
        self.raw.execute("COMMIT")
        if self.boat is not None:
            self.boat.put()
        if here < self.read:
            self.wrongs.append(f"I1 read on at {here} after {self.read}")
        self.read = here

    def after(self, conn: Connection, touched: frozenset[Key]) -> None:
        return None

    def needs(self, conn: Connection) -> Need | None:
        return self.serials.needs(conn) if self.serials else None

    def lacks(self) -> bool:
        """Whether the next round asks for numbers."""
        with self.writing() as conn:
            return self.needs(conn) is not None

    def given(self, conn: Connection, blocks: Sequence[NumberBlock]) -> None:
        assert self.serials is not None
        self.serials.given(conn, blocks)

    def forget(self) -> bool:
        return True  # there is no log beside a file in memory

    def fill_fresh(self, head: PackHead, frames: Iterator[Frame]) -> None:
        with self.writing("courier") as conn:
            fill(conn, self._rows, head, frames)

    def unsent(self) -> int:
        """How many acts wait for their answer."""
        return int(self.raw.execute("SELECT count(*) FROM sync_journal WHERE outcome IS NULL").fetchone()[0])

    def has_file(self, name: str) -> bool:
        return self.raw.execute("SELECT 1 FROM sync_blob WHERE hash=?", (name,)).fetchone() is not None

    def named_own(self, name: str) -> bool:
        """Whether an act saved here names a file that was attached here."""
        sql = "SELECT 1 FROM sync_blob b JOIN sync_blob_named n ON n.hash = b.hash WHERE b.hash=? AND b.own=1"
        return self.raw.execute(sql, (name,)).fetchone() is not None

    def content(self) -> bytes:
        """The file byte for byte, free pages included."""
        return self.raw.serialize()

    def tidied(self) -> bytes:
        """The same after a night, in which a desk writes its file anew: SQLite leaves content in corners of pages."""
        self.raw.execute("VACUUM")
        return self.content()
