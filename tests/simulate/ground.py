"""What a simulated world stands on: the district's database in memory, the engine's bounds made small, a folder."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import StaticPool

import sync.desk.apply
import sync.desk.courier
import sync.district.feed
import sync.district.packs
import sync.district.taking
import sync.district.telling
from sync.district.district import District
from sync.district.scope import FixedScope
from tests.sync.world import AREAS, SCHEMA, Counter, OneOfEach, Time

from .plan import Sizes
from .store import Trap


def _bare() -> Engine:
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None

    event.listen(engine, "begin", lambda conn: conn.exec_driver_sql("BEGIN"))
    return engine


@cache
def _template() -> sqlite3.Connection:
    """The tables of a founded district, made once."""
    engine = _bare()
    with tempfile.TemporaryDirectory() as folder:
        District(engine, SCHEMA, FixedScope(AREAS), OneOfEach(), Time(), Counter(), Path(folder)).found("D")
    raw = sqlite3.connect(":memory:", isolation_level=None)
    with engine.connect() as conn:
        conn.connection.backup(raw)
    return raw


@cache
def _shared() -> tuple[Engine, Trap]:
    """One engine for all seeds, so that statements are compiled once; its database is laid anew for each."""
    engine, trap = _bare(), Trap()
    event.listen(engine, "before_cursor_execute", lambda _c, _k, sql, *_rest: trap.step(sql))
    return engine, trap


def district_engine() -> tuple[Engine, Trap]:
    engine, trap = _shared()
    trap.clear()
    with engine.connect() as conn:
        target = conn.connection.dbapi_connection
        assert target is not None
        conn.rollback()
        _template().backup(cast(sqlite3.Connection, target))
    return engine, trap


@contextmanager
def sized(sizes: Sizes) -> Iterator[None]:
    """The engine with such small bounds that a seed meets their edges, and without waiting for a disk."""
    here: list[tuple[Any, str, Any]] = [
        (sync.desk.apply, "SLICE_ENTRIES", sizes.slice),
        (sync.desk.courier, "SLICE_ENTRIES", sizes.slice),
        (sync.desk.courier, "ACTS_PER_BATCH_MAX", sizes.batch_acts),
        (sync.district.telling, "BATCH_BYTES_MAX", sizes.batch_bytes),
        (sync.district.feed, "ENTRIES_PER_BATCH_MAX", sizes.feed_entries),
        (sync.district.taking, "ACTS_PER_TRANSACTION", sizes.transaction),
        (sync.district.packs, "REUSE_POSITIONS_MAX", sizes.reuse),
        (sync.district.packs, "LEVEL", 1),
        (os, "fsync", lambda _fd: None),
    ]
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in here]
    for owner, name, value in here:
        setattr(owner, name, value)
    try:
        yield
    finally:
        for owner, name, value in before:
            setattr(owner, name, value)


@contextmanager
def folder() -> Iterator[Path]:
    """A place for packs, in memory where there is one."""
    shm = Path("/dev/shm")
    made = tempfile.mkdtemp(dir=shm if shm.is_dir() else None)
    try:
        yield Path(made)
    finally:
        shutil.rmtree(made, ignore_errors=True)
