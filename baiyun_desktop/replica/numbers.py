"""Hands out numbers from the blocks that the district reserved for this desk, each once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.number import NumberPattern
from baiyun_desktop.replica.counted import Counter, check_line, load, move_to, open_blocks, settle
from baiyun_desktop.replica.identity import DeskIdentity

CHINA = timezone(timedelta(hours=8))


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
    year = year or datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(CHINA).year
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


def numbers_left(conn: Connection, pattern: str, year: int) -> int:
    """How many numbers of a series this desk can still hand out with no line."""
    found = conn.exec_driver_sql(
        "SELECT total(last - next + 1) FROM number_block WHERE pattern = ? AND year = ?", (pattern, year)
    ).scalar_one()
    return int(found)
