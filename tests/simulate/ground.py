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
from random import Random
from typing import Any

import zstandard
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

import baiyun_desktop.replica.counted
import baiyun_desktop.replica.numbers
import sync.desk.apply
import sync.desk.blobs
import sync.desk.courier
import sync.desk.laying
import sync.district.blobs
import sync.district.feed
import sync.district.packs
import sync.district.taking
import sync.district.telling
from sync.district.district import District
from sync.district.scope import FixedScope
from tests.sync.small import AREAS, SCHEMA, OneOfEach
from tests.sync.world import Counter, Time

from .plan import Sizes
from .quick import QuickEngine

REQUESTS_MAX = 300
"""A round that needs more comes to no end."""


_Compressor = zstandard.ZstdCompressor


def _light(level: int = 1, **options: Any) -> zstandard.ZstdCompressor:
    """Compresses with little care, whatever was asked for: a seed spends no time on small bytes."""
    return _compressor(**options)


@cache
def _compressor(**options: Any) -> zstandard.ZstdCompressor:
    """One for all that these options are asked for: a seed runs in one thread, and begins anew with each content."""
    return _Compressor(level=1, **options)


@cache
def _template() -> sqlite3.Connection:
    """The tables of a founded district, made once."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    with tempfile.TemporaryDirectory() as folder:
        District(engine, SCHEMA, FixedScope(AREAS), OneOfEach(), Time(), Counter(), Path(folder)).found("D")
    raw = sqlite3.connect(":memory:", isolation_level=None)
    with engine.connect() as conn:
        conn.connection.backup(raw)
    return raw


@cache
def seal_key() -> bytes:
    """The private key that these districts' desks seal to."""
    return bytes(_template().execute("SELECT seal FROM meta").fetchone()[0])


@cache
def _shared() -> QuickEngine:
    """One engine for all seeds, so that statements are compiled once; its database is laid anew for each."""
    return QuickEngine()


def district_engine() -> QuickEngine:
    engine = _shared()
    engine.trap.clear()
    _template().backup(engine.raw)
    return engine


@contextmanager
def sized(sizes: Sizes) -> Iterator[None]:
    """The engine with such small bounds that a seed meets their edges, and without waiting for a disk."""
    dice = Random(1)
    here: list[tuple[Any, str, Any]] = [
        (sync.desk.apply, "SLICE_ENTRIES", sizes.slice),
        (sync.desk.laying, "SLICE_ENTRIES", sizes.slice),
        (sync.desk.courier, "ACTS_PER_BATCH_MAX", sizes.batch_acts),
        (sync.desk.courier, "REQUESTS_PER_ROUND_MAX", REQUESTS_MAX),
        (sync.district.telling, "BATCH_BYTES_MAX", sizes.batch_bytes),
        (sync.district.feed, "ENTRIES_PER_BATCH_MAX", sizes.feed_entries),
        (sync.district.taking, "ACTS_PER_TRANSACTION", sizes.transaction),
        (sync.district.packs, "REUSE_POSITIONS_MAX", sizes.reuse),
        (sync.desk.blobs, "PIECE_BYTES", sizes.piece),
        (sync.district.blobs, "PIECE_BYTES", sizes.piece),
        (zstandard, "ZstdCompressor", _light),
        (os, "fsync", lambda _fd: None),
        (baiyun_desktop.replica.numbers, "_new_mark", lambda: f"{dice.getrandbits(64):016x}"),
        (baiyun_desktop.replica.counted, "_new_life", lambda: f"{dice.getrandbits(16):04x}"),
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
