"""The versions of a district's database: a numbered list, each step additive first, so that old workers go on beside new.

A migration *expands*: it adds tables and columns that an older worker can do without. What only an older worker still
needs is removed by its *contraction*, once no such worker is left. Both run under one lock and may run twice.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    Table,
    Text,
    delete,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.schema import CreateColumn

from sync.district.tables import METADATA

from . import deed_chain
from .admin_tables import DEED, DEED_END, PROGRAM, TOKEN
from .errors import Unfit
from .lookup_tables import LOOKED_UP
from .throttle_tables import TRIED

EDITION = Table(
    "edition",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("expanded_at", BigInteger, nullable=False),  # milliseconds since 1970 UTC
    Column("contracted_at", BigInteger, nullable=True),
)
"""Which migrations the database has had; without rows it is as the first release founded it."""

WORKER = Table(
    "worker",
    METADATA,
    Column("name", Text, primary_key=True),  # host and process
    Column("knows", Integer, nullable=False),  # its program's newest migration
    Column("seen_at", BigInteger, nullable=False),  # by the database's clock
)
"""The processes that serve; of no use in a backup, and left out of it."""

LIVE_MS = 180_000
"""A worker silent for so long is taken for dead: it says each minute that it lives."""
LOCK = 0x6261_6979_756E
_DDL_WAIT = "5s"
CHAINED = 5
"""The migration from whose second half on each deed hangs on the one before."""
Work = Callable[[Connection], None]


@dataclass(frozen=True, slots=True)
class Migration:
    """One step. An expansion may be followed by a worker of before it; a contraction may not."""

    number: int
    name: str
    expand: Work
    contract: Work | None = None


def _first_tables(conn: Connection) -> None:
    METADATA.create_all(conn)


def _workers(conn: Connection) -> None:
    WORKER.create(conn, checkfirst=True)


def _administrators(conn: Connection) -> None:
    TOKEN.create(conn, checkfirst=True)
    add_column(conn, TOKEN.name, Column("login", Text, nullable=False, server_default=""))
    DEED.create(conn, checkfirst=True)


def _look_ups(conn: Connection) -> None:
    LOOKED_UP.create(conn, checkfirst=True)


def _chained(conn: Connection) -> None:
    for column in (DEED.c.seq, DEED.c.prev, DEED.c.hash):
        add_column(conn, DEED.name, Column(column.name, column.type, nullable=True))
    for table in (DEED_END, PROGRAM):
        table.create(conn, checkfirst=True)
    deed_chain.found(conn)
    deed_chain.seal(conn)


def _throttles(conn: Connection) -> None:
    TRIED.create(conn, checkfirst=True)


MIGRATIONS: tuple[Migration, ...] = (
    Migration(1, "the tables of the first release", _first_tables),
    Migration(2, "workers say which version they are", _workers),
    Migration(3, "administrators' tokens and deeds", _administrators),
    Migration(4, "look-ups are counted for all workers", _look_ups),
    # What workers of before have written meanwhile is sealed once none is left.
    Migration(CHAINED, "deeds hang on one another, desks say their program", _chained, deed_chain.seal),
    Migration(6, "wrong codes and questions are counted for all workers", _throttles),
)
"""A migration that was released is never changed. Nothing is ever renamed: add, and contract later."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a database is: `expanded` may be beyond a program, `contracted` may not."""

    expanded: int
    contracted: int
    open_contractions: tuple[int, ...] = ()


def standing(conn: Connection) -> Standing:
    """Of a founded district. A database of before there were editions is as the first release made it."""
    if not inspect(conn).has_table(EDITION.name):
        return Standing(1, 0)
    rows = conn.execute(select(EDITION).order_by(EDITION.c.number)).all()
    done = [row.number for row in rows if row.contracted_at is not None]
    waiting = tuple(row.number for row in rows if row.contracted_at is None)
    return Standing(max((row.number for row in rows), default=1), max(done, default=0), waiting)


def open_to_older(conn: Connection, number: int) -> bool:
    """Whether workers of before a migration may still write, or what they wrote has not been seen to."""
    there = standing(conn)
    return there.expanded < number or number in there.open_contractions


def refuse_too_new(conn: Connection, migrations: Sequence[Migration] | None = None) -> None:
    """Raises Unfit where the database has lost what this program needs."""
    knows, there = newest(migrations), standing(conn)
    if there.contracted > knows:
        raise Unfit(
            f"the database is of edition {there.contracted} and this program knows up to {knows}: install the program that "
            "upgraded it"
        )


def refuse_unfit(conn: Connection, folder: object, migrations: Sequence[Migration] | None = None) -> None:
    """Raises Unfit where this program cannot serve the database: one is too old for the other."""
    refuse_too_new(conn, migrations)
    knows, there = newest(migrations), standing(conn)
    if there.expanded < knows:
        raise Unfit(
            f"the database is of edition {there.expanded}, this program serves edition {knows}: run "
            f"'baiyun-district upgrade {folder}' first; workers of before go on meanwhile"
        )


