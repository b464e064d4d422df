"""Blocks of numbers: which serials of a pattern, unit and year each desk alone may hand out."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Protocol

from sqlalchemy import BigInteger, Column, Connection, Integer, Table, Text, insert, select, update
from sqlalchemy.exc import IntegrityError

from sync.enrolment import NumberBlock

from .tables import META, METADATA

LOCAL = timedelta(hours=8)
"""A year of numbers begins at midnight in China."""
SKIP = 5_000
"""Serials that a series passes over at a restore: more than any office was given between a backup and its use."""

SERIES = Table(
    "number_series",
    METADATA,
    Column("pattern", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("reserved_to", BigInteger, nullable=False),
)
BLOCK = Table(
    "number_block",
    METADATA,
    Column("pattern", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("first", BigInteger, primary_key=True, autoincrement=False),
    Column("last", BigInteger, nullable=False),
    Column("replica", Text, nullable=False, index=True),
    Column("epoch", Integer, nullable=False),
    Column("given_at", BigInteger, nullable=False),
)


class Series(Protocol):
    """What is numbered: the kernel's NumberPattern is one."""

    @property
    def name(self) -> str: ...

    @property
    def block(self) -> int:
        """How many serials a desk gets at a time."""
        ...


def years_due(now_ms: int) -> list[int]:
    """The years a desk needs numbers of: this one, and in December the next."""
    today = datetime.fromtimestamp(now_ms / 1000, UTC) + LOCAL
    return [today.year, today.year + 1] if today.month == 12 else [today.year]


def give_blocks(
    conn: Connection, series: Iterable[Series], *, unit: str, replica: str, epoch: int, now_ms: int
) -> list[NumberBlock]:
    """The next block of each series for this desk, noted as given; in the caller's transaction."""
    return [
        _give(conn, NumberBlock(one.name, unit, year, 1, one.block), replica, epoch, now_ms)
        for one in sorted(series, key=lambda s: s.name)
        for year in years_due(now_ms)
    ]


def skip_ahead(conn: Connection) -> None:
    """To be called once after a restore: what was given since the backup is not known, and must not be given again."""
    conn.execute(update(SERIES).values(reserved_to=SERIES.c.reserved_to + SKIP))


def _begun_at(conn: Connection, year: int) -> int:
    """Where a series begins that this database does not know: the lost one may have begun it, before each restore."""
    restored: list[tuple[int, int]] = json.loads(conn.execute(select(META.c.restored_at)).scalar_one())
    return SKIP * sum(year in years_due(timeline * 1000) for timeline, _ in restored)


def _give(conn: Connection, wanted: NumberBlock, replica: str, epoch: int, now_ms: int) -> NumberBlock:
    key = {"pattern": wanted.pattern, "unit": wanted.unit, "year": wanted.year}
    found = [SERIES.c[name] == value for name, value in key.items()]
    query = select(SERIES.c.reserved_to).where(*found).with_for_update()
    before = conn.execute(query).scalar_one_or_none()
    if before is None:
        # Two desks may begin a series at the same moment: the second waits here for the first, and then reads on.
        with suppress(IntegrityError), conn.begin_nested():
            conn.execute(insert(SERIES).values(**key, reserved_to=_begun_at(conn, wanted.year)))
        before = conn.execute(query).scalar_one()
    block = NumberBlock(wanted.pattern, wanted.unit, wanted.year, before + 1, before + wanted.last)
    conn.execute(update(SERIES).where(*found).values(reserved_to=block.last))
    given = {"replica": replica, "epoch": epoch, "given_at": now_ms}
    conn.execute(insert(BLOCK).values(**key, first=block.first, last=block.last, **given))
    return block
