"""Turns plain values into the words of an official paper: days, amounts, characters that no font can draw."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from baiyun_desktop.kernel.paper import HERE, Show

DIGITS = "零壹贰叁肆伍陆柒捌玖"
STEPS = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "兆")
LARGEST = Decimal(10) ** 16
CENT = Decimal("0.01")


def said(value: Any, show: Show) -> str:
    """A value in words; what does not fit its kind is printed as it stands, never dropped."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(said(each, show) for each in value)
    match show:
        case Show.DATE:
            return chinese_day(str(value))
        case Show.INSTANT:
            return chinese_instant(value)
        case Show.MONEY:
            return money(str(value))
        case _:
            return str(value)


def chinese_day(iso: str) -> str:
    """2026-11-23 as 2026年11月23日; a day known only to its month or year likewise; else the text as it is."""
    parts = iso.split("-")
    if not all(part.isdecimal() for part in parts) or len(parts) > 3:
        return iso
    if len(parts) == 3:
        try:
            date.fromisoformat(iso)
        except ValueError:
            return iso
    return "".join(f"{int(part)}{unit}" for part, unit in zip(parts, "年月日", strict=False))


def chinese_instant(ms: Any) -> str:
    """Milliseconds since 1970 UTC as 2026年11月23日 14:05."""
    if not isinstance(ms, int):
        return str(ms)
    when = datetime.fromtimestamp(ms / 1000, UTC).astimezone(HERE)
    return f"{when.year}年{when.month}月{when.day}日 {when:%H:%M}"


def money(text: str) -> str:
    """1200.5 as ￥1,200.50(壹仟贰佰元伍角)."""
    try:
        amount = Decimal(text).quantize(CENT, ROUND_HALF_UP)
    except InvalidOperation:
        return text
    if not amount.is_finite() or abs(amount) >= LARGEST:
        return text
    return f"￥{amount:,.2f}({capital_amount(amount)})"


def capital_amount(amount: Decimal) -> str:
    """An amount in the capital characters that cheques and agreements ask for; up to 10**16."""
    cents = int((abs(amount) / CENT).to_integral_value(ROUND_HALF_UP))
    whole, rest = divmod(cents, 100)
    jiao, fen = divmod(rest, 10)
    words = ("负" if amount < 0 else "") + (_whole(whole) + "元" if whole else "")
    if not rest:
        return (words or "零元") + "整"
    if jiao:
        words += DIGITS[jiao] + "角"
    elif whole:
        words += "零"
    return words + (DIGITS[fen] + "分" if fen else "")


def named(code: str) -> str:
    """How a character that no font can draw is printed: by its number, which anyone can look up."""
    return f"[U+{ord(code):04X}]"


def name_missing(value: Any, missing: Iterable[str]) -> Any:
    """Plain data with each missing character named, wherever it stands."""
    table = {ord(code): named(code) for code in missing}
    if isinstance(value, str):
        return value.translate(table)
    if isinstance(value, list):
        return [name_missing(inner, missing) for inner in value]
    if isinstance(value, dict):
        return {key: name_missing(inner, missing) for key, inner in value.items()}
    return value


def _whole(number: int) -> str:
    """A whole number in capitals: groups of four digits, one 零 for each run of zeros inside."""
    words, gap = "", False
    for at in range(len(GROUPS) - 1, -1, -1):
        group = number // 10 ** (4 * at) % 10_000
        if not group:
            gap = gap or bool(words)
            continue
        if words and (gap or group < 1000):
            words += "零"
        words, gap = words + _group(group) + GROUPS[at], False
    return words


def _group(number: int) -> str:
    words, gap = "", False
    for at in range(3, -1, -1):
        digit = number // 10**at % 10
        if not digit:
            gap = bool(words)
            continue
        words += ("零" if gap else "") + DIGITS[digit] + STEPS[at]
        gap = False
    return words