def newest(migrations: Sequence[Migration] | None = None) -> int:
    """The number of a program's last migration."""
    return (MIGRATIONS if migrations is None else migrations)[-1].number


def found(conn: Connection, now_ms: int) -> None:
    """A new district has had every migration, removals included: its tables were made by this program."""
    rows = [{"number": m.number, "name": m.name, "expanded_at": now_ms} for m in MIGRATIONS]
    done = [now_ms if m.contract is not None else None for m in MIGRATIONS]
    conn.execute(insert(EDITION), [{**row, "contracted_at": at} for row, at in zip(rows, done, strict=True)])
    deed_chain.found(conn)


def expand(engine: Engine, migration: Migration) -> bool:
    """Runs one expansion in a transaction of its own; False where another process had done it."""
    with engine.begin() as conn:
        _take_lock(conn)
        EDITION.create(conn, checkfirst=True)
        if conn.execute(select(EDITION.c.number).where(EDITION.c.number == migration.number)).first():
            return False
        migration.expand(conn)
        row = {"number": migration.number, "name": migration.name, "expanded_at": now_of(conn)}
        conn.execute(insert(EDITION), row)
    return True


def contract(engine: Engine, migration: Migration) -> bool:
    """Runs one contraction; raises Unfit where a worker that serves still needs what it would remove."""
    assert migration.contract is not None
    with engine.begin() as conn:
        _take_lock(conn)
        row = conn.execute(select(EDITION).where(EDITION.c.number == migration.number)).one()
        if row.contracted_at is not None:
            return False
        waits = older_workers(conn, migration.number)
        if waits:
            raise Unfit(f"waits until these workers are stopped or upgraded: {', '.join(waits)}")
        migration.contract(conn)
        done = update(EDITION).where(EDITION.c.number == migration.number)
        conn.execute(done.values(contracted_at=now_of(conn)))
    return True


def older_workers(conn: Connection, number: int) -> list[str]:
    """Who serves and does not know a migration, in words."""
    if not inspect(conn).has_table(WORKER.name):
        return []
    query = select(WORKER).where(WORKER.c.knows < number, WORKER.c.seen_at > now_of(conn) - LIVE_MS)
    return [f"{row.name} (edition {row.knows})" for row in conn.execute(query.order_by(WORKER.c.name))]


def live_workers(conn: Connection) -> list[str]:
    """The processes that serve the district now, by host and process."""
    if not inspect(conn).has_table(WORKER.name):
        return []
    query = select(WORKER.c.name).where(WORKER.c.seen_at > now_of(conn) - LIVE_MS)
    return [str(name) for name in conn.execute(query.order_by(WORKER.c.name)).scalars()]


class Presence:
    """One serving process among the workers of its district."""

    def __init__(self, engine: Engine, name: str = "") -> None:
        self._engine = engine
        self.name = name or f"{socket.gethostname()}/{os.getpid()}"

    def say(self) -> None:
        """That this worker lives, and what it knows; to be called each minute. The long dead are forgotten."""
        with self._engine.begin() as conn:
            now = now_of(conn)
            gone = (WORKER.c.name == self.name) | (WORKER.c.seen_at < now - 10 * LIVE_MS)
            conn.execute(delete(WORKER).where(gone))
            conn.execute(insert(WORKER).values(name=self.name, knows=newest(), seen_at=now))

    def end(self) -> None:
        with self._engine.begin() as conn:
            conn.execute(delete(WORKER).where(WORKER.c.name == self.name))


def add_column(conn: Connection, table: str, column: Column[object]) -> None:
    """For expansions: adds a column that is not there. An older worker must be able to leave it out of its rows."""
    if not column.nullable and column.server_default is None:
        raise ValueError(f"{table}.{column.name}: an older worker could not write a row without it")
    if column.name in {c["name"] for c in inspect(conn).get_columns(table)}:
        return
    clause = CreateColumn(column).compile(dialect=conn.dialect)
    conn.exec_driver_sql(f'ALTER TABLE "{table}" ADD COLUMN {clause}')


def drop_column(conn: Connection, table: str, column: str) -> None:
    """For contractions: removes a column that is there."""
    if column in {c["name"] for c in inspect(conn).get_columns(table)}:
        conn.exec_driver_sql(f'ALTER TABLE "{table}" DROP COLUMN "{column}"')


def now_of(conn: Connection) -> int:
    """Milliseconds since 1970 by the one clock that all workers share: PostgreSQL's, or this machine's beside SQLite."""
    if conn.dialect.name == "sqlite":
        return int(time.time() * 1000)
    return int(conn.exec_driver_sql("SELECT extract(epoch FROM clock_timestamp()) * 1000").scalar_one())


def _take_lock(conn: Connection) -> None:
    """One migration at a time; on SQLite the transaction holds the write lock already.

    A change of a table waits behind long transactions, and all others behind it: better it gives up and is run again.
    """
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        conn.exec_driver_sql(f"SET LOCAL lock_timeout = '{_DDL_WAIT}'")
