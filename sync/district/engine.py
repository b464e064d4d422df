"""The district's database by URL: the same tables and code on SQLite and on PostgreSQL, both durable at commit."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy import create_engine as sqlalchemy_engine

SQLITE_BUSY_MS = 30_000
SCRUBBED = ("head", "feed", "act", "ref", "unique_key")
"""The tables that hold what people typed."""
POOL_CONNECTIONS = 8
"""A connection a thread that runs rounds; who waits for news holds none."""


def open_engine(url: str) -> Engine:
    """An engine for `sqlite:///file` or `postgresql://…`.

    On SQLite a transaction takes the write lock when it begins, so that none fails half-way for having read first;
    one with the execution option `reads=True` takes none.
    """
    parsed = make_url(url)
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() != "sqlite":
        return sqlalchemy_engine(
            parsed, hide_parameters=True, pool_size=POOL_CONNECTIONS, max_overflow=4, pool_pre_ping=True
        )
    engine = sqlalchemy_engine(
        parsed, hide_parameters=True, connect_args={"timeout": SQLITE_BUSY_MS / 1000, "check_same_thread": False}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def scrub(engine: Engine) -> None:
    """Takes what was deleted out of the database's files too, as far as a running database lets it.

    SQLite overwrites what is deleted, but not what it left behind when it moved a row to another page: the file is
    written anew, which takes about as long as copying it, and its log is folded in. PostgreSQL frees the dead rows.
    Backups and archived logs end when they are no longer kept.
    """
    if engine.dialect.name == "sqlite":
        raw = engine.raw_connection()
        try:
            raw.cursor().execute("VACUUM")
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            raw.close()
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        for table in SCRUBBED:
            conn.exec_driver_sql(f"VACUUM {table}")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where SQLAlchemy says, not where the driver guesses
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "cache_size=-65536",
        "temp_store=MEMORY",
    ):
        connection.execute("PRAGMA " + pragma)


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get("reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
