"""When something the law or the office gives time for is due, and how near that is.

Times run as 民法典 200-204 and the procedural laws have it: the day from which is reckoned does not count; a month ends
on the same day of the next one, or on its last; a reckoning that ends on a day off ends on the first day worked after
it, at its end alone; working days leave out weekends and holidays and count the weekends worked for them. Nothing here
writes or looks at a clock: what is due is a projection of stated dates, the calendar and the day of reading.
"""

from __future__ import annotations

import calendar as months_of
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum
from itertools import count, islice

from baiyun_desktop.kernel import hours
from baiyun_desktop.kernel.article import Article
from baiyun_desktop.kernel.calendar import Calendar


class Unit(Enum):
    """What a length is counted in."""

    MINUTES = "分钟"
    HOURS = "小时"
    DAYS = "日"
    WORKING_DAYS = "个工作日"
    MONTHS = "个月"
    YEARS = "年"


BY_CLOCK = (Unit.HOURS, Unit.MINUTES)
"""What runs from a moment, not from a day."""


class Lamp(Enum):
    """How near the end is, as the supervision lamps show it (督办)."""

    GREEN = "绿"
    YELLOW = "黄"
    RED = "红"
    PAUSED = "停"
    MET = "结"


@dataclass(frozen=True, slots=True)
class Span:
    """So much time, as an article says it."""

    length: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.length}{self.unit.value}"


