"""Hands out numbers from the blocks that the district reserved for this desk, each once."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.number import NumberPattern
from baiyun_desktop.replica.counted import (
    Counter,
    check_line,
    forget_question,
    load,
    move_to,
    note_question,
    open_blocks,
    question,
    settle,
)
from baiyun_desktop.replica.identity import DeskIdentity, take_block
from sync.desk.courier import Need
from sync.enrolment import NumberBlock, years_due

CHINA = timezone(timedelta(hours=8))
LOW = 5
"""Another block is asked for where less than this part of one is left: time enough until the next contact."""
SERIES_MAX = 32
"""Of one question; the others are asked for after its answer."""


def next_number(
    conn: Connection,
    pattern: NumberPattern,
    identity: DeskIdentity,
    year: int | None,
    now_ms: int,
    replica: Path,
    given: dict[str, int],
) -> str:
    """The next number of a series, inside the caller's transaction.

    `given` is told of it, by its block and the serial after it, to be counted beside the file before the transaction is
    committed; one that is undone has handed out nothing. With no block left the number is provisional: its mark is made
    of this desk, its file's life and a counter, unlike any serial.
    """
    year = year or year_of(now_ms)
    # What this transaction has handed out already is not counted before it is committed.
    counter = (load(replica) or Counter()) if given else settle(conn, replica)
    check_line(conn, identity.epoch)
    blocks = [b for b in open_blocks(conn) if (b.pattern, b.year) == (pattern.name, year)]
    if blocks:
        block = min(blocks, key=lambda b: (b.unit != identity.unit, b.first))
        serial = block.next
        given[block.name] = serial + 1
        move_to(conn, block, serial + 1)
        return pattern.number(year=year, district=identity.district_word, unit=block.unit, serial=serial)
    name = f"provisional/{pattern.name}/{identity.unit}/{year}"
    count = conn.exec_driver_sql("SELECT value FROM meta WHERE name = ?", (name,)).scalar()
    following = max(int(count or 0) + 1, counter.next.get(name, 1))
    given[name] = following + 1
    conn.exec_driver_sql("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, str(following)))
    mark = f"{identity.replica[-6:]}{counter.life}-{following}"
    return pattern.provisional(year=year, district=identity.district_word, unit=identity.unit, mark=mark)


def final_number(
    conn: Connection,
    pattern: NumberPattern,
    identity: DeskIdentity,
    now_ms: int,
    replica: Path,
    given: dict[str, int],
    *,
    spared: int,
) -> str | None:
    """`next_number` of this year, or None where no more than `spared` are left to give for good."""
    if not given:
        settle(conn, replica)
    check_line(conn, identity.epoch)
    if numbers_left(conn, pattern.name, year_of(now_ms)) <= spared:
        return None
    return next_number(conn, pattern, identity, None, now_ms, replica, given)


def needs(conn: Connection, patterns: Collection[NumberPattern], epoch: int, now_ms: int) -> Need | None:
    """The question to be asked of the district where numbers run short, the same one until an answer was read.

    In the caller's transaction, which keeps the question. Years are the district's where its time is known: in December
    the next year's are asked for too.
    """
    if not _short(conn, patterns, now_ms):
        return None
    check_line(conn, epoch)
    asked = question(conn)
    if asked is None:
        asked = json.dumps([_new_mark(), _short(conn, patterns, now_ms)[:SERIES_MAX]])
        note_question(conn, asked)
    mark, series = json.loads(asked)
    return mark, [(name, year) for name, year in series]


def given(conn: Connection, blocks: Sequence[NumberBlock], epoch: int, replica: Path) -> None:
    """Takes in the blocks that the district gave, in the transaction that ends its reply.

    What this file has learnt by now about another copy of it is no reason to pass these over: they were not that one's.
    """
    check_line(conn, epoch)
    for block in blocks:
        take_block(conn, block)
    forget_question(conn)
    settle(conn, replica)


def _new_mark() -> str:
    return secrets.token_hex(8)


def _short(conn: Connection, patterns: Collection[NumberPattern], now_ms: int) -> list[tuple[str, int]]:
    """The series of which less than a fifth of a block is left, or nothing was ever given, as (pattern, year)."""
    skew = conn.exec_driver_sql("SELECT skew_ms FROM sync_state").scalar_one()
    years = years_due(now_ms - (skew or 0))
    left: dict[tuple[str, int], int] = {}
    size: dict[tuple[str, int], int] = {}
    sql = "SELECT pattern, year, first, last, next FROM number_block WHERE year >= ?"
    for pattern, year, first, last, following in conn.exec_driver_sql(sql, (years[0],)):
        left[pattern, year] = left.get((pattern, year), 0) + last - following + 1
        size[pattern, year] = max(size.get((pattern, year), 0), last - first + 1)
    wanted = [(one.name, year) for one in patterns for year in years]
    return [one for one in wanted if one not in size or left[one] * LOW < size[one]]


def year_of(now_ms: int) -> int:
    """The year it is where numbers are given out."""
    return datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(CHINA).year


def numbers_left(conn: Connection, pattern: str, year: int) -> int:
    """How many numbers of a series this desk can still hand out with no line."""
    found = conn.exec_driver_sql(
        "SELECT total(last - next + 1) FROM number_block WHERE pattern = ? AND year = ?", (pattern, year)
    ).scalar_one()
    return int(found)
