"""Hands out numbers from the blocks that the district reserved for this desk, each once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.number import NumberPattern
from baiyun_desktop.replica.identity import DeskIdentity

CHINA = timezone(timedelta(hours=8))


def next_number(conn: Connection, pattern: NumberPattern, identity: DeskIdentity, year: int | None, now_ms: int) -> str:
    """The next number of a series, inside the caller's transaction.

    With no block left the number is provisional: its mark is made of this desk and a counter, unlike any serial.
    """
    year = year or datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(CHINA).year
    block = conn.exec_driver_sql(
        "SELECT unit, first, next FROM number_block"
        " WHERE pattern = ? AND year = ? AND next <= last ORDER BY unit <> ?, first",
        (pattern.name, year, identity.unit),
    ).first()
    if block is not None:
        unit, first, serial = block
        conn.exec_driver_sql(
            "UPDATE number_block SET next = ? WHERE pattern = ? AND unit = ? AND year = ? AND first = ?",
            (serial + 1, pattern.name, unit, year, first),
        )
        return pattern.number(year=year, district=identity.district_word, unit=unit, serial=serial)
    unit = identity.unit
    name = f"provisional/{pattern.name}/{unit}/{year}"
    count = conn.exec_driver_sql("SELECT value FROM meta WHERE name = ?", (name,)).scalar()
    following = int(count or 0) + 1
    conn.exec_driver_sql("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, str(following)))
    mark = f"{identity.replica[-6:]}-{following}"
    return pattern.provisional(year=year, district=identity.district_word, unit=unit, mark=mark)


def numbers_left(conn: Connection, pattern: str, year: int) -> int:
    """How many numbers of a series this desk can still hand out with no line."""
    found = conn.exec_driver_sql(
        "SELECT total(last - next + 1) FROM number_block WHERE pattern = ? AND year = ?", (pattern, year)
    ).scalar_one()
    return int(found)
