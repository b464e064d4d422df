"""Days and amounts in official words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baiyun_desktop.documents.wording import (
    DIGITS,
    capital_amount,
    chinese_day,
    chinese_instant,
    money,
    name_missing,
    said,
)
from baiyun_desktop.kernel.paper import Show


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角"),
        ("0.55", "伍角伍分"),
        ("1.05", "壹元零伍分"),
        ("10", "壹拾元整"),
        ("1200.5", "壹仟贰佰元伍角"),
        ("1001", "壹仟零壹元整"),
        ("1010", "壹仟零壹拾元整"),
        ("100000", "壹拾万元整"),
        ("100001", "壹拾万零壹元整"),
        ("1000500", "壹佰万零伍佰元整"),
        ("10005000", "壹仟万伍仟元整"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("100000000", "壹亿元整"),
        ("100000001", "壹亿零壹元整"),
        ("1000010000", "壹拾亿零壹万元整"),
        ("-3", "负叁元整"),
    ],
)
def test_amounts_in_capitals(amount: str, words: str) -> None:
    assert capital_amount(Decimal(amount)) == words


@given(st.integers(0, 10**16 - 1))
def test_an_amount_in_capitals_can_be_read_back(yuan: int) -> None:
    assert _read(capital_amount(Decimal(yuan)).removesuffix("元整")) == yuan


def _read(words: str) -> int:
    total = group = digit = 0
    for c in words:
        if c in DIGITS:
            digit = DIGITS.index(c)
        elif c in "拾佰仟":
            group, digit = group + digit * 10 ** ("拾佰仟".index(c) + 1), 0
        else:
            total, group, digit = total + (group + digit) * 10 ** (4 * ("万亿兆".index(c) + 1)), 0, 0
    return total + group + digit


@pytest.mark.parametrize(
    ("iso", "words"),
    [
        ("2026-11-03", "2026年11月3日"),
        ("2026-11", "2026年11月"),
        ("2026", "2026年"),
        ("1968腊月三十", "1968腊月三十"),
        ("2026-02-30", "2026-02-30"),
        ("", ""),
    ],
)
def test_days_in_words_and_what_is_no_day_as_it_stands(iso: str, words: str) -> None:
    assert chinese_day(iso) == words


def test_an_instant_is_shown_at_eight_hours_east_on_any_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    assert chinese_instant(1795400000000) == "2026年11月23日 10:13"
    assert chinese_instant("昨天") == "昨天"


def test_what_is_no_amount_is_not_dropped() -> None:
    assert money("面议") == "面议"
    assert money("NaN") == "NaN"
    assert money("1e20") == "1e20"
    assert money("1.005") == "￥1.01(壹元零壹分)"


def test_values_of_every_kind_have_words() -> None:
    assert said(None, Show.DATE) == ""
    assert said(True, Show.TEXT) == "是"
    assert said(["务工", "经商"], Show.TEXT) == "务工、经商"
    assert said(0, Show.TEXT) == "0"


def test_missing_characters_are_named_wherever_they_stand() -> None:
    data = {"a": ["x\ue000", {"b": "\ue000"}], "c": 3}
    assert name_missing(data, ["\ue000"]) == {"a": ["x[U+E000]", {"b": "[U+E000]"}], "c": 3}
