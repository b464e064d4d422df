"""GB 11643 as clerks meet it: the check digit is an error, everything else a warning, rounded numbers never pass."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from baiyun_desktop.registry.citizen_id import CHECK_DIGITS, Finding, age_on, check_digit, parse
from baiyun_desktop.registry.person import from_id

TODAY = date(2026, 11, 23)
SEVENTEEN = st.tuples(
    st.sampled_from(["150206", "152630", "612722"]),
    st.dates(date(1930, 1, 1), date(2025, 12, 31)).map(lambda d: d.strftime("%Y%m%d")),
    st.integers(1, 999).map(lambda n: f"{n:03d}"),
).map("".join)
WHOLE = SEVENTEEN.map(lambda s: s + check_digit(s))


@pytest.mark.parametrize(
    ("text", "birth", "sex"),
    [
        ("15020619650704001X", date(1965, 7, 4), "1"),
        ("15020619650704001x", date(1965, 7, 4), "1"),
        ("15020619650704028X", date(1965, 7, 4), "2"),
        ("150206199912310013", date(1999, 12, 31), "1"),
        ("150206202503010014", date(2025, 3, 1), "1"),
        ("150206198802290029", date(1988, 2, 29), "2"),
    ],
)
def test_whole_numbers_say_birth_and_sex(text: str, birth: date, sex: str) -> None:
    number = parse(text, today=TODAY)
    assert number.checked
    assert number.findings == ()
    assert (number.birth, number.sex, number.area) == (birth, sex, "150206")


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("150206199002300019", Finding.NO_SUCH_DAY),
        ("150206198902290026", Finding.NO_SUCH_DAY),
        ("150205209912310013", Finding.FUTURE_BIRTH),
    ],
)
def test_an_odd_day_is_a_warning_and_the_number_stays_checked(text: str, finding: Finding) -> None:
    number = parse(text, today=TODAY)
    assert number.checked
    assert number.findings == (finding,)


def test_a_15_digit_number_is_checked_and_shows_what_it_would_become() -> None:
    number = parse("150206780315002")
    assert number.checked
    assert number.normal == "150206780315002"
    assert number.upgraded18 == number.match18 == "150206197803150023"
    assert (number.birth, number.sex) == (date(1978, 3, 15), "2")


@pytest.mark.parametrize(
    ("text", "id_type"),
    [
        ("810000199001010019", "118"),
        ("820000198506120026", "118"),
        ("830000197011090037", "119"),
        ("900000199001010010", "553"),
    ],
)
def test_permits_of_the_same_form_name_no_home_district(text: str, id_type: str) -> None:
    number = parse(text)
    assert number.checked
    assert number.id_type == id_type
    assert number.area is None


def test_a_wrong_check_digit_is_an_error_and_the_number_is_kept() -> None:
    number = parse("150206199912310014")
    assert not number.checked
    assert number.findings == (Finding.CHECK_DIGIT,)
    assert number.normal == "150206199912310014"
    assert number.match18 is None
    assert from_id("150206199912310014", today=TODAY) == {}


@pytest.mark.parametrize(
    "value",
    [
        1.50206e17,
        150206199912310013.0,
        150206199912310013,
        "1.50206E+17",
        "1.50206e17",
        "1.50206199912310E+17",
        "１.50206E+17",
    ],
)
def test_a_number_that_a_spreadsheet_rounded_is_never_checked(value: str | float) -> None:
    number = parse(value)
    assert Finding.ROUNDED in number.findings
    assert not number.checked
    again = parse(number.normal)
    assert not again.checked
    assert Finding.ROUNDED in again.findings


def test_a_number_that_ends_so_on_the_card_is_nobody_elses() -> None:
    """One woman in some thousands has it; a cell of text has lost nothing, and one of digits has."""
    number = parse("150206199001017000", today=TODAY)
    assert number.checked
    assert number.sex == "2"
    assert parse(150206199001017000.0).findings == (Finding.ROUNDED,)
    assert parse("150206199001016000").findings == (Finding.CHECK_DIGIT,)


@given(WHOLE)
def test_any_whole_number_read_as_a_float_is_never_checked_even_when_read_again(whole: str) -> None:
    assume(whole.isdigit())
    number = parse(float(whole))
    assert not number.checked
    assert not parse(number.normal).checked


@pytest.mark.parametrize("value", [150206780315002, 150206780315002.0, "150206780315002"])
def test_fifteen_digits_survive_a_spreadsheet(value: str | float) -> None:
    assert parse(value).checked


@given(WHOLE, st.sampled_from(["{}", " {} ", "'{}", "{}\u3000", "\u200b{}", "`{}"]))
def test_dress_does_not_matter(whole: str, dress: str) -> None:
    full_width = "".join(chr(ord(c) + 0xFEE0) for c in whole)
    spaced = f"{whole[:6]} {whole[6:14]}-{whole[14:]}"
    for text in (dress.format(whole), full_width, full_width.lower(), spaced, whole.lower()):
        assert parse(text) == parse(whole)
        assert parse(text).normal == whole


@given(WHOLE, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(whole: str, at: int, by: int) -> None:
    wrong = str((int(whole[at]) + by) % 10)
    assert not parse(whole[:at] + wrong + whole[at + 1 :]).checked


@given(SEVENTEEN)
def test_of_eleven_check_characters_one_fits(first: str) -> None:
    fitting = [c for c in CHECK_DIGITS if parse(first + c).checked]
    assert fitting == [check_digit(first)]


@given(st.one_of(st.none(), st.text(), st.floats(), st.integers()))
def test_nothing_makes_it_raise(value: str | float | None) -> None:
    assert isinstance(parse(value, today=TODAY).checked, bool)


def test_what_is_no_number_is_kept() -> None:
    assert parse("无").findings == (Finding.NOT_A_NUMBER,)
    assert parse("H12345678").normal == "H12345678"
    assert parse("").findings == ()
    assert not parse("").checked


def test_nobody_types_what_the_number_says() -> None:
    assert from_id("15020619650704001X", today=TODAY) == {
        "id_type": "111",
        "birth_date": "1965-07-04",
        "birth_precision": "D",
        "sex": "1",
        "hukou_code": "150206",
    }
    assert from_id(None, today=TODAY) == {}


def test_age_counts_whole_years() -> None:
    assert age_on(date(2012, 11, 24), TODAY) == 13
    assert age_on(date(2012, 11, 23), TODAY) == 14
    assert age_on(date(2000, 2, 29), date(2001, 2, 28)) == 0
