"""The days off of one year as reference data, so that a desk with no line and the district reckon by the same ones."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from sqlalchemy.orm import Mapped

from baiyun_desktop.kernel.calendar import Calendar, CalendarDay
from baiyun_desktop.kernel.field import Asked, field
from baiyun_desktop.kernel.record import Record
from sync.schema import Policy, Row

COLLECTION = "calendar_year"


class CalendarYear(Record, title="年度工作日历", en="Calendar of a year", area="area"):
    """The State Council's notice for a year. It lives everywhere, so the district's top alone may write it.

    `days` are "2026-10-01 holiday 国庆节" each: days off, and weekends worked for them.
    """

    __tablename__ = COLLECTION

    area: Mapped[str | None] = field("范围", en="Held by", policy=Policy.LATEST, asked=Asked.AUTO)
    year: Mapped[int | None] = field("年份", en="Year", policy=Policy.LATEST, asked=Asked.AUTO, listed=6)
    days: Mapped[list[str] | None] = field("放假和调休", en="Days", policy=Policy.LATEST, asked=Asked.AUTO)


def id_of(year: int) -> str:
    """The id of a year's record follows from the year, so that a judge finds it and none is written twice."""
    return hashlib.blake2b(f"{COLLECTION}/{year}".encode(), digest_size=16).hexdigest()


def written(days: Iterable[CalendarDay]) -> list[str]:
    """Entries as the record holds them."""
    return [f"{d.day.isoformat()} {d.kind} {d.note}".rstrip() for d in sorted(days, key=lambda d: d.day)]


def read(rows: Iterable[Row]) -> Calendar:
    """The calendar that records give together, by "id", "year" and "days".

    What a judge would not find, since its id is of no year, counts nowhere; nor does an entry that a newer version
    wrote another way.
    """
    found = [row for row in rows if not row.get("voided") and row.get("id") == id_of(int(row.get("year") or 0))]
    return Calendar.of(entry for row in found for entry in _entries(row.get("days") or ()))


def _entries(lines: Iterable[str]) -> Iterator[CalendarDay]:
    for line in lines:
        day, _, rest = str(line).partition(" ")
        kind, _, note = rest.partition(" ")
        try:
            found = CalendarDay(date.fromisoformat(day), kind, note)
            Calendar.of([found])
        except ValueError:
            continue
        yield found


def calendar_of(years: Iterable[int], get: Callable[[str, str], Row | None]) -> Calendar:
    """The calendar of some years; `get` reads a record by kind and id."""
    rows = (get(COLLECTION, id_of(year)) for year in years)
    return read(row for row in rows if row is not None)
