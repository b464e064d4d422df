"""The encrypted file through SQLAlchemy: one connection that writes, several that can only read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from baiyun_desktop.replica.errors import DiskTrouble, WrongKey
from baiyun_desktop.support.disk import OPENING, hindrance_of

KEY_BYTES = 32
BUSY_TIMEOUT_MS = 5_000
READ_CACHE_KIB = 16 * 1024
WRITE_CACHE_KIB = 16 * 1024
BULK_CACHE_KIB = 128 * 1024
READERS_MAX = 4
STEPS_AT_ONCE = 100_000
"""Of SQLite's machine, between two looks at whether a long query is still wanted: some milliseconds."""


def open_raw(path: Path, key: bytes, *, read_only: bool = False, cache_kib: int = READ_CACHE_KIB) -> Any:
    """A keyed DBAPI connection in autocommit; whoever asks begins transactions.

    Raises WrongKey where the key does not open the file, DiskTrouble where the file cannot be opened.
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"a file key has {KEY_BYTES} bytes, not {len(key)}")
    try:
        raw = sqlcipher.connect(str(path), isolation_level=None, check_same_thread=False, cached_statements=512)
    except sqlcipher.OperationalError as error:
        raise _not_opened(error) from error
    # A raw key costs 0.2 ms a connection, a passphrase 0.18 s; a key cannot be bound as a parameter of a PRAGMA.
    raw.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    try:
        raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlcipher.DatabaseError as error:
        raw.close()
        if "not a database" in str(error):
            raise WrongKey(
                f"数据文件 {path.name} 打不开：密钥不对，或者文件已损坏。请重启电脑再试一次；还是打不开，请管理员从备份恢复"
            ) from error
        raise _not_opened(error) from error
    raw.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    raw.execute(f"PRAGMA cache_size = -{cache_kib}")
    raw.execute("PRAGMA temp_store = MEMORY")  # a temporary file would hold plain text
    raw.execute("PRAGMA foreign_keys = OFF")  # parents may arrive after children; sync checks when a batch ends
    if read_only:
        raw.execute("PRAGMA query_only = 1")
    return raw


def _not_opened(error: Exception) -> DiskTrouble:
    found = hindrance_of(error)
    return DiskTrouble(OPENING[found] if found is not None else f"数据文件打不开，请联系管理员（{error}）")


def damage_of(raw: Any) -> str:
    """What is wrong with a file once every page of it has been read under its key; empty where nothing is."""
    broken = raw.execute("PRAGMA cipher_integrity_check").fetchall()
    (found,) = raw.execute("PRAGMA integrity_check").fetchone()
    return str(broken[0] if broken else "" if found == "ok" else found)


def prove_pages(copy: Path, key: bytes) -> None:
    """Reads a new file as it lies on the disk, before the old one goes. Raises DiskTrouble."""
    raw = open_raw(copy, key, read_only=True)
    try:
        damage = damage_of(raw)
    finally:
        raw.close()
    if damage:
        raise DiskTrouble(f"硬盘没有写对：{damage}；原来的数据没有动，请检查硬盘")


def writer_engine(path: Path, key: bytes) -> Engine:
    """One connection, taken under the writer lock. Each commit reaches the disk: a power cut takes no save."""

    def connect() -> Any:
        raw = open_raw(path, key, cache_kib=WRITE_CACHE_KIB)
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("PRAGMA synchronous = FULL")
        raw.execute("PRAGMA secure_delete = ON")  # what leaves the scope leaves the free pages too
        return raw

    engine = create_engine(
        "sqlite://",
        module=sqlcipher,
        creator=connect,
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
        hide_parameters=True,
    )
    _begin_with(engine, "BEGIN IMMEDIATE")
    return engine


def reader_engine(path: Path, key: bytes) -> Engine:
    """Connections on which any write fails. A transaction on one of them sees one moment of the file.

    The one used last is used next, so that its cache is warm and the others' stay small.
    """

    def connect() -> Any:
        return open_raw(path, key, read_only=True)

    engine = create_engine(
        "sqlite://",
        hide_parameters=True,
        module=sqlcipher,
        creator=connect,
        poolclass=QueuePool,
        pool_size=READERS_MAX,
        max_overflow=READERS_MAX,
        pool_use_lifo=True,
    )
    _begin_with(engine, "BEGIN")
    return engine


def bulk_engine(path: Path, key: bytes) -> Engine:
    """One connection for filling a staging file in one go: nothing is kept safe before it is whole."""

    def connect() -> Any:
        raw = open_raw(path, key, cache_kib=BULK_CACHE_KIB)
        raw.execute("PRAGMA journal_mode = OFF")
        raw.execute("PRAGMA synchronous = OFF")
        raw.execute("PRAGMA locking_mode = EXCLUSIVE")
        return raw

    engine = create_engine(
        "sqlite://",
        module=sqlcipher,
        creator=connect,
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
        hide_parameters=True,
    )
    _begin_with(engine, "BEGIN EXCLUSIVE")
    return engine


def _begin_with(engine: Engine, statement: str) -> None:
    # The driver's own implicit BEGIN comes late and leaves DDL outside; with autocommit we say when.
    @event.listens_for(engine, "begin")
    def begin(conn: Connection) -> None:
        conn.exec_driver_sql(statement)


def checkpoint(engine: Engine) -> bool:
    """Fold the write-ahead log into the file, so that the file alone is the whole replica; False while somebody reads."""
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (busy, *_) = cursor.fetchall()[0]
        cursor.close()
        return not busy
    finally:
        raw.close()


@contextmanager
def stoppable(conn: Connection, still: Callable[[], None]) -> Iterator[None]:
    """Asks `still` every few milliseconds of a long query; raises what it raises, and the query ends there."""
    raw: Any = conn.connection.driver_connection
    stopped: list[BaseException] = []

    def hear() -> int:
        try:
            still()
        except BaseException as error:  # noqa: BLE001 - it is raised below, out of the driver's hands
            stopped.append(error)
        return len(stopped)

    raw.set_progress_handler(hear, STEPS_AT_ONCE)
    try:
        yield
    except DBAPIError as error:
        if stopped:
            raise stopped[0] from error
        raise
    finally:
        raw.set_progress_handler(None, STEPS_AT_ONCE)
