"""What is due, read for a screen: for the rows of a list, for a record's head, and what of the calendar is missing."""

from __future__ import annotations

from collections.abc import Sequence

from baiyun_desktop.ui.days import now, today
from baiyun_desktop.ui.desk import DeskContext
from baiyun_desktop.ui.due_words import DueShown, cell_words, due_shown, gap_words
from baiyun_desktop.ui.listing import Lit


def lamps_of(desk: DeskContext, records: Sequence[str]) -> dict[str, list[Lit]]:
    """The running limits of some rows, by record, the next one first."""
    day, read = now(), desk.replica.read
    calendar = read.calendar()
    found = {}
    for record, rows in read.dues(records).items():
        shown = [due_shown(desk.program, row, day, calendar) for row in rows]
        found[record] = [
            Lit(cell_words(row, day), one.tone, f"{one.label} {one.tip}") for row, one in zip(rows, shown, strict=True)
        ]
    return found


def dues_of(desk: DeskContext, record: str) -> list[DueShown]:
    """The running limits of one record, the next one first."""
    day, read = now(), desk.replica.read
    rows = read.dues([record]).get(record, ())
    calendar = read.calendar() if rows else None
    return [due_shown(desk.program, row, day, calendar) for row in rows] if calendar is not None else []


def gap_of(desk: DeskContext) -> str:
    """What of the calendar is missing though something that is shown rests on it, in words; else empty."""
    return gap_words(list(desk.replica.read.calendar_gaps(today())))
