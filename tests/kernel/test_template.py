"""Of several versions of a layout the newest that is valid on a day is in force."""

from __future__ import annotations

import pytest

from baiyun_desktop.kernel.mask import without_numbers
from baiyun_desktop.kernel.template import Template, in_force

FIRST, SECOND, LATER = (
    Template("form", 1, "表", "one", ""),
    Template("form", 2, "表", "two", "2026-10-01"),
    Template("form", 3, "表", "three", "2027-01-01"),
)


@pytest.mark.parametrize(
    ("day", "version"), [("2026-09-30", 1), ("2026-10-01", 2), ("2026-12-31", 2), ("2027-01-01", 3)]
)
def test_the_newest_that_is_valid_is_in_force(day: str, version: int) -> None:
    found = in_force([LATER, FIRST, SECOND, Template("form", 9, "表", "", "")], day)
    assert found is not None and found.version == version


def test_without_any_the_programs_own_is_in_force() -> None:
    assert in_force([], "2026-10-01") is None
    assert in_force([LATER], "2026-10-01") is None


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("证件15020619880315002X，电话13812345678。", "证件1502**********002X，电话138****5678。"),
        ("150206880315002", "1502*******5002"),
        ("(2026)白矿宝山登字第00012号 0472-8510000", "(2026)白矿宝山登字第00012号 0472-8510000"),
        ("AB15020619880315002XCD 2026-11-23 1381234567", "AB15020619880315002XCD 2026-11-23 1381234567"),
    ],
)
def test_numbers_of_people_are_found_and_others_left(text: str, hidden: str) -> None:
    assert without_numbers(text) == hidden


def test_of_a_child_the_whole_number_is_hidden() -> None:
    assert without_numbers("证件150206202503010014", minor=True) == "证件" + "*" * 18
