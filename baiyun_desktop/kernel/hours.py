"""Time limits in hours and minutes: they run from a moment, through nights and days off (民法典 201)."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

_CLOCK = re.compile(r"\s*(\d{1,2})\s*(?:[:：.]|[点时])\s*(?:(\d{1,2})\s*分?|(半))?\s*")

_DAY_CHARS = len("2026-11-24")


def read_clock(text: str | None) -> time | None:
    """A time of day as people write it: 13:30, 13：30, 13点半, 13点; None for what is none."""
    found = _CLOCK.fullmatch(text or "")
    if found is None:
        return None
    hours, minutes = int(found[1]), 30 if found[3] else int(found[2] or 0)
    return time(hours, minutes) if hours < 24 and minutes < 60 else None


def begins(day: date, clock: str | None) -> datetime:
    """From when hours are counted: the stated time, or where only the day is known from its end, as days are."""
    at = read_clock(clock)
    return datetime.combine(day, at) if at is not None else datetime.combine(day, time()) + timedelta(days=1)


def last_day(end: datetime) -> date:
    """The day that a moment is the end of: midnight still belongs to the day that it ends."""
    return (end - timedelta.resolution).date()


def said(moment: datetime) -> str:
    """As it is stored and compared: a day alone at its end, else day and minute, which sorts among days as it should."""
    if moment.time() == time():
        return last_day(moment).isoformat()
    return moment.replace(tzinfo=None).isoformat(timespec="minutes")


def has_clock(end: str) -> bool:
    """Whether a stored end has the minute behind its day."""
    return len(end) > _DAY_CHARS


def over(day: str, now: date) -> bool:
    """Whether a stored end has passed: a day is over on the next one, a minute when the clock shows a later one."""
    return now_text(now)[: len(day)] > day


def now_text(now: date) -> str:
    """A day, or a moment to the minute, as stored ends are compared with it."""
    return now.replace(tzinfo=None).isoformat(timespec="minutes") if isinstance(now, datetime) else now.isoformat()


def day_of(now: date) -> date:
    """The day of a day or of a moment."""
    return now.date() if isinstance(now, datetime) else now
