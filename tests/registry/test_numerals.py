"""What counts as a number when people type one, and what never does."""

from __future__ import annotations

import pytest

from baiyun_desktop.registry import numerals


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("12.50", "12.50"), (" 1,200 ", "1200"), ("１２．５", "12.5"), ("-3", "-3"), ("12a", None), ("1,2", None),
     ("", None), ("1e5", None), ("NaN", None), ("5²", None), ("٣", None), ("1.2.3", None)],
)  # fmt: skip
def test_a_decimal_is_digits_and_nothing_else(typed: str, stored: str | None) -> None:
    assert numerals.decimal(typed) == stored


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("2", 2), ("2.0", 2), ("-5", -5), ("3,000", 3000), ("--5", None), ("²", None), ("2.5", None), ("9" * 19, None)],
)
def test_a_count_is_whole_and_fits(typed: str, stored: int | None) -> None:
    assert numerals.whole(typed) == stored
