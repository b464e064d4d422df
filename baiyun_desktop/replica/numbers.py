"""Hands out numbers from the blocks that the district reserved for this desk, each once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.number import NumberPattern
from baiyun_desktop.replica.counted import check_line, move_to, open_blocks, save, settle
from baiyun_desktop.replica.identity import DeskIdentity

CHINA = timezone(timedelta(hours=8))


def next_number(
    conn: Connection, pattern: NumberPattern, identity: DeskIdentity, year: int | None, now_ms: int, replica: Path
) -> str:
    """The next number of a series, inside the caller's transaction; counted beside the file before anybody sees it.

    With no block left the number is provisional: its mark is made of this desk, its file's life and a counter, unlike
    any serial. Raises DiskTrouble where the counter is not written; a save that fails afterwards leaves a gap.
    """
    year = year or datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(CHINA).year
    counter = settle(conn, replica)
    check_line(conn, identity.epoch)
    blocks = [b for b in open_blocks(conn) if (b.pattern, b.year) == (pattern.name, year)]
    if blocks:
        block = min(blocks, key=lambda b: (b.unit != identity.unit, b.first))
        serial = block.next
        save(replica, counter.after(block.name, serial))
        move_to(conn, block, serial + 1)
        return pattern.number(year=year, district=identity.district_word, unit=block.unit, serial=serial)
    name = f"provisional/{pattern.name}/{identity.unit}/{year}"
    count = conn.exec_driver_sql("SELECT value FROM meta WHERE name = ?", (name,)).scalar()
    following = max(int(count or 0) + 1, counter.next.get(name, 1))
    save(replica, counter.after(name, following))
    conn.exec_driver_sql("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, str(following)))
    mark = f"{identity.replica[-6:]}{counter.life}-{following}"
    return pattern.provisional(year=year, district=identity.district_word, unit=identity.unit, mark=mark)


def numbers_left(conn: Connection, pattern: str, year: int) -> int:
    """How many numbers of a series this desk can still hand out with no line."""
    found = conn.exec_driver_sql(
        "SELECT total(last - next + 1) FROM number_block WHERE pattern = ? AND year = ?", (pattern, year)
    ).scalar_one()
    return int(found)
