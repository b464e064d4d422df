"""Doors, days, telephones, credit codes and areas as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baiyun_desktop.registry import address, dates, divisions, phone, uscc
from baiyun_desktop.registry.areas import Areas
from baiyun_desktop.registry.codes import LISTS
from baiyun_desktop.registry.dates import Precision

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "door", "estate"),
    [
        ("宝山社区15号楼5单元102室", "15-5-102", ""),
        ("矿山路街道宝山社区居委会幸福小区十五号楼二单元一〇二室", "15-2-102", "幸福小区"),
        ("12-3-502", "12-3-502", ""),
        ("宝山社区15—5—102", "15-5-102", ""),
        ("星光小区A座2单元301", "A-2-301", "星光小区"),
        ("包钢苑3号楼402", "3-402", "包钢苑"),
        ("２栋２０１", "2-201", ""),
        ("二十三号楼一单元一〇一", "23-1-101", ""),
        ("幸福小区 08号楼 01单元 0302室", "8-1-302", "幸福小区"),
        ("通阳道12号", "", "通阳道12号"),
        ("3号楼", "", ""),
        ("", "", ""),
    ],
)
def test_a_door_is_read_out_of_an_address(text: str, door: str, estate: str) -> None:
    found = address.parse(text)
    assert found.door == door
    assert found.estate == estate


def test_the_community_is_told_from_the_estate() -> None:
    assert address.parse("矿山路街道宝山社区15号楼5单元102室").community == "宝山社区"
    assert address.parse("宝山社区15号楼5单元102室").key == address.parse("宝山社区15-5-102").key
    assert address.parse("宝山社区15号楼5单元102室").key != address.parse("百灵社区15号楼5单元102室").key


@given(st.integers(1, 99), st.integers(1, 12), st.integers(101, 3299))
def test_any_door_is_read_in_words_and_in_short(building: int, unit: int, room: int) -> None:
    short = f"{building}-{unit}-{room}"
    assert address.parse(f"宝山社区{building}号楼{unit}单元{room}室").door == short
    assert address.parse(short).door == short


@given(st.text())
def test_no_address_makes_it_raise(text: str) -> None:
    assert isinstance(address.parse(text).door, str)


@pytest.mark.parametrize(
    "value",
    [
        "2026.1.5", "20260105", "26-1-5", "2026年1月5日", "2026/1/5", "2026-01-05", "２０２６．１．５", "二〇二六年一月五日",
        "2026-01-05 00:00:00", "2026 年 1 月 5 日", "一月五号", "1月5日", 46027, 46027.0, "46027", 20260105, 20260105.0,
        date(2026, 1, 5), datetime(2026, 1, 5, 8, 30, tzinfo=UTC), "'2026-1-5",
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(value: str | float | date) -> None:
    found = dates.parse(value, today=TODAY)
    assert found.iso == "2026-01-05"
    assert found.precision is Precision.DAY


FORMS = st.sampled_from(
    ["{0.year}.{0.month}.{0.day}", "{0:%Y%m%d}", "{0.year}年{0.month}月{0.day}日", "{0.year}/{0.month}/{0.day}"]
)


@given(st.dates(date(1930, 1, 1), TODAY), FORMS)
def test_any_day_is_read_back(day: date, form: str) -> None:
    assert dates.parse(form.format(day), today=TODAY).day == day


@given(st.dates(date(1905, 1, 1), date(2099, 12, 31)))
def test_serials_of_both_calendars_are_read_back(day: date) -> None:
    assert dates.serial_day((day - date(1899, 12, 30)).days) == day
    assert dates.serial_day((day - date(1904, 1, 1)).days, base1904=True) == day


def test_serials_before_the_day_that_never_was() -> None:
    assert dates.serial_day(1) == date(1900, 1, 1)
    assert dates.serial_day(59) == date(1900, 2, 28)
    assert dates.serial_day(61) == date(1900, 3, 1)


def test_what_is_not_known_is_not_made_up() -> None:
    assert dates.parse("1997", today=TODAY).precision is Precision.YEAR
    assert dates.parse("1997年5月", today=TODAY).precision is Precision.MONTH
    assert dates.parse("1997年5月", today=TODAY).iso == "1997-05-01"
    assert dates.parse("昨天", today=TODAY).iso == "2026-11-22"
    assert dates.parse("97.5.3", today=TODAY).iso == "1997-05-03"
    assert dates.parse("12月30日", today=TODAY).iso == "2025-12-30"


@pytest.mark.parametrize(
    "value", ["不详", "2026-02-30", "2026-13-01", 12.5, float("nan"), float("inf"), "腊月三十", 1.5e17]
)
def test_what_is_no_day_is_named(value: str | float) -> None:
    found = dates.parse(value, today=TODAY)
    assert found.day is None
    assert found.finding


@given(st.one_of(st.text(), st.floats(), st.integers()))
def test_no_cell_makes_it_raise(value: str | float) -> None:
    found = dates.parse(value, today=TODAY)
    assert found.day is None or 1000 <= found.day.year <= 9999


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (15087515161.0, "15087515161"), ("138 1234 5678", "13812345678"), ("+86-138-1234-5678", "13812345678"),
        ("008613812345678", "13812345678"), ("１３８１２３４５６７８", "13812345678"), ("0472-8510000", "0472-8510000"),
        ("(0472)8510000", "0472-8510000"), (None, ""), ("无", "无"), ("8510000", "8510000"),
    ],
)  # fmt: skip
def test_a_telephone_is_stored_as_it_is_dialled(value: str | float | None, stored: str) -> None:
    assert phone.normalise(value) == stored


def test_credit_codes() -> None:
    assert uscc.parse("91150206MA0NABC124").checked
    assert uscc.parse("11150206011593112m").normal == "11150206011593112M"
    assert uscc.parse("11150206011593112m").checked
    assert not uscc.parse("91150206MA0NABC125").checked
    assert "I、O" in uscc.parse("9115020OMA0NABC124").finding
    assert not uscc.parse("123").checked


@given(st.text(uscc.ALPHABET, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(uscc.ALPHABET))
def test_one_wrong_character_in_a_credit_code_is_noticed(first: str, at: int, other: str) -> None:
    code = first + uscc.check_character(first)
    assert uscc.parse(code).checked
    wrong = code[:at] + other + code[at + 1 :]
    assert uscc.parse(wrong).checked == (wrong == code)


def test_the_district_is_founded_with_its_four_communities() -> None:
    seeds = divisions.organisations(grids=5)
    areas = Areas([values for _, _, values in seeds])
    assert areas.name("150206") == "白云鄂博矿区"
    assert areas.children("150206") == ["150206001", "150206002"]
    assert [areas.name(c) for c in areas.children("150206001")] == ["宝山社区居委会", "百灵社区居委会"]
    assert len(areas.under("150206002")) == 1 + 2 + 10
    assert areas.path("150206001006002") == ["150206001006002", "150206001006", "150206001", "150206"]
    assert areas.at_level("150206001006002", "2") == "150206001006"
    assert areas.name("999") == "999"
    assert divisions.organisations(grids=5) == seeds
    assert len({key for _, key, _ in seeds}) == len(seeds)


def test_an_area_that_ended_is_followed_to_its_successor() -> None:
    areas = Areas(
        [
            {"code": "a", "valid_to": "2020-01-01", "successor": "b", "parent_code": "r"},
            {"code": "b", "valid_from": "2020-01-01", "parent_code": "r"},
        ]
    )
    assert areas.current("a") == "b"
    assert areas.children("r", on="2019-12-31") == ["a"]
    assert areas.children("r", on="2020-01-01") == ["b"]


def test_a_home_district_elsewhere_is_said_with_its_province() -> None:
    home = next(one for one in LISTS if one.name == "DIVISION")
    assert [home.label(code) for code in ("150206", "620102", "990102")] == [
        "白云鄂博矿区",
        "甘肃省（620102）",
        "990102",
    ]
