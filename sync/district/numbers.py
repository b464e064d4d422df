"""Blocks of numbers: which serials of a pattern, unit and year each desk alone may hand out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Integer,
    Table,
    Text,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from sync.enrolment import NumberBlock, years_due
from sync.protocol import NumbersAsked

from .lines import Line
from .tables import METADATA

SKIP = 5_000
"""Serials that a series passes over at a restore: more than any office was given between a backup and its use."""
DAY_MS = 86_400_000
_UNKNOWN = {"pattern": "", "unit": ""}
"""Stands for the series of a year that a restored database has not got: where they begin."""

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
QUESTION = Table(
    "number_question",
    METADATA,
    Column("replica", Text, primary_key=True),
    Column("epoch", BigInteger, primary_key=True, autoincrement=False),
    Column("mark", Text, primary_key=True),
    Column("answer", Text, nullable=False),  # JSON list of NumberBlock
)
"""What desks asked for in rounds, and got: an answer that was lost on the line is given again."""


class Series(Protocol):
    """What is numbered: the kernel's NumberPattern is one."""

    @property
    def name(self) -> str: ...

    @property
    def block(self) -> int:
        """How many serials a desk gets at a time."""
        ...


@dataclass(frozen=True, slots=True)
class Numbering:
    """What a district gives numbers of, and whose: `unit_of` a replica is the short name in its numbers, if it may have any."""

    series: Sequence[Series] = ()
    unit_of: Callable[[Connection, str], str | None] = lambda _conn, _replica: None


def give_blocks(
    conn: Connection, series: Iterable[Series], *, unit: str, replica: str, epoch: int, now_ms: int
) -> list[NumberBlock]:
    """The next block of each series for this desk, noted as given; in the caller's transaction."""
    return [
        _give(conn, NumberBlock(one.name, unit, year, 1, one.block), replica, epoch, now_ms)
        for one in sorted(series, key=lambda s: s.name)
        for year in years_due(now_ms)
    ]


def answer(
    conn: Connection, numbering: Numbering, asked: NumbersAsked, line: Line, now_ms: int, most: int
) -> list[NumberBlock]:
    """What a desk gets that asks for numbers: the next blocks, or where it has asked this before, the same again.

    An answer belongs to one epoch: the copy of a file that goes on in another gets nothing of it. Of one series a desk
    gets no more than `most` blocks a day, so that one that never stops asking does not use the year up.
    """
    key = {"replica": line.replica, "epoch": line.epoch, "mark": asked.mark}
    known = select(QUESTION.c.answer).where(*(QUESTION.c[name] == value for name, value in key.items()))
    before = conn.execute(known).scalar_one_or_none()
    if before is not None:
        return msgspec.json.decode(before, type=list[NumberBlock])
    unit, due = numbering.unit_of(conn, line.replica), years_due(now_ms)
    if unit is None:
        return []
    sizes = {one.name: one.block for one in numbering.series}
    wanted = sorted({(name, year) for name, year in asked.series if name in sizes and year in due})
    blocks = [
        _give(conn, NumberBlock(name, unit, year, 1, sizes[name]), line.replica, line.epoch, now_ms)
        for name, year in wanted
        if _given_since(conn, line.replica, name, year, now_ms - DAY_MS) < most
    ]
    if blocks:  # where there was nothing to give, the same question may be answered tomorrow
        conn.execute(insert(QUESTION).values(**key, answer=msgspec.json.encode(blocks).decode()))
    return blocks


def passed_over(restores: int) -> int:
    """How many serials each series has passed over after so many restores, from whichever backup the last of them was."""
    return SKIP * restores


def skip_ahead(conn: Connection, now_ms: int, restores: int = 1) -> None:
    """To be called once after a restore: what was given since the backup is not known, and must not be given again.

    `restores` are all that there have been from this backup and those beside it, which gave what lies behind it: a backup
    that one of them made has passed over its part already, and what its year has passed over stands in a row of its own.
    """
    for year in sorted({*conn.execute(select(SERIES.c.year)).scalars(), *years_due(now_ms)}):
        row = {**_UNKNOWN, "year": year}
        before = conn.execute(select(SERIES.c.reserved_to).where(*_named(row))).scalar()
        if before is None:
            conn.execute(insert(SERIES).values(**row, reserved_to=0))
        more = max(passed_over(restores) - (before or 0), SKIP)
        conn.execute(update(SERIES).where(SERIES.c.year == year).values(reserved_to=SERIES.c.reserved_to + more))


def restores_in(conn: Connection) -> int:
    """How many restores the serials that were passed over speak of: a backup knows of those that led to it alone."""
    passed = conn.execute(select(func.max(SERIES.c.reserved_to)).where(SERIES.c.pattern == "")).scalar() or 0
    return -(-int(passed) // SKIP)


def _begun_at(conn: Connection, year: int) -> int:
    """Where a series begins that this database does not know: the lost one may have begun it, before each restore."""
    found = conn.execute(select(SERIES.c.reserved_to).where(*_named({**_UNKNOWN, "year": year}))).scalar_one_or_none()
    return int(found or 0)


def _named(key: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    return [SERIES.c[name] == value for name, value in key.items()]


def _given_since(conn: Connection, replica: str, pattern: str, year: int, since: int) -> int:
    query = select(func.count()).select_from(BLOCK).where(BLOCK.c.replica == replica, BLOCK.c.pattern == pattern)
    return int(conn.execute(query.where(BLOCK.c.year == year, BLOCK.c.given_at > since)).scalar_one())


def _give(conn: Connection, wanted: NumberBlock, replica: str, epoch: int, now_ms: int) -> NumberBlock:
    key = {"pattern": wanted.pattern, "unit": wanted.unit, "year": wanted.year}
    found = _named(key)
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
