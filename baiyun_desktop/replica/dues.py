"""What is due, kept beside the rows: a projection of stated dates, movements and the calendar, never written by hand.

Lists and the worklist ask this table at fifty thousand records; only the lamp is worked out for the day of reading,
from `near` and `day`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date, timedelta
from enum import Enum
from typing import Any

from sqlalchemy.engine import Connection

from baiyun_desktop.kernel import calendar_year, hours
from baiyun_desktop.kernel.calendar import Calendar
from baiyun_desktop.kernel.deadline import Lamp
from baiyun_desktop.kernel.procedure import Procedure
from baiyun_desktop.kernel.step import Limit
from baiyun_desktop.replica.layout import Layout, filled
from baiyun_desktop.replica.plain import every, many, run
from sync.schema import Row

_IDS_AT_ONCE = 500
DAY_CHARS = len("2026-11-24")


@dataclass(frozen=True, slots=True)
class DueRow:
    """One time limit that runs for one record; days are ISO text, as they are stored and compared.

    Where hours are counted, `day` and `near` have the minute behind the day ("2026-11-24T13:30").
    """

    kind: str
    record: str
    code: str
    start: str
    day: str
    plain: str
    near: str
    """From this day on it is yellow."""
    paused: str = ""
    """Since when it stands still; "" where it runs."""
    ground: str = ""
    extended: int = 0
    waited: int = 0
    unknown: str = ""
    """Years whose holidays nobody has entered, a space apart: the day may move."""
    explained: int = 0

    @property
    def last_day(self) -> str:
        """The end without its minute, as a record's own field has it."""
        return self.day[:DAY_CHARS]

    def lamp(self, today: date) -> Lamp:
        """How near the end is on a day, or at a moment of it."""
        if self.paused:
            return Lamp.PAUSED
        if hours.over(self.day, today):
            return Lamp.RED
        return Lamp.YELLOW if hours.now_text(today)[: len(self.near)] >= self.near else Lamp.GREEN


class Group(Enum):
    """The parts of a worklist, the most urgent first."""

    OVERDUE = "overdue"
    TODAY = "due"
    SOON = "soon"


_WHERE = {
    Group.OVERDUE: "day < :now AND (day < :today OR length(day) > 10)",
    Group.TODAY: "day >= :today AND day < :tomorrow AND (length(day) = 10 OR day >= :now)",
    Group.SOON: "day >= :tomorrow AND near <= :now",
}
"""A day alone is over with its last minute; one with a minute behind it when the clock shows a later one."""
_NAMES = tuple(f.name for f in fields(DueRow))
_COLUMNS = ", ".join(_NAMES)


class Almanac:
    """The calendar that the replica holds, read again only where its records are others."""

    def __init__(self) -> None:
        self._held: tuple[Any, Calendar] = ([], Calendar())

    def calendar(self, conn: Connection, layout: Layout) -> Calendar:
        """All years that the district has sent."""
        key = every(conn, f"SELECT days FROM {calendar_year.COLLECTION} WHERE voided IS 0 ORDER BY id")
        held, calendar = self._held
        if key != held:
            calendar = calendar_of(conn, layout)
            self._held = (key, calendar)
        return calendar


def calendar_of(conn: Connection, layout: Layout) -> Calendar:
    """The calendar as the replica's records give it."""
    reader = layout.readers[calendar_year.COLLECTION]
    rows = every(conn, f"SELECT {reader.columns} FROM {calendar_year.COLLECTION}")
    return calendar_year.read({**reader.values(row), "id": row[0], "voided": bool(row[2])} for row in rows)


def reckoned(
    procedure: Procedure, record: str, values: Row, movements: Iterable[Row], calendar: Calendar
) -> list[DueRow]:
    """The limits that run for a record, the next one first; one that stands still comes after those that do not."""
    limits = procedure.limits(filled(values), movements, calendar)
    rows = [_row(procedure.kind, record, code, limit, calendar) for code, limit in limits.items() if limit.lit]
    return sorted(rows, key=lambda row: (bool(row.paused), row.day, row.code))


def _row(kind: str, record: str, code: str, limit: Limit, calendar: Calendar) -> DueRow:
    due = limit.due
    return DueRow(
        kind=kind, record=record, code=code, start=due.start.isoformat(), day=due.ends,
        plain=due.ends if due.at is not None else due.plain.isoformat(), near=due.nears(calendar),
        paused=due.paused.first.isoformat() if due.paused is not None else "",
        ground=due.paused.ground if due.paused is not None else "", extended=int(due.extended), waited=due.waited,
        unknown=" ".join(map(str, due.unknown)), explained=int(limit.explained),
    )  # fmt: skip


def put(conn: Connection, record: str, rows: Sequence[DueRow]) -> bool:
    """Makes the table say exactly this of a record; whether it said something else."""
    if held_by(conn, [record]).get(record, []) == list(rows):
        return False
    run(conn, "DELETE FROM due WHERE record = ?", (record,))
    add(conn, rows)
    return True


def add(conn: Connection, rows: Sequence[DueRow]) -> None:
    """Rows of records that the table says nothing of."""
    if rows:
        many(conn, f"INSERT INTO due ({_COLUMNS}) VALUES ({', '.join('?' * len(_NAMES))})", [astuple(r) for r in rows])


def held_by(conn: Connection, records: Sequence[str]) -> dict[str, list[DueRow]]:
    """What runs for each of some records, the next one first."""
    found: dict[str, list[DueRow]] = {}
    for start in range(0, len(records), _IDS_AT_ONCE):
        part = records[start : start + _IDS_AT_ONCE]
        sql = f"SELECT {_COLUMNS} FROM due WHERE record IN ({', '.join('?' * len(part))}) ORDER BY paused <> '', day, code"
        for row in every(conn, sql, part):
            found.setdefault(row[1], []).append(DueRow(*row))
    return found


def waiting(conn: Connection, kind: str, group: Group, today: date, limit: int) -> tuple[int, list[DueRow]]:
    """How many limits of a kind are of a group on that day, and the first of them."""
    where = f"kind = :kind AND paused = '' AND {_WHERE[group]}"
    day = hours.day_of(today)
    tomorrow = (day + timedelta(days=1)).isoformat()
    given: Mapping[str, Any] = {
        "kind": kind, "today": day.isoformat(), "tomorrow": tomorrow, "now": hours.now_text(today)
    }  # fmt: skip
    ((count,),) = every(conn, f"SELECT count(*) FROM due WHERE {where}", given)  # type: ignore[arg-type]
    sql = f"SELECT {_COLUMNS} FROM due WHERE {where} ORDER BY day LIMIT {int(limit)}"
    rows = every(conn, sql, given) if count and limit else []  # type: ignore[arg-type]
    return count, [DueRow(*row) for row in rows]


def gaps(conn: Connection) -> set[int]:
    """Years without entries that some limit touches."""
    rows = every(conn, "SELECT DISTINCT unknown FROM due WHERE unknown <> ''")
    return {int(year) for (years,) in rows for year in years.split()}