@dataclass(frozen=True, slots=True)
class Pause:
    """Days that do not count, from the first on and up to the day on which counting goes on; open where that is None."""

    first: date
    until: date | None = None
    ground: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A declared time limit; it reads like the article it implements.

    `after` and `until` name the record's stated dates from which it runs (the last of several) and by which it is met;
    `runs` the states in which it does, all of them where that is empty. `extension` is the most that may be granted once; `grounds` are the
    only pauses that count, for a limit of the law is never stopped by what the office itself puts off.
    """

    code: str
    label: str
    span: Span
    after: str | tuple[str, ...]
    until: str = ""
    extension: Span | None = None
    grounds: tuple[str, ...] = ()
    rolls: bool = True
    cite: Article | None = None
    runs: tuple[Enum, ...] = ()
    en: str = ""
    asks_why: bool = True
    """Whether the next step after it has passed must say why it has; not for what only reminds."""
    again: Span | None = None
    """Where turns of this length follow one another from one day on: how long before its end a turn may be met."""
    clock: str = ""
    """Of a limit in hours: the field with the time of day ("13:30") from which they are counted on the day of `after`."""
    waits: bool = False
    """Not a last day but a first one, which a matter waits for: nothing is overdue after it, and it has no lamp."""

    @property
    def starts(self) -> tuple[str, ...]:
        return self.after if isinstance(self.after, tuple) else (self.after,)

    def due(
        self,
        start: date,
        calendar: Calendar,
        *,
        pauses: Sequence[Pause] = (),
        extended: bool = False,
        met: date | None = None,
        clock: str | None = None,
    ) -> Due:
        """When it is due, reckoned from a stated day; for one in hours from the `clock` of that day, or from its end.

        An extension runs on from where the first time would have ended, before any roll-over. One that was not declared
        raises ValueError. `met` is the last day on which a turn was met, for what comes round again.
        """
        if self.span.unit in BY_CLOCK:
            end = self.due_at(hours.begins(start, clock))
            return Due(self, start, hours.last_day(end), hours.last_day(end), at=end)
        if self.again is not None:
            begin, plain, opens = self.turn(start, met)
            day = calendar.rolled(plain) if self.rolls else plain
            return Due(self, begin, day, plain, self._unknown(begin, plain, day, calendar), opens=opens)
        if extended and self.extension is None:
            raise ValueError(f"{self.code} knows no extension")
        counted = [pause for pause in pauses if pause.ground in self.grounds]
        plain = _after_pauses(start, self.span, calendar, counted)
        if extended and self.extension is not None:
            plain = reckoned(plain, self.extension, calendar)
        day = calendar.rolled(plain) if self.rolls else plain
        waiting = next((pause for pause in counted if pause.until is None and pause.first <= day), None)
        waited = sum(start < one <= plain for one in _out(counted))
        return Due(self, start, day, plain, self._unknown(start, plain, day, calendar), waiting, extended, waited)

    def turn(self, start: date, met: date | None) -> tuple[date, date, date]:
        """The first turn that was not met, of those that follow one another: its beginning, its end, and when it opens.

        All of them are counted from the same day, so that a year begun on 29 February ends on it where there is one.
        Raises ValueError for what does not come round again.
        """
        if self.again is None:
            raise ValueError(f"{self.code} comes once")
        begin = start
        for number in range(1, TURNS_MAX + 1):
            end = reckoned(start, Span(number * self.span.length, self.span.unit), _NO_DAYS_OFF)
            opens = reckoned(end, Span(-self.again.length, self.again.unit), _NO_DAYS_OFF)
            if met is None or met <= start or met < opens:
                break
            begin = end
        return begin, end, opens

    def _unknown(self, start: date, plain: date, day: date, calendar: Calendar) -> tuple[int, ...]:
        """Where days off are not counted their years matter from the first day on, else only where the end is rolled."""
        spans = [self.span, *([self.extension] if self.extension is not None else [])]
        if any(span.unit is Unit.WORKING_DAYS for span in spans):
            return calendar.unknown(start, day)
        return calendar.unknown(plain, day) if self.rolls else ()

    def due_at(self, start: datetime) -> datetime:
        """When a limit in hours ends: nights and days off count. Raises ValueError for one in days."""
        if self.span.unit not in BY_CLOCK:
            raise ValueError(f"{self.code} is counted in {self.span.unit.value}")
        return start + _lasting(self.span)


@dataclass(frozen=True, slots=True)
class Due:
    """What a limit comes to for one record."""

    deadline: Deadline
    start: date
    day: date
    """The last day on which it is still in time."""
    plain: date
    """The same before it was rolled over days off."""
    unknown: tuple[int, ...] = ()
    """Years whose holidays are not known: the day may move."""
    paused: Pause | None = field(default=None)
    """The pause that is not over: until it is, `day` is only the earliest."""
    extended: bool = False
    waited: int = 0
    """How many days of pauses that are over were left out."""
    opens: date | None = None
    """The first day on which this turn may be met; None for what comes once."""
    at: datetime | None = None
    """The moment at which a limit in hours ends."""

    @property
    def ends(self) -> str:
        """The end as it is stored: the day, and the minute where hours are counted."""
        return self.day.isoformat() if self.at is None else hours.said(self.at)

    def nears(self, calendar: Calendar) -> str:
        """The same of when it is near."""
        if self.at is None:
            return self.near(calendar).isoformat()
        return hours.said(self.at - _lasting(self.deadline.span) / 5)

    def near(self, calendar: Calendar) -> date:
        """The first day on which no more than a fifth of the time, or no more than one day worked, is left.

        For what comes round again it is the day on which the turn may be met.
        """
        if self.opens is not None:
            return self.opens
        if self.at is not None:
            return (self.at - _lasting(self.deadline.span) / 5).date()
        last = next(day for day in _back_from(self.day) if calendar.works(day))
        before = next(day for day in _back_from(last - timedelta(days=1)) if calendar.works(day))
        return min(self.day - (self.day - self.start) // 5, before)

    def lamp(self, today: date, calendar: Calendar, met: date | None = None) -> Lamp:
        """Green while more than a fifth of the time and more than one day worked is left; red once it has passed.

        `today` may be a moment (a datetime), by which hours are told.
        """
        if met is not None:
            return Lamp.MET if met <= self.day else Lamp.RED
        if self.paused is not None:
            return Lamp.PAUSED
        if hours.over(self.ends, today):
            return Lamp.RED
        near = self.nears(calendar)
        return Lamp.YELLOW if hours.now_text(today)[: len(near)] >= near else Lamp.GREEN

    def overdue(self, today: date, calendar: Calendar) -> int:
        """Days worked since it was due; what a supervision order is drafted by."""
        return calendar.worked_between(self.day, today) if today > self.day else 0


TURNS_MAX = 100
"""A mistyped year must not keep anybody waiting."""
_NO_DAYS_OFF = Calendar()


def reckoned(start: date, span: Span, calendar: Calendar) -> date:
    """The last day of a time that begins the day after `start`, before any roll-over."""
    match span.unit:
        case Unit.DAYS:
            return start + timedelta(days=span.length)
        case Unit.WORKING_DAYS:
            return next(islice(calendar.worked_after(start), span.length - 1, None)) if span.length else start
        case Unit.MONTHS:
            return _months_on(start, span.length)
        case Unit.YEARS:
            return _months_on(start, 12 * span.length)
        case Unit.HOURS | Unit.MINUTES:
            raise ValueError("hours are reckoned from an instant, not from a day")


def _lasting(span: Span) -> timedelta:
    return timedelta(minutes=span.length) if span.unit is Unit.MINUTES else timedelta(hours=span.length)


def _months_on(start: date, months: int) -> date:
    """The same day so many months on, or the last of that month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, months_of.monthrange(year, month + 1)[1]))


def _after_pauses(start: date, span: Span, calendar: Calendar, pauses: Sequence[Pause]) -> date:
    """The end of a span whose paused days do not count; a day paused twice is left out once."""
    out = _out(pauses)
    end = reckoned(start, span, calendar)
    if not out:
        return end
    if span.unit is Unit.WORKING_DAYS:
        counted = (day for day in calendar.worked_after(start) if day not in out)
        return next(islice(counted, span.length - 1, None)) if span.length else start
    at = start
    while at < end:
        at += timedelta(days=1)
        if at in out:
            end += timedelta(days=1)
    return end


def _out(pauses: Sequence[Pause]) -> set[date]:
    return {day for pause in pauses if pause.until is not None for day in _days(pause.first, pause.until)}


def _back_from(day: date) -> Iterator[date]:
    return (day - timedelta(days=n) for n in count())


def _days(first: date, until: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((until - first).days)]
