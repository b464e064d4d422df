"""Reads a citizen identity number (GB 11643) as clerks and spreadsheets write it, and says what is odd about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum
from math import isfinite

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"

MALE, FEMALE = "1", "2"
"""GB/T 2261.1."""

RESIDENT, HONG_KONG_MACAO, TAIWAN, FOREIGN = "111", "118", "119", "553"
"""Kinds of document that share this number's form; 118 and 119 are the local codes for residence permits."""

_BY_AREA = {"81": HONG_KONG_MACAO, "82": HONG_KONG_MACAO, "83": TAIWAN}
_ROUNDED = re.compile(r"\d(?:[.·]\d+)?[eE]\+?1[4-7]")


class Finding(Enum):
    """What is odd about a number. Only the first three keep it from counting as checked."""

    NOT_A_NUMBER = "不是公民身份号码"
    ROUNDED = "号码被表格软件四舍五入，已不完整"
    CHECK_DIGIT = "校验码不符"
    NO_SUCH_DAY = "日期不存在"
    FUTURE_BIRTH = "出生日期在将来"
    OLD_FORM = "15位旧号码，见原件后再升为18位"

    @property
    def is_error(self) -> bool:
        """Whether the number cannot count as checked; the rest are warnings."""
        return self in (Finding.NOT_A_NUMBER, Finding.ROUNDED, Finding.CHECK_DIGIT)


@dataclass(frozen=True, slots=True)
class CitizenId:
    """A number as read: `normal` is how it is stored, half-width and upper-case, whatever is odd about it."""

    normal: str
    findings: tuple[Finding, ...] = ()
    birth: date | None = None
    sex: str | None = None
    area: str | None = None
    """The six digits of the home district; None for documents that name none."""
    id_type: str | None = None
    upgraded18: str | None = None
    """The 18 digits that a 15-digit number would become."""

    @property
    def checked(self) -> bool:
        """Whether the number is whole and its check digit, where it has one, agrees."""
        return bool(self.normal) and not any(f.is_error for f in self.findings)

    @property
    def match18(self) -> str | None:
        """What two numbers of one person are compared by; None where the number is not checked."""
        return (self.upgraded18 or self.normal) if self.checked else None


def check_digit(first17: str) -> str:
    """The 18th character for 17 digits."""
    return CHECK_DIGITS[sum(int(d) * w for d, w in zip(first17, WEIGHTS, strict=True)) % 11]


def normalise(text: str) -> str:
    """Half-width, upper-case, without spaces, hyphens, apostrophes and what else spreadsheets put around digits."""
    folded = "".join(_half_width(c) for c in text)
    return re.sub(r"[\s\-‐‑–—_'’‘`\"\u200b-\u200f\ufeff]", "", folded).upper()


def parse(value: str | float | None, *, today: date | None = None) -> CitizenId:
    """Reads a cell or an entry. Never raises: what cannot be read is kept as it stands, with a finding.

    A float is a cell that a spreadsheet took for a number: beyond 15 digits it has lost some.
    """
    if value is None:
        return CitizenId("")
    text = _cell(value)
    normal = normalise(text)
    if _ROUNDED.fullmatch(normal):
        return CitizenId(normal, (Finding.ROUNDED,))
    if not normal:
        return CitizenId("")
    if re.fullmatch(r"\d{15}", normal):
        return _old(normal)
    if re.fullmatch(r"\d{17}[\dX]", normal):
        return _new(normal, today)
    return CitizenId(normal, (Finding.NOT_A_NUMBER,))


def age_on(birth: date, day: date) -> int:
    """Whole years; someone born on 29 February has their birthday on 1 March in common years."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _cell(value: str | float) -> str:
    """The cell as text. A number of 18 digits is written as a spreadsheet does, 1.50206199912310E+17: it keeps 15 digits
    and shows 000 for the rest, and read again as text that must not pass for somebody's number that ends so.
    """
    if isinstance(value, str) or not isfinite(value) or value != int(value):
        return str(value)
    digits = str(int(value))
    return f"{float(value):.14E}" if len(digits) == 18 else digits


def _half_width(char: str) -> str:
    code = ord(char)
    if 0xFF01 <= code <= 0xFF5E:
        return chr(code - 0xFEE0)
    return " " if code == 0x3000 else char


def _old(normal: str) -> CitizenId:
    upgraded = normal[:6] + "19" + normal[6:]
    birth = _day(upgraded[6:14])
    findings = [Finding.OLD_FORM] + ([Finding.NO_SUCH_DAY] if birth is None else [])
    return CitizenId(
        normal, tuple(findings), birth=birth, sex=_sex(normal[14]), area=normal[:6], id_type=RESIDENT,
        upgraded18=upgraded + check_digit(upgraded),
    )  # fmt: skip


def _new(normal: str, today: date | None) -> CitizenId:
    findings = [] if check_digit(normal[:17]) == normal[17] else [Finding.CHECK_DIGIT]
    birth = _day(normal[6:14])
    if birth is None:
        findings.append(Finding.NO_SUCH_DAY)
    elif today is not None and birth > today:
        findings.append(Finding.FUTURE_BIRTH)
    foreign = normal.startswith("9")
    return CitizenId(
        normal, tuple(findings), birth=birth,
        sex=_sex(normal[16]),
        area=None if foreign or normal[:2] in _BY_AREA else normal[:6],
        id_type=FOREIGN if foreign else _BY_AREA.get(normal[:2], RESIDENT),
    )  # fmt: skip


def _sex(digit: str) -> str:
    return MALE if int(digit) % 2 else FEMALE


def _day(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
