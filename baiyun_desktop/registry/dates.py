"""Reads days as clerks, ledgers and spreadsheets write them, with how exactly each is known."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum


class Precision(Enum):
    """How much of a day is known; the ISO text holds the first day of what is."""

    DAY = "D"
    MONTH = "M"
    YEAR = "Y"


@dataclass(frozen=True, slots=True)
class Day:
    """A day as read. `day` is None where the text is none; `text` is kept as it was written."""

    text: str
    day: date | None = None
    precision: Precision = Precision.DAY
    finding: str = ""

    @property
    def iso(self) -> str | None:
        return self.day.isoformat() if self.day else None


_CHINESE = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | {"零": "0"}
_FULL = re.compile(r"(\d{4})[.\-/年、 ](\d{1,2})[.\-/月、 ](\d{1,2})[日号]?")
_SHORT = re.compile(r"(\d{2})[.\-/年](\d{1,2})[.\-/月](\d{1,2})日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(r"(\d{4})[.\-/年](\d{1,2})月?")
_YEAR = re.compile(r"(\d{4})年?")
_NO_YEAR = re.compile(r"(\d{1,2})月(\d{1,2})[日号]")
_WITH_TIME = re.compile(r"(.*\d)[ T]+\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?")
_RELATIVE = {"今天": 0, "今日": 0, "昨天": -1, "昨日": -1, "前天": -2, "明天": 1}

SERIAL_MIN, SERIAL_MAX = 366, 73415
"""Spreadsheet serials that can mean a day of a living person's life: 1901 … 2100."""


def parse(value: str | float | date | None, *, today: date, base1904: bool = False) -> Day:
    """Reads a cell or an entry. Never raises. A number is a spreadsheet's serial day, unless it reads as 20260105.

    Two-digit years are the latest that is not after next year; a day without a year is the latest not after `today`.
    """
    if value is None:
        return Day("")
    if isinstance(value, datetime):
        return Day(value.isoformat(), value.date())
    if isinstance(value, date):
        return Day(value.isoformat(), value)
    if isinstance(value, int | float):
        return _from_number(float(value), today=today, base1904=base1904)
    text = unicodedata.normalize("NFKC", value).strip().strip("'")
    return _from_text(text, today) if text else Day("")


def serial_day(serial: float, *, base1904: bool = False) -> date:
    """The day of a spreadsheet serial; 1900's calendar counts a 29 February that never was."""
    if base1904:
        return date(1904, 1, 1) + timedelta(days=int(serial))
    return date(1899, 12, 30 if serial >= 60 else 31) + timedelta(days=int(serial))


def _from_number(value: float, *, today: date, base1904: bool) -> Day:
    text = str(int(value)) if value.is_integer() else str(value)
    if value.is_integer() and _COMPACT.fullmatch(text):
        return _from_text(text, today)
    if value.is_integer() and 1900 <= value <= today.year + 1:
        return Day(text, date(int(value), 1, 1), Precision.YEAR)
    if SERIAL_MIN <= value <= SERIAL_MAX:
        return Day(text, serial_day(value, base1904=base1904))
    return Day(text, finding="不是日期")


def _from_text(text: str, today: date) -> Day:
    if text in _RELATIVE:
        return Day(text, today + timedelta(days=_RELATIVE[text]))
    tidy = _arabic(re.sub(r"\s*([年月日.\-/])\s*", r"\1", text))
    timed = _WITH_TIME.fullmatch(tidy)
    tidy = timed[1] if timed else tidy
    if re.fullmatch(r"\d{5}(?:\.0+)?", tidy):
        return _from_number(float(tidy), today=today, base1904=False)
    if m := _FULL.fullmatch(tidy) or _COMPACT.fullmatch(tidy):
        return _day(text, int(m[1]), int(m[2]), int(m[3]))
    if m := _SHORT.fullmatch(tidy):
        return _day(text, _century(int(m[1]), today), int(m[2]), int(m[3]))
    if m := _NO_YEAR.fullmatch(tidy):
        this_year = _day(text, today.year, int(m[1]), int(m[2]))
        late = this_year.day is not None and this_year.day > today
        return _day(text, today.year - 1, int(m[1]), int(m[2])) if late else this_year
    if m := _MONTH.fullmatch(tidy):
        return _day(text, int(m[1]), int(m[2]), 1, Precision.MONTH)
    if m := _YEAR.fullmatch(tidy):
        return _day(text, int(m[1]), 1, 1, Precision.YEAR)
    return Day(text, finding="不是日期")


def _day(text: str, year: int, month: int, day: int, precision: Precision = Precision.DAY) -> Day:
    try:
        return Day(text, date(year, month, day), precision)
    except ValueError:
        return Day(text, finding="日期不存在")


def _century(two: int, today: date) -> int:
    year = today.year // 100 * 100 + two
    return year if year <= today.year + 1 else year - 100


def _arabic(text: str) -> str:
    """Chinese numerals as digits: 二〇二六年一月五日, 一月十五号."""

    def tens(m: re.Match[str]) -> str:
        head, tail = m[1], m[2]
        return str((int(_CHINESE[head]) if head else 1) * 10 + (int(_CHINESE[tail]) if tail else 0))

    text = re.sub(r"([二三])?十([一二三四五六七八九])?", tens, text)
    return "".join(_CHINESE.get(c, c) for c in text)
