"""A time limit as a person reads it: a lamp that is a word too, and a sentence that says how its day was reckoned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from baiyun_desktop.kernel import hours
from baiyun_desktop.kernel.calendar import Calendar
from baiyun_desktop.kernel.deadline import Deadline, Lamp, Span
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.supervision import Supervised, supervised
from baiyun_desktop.replica.dues import DueRow
from baiyun_desktop.ui.words import language, say, told

TONES = {Lamp.RED: "bad", Lamp.YELLOW: "warn", Lamp.GREEN: "good", Lamp.PAUSED: "plain"}
_WORDS = {Lamp.RED: "due.red", Lamp.YELLOW: "due.yellow", Lamp.GREEN: "due.green", Lamp.PAUSED: "due.paused"}
_UP = {Supervised.NOTICE: "due.notice", Supervised.LISTED: "due.listed"}
MARKS = {Lamp.RED: "▲", Lamp.YELLOW: "◆", Lamp.GREEN: "●", Lamp.PAUSED: "■"}
"""A shape each: whoever sees no colour, or prints in grey, still tells them apart."""


@dataclass(frozen=True, slots=True)
class DueShown:
    """One running limit in words."""

    label: str
    lamp: str
    """A mark and a word."""
    tone: str
    sentence: str
    tip: str
    """The sentence with the article and what it says."""
    asks_why_after: str = ""
    """A step stated after this ISO day says why it is late; "" where none has to."""


def lamp_words(lamp: Lamp) -> str:
    """A mark and a word."""
    return f"{MARKS[lamp]} {say(_WORDS[lamp])}"


def cell_words(row: DueRow, today: date) -> str:
    """For a list's column: the lamp and the day."""
    return f"{lamp_words(row.lamp(today))} {_told_end(row.day)}"


def due_shown(program: Program, row: DueRow, today: date, calendar: Calendar) -> DueShown:
    """A limit in the language in use. A code that this version does not know is shown as itself."""
    procedure = program.procedure(row.kind)
    limit = next((d for d in procedure.deadlines if d.code == row.code), None) if procedure is not None else None
    lamp, sentence = row.lamp(today), _sentence(row, limit, today, calendar)
    cite = limit.cite if limit is not None else None
    tip = f"{sentence}\n{cite.citation} {cite.plain}" if cite is not None else sentence
    asks = limit is not None and limit.asks_why and not row.explained and not row.paused
    label = told(limit.label, limit.en) if limit is not None else row.code
    return DueShown(label, lamp_words(lamp), TONES[lamp], sentence, tip, row.last_day if asks else "")


def _sentence(row: DueRow, limit: Deadline | None, today: date, calendar: Calendar) -> str:
    """还有6天：自2026-11-02起15日，11-17到期, and what moved it; how far off it is first, for a narrow line loses its end."""
    span = _span(limit.span) if limit is not None else row.code
    day = _day(row.day, row.start)
    if row.paused:
        said = say("due.reckoned_paused", start=row.start, span=span, day=day, since=row.paused, ground=row.ground)
    else:
        said = say("due.reckoned", start=row.start, span=span, day=day)
    if row.extended and limit is not None and limit.extension is not None:
        said += say("due.extended", span=_span(limit.extension))
    if row.waited:
        said += say("due.waited", n=row.waited)
    if row.plain != row.day:
        said += say("due.rolled", plain=_day(row.plain, row.start))
    if row.unknown:
        said += say("due.unknown", years="、".join(row.unknown.split()))
    far = "" if row.paused else _how_far(row, limit, today, calendar)
    return say("due.far_first", far=far, reckoned=said) if far else said


def _how_far(row: DueRow, limit: Deadline | None, today: date, calendar: Calendar) -> str:
    far = _distance_by_clock(row.day, today) if hours.has_clock(row.day) else _distance_by_day(row, today, calendar)
    answers = limit is not None and limit.asks_why and not row.explained
    return far + (_going_up(row, today, calendar) if answers else "")


def _distance_by_day(row: DueRow, today: date, calendar: Calendar) -> str:
    return _distance(date.fromisoformat(row.day), hours.day_of(today), calendar)


def _distance_by_clock(end: str, now: date) -> str:
    """In hours, while that is what there is left: nobody thinks of half a day in days."""
    if not isinstance(now, datetime):
        return say("due.now") if end.startswith(now.isoformat()) else ""
    left = datetime.fromisoformat(end) - now.replace(tzinfo=None)
    whole = abs(left) // timedelta(hours=1)
    if left.total_seconds() < 0:
        return say("due.over_hours", n=whole) if whole else say("due.over_minutes")
    return say("due.left_hours", n=whole) if whole else say("due.left_minutes", n=left // timedelta(minutes=1))


def _going_up(row: DueRow, today: date, calendar: Calendar) -> str:
    """From three working days over on, an office above has to hear of what this one answers for."""
    worked = calendar.worked_between(date.fromisoformat(row.last_day), hours.day_of(today))
    level = supervised(worked)
    return say(_UP[level]) if level in _UP else ""


def _told_end(end: str) -> str:
    """A day, or a day and a time of it, as people read them."""
    return end.replace("T", " ")


def _distance(day: date, today: date, calendar: Calendar) -> str:
    if today == day:
        return say("due.now")
    if today < day:
        return say("due.left", n=(day - today).days)
    worked = calendar.worked_between(day, today)
    return say("due.over", n=worked) if worked else say("due.over_rest")


def _day(day: str, start: str) -> str:
    """Without its year where that is the one it began in."""
    return _told_end(day[5:] if day[:4] == start[:4] else day)


def _span(span: Span) -> str:
    if language() != "en":
        return str(span)
    return f"{span.length} {span.unit.name.lower().replace('_', ' ')}"


def gap_words(years: list[int]) -> str:
    """What is missing of the calendar and what to do about it; empty where nothing is."""
    return say("due.gap", years="、".join(map(str, years))) if years else ""
